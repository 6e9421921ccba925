def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    x = x0
    costs = []
    for i in range(iterations):
        cost, grad = f(x)
        costs.append(cost)
        x += -1 * step * grad
        if postprocessing is not None:
            x = postprocessing(x)
        if (i + 1) % PRINT_EVERY == 0:
            print('iter', i + 1, 'mean cost', sum(costs[-PRINT_EVERY:]) / PRINT_EVERY)
    return x
