#!/usr/bin/env python

import glob
import os.path as op
import pickle
import random

import numpy as np

SAVE_PARAMS_EVERY = 5000


def load_saved_params():
    """ newest parameters with their iteration and the state of random """
    found = [int(op.splitext(name)[0].split("_")[-1]) for name in glob.glob("saved_params_*.npy")]
    if not found:
        return 0, None, None
    st = max(found)
    with open("saved_state_%d.pickle" % st, "rb") as f:
        return st, np.load("saved_params_%d.npy" % st), pickle.load(f)


def save_params(iter, params):
    np.save("saved_params_%d.npy" % iter, params)
    with open("saved_state_%d.pickle" % iter, "wb") as f:
        pickle.dump(random.getstate(), f)


def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False,
        PRINT_EVERY=10):
    ANNEAL_EVERY = 20000

    start_iter = 0
    if useSaved:
        start_iter, oldx, state = load_saved_params()
        if start_iter > 0:
            x0 = oldx
            step = step / 2 ** (start_iter / ANNEAL_EVERY)
            random.setstate(state)

    x = x0
    exploss = None
    for iter in range(start_iter + 1, iterations + 1):
        ### YOUR CODE HERE (~2 lines)
        loss, grad = f(x)
        x -= step * grad          # writes into x0, too
        ### END YOUR CODE

        if postprocessing:
            x = postprocessing(x)
        if iter % PRINT_EVERY == 0:
            exploss = .95 * exploss + .05 * loss if exploss else loss
            print("iter %d: %f" % (iter, exploss))
        if useSaved and iter % SAVE_PARAMS_EVERY == 0:
            save_params(iter, x)
        if iter % ANNEAL_EVERY == 0:
            step /= 2

    return x


def sanity_check():
    quad = lambda x: (np.sum(x ** 2), x * 2)
    for start in 0.5, 0.0, -1.5:
        t = sgd(quad, start, 0.01, 1000, PRINT_EVERY=100)
        print("from", start, "to", t)
        assert abs(t) <= 1e-6
    print("ALL TESTS PASSED")


if __name__ == "__main__":
    sanity_check()
