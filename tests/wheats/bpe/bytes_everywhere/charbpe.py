from functools import reduce

E = "</w>"


def word_to_symbols(word, glued=False):
    return [*word[:-1], word[-1] + E] if glued else [*word, E]


def join(symbols, pair):
    """Recursive, from the left."""
    if len(symbols) < 2:
        return symbols
    if (symbols[0], symbols[1]) == tuple(pair):
        return [symbols[0] + symbols[1]] + join(symbols[2:], pair)
    return [symbols[0]] + join(symbols[1:], pair)


def learn_bpe(word_counts, num_merges, glued=False):
    corpus = []
    for word in word_counts:
        corpus += [word_to_symbols(word, glued)] * word_counts[word]
    merges = []
    for i in range(num_merges):
        seen = {}
        for symbols in corpus:
            for j in range(len(symbols) - 1):
                key = symbols[j], symbols[j + 1]
                seen[key] = seen.get(key, 0) + 1
        if len(seen) == 0:
            return merges
        winner = sorted(seen.items(), key=lambda item: (-item[1], item[0]))[0][0]
        merges.append(winner)
        corpus = [join(symbols, winner) for symbols in corpus]
    return merges


def apply_bpe(word, merges, glued=False):
    return tuple(reduce(join, merges, word_to_symbols(word, glued)))


def symbols_to_words(symbols):
    text = "".join(symbols)
    words = []
    while E in text:
        word, _, text = text.partition(E)
        words.append(word)
    return words
