"""One-hot matrices instead of indexing: every gradient is a product of matrices."""
import numpy as np


def init_feedforward(vocabulary_size, n, m, h, rng, direct=True):
    def small(*shape):
        return 0.1 * rng.standard_normal(shape)

    v, x = vocabulary_size, (n - 1) * m
    return {"C": small(v, m), "H": small(h, x), "d": np.zeros(h), "U": small(v, h), "b": np.zeros(v),
            "W": small(v, x) if direct else None}


def feedforward_parameter_count(vocabulary_size, n, m, h, direct=True):
    p = init_feedforward(vocabulary_size, n, m, h, np.random.default_rng(0), direct)
    return sum(a.size for a in p.values() if a is not None)


def context_windows(sentences, n, boundary):
    X, Y = [], []
    for s in sentences:
        p = np.concatenate([np.full(n - 1, boundary), np.asarray(s, int), [boundary]]).astype(int)
        w = np.lib.stride_tricks.sliding_window_view(p, n)
        X.append(w[:, -2::-1] if n > 1 else w[:, :0])
        Y.append(w[:, -1])
    return np.concatenate(X), np.concatenate(Y)


def _onehot(ids, v):
    return (np.asarray(ids)[..., None] == np.arange(v)).astype(float)


def _run(q, contexts):
    Z = _onehot(contexts, len(q["C"]))  # (B, n-1, V)
    X = np.einsum("bkv,vm->bkm", Z, q["C"]).reshape(len(Z), -1)
    A = np.tanh(np.einsum("bx,hx->bh", X, q["H"]) + q["d"])
    Y = q["b"] + np.einsum("bh,vh->bv", A, q["U"])
    if q["W"] is not None:
        Y = Y + np.einsum("bx,vx->bv", X, q["W"])
    E = np.exp(Y - Y.max(1, keepdims=True))
    return Z, X, A, E / E.sum(1, keepdims=True)


def feedforward_probabilities(parameters, contexts):
    return _run(parameters, contexts)[-1]


def feedforward_loss(parameters, contexts, targets):
    P = feedforward_probabilities(parameters, contexts)
    return -(np.log(P) * _onehot(targets, P.shape[1])).sum(1).mean()


def feedforward_gradients(parameters, contexts, targets):
    q = parameters
    Z, X, A, P = _run(q, contexts)
    G = (P - _onehot(targets, P.shape[1])) / len(P)
    D = (G @ q["U"]) * (1 - A * A)
    dX = D @ q["H"]
    out = {}
    if q["W"] is not None:
        dX = dX + G @ q["W"]
        out["W"] = G.T @ X
    dX = dX.reshape(*Z.shape[:2], -1)
    out.update(C=np.einsum("bkv,bkm->vm", Z, dX), H=D.T @ X, d=D.sum(0), U=G.T @ A, b=G.sum(0))
    return out


def train_feedforward(parameters, contexts, targets, epochs, learning_rate, batch_size, rng):
    contexts, targets = np.asarray(contexts), np.asarray(targets)
    for _ in range(epochs):
        perm = rng.permutation(len(targets))
        for rows in np.array_split(perm, range(batch_size, len(perm), batch_size)):
            for k, g in feedforward_gradients(parameters, contexts[rows], targets[rows]).items():
                parameters[k] -= learning_rate * g
    return parameters
