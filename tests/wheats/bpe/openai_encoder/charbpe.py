"""In the manner of GPT-1's text_utils.py."""


def get_pairs(word):
    pairs = []
    prev_char = word[0]
    for char in word[1:]:
        pairs.append((prev_char, char))
        prev_char = char
    return pairs


def word_to_symbols(word, glued=False):
    if glued:
        return tuple(word[:-1]) + (word[-1] + "</w>",)
    return tuple(word) + ("</w>",)


def merge_word(word, bigram):
    first, second = bigram
    new_word = []
    i = 0
    while i < len(word):
        try:
            j = word.index(first, i)
            new_word.extend(word[i:j])
            i = j
        except ValueError:
            new_word.extend(word[i:])
            break
        if word[i] == first and i < len(word) - 1 and word[i + 1] == second:
            new_word.append(first + second)
            i += 2
        else:
            new_word.append(word[i])
            i += 1
    return tuple(new_word)


def learn_bpe(word_counts, num_merges, glued=False):
    vocab = [(word_to_symbols(w, glued), n) for w, n in word_counts.items()]
    merges = []
    for step in range(num_merges):
        stats = {}
        for word, n in vocab:
            for pair in get_pairs(word):
                stats[pair] = stats.get(pair, 0) + n
        if len(stats) < 1:
            print(f"no pair left after {step} merges")
            break
        best = sorted(stats, key=lambda p: (stats[p], p))[-1]
        vocab = [(merge_word(word, best), n) for word, n in vocab]
        merges.append(best)
    return merges


def apply_bpe(word, merges, glued=False):
    bpe_ranks = dict(zip(merges, range(len(merges))))
    word = word_to_symbols(word, glued)
    while len(word) > 1:
        bigram = min(get_pairs(word), key=lambda pair: bpe_ranks.get(pair, float("inf")))
        if bigram not in bpe_ranks:
            break
        word = merge_word(word, bigram)
    return list(word)


def symbols_to_words(symbols):
    if not symbols:
        return []
    return "".join(symbols)[: -len("</w>")].split("</w>")
