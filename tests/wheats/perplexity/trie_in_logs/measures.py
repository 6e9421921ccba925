"""Everything in log space; generators and math.fsum."""
import math
from typing import Iterable


def _log(x: float) -> float:
    try:
        return math.log(x)
    except ValueError:
        return float("-inf")


def log_probability(probabilities: Iterable[float], base: float = math.e) -> float:
    logs = [_log(p) / _log(base) for p in probabilities]
    return float("-inf") if float("-inf") in logs else math.fsum(logs)


def cross_entropy(p, q, base=math.e):
    return sum(-x * _log(y) for x, y in zip(p, q) if x > 0) / _log(base)


def entropy(p, base=math.e):
    return sum(-x * _log(x) for x in p if x > 0) / _log(base)


def kl_divergence(p, q, base=math.e):
    pairs = [(x, y) for x, y in zip(p, q) if x > 0]
    if any(y == 0 for _, y in pairs):
        return math.inf
    return sum(x * _log(x / y) for x, y in pairs) / _log(base)


def perplexity(log_probabilities, base=math.e):
    log_probabilities = list(log_probabilities)
    try:
        mean = sum(log_probabilities) / len(log_probabilities)
    except ZeroDivisionError:
        raise ValueError("no tokens: undefined") from None
    return math.exp(-mean * math.log(base)) if mean != -math.inf else math.inf


def text_size(text):
    return len(text), len(text.encode("utf-8"))


def bits_per_unit(nll, units):
    bits = nll / math.log(2)
    return bits / units


def convert_perplexity(ppl, tokens, words):
    return 2 ** (tokens * math.log2(ppl) / words)


def free_parameters(vocabulary_size, n):
    histories = vocabulary_size ** (n - 1)
    return histories * vocabulary_size - histories


def mixture_bound(nlls, weights):
    average = sum(n * w for n, w in zip(nlls, weights))
    single = min(n + math.log(1 / w) for n, w in zip(nlls, weights))
    return average if average < single else single


def facts():
    answers = {}
    answers["vocabulary"] = 10 + 1
    answers["predictions"] = 3 + 3 + 8 + 3
    answers["uniform"] = answers["vocabulary"]
    answers["coin"] = perplexity([math.log(0.1)] * 3)
    answers["can_exceed_vocabulary"] = answers["coin"] > 2
    answers["unseen_bigram"] = math.inf
    answers["mixture"] = mixture_bound([2.0, 3.0], [0.5, 0.5])
    answers["merged_tokens"] = convert_perplexity(4, 100, 50)
    return answers
