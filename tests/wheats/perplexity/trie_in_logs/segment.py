"""The dictionary as a trie, the lattice as a generator of edges."""
import math


def _trie(words):
    root = {}
    for w in words:
        node = root
        for ch in w:
            node = node.setdefault(ch, {})
        node[""] = w
    return root


def _edges(root, text, i):
    yield text[i]
    node = root
    for ch in text[i:]:
        if ch not in node:
            return
        node = node[ch]
        if "" in node and len(node[""]) > 1:
            yield node[""]


def most_probable_words(text, counts, total):
    root = _trie(counts)
    score = [0.0] + [None] * len(text)
    last = [None] * (len(text) + 1)
    for i in range(len(text)):
        for w in _edges(root, text, i):
            new = score[i] + math.log(counts[w] if w in counts else 1) - math.log(total)
            j = i + len(w)
            if score[j] is None or new > score[j]:
                score[j], last[j] = new, w
    out, i = [], len(text)
    while i:
        out.insert(0, last[i])
        i -= len(last[i])
    return out


def longest_words(text, words):
    root, out, i = _trie(words), [], 0
    while i < len(text):
        *_, w = _edges(root, text, i)
        out.append(w)
        i += len(w)
    return out


def word_spans(words):
    def walk(begin, words):
        if words:
            end = begin + len(words[0])
            yield (begin, end)
            yield from walk(end, words[1:])

    return set(walk(0, list(words)))


def span_scores(predicted, gold):
    p, g = word_spans(predicted), word_spans(gold)
    both = float(len(p & g))
    if not both:
        return 0.0, 0.0, 0.0
    return both / len(p), both / len(g), 2 * both / (len(p) + len(g))
