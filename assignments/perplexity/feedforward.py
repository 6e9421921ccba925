"""The feed-forward language model of Bengio et al. 2003, with its gradients by hand.

    x = [C(w_{t-1}); C(w_{t-2}); ...; C(w_{t-n+1})]          the nearest word first
    y = b + W x + U tanh(d + H x),   P(. | context) = softmax(y)

Words are ids 0 ... V-1. The parameters are a dictionary of float64 arrays:

    C (V, m)  word vectors         H (h, (n-1) m), d (h,)  hidden layer
    U (V, h), b (V,)  output       W (V, (n-1) m)  direct connections, or None for a network without them
"""

from collections.abc import Sequence

import numpy as np

Parameters = dict[str, np.ndarray | None]


# Problem 4


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
    """The number of entries of all parameters together; `direct` says whether W is there.

    Source: Bengio et al. 2003, section 2.

    >>> feedforward_parameter_count(17_964, n=6, m=100, h=60)
    11904264
    """
    raise NotImplementedError("feedforward_parameter_count")


def context_windows(sentences: Sequence[Sequence[int]], n: int, boundary: int) -> tuple[np.ndarray, np.ndarray]:
    """All predictions of a corpus of word ids: contexts (N, n - 1) and targets (N,), integers.

    Every word and the end of every sentence is a target, in the order of the text. Column j of the contexts is
    the word j + 1 places before the target (column 0 the nearest). The id `boundary` ends each sentence and also
    fills the context before its first word; no context reaches into another sentence.

    >>> contexts, targets = context_windows([[5, 6]], n=3, boundary=0)
    >>> contexts.tolist(), targets.tolist()
    ([[0, 0], [5, 0], [6, 5]], [5, 6, 0])
    """
    raise NotImplementedError("context_windows")


def feedforward_probabilities(parameters: Parameters, contexts: np.ndarray) -> np.ndarray:
    """P(. | context) for each of B contexts.

    `contexts`: (B, n - 1) ids, column 0 the nearest word. Returns (B, V), rows that sum to one, also for logits
    in the thousands (subtract the largest before the exponential).
    """
    raise NotImplementedError("feedforward_probabilities")


def feedforward_loss(parameters: Parameters, contexts: np.ndarray, targets: np.ndarray) -> float:
    """The mean over the batch of -ln P(target | context), in nats; no regulariser.

    `contexts`: (B, n - 1) ids; `targets`: (B,) ids.
    """
    raise NotImplementedError("feedforward_loss")


def feedforward_gradients(parameters: Parameters, contexts: np.ndarray, targets: np.ndarray) -> Parameters:
    """The gradient of `feedforward_loss` with respect to every parameter: the same keys and shapes (W: None if
    there is none).

    A word that stands in several contexts, or twice in one, collects the sum of its gradients in its row of C.
    Source: Bengio et al. 2003, section 3.2 (which updates per example; here the mean over the batch).
    """
    raise NotImplementedError("feedforward_gradients")


def train_feedforward(
    parameters: Parameters,
    contexts: np.ndarray,
    targets: np.ndarray,
    epochs: int,
    learning_rate: float,
    batch_size: int,
    rng: np.random.Generator,
) -> Parameters:
    """Stochastic gradient descent on `feedforward_loss`; returns the trained parameters.

    In each of `epochs` passes over the N examples: shuffle them with `rng`, cut them into batches of `batch_size`
    (the last may be smaller), and after each batch subtract learning_rate * gradient from every parameter.
    """
    raise NotImplementedError("train_feedforward")
