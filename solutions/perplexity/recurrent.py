"""The recurrent language model of Mikolov et al. 2010, one step at a time.

    x_t = [one_hot(w_t); s_{t-1}],   s_t = sigmoid(U x_t),   P(. | w_1 ... w_t) = softmax(V s_t)

Words are ids 0 ... |V|-1; there are no biases. The parameters are a dictionary of float64 arrays: U (H, |V| + H),
whose first |V| columns belong to the word, and V (|V|, H). The state s (H,) is passed in (Mikolov starts at 0.1)
and out.
"""

from collections.abc import Sequence

import numpy as np

RecurrentParameters = dict[str, np.ndarray]


# Problem 5


def init_recurrent(vocabulary_size: int, hidden: int, rng: np.random.Generator) -> RecurrentParameters:
    """Small random parameters. (Given.)"""
    return {
        "U": 0.1 * rng.standard_normal((hidden, vocabulary_size + hidden)),
        "V": 0.1 * rng.standard_normal((vocabulary_size, hidden)),
    }


def recurrent_step(parameters: RecurrentParameters, word: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One step forward: the new state (H,) and the probabilities of the next word (|V|,).

    `word`: the id w_t that is read; `state`: s_{t-1}, (H,), which is not changed.
    Source: Mikolov et al. 2010, equations 1-5 (the printed + in x(t) is a concatenation).
    """
    # BEGIN SOLUTION
    size = len(parameters["V"])
    state = 1 / (1 + np.exp(-(parameters["U"][:, word] + parameters["U"][:, size:] @ state)))
    logits = parameters["V"] @ state
    scores = np.exp(logits - logits.max())
    return state, scores / scores.sum()
    # END SOLUTION


def recurrent_loss(
    parameters: RecurrentParameters, words: Sequence[int], targets: Sequence[int], state: np.ndarray
) -> tuple[float, np.ndarray]:
    """Read `words` one by one; the mean of -ln P(targets[t]) in nats, and the last state.

    `words`, `targets`: T >= 1 ids each; targets[t] is the word after words[t]. `state`: (H,), the state before
    the first word; each step hands its state to the next.
    """
    # BEGIN SOLUTION
    total = 0.0
    for word, target in zip(words, targets, strict=True):
        state, probabilities = recurrent_step(parameters, word, state)
        total -= np.log(probabilities[target])
    return float(total / len(targets)), state
    # END SOLUTION


def recurrent_step_gradients(
    parameters: RecurrentParameters, word: int, target: int, state: np.ndarray, d_state: np.ndarray | None = None
) -> RecurrentParameters:
    """One step backward: the gradient of -ln P(target) of one `recurrent_step`.

    `state`: (H,), the state that came in. Returns {"U": (H, |V| + H), "V": (|V|, H), "state": (H,)}, where
    "state" is the gradient with respect to the state that came in. With `d_state` (H,), the gradient that the
    rest of the text sends into the *new* state, the loss is -ln P(target) + d_state . s_t; None stands for zeros.
    Source: Mikolov et al. 2010, section 2 (training); Rumelhart, Hinton & Williams 1986.
    """
    # BEGIN SOLUTION
    size = len(parameters["V"])
    new, d_logits = recurrent_step(parameters, word, state)
    d_logits[target] -= 1
    d_new = parameters["V"].T @ d_logits + (0 if d_state is None else d_state)
    d_sum = d_new * new * (1 - new)
    x = np.concatenate([np.arange(size) == word, state])
    return {
        "U": np.outer(d_sum, x),
        "V": np.outer(d_logits, new),
        "state": parameters["U"][:, size:].T @ d_sum,
    }
    # END SOLUTION


def clip_gradients(gradients: RecurrentParameters, max_norm: float) -> RecurrentParameters:
    """The same gradients, scaled down together if their common norm is greater than `max_norm`.

    The norm is the root of the sum of all squared entries of all arrays. The factor is max_norm / norm, at most
    one. Source: Pascanu, Mikolov & Bengio 2013, algorithm 1.

    >>> clip_gradients({"a": np.array([3.0]), "b": np.array([4.0])}, max_norm=1.0)
    {'a': array([0.6]), 'b': array([0.8])}
    """
    # BEGIN SOLUTION
    norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients.values()))
    factor = max_norm / norm if norm > max_norm else 1.0
    return {name: factor * gradient for name, gradient in gradients.items()}
    # END SOLUTION


# Problem 7


def recurrent_chunk_gradients(
    parameters: RecurrentParameters, words: Sequence[int], targets: Sequence[int], state: np.ndarray
) -> tuple[float, RecurrentParameters, np.ndarray]:
    """Backpropagation through one chunk of text: the loss, its gradients {"U", "V"}, and the last state. (Bonus.)

    Loss and last state as in `recurrent_loss`. The incoming `state` is a constant; inside the chunk every error
    goes back to the chunk's first word. Source: Williams & Peng 1990; Werbos 1990.
    """
    # BEGIN SOLUTION
    states = [state]
    for word in words:
        states.append(recurrent_step(parameters, word, states[-1])[0])
    total = {"U": np.zeros_like(parameters["U"]), "V": np.zeros_like(parameters["V"])}
    d_state = np.zeros_like(state)
    for word, target, before in reversed(list(zip(words, targets, states[:-1], strict=True))):
        gradients = recurrent_step_gradients(parameters, word, target, before, d_state)
        d_state = gradients.pop("state")
        for name, gradient in gradients.items():
            total[name] += gradient / len(words)
    return recurrent_loss(parameters, words, targets, state)[0], total, states[-1]
    # END SOLUTION


def truncated_gradients(
    parameters: RecurrentParameters, words: Sequence[int], targets: Sequence[int], state: np.ndarray, tau: int
) -> list[tuple[float, RecurrentParameters]]:
    """Cut a text into chunks of `tau` tokens (the last may be shorter); the loss and the gradients of each.
    (Bonus.)

    The state that a chunk ends with is the next one's incoming state, a constant there. The parameters stay the
    same. tau >= T is full backpropagation through time.
    """
    # BEGIN SOLUTION
    chunks = []
    for start in range(0, len(words), tau):
        chunk = slice(start, start + tau)
        loss, gradients, state = recurrent_chunk_gradients(parameters, words[chunk], targets[chunk], state)
        chunks.append((loss, gradients))
    return chunks
    # END SOLUTION
