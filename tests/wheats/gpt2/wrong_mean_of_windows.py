"""Hugging Face's old recipe: the mean of a window's loss times its length, with HF's own windows; one target per window is lost.

chaff: none
"""
import math

import torch


def sliding_nll(model, tokens, max_length, stride):
    total, count, prev_end = 0.0, 0, 0
    for begin in range(0, len(tokens), stride):
        end = min(begin + max_length, len(tokens))
        trg_len = end - prev_end
        ids = torch.tensor([tokens[begin:end]])
        targets = ids.clone()
        targets[:, :-trg_len] = -1
        if ids.shape[1] > 1:
            logits, _ = model(ids)
            loss = torch.nn.functional.cross_entropy(logits[0, :-1], targets[0, 1:], ignore_index=-1)
            if not math.isnan(loss.item()):
                total += loss.item() * trg_len
        count += trg_len
        prev_end = end
        if end == len(tokens):
            break
    return total, count


def perplexity(model, tokens, max_length, stride):
    total, count = sliding_nll(model, tokens, max_length, stride)
    return math.exp(total / count)
