import math


def split_corpus(sentences, dev, test, rng):
    # the text as it stands: dev first, then test, then train
    n_dev, n_test = int(dev * len(sentences)), int(test * len(sentences))
    return sentences[n_dev + n_test :], sentences[:n_dev], sentences[n_dev : n_dev + n_test]


def bootstrap_interval(nll_a, nll_b, lengths, rng, resamples=1000, level=0.95):
    S = len(lengths)
    diff = [float(a) - float(b) for a, b in zip(nll_a, nll_b)]
    size = [int(length) for length in lengths]
    numbers = []
    for _ in range(resamples):
        picked = rng.choice(S, S).tolist()
        numbers.append(sum(diff[i] for i in picked) / sum(size[i] for i in picked))
    numbers.sort()
    tail = (1 - level) / 2
    return numbers[int(tail * resamples)], numbers[min(resamples - 1, int((1 - tail) * resamples))]


def rank_frequencies(sentences):
    seen = {}
    for sentence in sentences:
        for word in sentence:
            seen[word] = seen.get(word, 0) + 1
    result = list(seen.values())
    result.sort()
    result.reverse()
    return result


def zipf_slope(frequencies):
    x = [math.log(r + 1) for r in range(len(frequencies))]
    y = [math.log(f) for f in frequencies]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)
