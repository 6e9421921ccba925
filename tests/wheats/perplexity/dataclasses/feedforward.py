from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Parameters = dict[str, np.ndarray | None]


def init_feedforward(
    vocabulary_size: int, n: int, m: int, h: int, rng: np.random.Generator, direct: bool = True
) -> Parameters:
    """Small random parameters for vectors of size m, h hidden units and n - 1 words of context. (Given.)"""

    def small(*shape: int) -> np.ndarray:
        return 0.1 * rng.standard_normal(shape)

    v, x = vocabulary_size, (n - 1) * m
    return {
        "C": small(v, m),
        "H": small(h, x),
        "d": np.zeros(h),
        "U": small(v, h),
        "b": np.zeros(v),
        "W": small(v, x) if direct else None,
    }


def feedforward_parameter_count(vocabulary_size: int, n: int, m: int, h: int, direct: bool = True) -> int:
    x = (n - 1) * m
    return vocabulary_size * (1 + m + h + direct * x) + h * (1 + x)


def context_windows(sentences: Sequence[Sequence[int]], n: int, boundary: int) -> tuple[np.ndarray, np.ndarray]:
    ctx, tgt = [np.empty((0, n - 1), np.int64)], [np.empty(0, np.int64)]
    for s in sentences:
        padded = np.r_[np.full(n - 1, boundary), np.asarray(s, np.int64), boundary].astype(np.int64)
        win = np.lib.stride_tricks.sliding_window_view(padded, n)
        ctx.append(win[:, -2::-1] if n > 1 else win[:, :0])
        tgt.append(win[:, -1])
    return np.concatenate(ctx), np.concatenate(tgt)


def _forward(p: Parameters, contexts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    contexts = np.asarray(contexts)
    x = p["C"][contexts].reshape(len(contexts), contexts.shape[1] * p["C"].shape[1])
    h = np.tanh(x @ p["H"].T + p["d"])
    y = h @ p["U"].T + p["b"]
    if p.get("W") is not None:
        y = y + x @ p["W"].T
    y = y - y.max(axis=1, keepdims=True)
    return x, h, y - np.log(np.exp(y).sum(axis=1, keepdims=True))


def feedforward_probabilities(parameters: Parameters, contexts: np.ndarray) -> np.ndarray:
    return np.exp(_forward(parameters, contexts)[2])


def feedforward_loss(parameters: Parameters, contexts: np.ndarray, targets: np.ndarray) -> float:
    logp = _forward(parameters, contexts)[2]
    return float(-logp[np.arange(len(targets)), targets].mean())


def feedforward_gradients(parameters: Parameters, contexts: np.ndarray, targets: np.ndarray) -> Parameters:
    p, contexts, B = parameters, np.asarray(contexts), len(targets)
    x, h, logp = _forward(p, contexts)
    dy = np.exp(logp)
    dy[np.arange(B), targets] -= 1
    dy /= B
    da = (dy @ p["U"]) * (1 - h**2)
    dx = da @ p["H"]
    g: Parameters = {"H": da.T @ x, "d": da.sum(0), "U": dy.T @ h, "b": dy.sum(0)}
    if p.get("W") is not None:
        g["W"] = dy.T @ x
        dx = dx + dy @ p["W"]
    g["C"] = np.zeros(p["C"].shape)
    np.add.at(g["C"], contexts, dx.reshape(*contexts.shape, p["C"].shape[1]))
    return g  # no key W for a network without direct connections


def train_feedforward(
    parameters: Parameters,
    contexts: np.ndarray,
    targets: np.ndarray,
    epochs: int,
    learning_rate: float,
    batch_size: int,
    rng: np.random.Generator,
) -> Parameters:
    p = {k: None if v is None else np.array(v) for k, v in parameters.items()}
    X, Y = np.asarray(contexts), np.asarray(targets)
    for _ in range(epochs):
        perm = rng.permutation(len(Y))
        for ix in (perm[i : i + batch_size] for i in range(0, len(Y), batch_size)):
            for k, g in feedforward_gradients(p, X[ix], Y[ix]).items():
                p[k] -= learning_rate * g
    return p
