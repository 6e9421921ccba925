import math


def most_probable_words(text, counts, total):
    # best[i] = (score, words) for the first i characters
    best = [(0.0, [])]
    for end in range(1, len(text) + 1):
        candidates = []
        for begin in range(end):
            word = text[begin:end]
            if word in counts:
                c = counts[word]
            elif len(word) == 1:
                c = 1
            else:
                continue
            score, words = best[begin]
            candidates.append((score + math.log(c) - math.log(total), words + [word]))
        best.append(max(candidates, key=lambda candidate: candidate[0]))
    return best[-1][1]


def longest_words(text, words):
    result = []
    while text:
        for size in range(len(text), 0, -1):
            if text[:size] in words or size == 1:
                result.append(text[:size])
                text = text[size:]
                break
    return result


def word_spans(words):
    spans = []
    position = 0
    for word in words:
        spans.append((position, position + len(word)))
        position += len(word)
    return spans


def span_scores(predicted, gold):
    a, b = word_spans(predicted), word_spans(gold)
    right = 0
    for span in a:
        if span in b:
            right += 1
    p = right / len(a) if a else 0
    r = right / len(b) if b else 0
    f = 0 if p + r == 0 else 2 * p * r / (p + r)
    return [p, r, f]
