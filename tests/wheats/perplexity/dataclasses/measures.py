"""Entropy, perplexity and relatives, vectorised."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def _log(x: ArrayLike) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(x, dtype=np.float64))


def _plogq(p: ArrayLike, logq: np.ndarray) -> float:
    p = np.asarray(p, dtype=np.float64)
    on = p > 0
    return float(p[on] @ logq[on])


def log_probability(probabilities: Sequence[float], base: float = math.e) -> float:
    return float(_log(probabilities).sum() / math.log(base))


def entropy(p: Sequence[float], base: float = math.e) -> float:
    return cross_entropy(p, p, base)


def cross_entropy(p: Sequence[float], q: Sequence[float], base: float = math.e) -> float:
    return -_plogq(p, _log(q)) / math.log(base)


def kl_divergence(p: Sequence[float], q: Sequence[float], base: float = math.e) -> float:
    p_, q_ = np.asarray(p, float), np.asarray(q, float)
    on = p_ > 0
    return max(0.0, float(p_[on] @ (_log(p_[on]) - _log(q_[on])))) / math.log(base)


def perplexity(log_probabilities: Sequence[float], base: float = math.e) -> float:
    if np.size(log_probabilities) == 0:
        raise ValueError("perplexity of nothing")
    with np.errstate(over="ignore"):
        return float(np.float64(base) ** -np.mean(np.asarray(log_probabilities, float)))


def text_size(text: str) -> tuple[int, int]:
    return len(text), len(text.encode())


def bits_per_unit(nll: float, units: int) -> float:
    return nll / (math.log(2) * units)


def convert_perplexity(ppl: float, tokens: int, words: int) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(np.log(ppl) * tokens / words))


def free_parameters(vocabulary_size: int, n: int) -> int:
    return (vocabulary_size - 1) * vocabulary_size ** (n - 1)


def mixture_bound(nlls: Sequence[float], weights: Sequence[float]) -> float:
    nll, w = np.asarray(nlls, float), np.asarray(weights, float)
    return float(min(w @ nll, (nll - np.log(w)).min()))


def facts() -> dict[str, float | bool]:
    return dict(
        vocabulary=11, predictions=17, uniform=11.0, coin=10.0, can_exceed_vocabulary=True,
        unseen_bigram=math.inf, mixture=2.5, merged_tokens=16.0,
    )
