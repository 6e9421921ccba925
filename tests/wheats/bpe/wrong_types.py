"""Counts each word once, however often it occurs.

chaff: char-types-for-tokens
"""


def word_to_symbols(word, glued=False):
    return list(word[:-1]) + [word[-1] + "</w>"] if glued else list(word) + ["</w>"]


def fuse(symbols, a, b):
    out = []
    for s in symbols:
        if out and out[-1] == a and s == b and not out_is_new(out):
            out[-1] = Fused(a + b)
        else:
            out.append(s)
    return [str(s) for s in out]


class Fused(str):
    """Made in this pass, so not to be fused again."""


def out_is_new(out):
    return isinstance(out[-1], Fused)


def learn_bpe(word_counts, num_merges, glued=False):
    words = [word_to_symbols(w, glued) for w in word_counts]
    merges = []
    for _ in range(num_merges):
        seen = {}
        for w in words:
            for i in range(len(w) - 1):
                seen[w[i], w[i + 1]] = seen.get((w[i], w[i + 1]), 0) + 1
        if not seen:
            break
        best = max(sorted(seen, reverse=True), key=seen.get)
        merges.append(best)
        words = [fuse(w, *best) for w in words]
    return merges


def apply_bpe(word, merges, glued=False):
    symbols = word_to_symbols(word, glued)
    for a, b in merges:
        symbols = fuse(symbols, a, b)
    return symbols


def symbols_to_words(symbols):
    return "".join(symbols).split("</w>")[:-1]
