"""A client for an embedding API. The transport is passed in, so that a test can play the server."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Post = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]

# BEGIN SOLUTION


def _request(batch: list[str], post: Post, attempts: int, wait: Callable[[float], Any]) -> list[Array]:
    """The unit vectors of one batch, in the order of its texts."""
    for attempt in range(attempts):
        if attempt > 0:
            wait(2.0 ** (attempt - 1))
        status, body = post({"input": batch})
        if status == 200:
            rows = [entry["embedding"] for entry in sorted(body["data"], key=lambda entry: entry["index"])]
            return [np.array(row) / np.linalg.norm(row) for row in rows]
        if status != 429:
            raise RuntimeError(f"the server answered with status {status}")
    raise RuntimeError(f"still status 429 after {attempts} attempts")


# END SOLUTION


# Problem 10
def embed(
    texts: Sequence[str],
    post: Post,
    batch_size: int = 16,
    attempts: int = 5,
    wait: Callable[[float], Any] = time.sleep,
    cache: dict[str, Array] | None = None,
) -> Array:
    """Unit vectors for `texts`, in their order: (N, d).

    post: sends one request, post({"input": [text, ...]}) -> (status, body). With status 200 the body is
    {"data": [{"index": i, "embedding": [...]}, ...]}: one entry for each text sent, in any order, index counted from 0.
    batch_size: at most so many texts a request. Every distinct text is sent once, in order of first appearance.
    Status 429 (too many requests): wait(1), then the same request again; then wait(2), wait(4), …; after `attempts`
    requests in vain RuntimeError. Any other status: RuntimeError at once. The next batch begins with wait(1) again.
    cache: text -> unit vector; what is in it is not sent, what comes back is put into it.

    >>> def post(request):
    ...     return 200, {"data": [{"index": i, "embedding": [3.0, 4.0]} for i in range(len(request["input"]))]}
    >>> embed(["a", "b"], post).tolist()
    [[0.6, 0.8], [0.6, 0.8]]
    """
    # BEGIN SOLUTION
    cache = {} if cache is None else cache
    missing = [text for text in dict.fromkeys(texts) if text not in cache]
    for start in range(0, len(missing), batch_size):
        batch = missing[start : start + batch_size]
        cache.update(zip(batch, _request(batch, post, attempts, wait), strict=True))
    return np.array([cache[text] for text in texts])
    # END SOLUTION
