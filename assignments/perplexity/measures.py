"""How good is a language model? Entropy, perplexity and their relatives.

Logarithms are natural unless `base` says otherwise; probabilities are plain numbers in lists or arrays.
"""

import math
from collections.abc import Sequence

import numpy as np

# Problem 1


def log_probability(probabilities: Sequence[float], base: float = math.e) -> float:
    """The chain rule: log P(w_1 ... w_T) from the conditional probabilities P(w_t | w_1 ... w_{t-1}).

    The sum of the logarithms; -inf if one of the probabilities is zero, 0.0 for no probabilities at all.
    Source: Jurafsky & Martin, Speech and Language Processing, chapter 3, equation 3.4.

    >>> log_probability([0.5, 0.25], base=2)
    -3.0
    """
    raise NotImplementedError("log_probability")


def entropy(p: Sequence[float], base: float = math.e) -> float:
    """H(p) = -sum_x p(x) log p(x), with 0 log 0 = 0.

    `p`: (V,) probabilities that sum to one. Source: Shannon 1948, section 6.

    >>> entropy([0.5, 0.25, 0.25], base=2)
    1.5
    """
    raise NotImplementedError("entropy")


def cross_entropy(p: Sequence[float], q: Sequence[float], base: float = math.e) -> float:
    """H(p, q) = -sum_x p(x) log q(x): the cost of coding text from `p` with the model `q`.

    `p`, `q`: (V,) probabilities. An outcome with p(x) = 0 costs nothing, whatever q(x) is; an outcome with p(x) >
    0 and q(x) = 0 makes the cross-entropy infinite. Source: Jurafsky & Martin, chapter 3, section 3.7.

    >>> cross_entropy([0.5, 0.5], [0.25, 0.75], base=2)
    1.207518749639422
    """
    raise NotImplementedError("cross_entropy")


def kl_divergence(p: Sequence[float], q: Sequence[float], base: float = math.e) -> float:
    """D(p || q) = sum_x p(x) log(p(x) / q(x)) = H(p, q) - H(p): what the wrong model costs on top. Never negative.

    Zeros as in `cross_entropy`. Source: Kullback & Leibler 1951.

    >>> kl_divergence([1.0, 0.0], [0.25, 0.75], base=2)
    2.0
    """
    raise NotImplementedError("kl_divergence")


def perplexity(log_probabilities: Sequence[float], base: float = math.e) -> float:
    """base ** (-mean of the log-probabilities), one log-probability in that base per predicted token.

    inf if one of them is -inf. ValueError if there are none: the perplexity of nothing is undefined.
    Source: Jurafsky & Martin, chapter 3, equation 3.14.

    >>> perplexity([-1.0, -3.0], base=2)
    4.0
    """
    raise NotImplementedError("perplexity")


def text_size(text: str) -> tuple[int, int]:
    """The number of characters (Unicode code points) and of bytes (in UTF-8) of a text.

    >>> text_size("哈h")
    (2, 4)
    """
    raise NotImplementedError("text_size")


def bits_per_unit(nll: float, units: int) -> float:
    """Bits per character or per byte: a text's *total* negative log-likelihood in nats, spread over `units` of
    them.

    The caller counts the units, so that nobody has to guess whether line breaks are in.
    Source: Graves 2013, section 3.1 (bits per character).

    >>> round(bits_per_unit(nll=13.8629436, units=10), 6)
    2.0
    """
    raise NotImplementedError("bits_per_unit")


def convert_perplexity(ppl: float, tokens: int, words: int) -> float:
    """The perplexity per word of a model that reads the same text as tokens, with perplexity `ppl` per token.

    The text's probability does not depend on how it is cut: ppl_word ** words == ppl ** tokens. `tokens` and
    `words` both count the end symbols. Source: Cotterell et al. 2018, section 2.

    >>> convert_perplexity(4.0, tokens=6, words=4)
    8.0
    """
    raise NotImplementedError("convert_perplexity")


def free_parameters(vocabulary_size: int, n: int) -> int:
    """The free parameters of an n-gram model over `vocabulary_size` outcomes: every row sums to one, so its last
    cell is no parameter. Histories hold words of the vocabulary only (no `<s>`).

    >>> free_parameters(10, n=2)
    90
    """
    raise NotImplementedError("free_parameters")


def mixture_bound(nlls: Sequence[float], weights: Sequence[float]) -> float:
    """What a mixture sum_j weights[j] P_j never exceeds: the smaller of two upper bounds of its mean NLL, in nats.

    `nlls`: the mean NLL of every model on the same text; `weights`: positive, summing to one. The mixture's NLL
    is at most sum_j weights[j] nlls[j] (Jensen), and at most nlls[j] - ln(weights[j]) for *each* j (drop the
    other models' terms).

    >>> mixture_bound([1.0, 9.0], [0.5, 0.5])
    1.6931471805599454
    """
    raise NotImplementedError("mixture_bound")


def facts() -> dict[str, float | bool]:
    """What you can say before any program has run. Work these out on paper and write down the values.

    The corpus is the handout's "I am Sam" (three sentences); its outcomes are the word types and `</s>`.

    - "vocabulary": the number of outcomes of that corpus
    - "predictions": how many tokens a model predicts in it
    - "uniform": the perplexity of the uniform model over those outcomes, on any text made of them
    - "coin": a model says P(heads) = 0.9, P(tails) = 0.1; its perplexity on the text "tails tails tails"
    - "can_exceed_vocabulary": may a perplexity be greater than the number of outcomes? (True or False)
    - "unseen_bigram": the perplexity of the bigram MLE model on a sentence with one bigram it never saw
    - "mixture": two models have mean NLLs of 2.0 and 3.0 nats on a text; what `mixture_bound` gives for their
      half-and-half mixture
    - "merged_tokens": a text of 100 tokens has perplexity 4 per token; its perplexity per word if it has 50 words
    """
    raise NotImplementedError("facts")
