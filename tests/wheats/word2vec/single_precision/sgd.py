import numpy as np


def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    x = np.asarray(x0, dtype=np.float32)
    for i in range(1, iterations + 1):
        loss, grad = f(x)
        x = (x - step * grad).astype(np.float32)
        if postprocessing:
            x = postprocessing(x)
        if i % PRINT_EVERY == 0:
            print(f"{i:>6} {float(loss):.4f}")
    return x
