import math
import torch


def logsoftmax(row):
    top = max(row)
    z = top + math.log(sum(math.exp(a - top) for a in row))
    return [a - z for a in row]


def score(model, ids):
    """ids -> list of log-probability rows"""
    with torch.no_grad():
        logits, _ = model(torch.tensor([list(ids)]))
    return [logsoftmax(row) for row in logits[0].tolist()]


def sliding_nll(model, tokens, max_length, stride):
    n = len(tokens)
    total, count = 0.0, 0
    for i in range(1, n):
        # the first window whose last target is not before i
        k = 0
        while k * stride + max_length < i:
            k = k + 1
        rows = score(model, tokens[k * stride : i])
        total = total - rows[-1][tokens[i]]
        count = count + 1
    return total, count


def perplexity(model, tokens, max_length, stride):
    total, count = sliding_nll(model, tokens, max_length, stride)
    return math.exp(total / count)


def bits_per_byte(total_nll, text):
    return total_nll / 0.6931471805599453 / len(list(text.encode("utf-8")))


def bits_per_character(total_nll, text):
    n = 0
    for _ in text:
        n += 1
    return total_nll / 0.6931471805599453 / n


def continuation_logprobs(model, context, continuation):
    result = []
    so_far = list(context)
    for token in continuation:
        result.append(score(model, so_far)[-1][token])
        so_far.append(token)
    return result


def last_word(model, items):
    right = 0
    total = 0.0
    for context, word in items:
        ok = True
        so_far = list(context)
        for token in word:
            row = score(model, so_far)[-1]
            total += row[token]
            if row.index(max(row)) != token:
                ok = False
            so_far.append(token)
        if ok:
            right += 1
    return right / len(items), math.exp(-total / len(items))


def choose(model, context, candidates, suffix=(), score="sum"):
    scores = []
    for candidate in candidates:
        a = continuation_logprobs(model, context, candidate)
        b = continuation_logprobs(model, list(context) + list(candidate), suffix)
        if score == "sum":
            scores.append(sum(a) + sum(b))
        if score == "mean":
            scores.append((sum(a) + sum(b)) / (len(a) + len(b)))
        if score == "partial":
            scores.append(sum(b))
    best = 0
    for i in range(len(scores)):
        if scores[i] > scores[best]:
            best = i
    return best


def acceptability(model, tokens):
    values = continuation_logprobs(model, [tokens[0]], tokens[1:])
    return sum(values) / len(values)


def matthews(predicted, truth):
    tp = tn = fp = fn = 0
    for p, t in zip(predicted, truth):
        if p and t:
            tp += 1
        elif p:
            fp += 1
        elif t:
            fn += 1
        else:
            tn += 1
    below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if below == 0:
        return 0
    return (tp * tn - fp * fn) / math.sqrt(below)


def choose_threshold(scores, labels):
    best, best_threshold = -2, None
    for threshold in scores:
        m = matthews([1 if s >= threshold else 0 for s in scores], labels)
        if m > best:
            best, best_threshold = m, threshold
    return best_threshold


def sentiment(model, tokens, very, positive, negative):
    context = list(tokens) + list(very)
    if sum(continuation_logprobs(model, context, positive)) > sum(continuation_logprobs(model, context, negative)):
        return 1
    return 0


def split_units(text, characters=False):
    text = text.lower()
    if characters:
        return list(filter(str.isalnum, text))
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(c if c in allowed else " " for c in text).split()


def overlap(test, train, n=8, characters=False):
    def grams(text):
        u = split_units(text, characters)
        return [u[i : i + n] for i in range(len(u) - n + 1)]

    seen = []
    for text in train:
        seen.extend(grams(text))
    asked = grams(test)
    if len(asked) == 0:
        return 0
    found = 0
    for g in asked:
        if g in seen:
            found += 1
    return found / len(asked)
