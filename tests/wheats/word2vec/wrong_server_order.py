"""The client takes the server's entries in the order in which they arrive.

chaff: client-order-ignored
"""
import time

import numpy as np


def embed(texts, post, batch_size=16, attempts=5, wait=time.sleep, cache=None):
    cache = {} if cache is None else cache
    new = []
    for text in texts:
        if text not in cache and text not in new:
            new.append(text)
    while new:
        batch, new = new[:batch_size], new[batch_size:]
        status, delay, tries = 429, 1, 0
        while status == 429:
            status, body = post({"input": batch})
            tries += 1
            if status == 429:
                if tries == attempts:
                    raise RuntimeError("busy")
                wait(delay)
                delay *= 2
        if status != 200:
            raise RuntimeError("error %d" % status)
        for text, item in zip(batch, body["data"]):
            v = np.array(item["embedding"])
            cache[text] = v / np.sqrt(np.dot(v, v))
    return np.array([cache[text] for text in texts])
