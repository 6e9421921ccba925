"""Incremental counts, and segmentation by rank with a loop over neighbours."""

from collections import Counter, defaultdict

EOW = "</w>"


def word_to_symbols(word: str, glued: bool = False) -> list[str]:
    symbols = list(word)
    if glued:
        symbols[-1] += EOW
    else:
        symbols.append(EOW)
    return symbols


def _merge(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    out = []
    skip = False
    for a, b in zip(symbols, symbols[1:] + [None]):
        if skip:
            skip = False
        elif (a, b) == pair:
            out.append(a + b)
            skip = True
        else:
            out.append(a)
    return out


def learn_bpe(word_counts, num_merges: int, glued: bool = False):
    words = {word: word_to_symbols(word, glued) for word in word_counts}
    counts = Counter()
    where = defaultdict(set)
    for word, symbols in words.items():
        for pair in zip(symbols, symbols[1:]):
            counts[pair] += word_counts[word]
            where[pair].add(word)
    merges = []
    for _ in range(num_merges):
        counts = +counts
        if not counts:
            break
        top = max(counts.values())
        pair = min(p for p in counts if counts[p] == top)
        merges.append(pair)
        for word in list(where[pair]):
            for old in zip(words[word], words[word][1:]):
                counts[old] -= word_counts[word]
            words[word] = _merge(words[word], pair)
            for new in zip(words[word], words[word][1:]):
                counts[new] += word_counts[word]
                where[new].add(word)
    return merges


def apply_bpe(word: str, merges, glued: bool = False) -> list[str]:
    ranks = {tuple(pair): i for i, pair in enumerate(merges)}
    symbols = word_to_symbols(word, glued)
    while len(symbols) > 1:
        best = min(zip(symbols, symbols[1:]), key=lambda p: ranks.get(p, len(ranks)))
        if best not in ranks:
            break
        symbols = _merge(symbols, best)
    return symbols


def symbols_to_words(symbols) -> list[str]:
    words = []
    current = ""
    for symbol in symbols:
        current += symbol
        if current.endswith(EOW):
            words.append(current[: -len(EOW)])
            current = ""
    return words
