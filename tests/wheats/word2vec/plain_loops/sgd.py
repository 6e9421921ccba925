def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    x = x0
    done = 0
    while done < iterations:
        loss, gradient = f(x)
        x = x + -step * gradient
        if postprocessing is not None:
            x = postprocessing(x)
        done += 1
        if done % 20000 == 0:
            step = step / 2
    return x
