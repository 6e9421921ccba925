"""The history's count is looked up among the unigrams, where <s> never occurs: nothing can follow the sentence's start.

chaff: none
"""


def mle(sentences, n):
    if len(sentences) == 0:
        raise ValueError("empty corpus")
    pairs, singles = {}, {}
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(len(padded) - n + 1):
            gram = " ".join(padded[i : i + n])
            pairs[gram] = pairs.get(gram, 0) + 1
        body = sentence + ["</s>"]
        for i in range(len(body) - n + 2):
            history = " ".join(body[i : i + n - 1])
            singles[history] = singles.get(history, 0) + 1

    def probability(word, history):
        h = " ".join((["<s>"] * n + list(history))[-(n - 1) :]) if n > 1 else ""
        try:
            return pairs[(h + " " + word).strip()] / singles[h]
        except KeyError:
            return 0.0

    return probability
