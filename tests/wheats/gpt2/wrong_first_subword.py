"""LAMBADA by the first token of the word alone, and its perplexity over tokens.

chaff: none
"""
import math

import torch


def last_word(model, items):
    hits, nll, n = 0, 0.0, 0
    for context, word in items:
        ids = torch.tensor([[*context, *word]])
        logits, _ = model(ids[:, :-1])
        logp = torch.log_softmax(logits[0], -1)
        hits += int(logits[0, len(context) - 1].argmax() == word[0])
        for i, token in enumerate(word):
            nll -= logp[len(context) - 1 + i, token].item()
            n += 1
    return hits / len(items), math.exp(nll / n)
