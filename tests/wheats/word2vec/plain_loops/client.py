import time
from math import sqrt


def embed(texts, post, batch_size=16, attempts=5, wait=time.sleep, cache=None):
    cache = {} if cache is None else cache
    queue = []
    for text in texts:
        if text in cache or text in queue:
            continue
        queue.append(text)
    for start in range(0, len(queue), batch_size):
        batch = queue[start : start + batch_size]
        for attempt in range(attempts):
            status, body = post({"input": batch})
            if status == 429:
                wait(2**attempt)
                continue
            if status != 200:
                raise RuntimeError("status " + str(status))
            break
        else:
            raise RuntimeError("too many requests")
        for entry in body["data"]:
            row = entry["embedding"]
            length = sqrt(sum(x * x for x in row))
            cache[batch[entry["index"]]] = [x / length for x in row]
    return [cache[text] for text in texts]
