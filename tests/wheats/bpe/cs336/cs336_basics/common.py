import json
from functools import lru_cache

from .tokenizer import Tokenizer


@lru_cache
def gpt2_bytes_to_unicode() -> dict[int, str]:
    visible = {b: chr(b) for lo, hi in ((33, 126), (161, 172), (174, 255)) for b in range(lo, hi + 1)}
    table, n = {}, 0
    for b in range(256):
        if b in visible:
            table[b] = visible[b]
        else:
            table[b] = chr(256 + n)
            n += 1
    return table


def load_gpt2(encoder_path, bpe_path):
    decoder = {c: b for b, c in gpt2_bytes_to_unicode().items()}
    with open(encoder_path, encoding="utf-8") as f:
        encoder = json.load(f)
    merges = []
    with open(bpe_path, encoding="utf-8") as f:
        next(f)
        for line in f:
            cleaned = line.rstrip("\n")
            if cleaned and len(cleaned.split(" ")) == 2:
                merges.append(tuple(bytes(decoder[c] for c in part) for part in cleaned.split(" ")))
    special = "<|endoftext|>"
    vocab = {
        i: token.encode("utf-8") if token == special else bytes(decoder[c] for c in token)
        for token, i in encoder.items()
    }
    return Tokenizer(vocab, merges, [special])
