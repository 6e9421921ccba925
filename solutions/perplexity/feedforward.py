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
    # BEGIN SOLUTION
    v, x = vocabulary_size, (n - 1) * m
    return v * m + h * x + h + v * h + v + (v * x if direct else 0)
    # END SOLUTION


def context_windows(sentences: Sequence[Sequence[int]], n: int, boundary: int) -> tuple[np.ndarray, np.ndarray]:
    """All predictions of a corpus of word ids: contexts (N, n - 1) and targets (N,), integers.

    Every word and the end of every sentence is a target, in the order of the text. Column j of the contexts is
    the word j + 1 places before the target (column 0 the nearest). The id `boundary` ends each sentence and also
    fills the context before its first word; no context reaches into another sentence.

    >>> contexts, targets = context_windows([[5, 6]], n=3, boundary=0)
    >>> contexts.tolist(), targets.tolist()
    ([[0, 0], [5, 0], [6, 5]], [5, 6, 0])
    """
    # BEGIN SOLUTION
    contexts, targets = [], []
    for sentence in sentences:
        padded = [boundary] * (n - 1) + list(sentence) + [boundary]
        for t in range(n - 1, len(padded)):
            contexts.append(padded[t - n + 1 : t][::-1])
            targets.append(padded[t])
    return np.array(contexts, dtype=np.int64).reshape(-1, n - 1), np.array(targets, dtype=np.int64)
    # END SOLUTION


# BEGIN SOLUTION
def _forward(parameters: Parameters, contexts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x (B, (n-1) m), the hidden layer (B, h) and the log-probabilities (B, V)."""
    x = parameters["C"][contexts].reshape(len(contexts), -1)
    hidden = np.tanh(parameters["d"] + x @ parameters["H"].T)
    logits = parameters["b"] + hidden @ parameters["U"].T
    if parameters["W"] is not None:
        logits = logits + x @ parameters["W"].T
    logits = logits - logits.max(axis=1, keepdims=True)
    return x, hidden, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


# END SOLUTION


def feedforward_probabilities(parameters: Parameters, contexts: np.ndarray) -> np.ndarray:
    """P(. | context) for each of B contexts.

    `contexts`: (B, n - 1) ids, column 0 the nearest word. Returns (B, V), rows that sum to one, also for logits
    in the thousands (subtract the largest before the exponential).
    """
    # BEGIN SOLUTION
    return np.exp(_forward(parameters, contexts)[2])
    # END SOLUTION


def feedforward_loss(parameters: Parameters, contexts: np.ndarray, targets: np.ndarray) -> float:
    """The mean over the batch of -ln P(target | context), in nats; no regulariser.

    `contexts`: (B, n - 1) ids; `targets`: (B,) ids.
    """
    # BEGIN SOLUTION
    return float(-_forward(parameters, contexts)[2][np.arange(len(targets)), targets].mean())
    # END SOLUTION


def feedforward_gradients(parameters: Parameters, contexts: np.ndarray, targets: np.ndarray) -> Parameters:
    """The gradient of `feedforward_loss` with respect to every parameter: the same keys and shapes (W: None if
    there is none).

    A word that stands in several contexts, or twice in one, collects the sum of its gradients in its row of C.
    Source: Bengio et al. 2003, section 3.2 (which updates per example; here the mean over the batch).
    """
    # BEGIN SOLUTION
    x, hidden, logs = _forward(parameters, contexts)
    d_logits = np.exp(logs)
    d_logits[np.arange(len(targets)), targets] -= 1
    d_logits /= len(targets)
    d_hidden = d_logits @ parameters["U"] * (1 - hidden**2)
    d_x = d_hidden @ parameters["H"]
    if parameters["W"] is not None:
        d_x += d_logits @ parameters["W"]
    d_c = np.zeros_like(parameters["C"])
    np.add.at(d_c, contexts, d_x.reshape(*contexts.shape, -1))
    return {
        "C": d_c,
        "H": d_hidden.T @ x,
        "d": d_hidden.sum(axis=0),
        "U": d_logits.T @ hidden,
        "b": d_logits.sum(axis=0),
        "W": None if parameters["W"] is None else d_logits.T @ x,
    }
    # END SOLUTION


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
    # BEGIN SOLUTION
    trained = {name: None if value is None else value.copy() for name, value in parameters.items()}
    for _ in range(epochs):
        order = rng.permutation(len(targets))
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            for name, gradient in feedforward_gradients(trained, contexts[batch], targets[batch]).items():
                if gradient is not None:
                    trained[name] -= learning_rate * gradient
    return trained
    # END SOLUTION
