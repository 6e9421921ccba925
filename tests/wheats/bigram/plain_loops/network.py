import math


def one_hot(ids, size):
    rows = []
    for i in ids:
        row = [0.0] * size
        row[i] = 1.0
        rows.append(row)
    return rows


def softmax(logits):
    out = []
    for row in logits:
        m = max(row)
        e = [math.exp(z - m) for z in row]
        s = sum(e)
        out.append([x / s for x in e])
    return out


def network_loss(W, xs, ys):
    P = softmax(W)  # one_hot(x) @ W picks row x
    loss = 0.0
    for x, y in zip(xs, ys):
        loss -= math.log(P[x][y])
    return loss / len(xs)


def network_gradient(W, xs, ys):
    V = len(W)
    n = len(xs)
    P = softmax(W)
    dW = [[0.0] * V for _ in range(V)]
    for x, y in zip(xs, ys):
        for j in range(V):
            dW[x][j] += P[x][j] / n
        dW[x][y] -= 1 / n
    return dW


def train(W, xs, ys, steps=500, lr=50.0):
    W = [[float(w) for w in row] for row in W]
    xs = [int(x) for x in xs]
    ys = [int(y) for y in ys]
    for step in range(steps):
        dW = network_gradient(W, xs, ys)
        for i in range(len(W)):
            for j in range(len(W)):
                W[i][j] -= lr * dW[i][j]
    return W
