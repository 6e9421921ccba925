import math
import re

import numpy as np
import torch
import torch.nn.functional as F


@torch.no_grad()
def sliding_nll(model, tokens, max_length, stride):
    tokens = list(tokens)
    n = len(tokens)
    nll, count, prev = 0.0, 0, 0
    begin = 0
    while prev < n - 1:
        end = min(begin + max_length, n - 1)
        x = torch.tensor(tokens[begin:end])[None]
        y = torch.tensor(tokens[begin + 1 : end + 1])[None].clone()
        y[0, : prev - begin] = -1
        logits, _ = model(x, y)
        nll += F.cross_entropy(logits.view(-1, logits.size(-1)), y.view(-1), ignore_index=-1, reduction="sum").item()
        count += end - prev
        prev = end
        begin += stride
    return nll, count


def perplexity(model, tokens, max_length, stride):
    nll, count = sliding_nll(model, tokens, max_length, stride)
    return np.exp(nll / count)


def bits_per_byte(total_nll, text):
    return total_nll / np.log(2) / len(bytes(text, "utf8"))


def bits_per_character(total_nll, text):
    return math.log2(math.e) * total_nll / len(text)


@torch.no_grad()
def continuation_logprobs(model, context, continuation):
    full = list(context) + list(continuation)
    logits, _ = model(torch.tensor(full)[None])
    logp = F.log_softmax(logits[0], -1)
    return torch.stack([logp[i - 1, full[i]] for i in range(len(context), len(full))])


@torch.no_grad()
def last_word(model, items):
    hits, total = 0, 0.0
    for context, word in items:
        full = list(context) + list(word)
        logits, _ = model(torch.tensor([full]))
        pred = logits[0].argmax(-1)
        hits += all(pred[i - 1] == full[i] for i in range(len(context), len(full)))
        total += continuation_logprobs(model, context, word).sum().item()
    return hits / len(items), math.exp(-total / len(items))


def choose(model, context, candidates, suffix=(), score="sum"):
    best, arg = -math.inf, None
    for i, c in enumerate(candidates):
        lp = continuation_logprobs(model, list(context), list(c) + list(suffix))
        if score == "sum":
            s = lp.sum().item()
        elif score == "mean":
            s = lp.mean().item()
        else:
            s = lp[len(c):].sum().item()
        if s > best:
            best, arg = s, i
    return arg


def acceptability(model, tokens):
    return continuation_logprobs(model, tokens[:1], tokens[1:]).mean().item()


def matthews(predicted, truth):
    p, t = np.array(predicted, dtype=float), np.array(truth, dtype=float)
    if p.std() == 0 or t.std() == 0:
        return 0.0
    return float(np.corrcoef(p, t)[0, 1])


def choose_threshold(scores, labels):
    best = None
    for t in sorted(set(scores)) + [max(scores) + 1]:
        m = matthews([int(s >= t) for s in scores], labels)
        if best is None or m > best[0]:
            best = (m, t)
    return best[1]


def sentiment(model, tokens, very, positive, negative):
    ctx = list(tokens) + list(very)
    p = continuation_logprobs(model, ctx, positive).sum()
    n = continuation_logprobs(model, ctx, negative).sum()
    return (p > n).item()


def split_units(text, characters=False):
    text = text.lower()
    return [c for c in text if c.isalnum()] if characters else re.sub(r"[^a-z0-9]", " ", text).split()


def overlap(test, train, n=8, characters=False):
    grams = set()
    for t in train:
        u = split_units(t, characters)
        for i in range(len(u) - n + 1):
            grams.add(tuple(u[i : i + n]))
    u = split_units(test, characters)
    tot = len(u) - n + 1
    if tot <= 0:
        return 0
    return sum(tuple(u[i : i + n]) in grams for i in range(tot)) / tot
