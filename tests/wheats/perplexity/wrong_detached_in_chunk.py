"""Backpropagation that stops at every step: each error changes only its own step, the chunk might as well have length 1.

chaff: chunk-without-time
"""
import numpy as np


def recurrent_step(parameters, word, state):
    U, V = parameters["U"], parameters["V"]
    s = 1 / (1 + np.exp(-(U[:, word] + U[:, len(V) :] @ state)))
    e = np.exp(V @ s)
    return s, e / e.sum()


def recurrent_loss(parameters, words, targets, state):
    loss = 0.0
    for w, t in zip(words, targets):
        state, y = recurrent_step(parameters, w, state)
        loss -= np.log(y[t]) / len(words)
    return loss, state


def recurrent_chunk_gradients(parameters, words, targets, state):
    U, V = parameters["U"], parameters["V"]
    gU, gV, loss = np.zeros(U.shape), np.zeros(V.shape), 0.0
    for w, t in zip(words, targets):
        new, y = recurrent_step(parameters, w, state)
        loss -= np.log(y[t]) / len(words)
        e = y / len(words)
        e[t] -= 1 / len(words)
        d = (V.T @ e) * new * (1 - new)
        gU[:, w] += d
        gU[:, len(V) :] += np.outer(d, state)
        gV += np.outer(e, new)
        state = new
    return loss, {"U": gU, "V": gV}, state


def truncated_gradients(parameters, words, targets, state, tau):
    out = []
    for i in range(0, len(words), tau):
        loss, g, state = recurrent_chunk_gradients(parameters, words[i : i + tau], targets[i : i + tau], state)
        out.append((loss, g))
    return out
