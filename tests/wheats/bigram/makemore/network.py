import numpy as np


def one_hot(ids, size):
    xenc = np.zeros((len(ids), size))
    xenc[np.arange(len(ids)), ids] = 1
    return xenc


def softmax(logits):
    counts = np.exp(logits - logits.max(1, keepdims=True))  # equivalent to N
    return counts / counts.sum(1, keepdims=True)


def network_loss(W, xs, ys):
    num = xs.size
    logits = one_hot(xs, W.shape[0]) @ W
    probs = softmax(logits)
    loss = -np.log(probs[np.arange(num), ys]).mean()
    return loss


def network_gradient(W, xs, ys):
    num = xs.size
    xenc = one_hot(xs, W.shape[0])
    dlogits = softmax(xenc @ W)
    dlogits[np.arange(num), ys] -= 1
    dlogits /= num
    return xenc.T @ dlogits


def train(W, xs, ys, steps=500, lr=50.0):
    for k in range(steps):
        grad = network_gradient(W, xs, ys)
        W += -lr * grad
        if k % 100 == 0:
            print(k, network_loss(W, xs, ys))
    return W
