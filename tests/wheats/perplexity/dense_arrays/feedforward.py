"""Single precision throughout."""
import numpy as np

F = np.float32


def init_feedforward(vocabulary_size, n, m, h, rng, direct=True):
    def small(*shape):
        return 0.1 * rng.standard_normal(shape)

    v, x = vocabulary_size, (n - 1) * m
    return {"C": small(v, m), "H": small(h, x), "d": np.zeros(h), "U": small(v, h), "b": np.zeros(v),
            "W": small(v, x) if direct else None}


def feedforward_parameter_count(vocabulary_size, n, m, h, direct=True):
    shapes = [(vocabulary_size, m), (h, (n - 1) * m), (h,), (vocabulary_size, h), (vocabulary_size,)]
    if direct:
        shapes.append((vocabulary_size, (n - 1) * m))
    return sum(np.prod(s) for s in shapes)


def context_windows(sentences, n, boundary):
    targets = np.array([w for s in sentences for w in [*s, boundary]], dtype=np.int32)
    contexts = np.full((len(targets), n - 1), boundary, dtype=np.int32)
    row = 0
    for s in sentences:
        for t in range(len(s) + 1):
            for j in range(min(t, n - 1)):
                contexts[row, j] = s[t - 1 - j]
            row += 1
    return contexts, targets


def _single(parameters):
    return {k: None if v is None else np.asarray(v, F) for k, v in parameters.items()}


def _forward(p, contexts):
    x = p["C"].take(contexts, axis=0).reshape(len(contexts), -1)
    a = np.tanh(p["d"] + x.dot(p["H"].T))
    y = p["b"] + a.dot(p["U"].T)
    if p["W"] is not None:
        y += x.dot(p["W"].T)
    y -= y.max(axis=-1)[:, None]
    np.exp(y, out=y)
    y /= y.sum(axis=-1)[:, None]
    return x, a, y


def feedforward_probabilities(parameters, contexts):
    return _forward(_single(parameters), contexts)[2]


def feedforward_loss(parameters, contexts, targets):
    y = feedforward_probabilities(parameters, contexts)
    return -np.log(y[range(len(y)), targets]).mean()


def feedforward_gradients(parameters, contexts, targets):
    p = _single(parameters)
    x, a, y = _forward(p, contexts)
    y[range(len(y)), targets] -= 1
    y /= F(len(y))
    da = y.dot(p["U"]) * (1 - np.square(a))
    dx = da.dot(p["H"])
    g = {"b": y.sum(0), "U": y.T.dot(a), "d": da.sum(0), "H": da.T.dot(x), "W": None}
    if p["W"] is not None:
        g["W"] = y.T.dot(x)
        dx += y.dot(p["W"])
    dx = dx.reshape(-1, p["C"].shape[1])
    g["C"] = np.stack([np.bincount(np.ravel(contexts), dx[:, i], len(p["C"])) for i in range(dx.shape[1])], 1).astype(F)
    return g


def train_feedforward(parameters, contexts, targets, epochs, learning_rate, batch_size, rng):
    p = _single(parameters)
    p = {k: None if v is None else v.copy() for k, v in p.items()}
    n_batches = -(-len(targets) // batch_size)
    for _ in range(epochs):
        shuffled = rng.permuted(np.arange(len(targets)))
        for i in range(n_batches):
            batch = shuffled[i * batch_size : (i + 1) * batch_size]
            g = feedforward_gradients(p, contexts[batch], targets[batch])
            for k in p:
                if p[k] is not None:
                    p[k] -= F(learning_rate) * g[k]
    return p
