"""The same bigram model as a neural network with one layer: logits = one_hot(x) @ W, P = softmax(logits).

W is (V, V), there is no bias. `xs` (n,) holds the ids that were read and `ys` (n,) the ids that came next.
"""

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


# Problem 6
def one_hot(ids: Ids, size: int) -> Floats:
    """The rows (n, size) with a 1 at the place of each of the n ids and 0 elsewhere.

    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    raise NotImplementedError("one_hot")


def softmax(logits: Floats) -> Floats:
    """exp(logits) scaled so that every row (of n) sums to one: (n, V) -> (n, V). Logits of ±1000 do no harm.

    >>> softmax(np.array([[0.0, np.log(3.0)]])).round(6).tolist()
    [[0.25, 0.75]]
    """
    raise NotImplementedError("softmax")


def network_loss(W: Floats, xs: Ids, ys: Ids) -> float:
    """The cross-entropy: the mean over the n pairs of -ln softmax(W[x])[y], in nats, with no regulariser.

    >>> round(network_loss(np.zeros((4, 4)), np.array([0, 1]), np.array([1, 3])), 6)  # ln 4
    1.386294
    """
    raise NotImplementedError("network_loss")


def network_gradient(W: Floats, xs: Ids, ys: Ids) -> Floats:
    """The derivative of `network_loss` with respect to W, (V, V), by hand.

    A pair that occurs several times adds up; the row of a symbol that was never read is zero.

    >>> network_gradient(np.zeros((2, 2)), np.array([0, 0]), np.array([1, 1])).tolist()
    [[0.5, -0.5], [0.0, 0.0]]
    """
    raise NotImplementedError("network_gradient")


# Problem 7
def train(W: Floats, xs: Ids, ys: Ids, steps: int = 500, lr: float = 50.0) -> Floats:
    """The weights (V, V) after training from the start W on all pairs: `steps` times W <- W - lr * gradient.

    Judged by the loss of softmax(W) alone: it has to come within 0.01 nat of the count model's. Any method that gets
    there is right; on the names, plain gradient descent does with the defaults, and diverges with lr = 100.

    >>> W = train(np.zeros((2, 2)), np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0]), steps=300, lr=4.0)
    >>> round(float(softmax(W)[0, 1]), 3)
    0.667
    """
    raise NotImplementedError("train")
