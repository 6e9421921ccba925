import numpy as np


def init_recurrent(vocabulary_size, hidden, rng):
    return {"U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
            "V": 0.1 * rng.standard_normal((vocabulary_size, hidden))}


def softmax(a):
    a = np.exp(a - np.max(a))
    return a / np.sum(a)


def _x(p, word, state):
    one = np.zeros(p["V"].shape[0])
    one[word] = 1
    return np.hstack([one, state])


def recurrent_step(parameters, word, state):
    s = 0.5 * (1 + np.tanh(0.5 * (parameters["U"] @ _x(parameters, word, state))))
    return s, softmax(parameters["V"] @ s)


def recurrent_loss(parameters, words, targets, state):
    nll = 0
    for w, t in zip(words, targets):
        state, y = recurrent_step(parameters, w, state)
        nll += -np.log(y[t])
    return np.array([nll / len(words)]), state


def recurrent_step_gradients(parameters, word, target, state, d_state=None):
    p = parameters
    s, y = recurrent_step(p, word, state)
    dy = y - np.eye(len(y))[target]
    ds = dy @ p["V"]
    if d_state is not None:
        ds = ds + d_state
    da = ds * (s - s**2)
    return {"U": da[:, None] * _x(p, word, state)[None], "V": dy[:, None] * s[None], "state": (da @ p["U"])[len(y) :]}


def clip_gradients(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([g.reshape(-1) for g in gradients.values()]))
    scale = min(1.0, max_norm / (norm + 1e-6))
    return {k: g * scale for k, g in gradients.items()}


def recurrent_chunk_gradients(parameters, words, targets, state):
    # forward once, keeping what the way back needs
    p, T = parameters, len(words)
    xs, ss, ys = [], [np.asarray(state)], []
    for w in words:
        xs.append(_x(p, w, ss[-1]))
        s, y = recurrent_step(p, w, ss[-1])
        ss.append(s)
        ys.append(y)
    ys = np.array(ys)
    loss = -np.log(ys[np.arange(T), targets]).mean()
    dY = ys.copy()
    dY[np.arange(T), targets] -= 1
    dY /= T
    gV = dY.T @ np.array(ss[1:])
    gU = np.zeros_like(p["U"])
    carry = np.zeros_like(ss[0], dtype=float)
    for t in range(T)[::-1]:
        s = ss[t + 1]
        da = (dY[t] @ p["V"] + carry) * s * (1 - s)
        gU += np.outer(da, xs[t])
        carry = (da @ p["U"])[len(p["V"]) :]
    return loss, {"U": gU, "V": gV}, ss[-1]


def truncated_gradients(parameters, words, targets, state, tau):
    out = []
    for i in range(0, len(words), tau):
        loss, g, state = recurrent_chunk_gradients(parameters, words[i : i + tau], targets[i : i + tau], state)
        out.append((loss, g))
    return out
