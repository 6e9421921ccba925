"""One example after the other; the parameters as lists of floats inside, arrays outside."""
import math

import numpy as np


def init_feedforward(vocabulary_size, n, m, h, rng, direct=True):
    def small(*shape):
        return 0.1 * rng.standard_normal(shape)

    v, x = vocabulary_size, (n - 1) * m
    return {"C": small(v, m), "H": small(h, x), "d": np.zeros(h), "U": small(v, h), "b": np.zeros(v),
            "W": small(v, x) if direct else None}


def feedforward_parameter_count(vocabulary_size, n, m, h, direct=True):
    count = vocabulary_size * (1 + n * m + h) + h * (1 + (n - 1) * m)
    if not direct:
        count -= vocabulary_size * (n - 1) * m
    return count


def context_windows(sentences, n, boundary):
    contexts, targets = [], []
    for sentence in sentences:
        nearest_first = [boundary] * (n - 1)
        for word in list(sentence) + [boundary]:
            contexts.append(list(nearest_first))
            targets.append(word)
            nearest_first = [word] + nearest_first[:-1]
    return contexts, targets


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def lists(parameters):
    return {k: None if v is None else np.asarray(v).tolist() for k, v in parameters.items()}


def one(p, context):
    x = []
    for word in context:
        x += p["C"][word]
    hidden = [math.tanh(d + dot(row, x)) for d, row in zip(p["d"], p["H"])]
    y = [b + dot(row, hidden) for b, row in zip(p["b"], p["U"])]
    if p["W"] is not None:
        y = [a + dot(row, x) for a, row in zip(y, p["W"])]
    top = max(y)
    e = [math.exp(a - top) for a in y]
    z = sum(e)
    return x, hidden, [a / z for a in e]


def feedforward_probabilities(parameters, contexts):
    p = lists(parameters)
    return [one(p, context)[2] for context in contexts]


def feedforward_loss(parameters, contexts, targets):
    p = lists(parameters)
    total = 0.0
    for context, target in zip(contexts, targets):
        total -= math.log(one(p, context)[2][target])
    return total / len(targets)


def feedforward_gradients(parameters, contexts, targets):
    p = lists(parameters)
    g = {k: None if v is None else np.zeros(np.shape(v)).tolist() for k, v in p.items()}
    n = len(targets)
    m = len(p["C"][0])
    for context, target in zip(np.asarray(contexts).tolist(), np.asarray(targets).tolist()):
        x, hidden, y = one(p, context)
        y[target] -= 1
        dy = [a / n for a in y]
        dx = [0.0] * len(x)
        dh = [0.0] * len(hidden)
        for v, e in enumerate(dy):
            g["b"][v] += e
            for i, a in enumerate(hidden):
                g["U"][v][i] += e * a
                dh[i] += e * p["U"][v][i]
            if p["W"] is not None:
                for i, a in enumerate(x):
                    g["W"][v][i] += e * a
                    dx[i] += e * p["W"][v][i]
        for j, a in enumerate(hidden):
            e = dh[j] * (1 - a * a)
            g["d"][j] += e
            for i, b in enumerate(x):
                g["H"][j][i] += e * b
                dx[i] += e * p["H"][j][i]
        for position, word in enumerate(context):
            for i in range(m):
                g["C"][word][i] += dx[position * m + i]
    return {k: None if v is None else np.array(v) for k, v in g.items()}


def train_feedforward(parameters, contexts, targets, epochs, learning_rate, batch_size, rng):
    p = dict(parameters)
    for _ in range(epochs):
        order = list(range(len(targets)))
        rng.shuffle(order)
        for i in range(0, len(order), batch_size):
            some = order[i : i + batch_size]
            g = feedforward_gradients(p, [contexts[j] for j in some], [targets[j] for j in some])
            for k in p:
                if p[k] is not None:
                    p[k] = p[k] - learning_rate * g[k]
    return p
