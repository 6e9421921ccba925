"""The gradient written out over the whole chunk with sensitivities forward in time (no backward pass at all)."""
import numpy as np


def init_recurrent(vocabulary_size, hidden, rng):
    return {"U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
            "V": 0.1 * rng.standard_normal((vocabulary_size, hidden))}


def recurrent_step(parameters, word, state):
    U, V = parameters["U"], parameters["V"]
    Uw, Us = np.split(U, [len(V)], axis=1)
    s = 1.0 / (1.0 + np.exp(-(Uw[:, word] + Us.dot(state))))
    z = V.dot(s)
    z = z - z.max()
    return s, np.exp(z - np.log(np.exp(z).sum()))


def recurrent_loss(parameters, words, targets, state):
    nll = []
    for pair in zip(words, targets):
        state, y = recurrent_step(parameters, pair[0], state)
        nll.append(-np.log(y[pair[1]]))
    return np.mean(nll), state


def recurrent_step_gradients(parameters, word, target, state, d_state=None):
    U, V = parameters["U"], parameters["V"]
    s, y = recurrent_step(parameters, word, state)
    onehot = np.arange(len(V)) == target
    d = (y - onehot) @ V
    if d_state is not None:
        d = d + np.asarray(d_state)
    d = s * (1 - s) * d
    x = np.append(np.arange(len(V)) == word, state)
    return {"U": np.outer(d, x), "V": np.outer(y - onehot, s), "state": d @ U[:, len(V) :]}


def clip_gradients(gradients, max_norm):
    norm = np.sqrt(sum(np.linalg.norm(g) ** 2 for g in gradients.values()))
    return {k: g / max(1.0, norm / max_norm) for k, g in gradients.items()}


def recurrent_chunk_gradients(parameters, words, targets, state):
    U, V = parameters["U"], parameters["V"]
    h, width = U.shape
    gU, gV, loss = np.zeros_like(U), np.zeros_like(V), 0.0
    S = np.zeros((h, h, width))  # d s_i / d U_jk
    s = state
    for w, t in zip(words, targets):
        x = np.append(np.arange(len(V)) == w, s).astype(float)
        new, y = recurrent_step(parameters, w, s)
        A = np.einsum("il,ljk->ijk", U[:, len(V) :], S)
        A[np.arange(h), np.arange(h)] += x
        S = (new * (1 - new))[:, None, None] * A
        e = y - (np.arange(len(V)) == t)
        gV += np.outer(e, new)
        gU += np.einsum("i,ijk->jk", e @ V, S)
        loss -= np.log(y[t])
        s = new
    T = len(words)
    return loss / T, {"U": gU / T, "V": gV / T}, s


def truncated_gradients(parameters, words, targets, state, tau):
    out = []
    for i in range(-(-len(words) // tau)):
        part = slice(i * tau, (i + 1) * tau)
        loss, g, state = recurrent_chunk_gradients(parameters, words[part], targets[part], state)
        out.append((loss, g))
    return out
