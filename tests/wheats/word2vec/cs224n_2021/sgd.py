#!/usr/bin/env python

import numpy as np

ANNEAL_EVERY = 20000


def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    if useSaved:
        raise NotImplementedError("I never needed saved parameters")
    if not postprocessing:
        postprocessing = lambda x: x
    x = x0
    exploss = None
    for iter in range(1, iterations + 1):
        loss = None
        ### YOUR CODE HERE (~2 lines)
        loss, gradient = f(x)
        x = x - np.multiply(step, gradient)
        ### END YOUR CODE
        x = postprocessing(x)
        if iter % PRINT_EVERY == 0:
            exploss = loss if not exploss else .95 * exploss + .05 * loss
            print("iter %d: %f" % (iter, exploss))
        if iter % ANNEAL_EVERY == 0:
            step *= 0.5
    return x
