import itertools
import time

import numpy as np


def _batches(items, size):
    items = iter(items)
    while batch := list(itertools.islice(items, size)):
        yield batch


def embed(texts, post, batch_size=16, attempts=5, wait=time.sleep, cache=None):
    cache = {} if cache is None else cache
    for batch in _batches([text for text in dict.fromkeys(texts) if text not in cache], batch_size):
        for delay in (*[2**i for i in range(attempts - 1)], None):
            status, body = post({"input": batch})
            if status != 429:
                break
            if delay is not None:
                wait(delay)
        if status != 200:
            raise RuntimeError(f"HTTP {status}")
        matrix = np.array([entry["embedding"] for entry in body["data"]])
        inverse = np.argsort([entry["index"] for entry in body["data"]])
        matrix = matrix[inverse] / np.linalg.norm(matrix[inverse], axis=1, keepdims=True)
        for text, row in zip(batch, matrix):
            cache[text] = row
    return np.array([cache[text] for text in texts])
