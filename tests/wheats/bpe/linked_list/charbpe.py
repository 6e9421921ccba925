"""A small class does the work; the functions are its face."""


class Word:
    def __init__(self, text, glued):
        self.symbols = list(text)
        if glued:
            self.symbols.append(self.symbols.pop() + "</w>")
        else:
            self.symbols.append("</w>")

    def pairs(self):
        return [(self.symbols[i], self.symbols[i + 1]) for i in range(len(self.symbols) - 1)]

    def merge(self, left, right):
        i = 0
        while i < len(self.symbols) - 1:
            if self.symbols[i] == left and self.symbols[i + 1] == right:
                self.symbols[i] = left + right
                del self.symbols[i + 1]
            i += 1


def word_to_symbols(word, glued=False):
    return tuple(Word(word, glued).symbols)


def learn_bpe(word_counts, num_merges, glued=False):
    words = [(Word(text, glued), n) for text, n in word_counts.items()]
    learned = []
    while len(learned) < num_merges:
        table = {}
        for word, n in words:
            for pair in word.pairs():
                table[pair] = table.get(pair, 0) + n
        best = None
        for pair in table:  # the last of the best
            if best is None or table[pair] >= table[best]:
                best = pair
        if best is None:
            break
        learned.append(list(best))
        for word, _ in words:
            word.merge(*best)
    return learned


def apply_bpe(word, merges, glued=False):
    w = Word(word, glued)
    for left, right in merges:
        w.merge(left, right)
    return w.symbols


def symbols_to_words(symbols):
    words, letters = [], []
    for symbol in symbols:
        done = symbol.endswith("</w>")
        letters.append(symbol.removesuffix("</w>"))
        if done:
            words.append("".join(letters))
            letters = []
    return words
