from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RecurrentParameters = dict[str, np.ndarray]


def init_recurrent(vocabulary_size: int, hidden: int, rng: np.random.Generator) -> RecurrentParameters:
    """Small random parameters. (Given.)"""
    return {
        "U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
        "V": 0.1 * rng.standard_normal((vocabulary_size, hidden)),
    }


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * a))


def _logsoftmax(y: np.ndarray) -> np.ndarray:
    y = y - y.max()
    return y - np.log(np.exp(y).sum())


def _step(p: RecurrentParameters, word: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    v = len(p["V"])
    s = _sigmoid(p["U"][:, word] + p["U"][:, v:] @ np.ravel(state))
    return s, _logsoftmax(p["V"] @ s)


def recurrent_step(parameters: RecurrentParameters, word: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    s, logp = _step(parameters, word, state)
    return s, np.exp(logp)


def recurrent_loss(
    parameters: RecurrentParameters, words: Sequence[int], targets: Sequence[int], state: np.ndarray
) -> tuple[float, np.ndarray]:
    nll = 0.0
    for w, t in zip(words, targets, strict=True):
        state, logp = _step(parameters, w, state)
        nll -= logp[t]
    return nll / len(words), state


def recurrent_step_gradients(
    parameters: RecurrentParameters, word: int, target: int, state: np.ndarray, d_state: np.ndarray | None = None
) -> RecurrentParameters:
    U, V = parameters["U"], parameters["V"]
    v, state = len(V), np.ravel(state)
    s, logp = _step(parameters, word, state)
    dy = np.exp(logp)
    dy[target] -= 1
    ds = V.T @ dy + (0 if d_state is None else np.ravel(d_state))
    da = ds * s * (1 - s)
    dU = np.zeros_like(U, dtype=float)
    dU[:, word] = da
    dU[:, v:] = np.outer(da, state)
    return {"U": dU, "V": np.outer(dy, s), "state": U[:, v:].T @ da}


def clip_gradients(gradients: RecurrentParameters, max_norm: float) -> RecurrentParameters:
    norm = np.sqrt(sum(np.vdot(g, g) for g in gradients.values()))
    scale = min(1.0, max_norm / (norm + 1e-6))
    return {k: g * scale for k, g in gradients.items()}


def recurrent_chunk_gradients(
    parameters: RecurrentParameters, words: Sequence[int], targets: Sequence[int], state: np.ndarray
) -> tuple[float, RecurrentParameters, np.ndarray]:
    U, V = parameters["U"], parameters["V"]
    v, T = len(V), len(words)
    S = np.empty((T + 1, len(U)))
    P = np.empty((T, v))
    S[0] = np.ravel(state)
    for t, w in enumerate(words):
        S[t + 1], P[t] = _step(parameters, w, S[t])
    ix = np.arange(T), np.asarray(targets)
    loss = -P[ix].mean()
    dY = np.exp(P)
    dY[ix] -= 1
    dY /= T
    dU, carry, dS = np.zeros(U.shape), np.zeros(len(U)), dY @ V
    for t in reversed(range(T)):
        da = (dS[t] + carry) * S[t + 1] * (1 - S[t + 1])
        dU[:, words[t]] += da
        dU[:, v:] += np.outer(da, S[t])
        carry = da @ U[:, v:]
    return float(loss), {"U": dU, "V": dY.T @ S[1:]}, S[-1]


def truncated_gradients(
    parameters: RecurrentParameters, words: Sequence[int], targets: Sequence[int], state: np.ndarray, tau: int
) -> list[tuple[float, RecurrentParameters]]:
    out = []
    for i in range(0, len(words), tau):
        loss, g, state = recurrent_chunk_gradients(parameters, words[i : i + tau], targets[i : i + tau], state)
        out.append((loss, g))
    return out
