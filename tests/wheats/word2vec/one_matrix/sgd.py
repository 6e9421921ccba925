from __future__ import annotations

import functools


def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    then = postprocessing or (lambda x: x)

    def one(x, i):
        cost, gradient = f(x)
        if i % PRINT_EVERY == 0:
            print("iteration", i, "cost", cost)
        return then(x - step * 0.5 ** (i // 20001) * gradient)

    return functools.reduce(one, range(1, iterations + 1), x0)
