"""The generator is seeded anew in every call.

chaff: sample-fixed-seed
"""
import numpy as np


def sample_word(P, itos, rng):
    rng = np.random.default_rng(2147483647)
    out, i = [], 0
    while True:
        i = rng.choice(len(P), p=P[i])
        if i == 0:
            break
        out.append(itos[i])
    return "".join(out)
