import math

import numpy as np


def init_recurrent(vocabulary_size, hidden, rng):
    return {"U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
            "V": 0.1 * rng.standard_normal((vocabulary_size, hidden))}


def recurrent_step(parameters, word, state):
    U, V = parameters["U"].tolist(), parameters["V"].tolist()
    new = []
    for row in U:
        a = row[word]
        for i, s in enumerate(state):
            a += row[len(V) + i] * s
        new.append(1 / (1 + math.exp(-a)))
    y = [sum(v * s for v, s in zip(row, new)) for row in V]
    e = [math.exp(a - max(y)) for a in y]
    return new, [a / sum(e) for a in e]


def recurrent_loss(parameters, words, targets, state):
    losses = []
    for i in range(len(words)):
        state, y = recurrent_step(parameters, words[i], state)
        losses.append(-math.log(y[targets[i]]))
    return sum(losses) / len(losses), state


def recurrent_step_gradients(parameters, word, target, state, d_state=None):
    U, V = parameters["U"], parameters["V"]
    new, y = recurrent_step(parameters, word, state)
    gU, gV, back = np.zeros(U.shape), np.zeros(V.shape), [0.0] * len(state)
    e = list(y)
    e[target] -= 1
    for j in range(len(new)):
        d = 0.0 if d_state is None else d_state[j]
        for v in range(len(V)):
            gV[v, j] = e[v] * new[j]
            d += e[v] * V[v, j]
        d *= new[j] * (1 - new[j])
        gU[j, word] = d
        for i in range(len(state)):
            gU[j, len(V) + i] += d * state[i]
            back[i] += d * U[j, len(V) + i]
    return {"U": gU, "V": gV, "state": back}


def clip_gradients(gradients, max_norm):
    total = 0.0
    for g in gradients.values():
        for x in g.ravel():
            total += x * x
    norm = math.sqrt(total)
    if norm <= max_norm:
        return gradients
    return {k: g * max_norm / norm for k, g in gradients.items()}


def recurrent_chunk_gradients(parameters, words, targets, state):
    states = [list(state)]
    loss = 0.0
    for word, target in zip(words, targets):
        new, y = recurrent_step(parameters, word, states[-1])
        states.append(new)
        loss -= math.log(y[target])
    gU, gV = np.zeros(parameters["U"].shape), np.zeros(parameters["V"].shape)
    back = None
    for t in range(len(words) - 1, -1, -1):
        g = recurrent_step_gradients(parameters, words[t], targets[t], states[t], back)
        gU += g["U"]
        gV += g["V"]
        back = g["state"]
    n = len(words)
    return loss / n, {"U": gU / n, "V": gV / n}, states[-1]


def truncated_gradients(parameters, words, targets, state, tau):
    result = []
    i = 0
    while i < len(words):
        loss, g, state = recurrent_chunk_gradients(parameters, words[i : i + tau], targets[i : i + tau], state)
        result.append([loss, g])
        i += tau
    return result
