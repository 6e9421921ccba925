# -*- coding: utf-8 -*-
import time
import numpy as np


def 请求(batch, post, attempts, wait):
    for 次 in range(attempts):
        状态, 内容 = post({"input": batch})
        if 状态 == 200:
            return {batch[x["index"]]: np.array(x["embedding"]) for x in 内容["data"]}
        elif 状态 == 429:
            if 次 < attempts - 1:
                wait(2 ** 次)
        else:
            raise RuntimeError("服务器返回 %d" % 状态)
    raise RuntimeError("重试次数用完")


def embed(texts, post, batch_size=16, attempts=5, wait=time.sleep, cache=None):
    if cache is None: cache = {}
    新 = []
    [新.append(t) for t in texts if t not in cache and t not in 新]
    for i in range(0, len(新), batch_size):
        for t, v in 请求(新[i:i + batch_size], post, attempts, wait).items():
            cache[t] = v / np.linalg.norm(v)
    return np.array([cache[t] for t in texts])
