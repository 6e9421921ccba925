"""Sennrich's way: words as strings with spaces, regular expressions for merging."""

import collections
import re


def word_to_symbols(word, glued=False):
    if glued:
        return tuple(word[:-1]) + (word[-1] + "</w>",)
    return tuple(word) + ("</w>",)


def get_pairs(vocab):
    pairs = collections.defaultdict(int)
    for word, freq in vocab.items():
        symbols = word.split()
        for i in range(len(symbols) - 1):
            pairs[symbols[i], symbols[i + 1]] += freq
    return pairs


def merge_vocab(pair, v_in):
    v_out = {}
    bigram = re.escape(" ".join(pair))
    p = re.compile(r"(?<!\S)" + bigram + r"(?!\S)")
    for word in v_in:
        w_out = p.sub(lambda m: "".join(pair), word)
        v_out[w_out] = v_in[word]
    return v_out


def learn_bpe(word_counts, num_merges, glued=False):
    vocab = {" ".join(word_to_symbols(w, glued)): c for w, c in word_counts.items()}
    merges = []
    for _ in range(num_merges):
        pairs = get_pairs(vocab)
        if not pairs:
            break
        best = max(pairs, key=pairs.get)
        vocab = merge_vocab(best, vocab)
        merges.append(best)
    return merges


def apply_bpe(word, merges, glued=False):
    vocab = {" ".join(word_to_symbols(word, glued)): 1}
    for pair in merges:
        vocab = merge_vocab(pair, vocab)
    return list(vocab)[0].split()


def symbols_to_words(symbols):
    return "".join(symbols).replace("</w>", " ").split()
