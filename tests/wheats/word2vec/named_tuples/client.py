"""An embedding client as a class with a queue; retries by recursion."""

import time
from collections import deque

import numpy as np


class Client:
    def __init__(self, post, attempts, wait):
        self.post, self.attempts, self.wait, self.requests = post, attempts, wait, 0

    def ask(self, batch, tried=0):
        if tried == self.attempts:
            raise RuntimeError("too many requests")
        if tried:
            self.wait(2.0 ** (tried - 1))
        self.requests += 1
        match self.post({"input": list(batch)}):
            case (200, body):
                return body["data"]
            case (429, _):
                return self.ask(batch, tried + 1)
            case (status, _):
                raise RuntimeError(f"the server says {status}")


# Problem 10
def embed(texts, post, batch_size=16, attempts=5, wait=time.sleep, cache=None):
    if batch_size < 1:
        raise ValueError("batch_size")
    client, own = Client(post, attempts, wait), {}
    store = own if cache is None else cache
    queue = deque(dict.fromkeys(text for text in texts if text not in store))
    while queue:
        batch = tuple(queue.popleft() for _ in range(min(batch_size, len(queue))))
        for entry in client.ask(batch):
            vector = np.asarray(entry["embedding"], dtype=np.float32)
            store[batch[entry["index"]]] = vector / np.sqrt(vector @ vector)
    return np.array([store[text] for text in texts], dtype=np.float32)
