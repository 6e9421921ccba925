"""What a language model can do without being trained for it: the evaluations of GPT-1 and GPT-2.

A model is called as `logits, _ = model(idx)`: idx (B, T) of int64, logits (B, T, V). Texts are lists of token ids.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import torch

Tokens = Sequence[int]
Model = Any


# Problem 5
@torch.no_grad()
def sliding_nll(model: Model, tokens: Tokens, max_length: int, stride: int) -> tuple[float, int]:
    """(the total NLL in nats, how many tokens it is over): every token but the first is scored exactly once.

    The windows begin at b = 0, S, 2S, … and feed the tokens x[b], …, x[b + L − 1] (as many as there are) to the model,
    L = max_length at most; each predicts the token after it, so a window's last target is x[b + L]. Of the targets only
    those behind the last target of the window before are scored; the others have been. The windows end with the one
    that reaches the last token. 1 ≤ S = stride ≤ L.

    Ten tokens, L = 4, S = 2: the windows score x[1..4], x[5..6], x[7..8], x[9].
    """
    raise NotImplementedError("sliding_nll")


def perplexity(model: Model, tokens: Tokens, max_length: int, stride: int) -> float:
    """exp of the mean NLL over the N − 1 tokens that `sliding_nll` scores."""
    raise NotImplementedError("perplexity")


def bits_per_byte(total_nll: float, text: str) -> float:
    """The NLL of the whole text, in bits, for each byte of its UTF-8 form: comparable across tokenizers.

    total_nll: in nats. text: exactly what was scored.

    >>> round(bits_per_byte(6 * math.log(2.0), "汉字"), 9)
    1.0
    """
    raise NotImplementedError("bits_per_byte")


def bits_per_character(total_nll: float, text: str) -> float:
    """The NLL of the whole text, in bits, for each character (code point).

    >>> round(bits_per_character(6 * math.log(2.0), "汉字"), 9)
    3.0
    """
    raise NotImplementedError("bits_per_character")


@torch.no_grad()
def continuation_logprobs(model: Model, context: Tokens, continuation: Tokens) -> torch.Tensor:
    """ln p of each token of the continuation, given the context and the continuation's tokens before it: (n,).

    context: one token at least. Context and continuation fit into the model together.
    """
    raise NotImplementedError("continuation_logprobs")


@torch.no_grad()
def last_word(model: Model, items: Sequence[tuple[Tokens, Tokens]]) -> tuple[float, float]:
    """LAMBADA: (accuracy, perplexity) on the last words of passages.

    items: (context, word), both as ids; a word may have several. A word is right when each of its tokens, given the
    true ones before it, has the highest logit. The perplexity is exp of the mean, over items, of the word's whole NLL.

    Source: Paperno et al. (2016); Radford et al. (2019), section 3.3.
    """
    raise NotImplementedError("last_word")


def choose(model: Model, context: Tokens, candidates: Sequence[Tokens], suffix: Tokens = (), score: str = "sum") -> int:
    """The place of the best candidate to stand between context and suffix; the first of equals.

    score: "sum": ln p(candidate + suffix | context), as GPT-2 on the Children's Book Test; "mean": the same divided by
    the number of tokens of candidate + suffix, as GPT-1 on RACE; "partial": ln p(suffix | context + candidate) alone,
    as GPT-2 on the Winograd schemas (Trinh & Le 2018).
    """
    raise NotImplementedError("choose")


def acceptability(model: Model, tokens: Tokens) -> float:
    """CoLA as GPT-1 did it without training: the mean ln p of the tokens from the second on.

    Source: Radford et al. (2018), section 5.
    """
    raise NotImplementedError("acceptability")


def matthews(predicted: Sequence[int], truth: Sequence[int]) -> float:
    """Matthews' correlation of two lists of 0 and 1; 0 where its denominator is 0.

    (TP·TN − FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN))

    >>> matthews([1, 1, 0, 0], [1, 0, 0, 0])
    0.5773502691896258
    """
    raise NotImplementedError("matthews")


def choose_threshold(scores: Sequence[float], labels: Sequence[int]) -> float:
    """A threshold θ for which the predictions score ≥ θ have the largest Matthews correlation with the labels."""
    raise NotImplementedError("choose_threshold")


def sentiment(model: Model, tokens: Tokens, very: Tokens, positive: Tokens, negative: Tokens) -> int:
    """SST-2 as GPT-1 did it without training: 1 if, after the text and "very", positive is likelier than negative.

    very, positive, negative: the ids of " very", " positive", " negative"; of several ids the sum of ln p counts.

    Source: Radford et al. (2018), section 5.
    """
    raise NotImplementedError("sentiment")


def split_units(text: str, characters: bool = False) -> list[str]:
    """The words of a text: its longest runs of [a-z0-9] after lower-casing. With characters=True, for Chinese: every
    character that is a letter or a digit (str.isalnum), lower-cased.

    >>> split_units("Don't stop, 2nd!"), split_units("你好，GPT", characters=True)
    (['don', 't', 'stop', '2nd'], ['你', '好', 'g', 'p', 't'])
    """
    raise NotImplementedError("split_units")


def overlap(test: str, train: Iterable[str], n: int = 8, characters: bool = False) -> float:
    """The share of the n-grams of the test text, every occurrence counted, that occur in a training text.

    train: the texts, n-grams do not reach from one into the next. A test text shorter than n units: 0.

    Source: Radford et al. (2019), section 4.
    """

    raise NotImplementedError("overlap")
