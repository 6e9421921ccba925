"""A word whose end is unknown keeps the pieces found before.

chaff: unknown-rest
"""


def wordpiece(word, vocabulary, unknown="[UNK]"):
    pieces, prefix = [], ""
    while word:
        n = len(word)
        while n and prefix + word[:n] not in vocabulary:
            n -= 1
        if not n:
            return pieces + [unknown]
        pieces.append(prefix + word[:n])
        word, prefix = word[n:], "##"
    return pieces
