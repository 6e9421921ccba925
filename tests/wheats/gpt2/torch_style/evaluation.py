import math

import torch
from torch.nn.utils.rnn import pad_sequence


@torch.inference_mode()
def _table(model, ids):
    return model(torch.as_tensor([list(ids)]))[0][0].log_softmax(-1)


@torch.inference_mode()
def sliding_nll(model, tokens, max_length, stride):
    x = torch.as_tensor(tokens)
    n = len(x)
    losses = torch.full((n,), math.nan, dtype=torch.float64)
    begin = 0
    while True:
        end = min(begin + max_length, n - 1)
        table = _table(model, x[begin:end].tolist()).double()
        here = -table.gather(1, x[begin + 1 : end + 1, None])[:, 0]
        old = losses[begin + 1 : end + 1]
        losses[begin + 1 : end + 1] = torch.where(old.isnan(), here, old)
        if end == n - 1:
            return losses[1:].sum(), torch.tensor(n - 1)
        begin += stride


def perplexity(model, tokens, max_length, stride):
    total, count = sliding_nll(model, tokens, max_length, stride)
    return (torch.as_tensor(total) / count).exp()


def bits_per_byte(total_nll, text):
    return float(torch.tensor(total_nll, dtype=torch.float64) / math.log(2) / len(text.encode("utf-8")))


def bits_per_character(total_nll, text):
    return float(torch.tensor(total_nll, dtype=torch.float64) / math.log(2) / len(text))


@torch.inference_mode()
def continuation_logprobs(model, context, continuation):
    ids = [*context, *continuation]
    table = _table(model, ids[:-1])[-len(continuation) :]
    return table[torch.arange(len(continuation)), torch.tensor(continuation)][:, None]


@torch.inference_mode()
def last_word(model, items):
    right, sums = [], []
    for context, word in items:
        table = _table(model, [*context, *word][:-1])[-len(word) :]
        right.append(table.argmax(-1).eq(torch.tensor(word)).all())
        sums.append(table.gather(1, torch.tensor(word)[:, None]).sum())
    return torch.stack(right).double().mean(), torch.stack(sums).mean().neg().exp()


@torch.inference_mode()
def choose(model, context, candidates, suffix=(), score="sum"):
    rows = [torch.tensor([*context, *c, *suffix]) for c in candidates]
    idx = pad_sequence(rows, batch_first=True)
    table = model(idx)[0].log_softmax(-1)
    scores = []
    for row, one, candidate in zip(table, rows, candidates):
        first = len(context) + (len(candidate) if score == "partial" else 0)
        picked = row[first - 1 : len(one) - 1].gather(1, one[first:, None])
        scores.append(picked.mean() if score == "mean" else picked.sum())
    return torch.stack(scores).argmax()


def acceptability(model, tokens):
    return torch.as_tensor(continuation_logprobs(model, tokens[:1], tokens[1:])).mean()


def matthews(predicted, truth):
    p, t = torch.tensor([list(map(float, predicted)), list(map(float, truth))], dtype=torch.float64)
    tp, tn, fp, fn = (p * t).sum(), ((1 - p) * (1 - t)).sum(), (p * (1 - t)).sum(), ((1 - p) * t).sum()
    below = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).sqrt()
    return torch.where(below > 0, (tp * tn - fp * fn) / below.clamp(min=1e-300), 0.0)


def choose_threshold(scores, labels):
    values = [float(matthews([s >= t for s in scores], labels)) for t in scores]
    return scores[int(torch.tensor(values).argmax())]


def sentiment(model, tokens, very, positive, negative):
    return bool(choose(model, [*tokens, *very], [negative, positive]))


def split_units(text, characters=False):
    from itertools import groupby

    text = text.lower()
    if characters:
        return [c for c in text if c.isalnum()]
    return ["".join(g) for ok, g in groupby(text, lambda c: c.isascii() and c.isalnum()) if ok]


def overlap(test, train, n=8, characters=False):
    def windows(text):
        units = split_units(text, characters)
        return [" ".join(units[i : i + n]) for i in range(len(units) - n + 1)]

    known = set().union(*map(windows, train)) if train else set()
    hits = torch.tensor([w in known for w in windows(test)], dtype=torch.float64)
    return hits.mean().nan_to_num(0.0)
