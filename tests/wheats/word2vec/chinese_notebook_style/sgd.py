# -*- coding: utf-8 -*-
import numpy as np


def sgd(f, x0, step, iterations, postprocessing=None, useSaved=False, PRINT_EVERY=10):
    """随机梯度下降"""
    x = x0
    loss_list = []
    for it in range(1, iterations + 1):
        loss, grad = f(x)
        loss_list.append(loss)
        x = np.subtract(x, step * grad)
        x = x if postprocessing is None else postprocessing(x)
        if it % PRINT_EVERY == 0:
            print("第 %d 步：损失 %.4f" % (it, np.mean(loss_list)))
    return x


# 自测
t = sgd(lambda x: (np.sum(x ** 2), 2 * x), -1.5, 0.01, 100, PRINT_EVERY=50)
print("结果", t)
