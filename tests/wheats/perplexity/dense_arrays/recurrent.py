import numpy as np


def init_recurrent(vocabulary_size, hidden, rng):
    return {"U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
            "V": 0.1 * rng.standard_normal((vocabulary_size, hidden))}


def _sigmoid(a):
    return np.where(a >= 0, 1 / (1 + np.exp(-np.abs(a))), np.exp(-np.abs(a)) / (1 + np.exp(-np.abs(a))))


def recurrent_step(parameters, word, state):
    U, V = parameters["U"], parameters["V"]
    nv = len(V)
    # columns, as in the textbook
    x = np.zeros((nv + np.size(state), 1))
    x[word] = 1
    x[nv:, 0] = np.ravel(state)
    s = _sigmoid(U @ x)
    y = np.exp(V @ s)
    return s, (y / y.sum()).T


def recurrent_loss(parameters, words, targets, state):
    total = 0
    for t in range(len(words)):
        state, y = recurrent_step(parameters, words[t], state)
        total += np.log(y[0, targets[t]])
    return -total / len(words), state.T


def recurrent_step_gradients(parameters, word, target, state, d_state=None):
    U, V = parameters["U"], parameters["V"]
    nv = len(V)
    s, y = recurrent_step(parameters, word, state)
    x = np.vstack([np.eye(nv)[:, [word]], np.reshape(state, (-1, 1))])
    e = y.T - np.eye(nv)[:, [target]]
    delta = V.T @ e
    if d_state is not None:
        delta += np.reshape(d_state, (-1, 1))
    delta = delta * s * (1 - s)
    return {"U": delta @ x.T, "V": e @ s.T, "state": (U.T @ delta)[nv:]}


def clip_gradients(gradients, max_norm):
    norm = np.sqrt(np.sum([np.sum(np.square(g)) for g in gradients.values()]))
    return {k: max_norm * g / max(norm, max_norm) for k, g in gradients.items()}


def recurrent_chunk_gradients(parameters, words, targets, state):
    T = len(words)
    loss, last = recurrent_loss(parameters, words, targets, state)
    inputs = [np.reshape(state, (-1, 1))]
    for w in words[:-1]:
        inputs.append(recurrent_step(parameters, w, inputs[-1])[0])
    g = {"U": 0.0, "V": 0.0}
    back = np.zeros_like(inputs[0])
    for t in reversed(range(T)):
        step = recurrent_step_gradients(parameters, words[t], targets[t], inputs[t], back)
        g["U"] += step["U"] / T
        g["V"] += step["V"] / T
        back = step["state"]
    return loss, g, last


def truncated_gradients(parameters, words, targets, state, tau):
    chunks = [(words[i : i + tau], targets[i : i + tau]) for i in range(0, len(words), tau)]
    out = []
    for w, t in chunks:
        loss, g, state = recurrent_chunk_gradients(parameters, w, t, state)
        out.append((loss, g))
    return out
