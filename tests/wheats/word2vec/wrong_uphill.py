"""SGD adds the gradient.

chaff: sgd-ascent
"""


def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    if not postprocessing:
        postprocessing = lambda x: x
    x = x0
    for iter in range(iterations):
        loss, grad = f(x)
        x += step * grad
        x = postprocessing(x)
        if (iter + 1) % PRINT_EVERY == 0:
            print("iter %d: %f" % (iter + 1, loss))
    return x
