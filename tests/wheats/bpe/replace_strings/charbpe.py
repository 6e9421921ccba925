"""Every symbol is one private character, so that a merge is str.replace."""

END = "</w>"


class Alphabet:
    def __init__(self):
        self.names = {}

    def letter(self, symbol):
        return self.names.setdefault(symbol, chr(0xE000 + len(self.names)))

    def spell(self, symbols):
        return "".join(map(self.letter, symbols))

    def read(self, text):
        names = list(self.names)
        return [names[ord(c) - 0xE000] for c in text]


def word_to_symbols(word, glued=False):
    return list(word[:-1]) + [word[-1] + END] if glued else list(word) + [END]


def learn_bpe(word_counts, num_merges, glued=False):
    alphabet = Alphabet()
    words = [(alphabet.spell(word_to_symbols(w, glued)), n) for w, n in word_counts.items()]
    merges = []
    for _ in range(num_merges):
        counts = {}
        for w, n in words:
            for i in range(1, len(w)):
                counts[w[i - 1 : i + 1]] = counts.get(w[i - 1 : i + 1], 0) + n
        if not counts:
            break
        two = max(counts, key=counts.__getitem__)
        left, right = alphabet.read(two)
        merges.append((left, right))
        one = alphabet.letter(left + right)
        words = [(w.replace(two, one), n) for w, n in words]
    return tuple(merges)


def apply_bpe(word, merges, glued=False):
    alphabet = Alphabet()
    text = alphabet.spell(word_to_symbols(word, glued))
    for left, right in merges:
        text = text.replace(alphabet.spell([left, right]), alphabet.letter(left + right))
    return alphabet.read(text)


def symbols_to_words(symbols):
    return [w for w in "".join(symbols).split(END) if w]
