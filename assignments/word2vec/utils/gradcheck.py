"""Given: compare a gradient with central differences, and two such checks of a whole skip-gram."""

import random

import numpy as np


def gradcheck_naive(f, x, gradientText=""):
    """Compare the gradient of `f` with central differences at `x`; print what was found.

    f: takes an array like x and returns (loss, gradient); random numbers drawn from `random` or from `np.random`
    inside f are the same in every call. x: an array of floats, unchanged afterwards. gradientText: what to call the
    gradient in the message. Returns True when every entry agrees to 1e-5, relative to the larger of 1 and both numbers.
    """
    states = random.getstate(), np.random.get_state()

    def at(point):
        random.setstate(states[0])
        np.random.set_state(states[1])
        return f(point)

    x = np.array(x, dtype=float)
    gradient = np.asarray(at(x.copy())[1])
    step = 1e-4
    for index in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        numeric = (float(np.squeeze(at(up)[0])) - float(np.squeeze(at(down)[0]))) / (2 * step)
        yours = float(np.reshape(gradient, x.shape)[index])
        if abs(numeric - yours) > 1e-5 * max(1.0, abs(numeric), abs(yours)):
            print(f"Gradient check failed for {gradientText or 'the gradient'} at {index}:")
            print(f"  yours {yours:.8f}, central difference {numeric:.8f}")
            return False
    print(f"Gradient check passed for {gradientText or 'the gradient'}.")
    return True


def grad_tests_softmax(skipgram, dummy_tokens, dummy_vectors, dataset):
    """Check the gradients of `skipgram` with its default loss on three windows of the letters a to e.

    dummy_tokens: word -> row; dummy_vectors: (2V, d), the first half centre vectors, the second half outside vectors.
    """
    _windows(skipgram, dummy_tokens, dummy_vectors, dataset, ())


def grad_tests_negsamp(skipgram, dummy_tokens, dummy_vectors, dataset, negSamplingLossAndGradient):
    """The same three windows with negative sampling as the loss."""
    _windows(skipgram, dummy_tokens, dummy_vectors, dataset, (negSamplingLossAndGradient,))


def _windows(skipgram, word2Ind, vectors, dataset, loss):
    half = len(vectors) // 2
    for center, size, outside in [("c", 3, "abedbc"), ("c", 2, "ab"), ("a", 3, "abedbc")]:

        def f(both, window=(center, size, list(outside))):
            cost, centers, outsides = skipgram(*window, word2Ind, both[:half], both[half:], dataset, *loss)
            return cost, np.vstack([centers, outsides])

        gradcheck_naive(f, vectors, f"skip-gram at {center!r} with {outside!r}")
