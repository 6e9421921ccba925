import re
import math
import torch
from torch.nn import functional as F

def sliding_nll(model, tokens, max_length, stride):
    total, scored = 0.0, set()
    N = len(tokens)
    with torch.no_grad():
        for b in range(0, N, stride):
            window = tokens[b:b + max_length + 1]
            if len(window) < 2:
                break
            logits = model(torch.tensor(window[:-1]).unsqueeze(0))[0].squeeze(0)
            losses = F.cross_entropy(logits, torch.tensor(window[1:]), reduction='none')
            for j in range(len(losses)):
                if b + j + 1 not in scored:
                    scored.add(b + j + 1)
                    total += losses[j].item()
    return total, len(scored)

def perplexity(model, tokens, max_length, stride):
    total, n = sliding_nll(model, tokens, max_length, stride)
    return torch.exp(torch.tensor(total / n, dtype=torch.float64))

def bits_per_byte(total_nll, text):
    return (total_nll / len(text.encode())) / math.log(2)

def bits_per_character(total_nll, text):
    return (total_nll / len(text)) / math.log(2)

def get_losses(model, tokens):
    tokens = torch.tensor(list(tokens)).unsqueeze(0)
    with torch.no_grad():
        logits = model(tokens)[0]
    shift_logits = (logits[..., :-1, :]).contiguous()
    shift_tokens = (tokens[..., 1:]).contiguous()
    flat_shift_logits = shift_logits.view(-1, shift_logits.size(-1))
    flat_shift_tokens = shift_tokens.view(-1)
    return F.cross_entropy(flat_shift_logits, flat_shift_tokens, reduction='none'), shift_logits[0], flat_shift_tokens

def continuation_logprobs(model, context, continuation):
    losses, _, _ = get_losses(model, list(context) + list(continuation))
    return -losses[len(context) - 1:]

def last_word(model, items):
    num_correct, nll = 0, []
    for context, word in items:
        losses, logits, toks = get_losses(model, list(context) + list(word))
        k = len(word)
        num_correct += torch.equal(logits[-k:].argmax(-1), toks[-k:])
        nll.append(losses[-k:].sum())
    return num_correct / len(items), torch.stack(nll).mean().exp()

def choose(model, context, candidates, suffix=(), score='sum'):
    rows = []
    for c in candidates:
        losses, _, _ = get_losses(model, list(context) + list(c) + list(suffix))
        mask = torch.zeros_like(losses)
        mask[len(context) - 1 + (len(c) if score == 'partial' else 0):] = 1
        s = (losses * mask).sum()
        rows.append(s / mask.sum() if score == 'mean' else s)
    pred = torch.stack(rows).argmin().item()
    return pred

def acceptability(model, tokens):
    return -get_losses(model, tokens)[0].mean()

def matthews(predicted, truth):
    c = [[0, 0], [0, 0]]
    for p, t in zip(predicted, truth):
        c[int(p)][int(t)] += 1
    (tn, fn), (fp, tp) = c
    den = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return 0 if den == 0 else (tp * tn - fp * fn) / den ** 0.5

def choose_threshold(scores, labels):
    grid = sorted(scores)
    candidates = [grid[0] - 1.0] + [(a + b) / 2 for a, b in zip(grid, grid[1:]) if a < b] + [grid[-1] + 1.0]
    return max(candidates, key=lambda t: matthews([s >= t for s in scores], labels))

def sentiment(model, tokens, very, positive, negative):
    return [0, 1][choose(model, list(tokens) + list(very), [positive, negative]) == 0]

def split_units(text, characters=False):
    units, word = [], ''
    for ch in text.lower() + ' ':
        if characters:
            if ch.isalnum():
                units.append(ch)
        elif 'a' <= ch <= 'z' or '0' <= ch <= '9':
            word += ch
        elif word:
            units.append(word)
            word = ''
    return units

def overlap(test, train, n=8, characters=False):
    seen = set()
    for text in train:
        units = split_units(text, characters)
        seen.update('|'.join(units[i:i + n]) for i in range(0, len(units) - n + 1))
    units = split_units(test, characters)
    hits = ['|'.join(units[i:i + n]) in seen for i in range(0, len(units) - n + 1)]
    return sum(hits) / max(1, len(hits))
