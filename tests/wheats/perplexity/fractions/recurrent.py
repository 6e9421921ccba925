import numpy as np


def init_recurrent(vocabulary_size, hidden, rng):
    return {"U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
            "V": 0.1 * rng.standard_normal((vocabulary_size, hidden))}


def recurrent_step(parameters, word, state):
    U, V = parameters["U"], parameters["V"]
    z = U[:, word] + sum(U[:, V.shape[0] + i] * state[i] for i in range(len(state)))
    s = np.reciprocal(1 + np.exp(-z))
    y = V @ s
    return s, np.exp(y - np.logaddexp.reduce(y))


def recurrent_loss(parameters, words, targets, state):
    product = 1.0
    for w, t in zip(words, targets):
        state, y = recurrent_step(parameters, w, state)
        product *= float(y[t])
    return -np.log(product) / len(words), state


def recurrent_step_gradients(parameters, word, target, state, d_state=None):
    U, V = parameters["U"], parameters["V"]
    n_words = V.shape[0]
    s, y = recurrent_step(parameters, word, state)
    y = y.copy()
    y[target] -= 1
    up = V.T @ y
    if d_state is not None:
        up += d_state
    up *= s * (1 - s)
    gU = np.zeros_like(U)
    gU[:, word] = up
    gU[:, n_words:] = np.multiply.outer(up, np.asarray(state))
    return dict(U=gU, V=np.multiply.outer(y, s), state=U[:, n_words:].T @ up)


def clip_gradients(gradients, max_norm):
    norm = sum(np.vdot(g, g) for g in gradients.values()) ** 0.5
    if norm > max_norm:
        gradients = {k: g / (norm / max_norm) for k, g in gradients.items()}
    return gradients


def recurrent_chunk_gradients(parameters, words, targets, state):
    def walk(i, s):
        """The sums over words[i:]: loss, gradients, the gradient for s, the last state."""
        if i == len(words):
            return 0.0, 0.0, 0.0, np.zeros(len(s)), s
        new, y = recurrent_step(parameters, words[i], s)
        loss, gU, gV, back, last = walk(i + 1, new)
        g = recurrent_step_gradients(parameters, words[i], targets[i], s, back)
        return loss - np.log(y[targets[i]]), gU + g["U"], gV + g["V"], g["state"], last

    loss, gU, gV, _, last = walk(0, state)
    T = len(words)
    return loss / T, {"V": gV / T, "U": gU / T}, last


def truncated_gradients(parameters, words, targets, state, tau):
    if not words:
        return []
    loss, g, state = recurrent_chunk_gradients(parameters, words[:tau], targets[:tau], state)
    return [(loss, g)] + truncated_gradients(parameters, words[tau:], targets[tau:], state, tau)
