import numpy as np
from tally import log, safe_log


def _ids(ids, size):
    ids = np.asarray(ids)
    if ids.size and not (0 <= ids.min() and ids.max() < size):
        raise ValueError("an id outside the vocabulary")
    return ids.astype(np.intp)


# Problem 6
def one_hot(ids, size):
    return np.equal.outer(_ids(ids, size), np.arange(size)).astype(np.float32)


def softmax(logits, axis=-1):
    """exp(logits - log-sum-exp), in double precision."""
    logits = np.asarray(logits, dtype=np.float64)
    return np.exp(logits - np.logaddexp.reduce(logits, axis=axis, keepdims=True))


def network_loss(W, xs, ys):
    W = np.asarray(W, dtype=np.float64)
    xs, ys = _ids(xs, len(W)), _ids(ys, len(W))
    surprise = np.logaddexp.reduce(W, axis=1)[:, None] - W  # -ln softmax of every cell
    return surprise[xs, ys].mean(keepdims=True)


def network_gradient(W, xs, ys):
    """Row by row: how often it was read, times softmax minus the mean of what came next. Single precision."""
    W = np.asarray(W, dtype=np.float64)
    V = len(W)
    xs, ys = _ids(xs, V), _ids(ys, V)
    gradient = np.zeros((V, V), dtype=np.float32)
    for x in np.unique(xs):
        after = ys[xs == x]
        gradient[x] = (len(after) * softmax(W[x]) - np.bincount(after, minlength=V)) / len(xs)
    return gradient


# Problem 7
def train(W, xs, ys, steps=500, lr=50.0, floor=-40.0):
    """The optimum is known: ln of the shares. Transitions that never occur get a weight of `floor`. W is overwritten."""
    V = len(W)
    if not (isinstance(W, np.ndarray) and np.issubdtype(W.dtype, np.floating)):
        W = np.array(W, dtype=np.float64)
    xs, ys = _ids(xs, V), _ids(ys, V)
    log.debug("steps = %d and lr = %g are not needed", steps, lr)
    counts = np.bincount(xs * V + ys, minlength=V * V).reshape(V, V)
    for x, row in enumerate(counts):
        if row.any():
            W[x] = np.maximum(safe_log(row / row.sum()), floor)
    return W
