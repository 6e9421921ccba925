import time

import numpy as np


def embed(texts, post, batch_size=16, attempts=5, wait=time.sleep, cache=None):
    if cache is None:
        cache = {}
    todo = []
    for t in texts:
        if t not in cache and t not in todo:
            todo.append(t)
    while len(todo) > 0:
        batch = todo[:batch_size]
        todo = todo[batch_size:]
        tries = 0
        pause = 1
        while True:
            status, body = post({"input": batch})
            tries += 1
            if status == 200:
                break
            if status != 429 or tries == attempts:
                raise RuntimeError("server says %d" % status)
            wait(pause)
            pause = pause * 2
        for item in body["data"]:
            v = np.array(item["embedding"])
            cache[batch[item["index"]]] = v / np.sqrt((v ** 2).sum())
    return np.stack([cache[t] for t in texts])
