"""An explicit loop over the batch, numpy for one example."""
import numpy as np

from measures import free_parameters  # noqa: not needed, but a student had it


def init_feedforward(vocabulary_size, n, m, h, rng, direct=True):
    def small(*shape):
        return 0.1 * rng.standard_normal(shape)

    v, x = vocabulary_size, (n - 1) * m
    return {"C": small(v, m), "H": small(h, x), "d": np.zeros(h), "U": small(v, h), "b": np.zeros(v),
            "W": small(v, x) if direct else None}


def feedforward_parameter_count(vocabulary_size, n, m, h, direct=True):
    C = vocabulary_size * m
    H, d = h * (n - 1) * m, h
    U, b = vocabulary_size * h, vocabulary_size
    W = vocabulary_size * (n - 1) * m * bool(direct)
    return C + H + d + U + b + W


def context_windows(sentences, n, boundary):
    text = [[boundary] * (n - 1) + list(s) + [boundary] for s in sentences]
    pairs = [(s[i - 1 : i - n : -1] if i >= n else s[i - 1 :: -1], s[i]) for s in text for i in range(n - 1, len(s))]
    return np.array([c[: n - 1] for c, _ in pairs]), np.array([t for _, t in pairs])


def _example(p, context):
    x = np.concatenate([p["C"][w] for w in context])
    a = np.tanh(p["H"].dot(x) + p["d"])
    y = p["U"].dot(a) + p["b"] + (0 if p["W"] is None else p["W"].dot(x))
    y = y - np.logaddexp.reduce(y)
    return x, a, y


def feedforward_probabilities(parameters, contexts):
    return np.vstack([np.exp(_example(parameters, c)[2]) for c in contexts])


def feedforward_loss(parameters, contexts, targets):
    return np.mean([-_example(parameters, c)[2][t] for c, t in zip(contexts, targets)])


def feedforward_gradients(parameters, contexts, targets):
    p = parameters
    g = {k: None if v is None else np.zeros_like(v) for k, v in p.items()}
    for c, t in zip(contexts, targets):
        x, a, y = _example(p, c)
        dy = np.exp(y)
        dy[t] -= 1.0
        dz = p["U"].T.dot(dy) * (1 - a) * (1 + a)
        dx = p["H"].T.dot(dz)
        g["b"] += dy
        g["U"] += np.outer(dy, a)
        g["d"] += dz
        g["H"] += np.outer(dz, x)
        if p["W"] is not None:
            g["W"] += np.outer(dy, x)
            dx += p["W"].T.dot(dy)
        for w, part in zip(c, np.split(dx, len(c))):
            g["C"][w] += part
    return {k: None if v is None else v / len(targets) for k, v in g.items()}


def train_feedforward(parameters, contexts, targets, epochs, learning_rate, batch_size, rng):
    theta = {k: v for k, v in parameters.items()}
    for epoch in range(epochs):
        ids = np.arange(len(targets))
        rng.shuffle(ids)
        while len(ids):
            now, ids = ids[:batch_size], ids[batch_size:]
            grad = feedforward_gradients(theta, contexts[now], targets[now])
            theta = {k: v if v is None else v - learning_rate * grad[k] for k, v in theta.items()}
    return theta
