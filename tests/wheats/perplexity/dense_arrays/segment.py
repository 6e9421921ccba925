import numpy as np


def most_probable_words(text, counts, total):
    n = len(text)
    cost = np.full((n + 1, n + 1), np.inf)
    for i in range(n):
        for j in range(i + 1, n + 1):
            c = counts.get(text[i:j], 0) or (j == i + 1)
            if c:
                cost[i, j] = np.log(total / c)
    best, back = np.zeros(n + 1), np.zeros(n + 1, int)
    for j in range(1, n + 1):
        back[j] = np.argmin(best[:j] + cost[:j, j])
        best[j] = best[back[j]] + cost[back[j], j]
    ends = [n]
    while ends[-1] > 0:
        ends.append(back[ends[-1]])
    ends = ends[::-1]
    return [text[i:j] for i, j in zip(ends[:-1], ends[1:])]


def longest_words(text, words):
    longest = max([len(w) for w in words] + [1])
    out, i = [], 0
    while i < len(text):
        word = [text[i : i + k] for k in range(1, longest + 1) if k == 1 or (text[i : i + k] in words and i + k <= len(text))][-1]
        out += [word]
        i += len(word)
    return out


def word_spans(words):
    ends = np.cumsum([len(w) for w in words]).astype(int).tolist()
    return list(zip([0] + ends[:-1], ends))


def span_scores(predicted, gold):
    a, b = set(word_spans(predicted)), set(word_spans(gold))
    tp, fp, fn = len(a & b), len(a - b), len(b - a)
    with np.errstate(invalid="ignore"):
        scores = np.array([tp, tp, 2 * tp]) / np.array([tp + fp, tp + fn, 2 * tp + fp + fn])
    return np.nan_to_num(scores)
