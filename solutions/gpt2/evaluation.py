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
    # BEGIN SOLUTION
    x = torch.as_tensor(tokens, dtype=torch.long)
    inputs, targets = x[:-1], x[1:]
    total, done = 0.0, 0  # so many targets are scored
    for begin in range(0, len(targets), stride):
        end = min(begin + max_length, len(targets))
        if end == done:
            break
        logits, _ = model(inputs[None, begin:end])
        logprobs = torch.log_softmax(logits[0].double(), dim=1)
        scored = logprobs.gather(1, targets[begin:end, None]).squeeze(1)[done - begin :]
        total, done = total - scored.sum().item(), end
    return total, len(targets)
    # END SOLUTION


def perplexity(model: Model, tokens: Tokens, max_length: int, stride: int) -> float:
    """exp of the mean NLL over the N − 1 tokens that `sliding_nll` scores."""
    # BEGIN SOLUTION
    total, count = sliding_nll(model, tokens, max_length, stride)
    return math.exp(total / count)
    # END SOLUTION


def bits_per_byte(total_nll: float, text: str) -> float:
    """The NLL of the whole text, in bits, for each byte of its UTF-8 form: comparable across tokenizers.

    total_nll: in nats. text: exactly what was scored.

    >>> round(bits_per_byte(6 * math.log(2.0), "汉字"), 9)
    1.0
    """
    # BEGIN SOLUTION
    return total_nll / math.log(2) / len(text.encode("utf-8"))
    # END SOLUTION


def bits_per_character(total_nll: float, text: str) -> float:
    """The NLL of the whole text, in bits, for each character (code point).

    >>> round(bits_per_character(6 * math.log(2.0), "汉字"), 9)
    3.0
    """
    # BEGIN SOLUTION
    return total_nll / math.log(2) / len(text)
    # END SOLUTION


@torch.no_grad()
def continuation_logprobs(model: Model, context: Tokens, continuation: Tokens) -> torch.Tensor:
    """ln p of each token of the continuation, given the context and the continuation's tokens before it: (n,).

    context: one token at least. Context and continuation fit into the model together.
    """
    # BEGIN SOLUTION
    ids = torch.tensor([[*context, *continuation]])
    logits, _ = model(ids[:, :-1])
    logprobs = torch.log_softmax(logits[0, len(context) - 1 :].double(), dim=1)
    return logprobs.gather(1, ids[0, len(context) :, None]).squeeze(1)
    # END SOLUTION


@torch.no_grad()
def last_word(model: Model, items: Sequence[tuple[Tokens, Tokens]]) -> tuple[float, float]:
    """LAMBADA: (accuracy, perplexity) on the last words of passages.

    items: (context, word), both as ids; a word may have several. A word is right when each of its tokens, given the
    true ones before it, has the highest logit. The perplexity is exp of the mean, over items, of the word's whole NLL.

    Source: Paperno et al. (2016); Radford et al. (2019), section 3.3.
    """
    # BEGIN SOLUTION
    right, nll = 0, 0.0
    for context, word in items:
        ids = torch.tensor([[*context, *word]])
        logits, _ = model(ids[:, :-1])
        right += bool((logits[0, len(context) - 1 :].argmax(dim=1) == ids[0, len(context) :]).all())
        nll -= float(continuation_logprobs(model, context, word).sum())
    return right / len(items), math.exp(nll / len(items))
    # END SOLUTION


def choose(model: Model, context: Tokens, candidates: Sequence[Tokens], suffix: Tokens = (), score: str = "sum") -> int:
    """The place of the best candidate to stand between context and suffix; the first of equals.

    score: "sum": ln p(candidate + suffix | context), as GPT-2 on the Children's Book Test; "mean": the same divided by
    the number of tokens of candidate + suffix, as GPT-1 on RACE; "partial": ln p(suffix | context + candidate) alone,
    as GPT-2 on the Winograd schemas (Trinh & Le 2018).
    """
    # BEGIN SOLUTION
    scores = []
    for candidate in candidates:
        if score == "partial":
            logprobs = continuation_logprobs(model, [*context, *candidate], suffix)
        else:
            logprobs = continuation_logprobs(model, context, [*candidate, *suffix])
        scores.append(float(logprobs.mean() if score == "mean" else logprobs.sum()))
    return scores.index(max(scores))
    # END SOLUTION


def acceptability(model: Model, tokens: Tokens) -> float:
    """CoLA as GPT-1 did it without training: the mean ln p of the tokens from the second on.

    Source: Radford et al. (2018), section 5.
    """
    # BEGIN SOLUTION
    return float(continuation_logprobs(model, tokens[:1], tokens[1:]).mean())
    # END SOLUTION


def matthews(predicted: Sequence[int], truth: Sequence[int]) -> float:
    """Matthews' correlation of two lists of 0 and 1; 0 where its denominator is 0.

    (TP·TN − FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN))

    >>> matthews([1, 1, 0, 0], [1, 0, 0, 0])
    0.5773502691896258
    """
    # BEGIN SOLUTION
    pairs = [(bool(one), bool(other)) for one, other in zip(predicted, truth, strict=True)]
    tp, tn = pairs.count((True, True)), pairs.count((False, False))
    fp, fn = pairs.count((True, False)), pairs.count((False, True))
    denominator = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return (tp * tn - fp * fn) / denominator if denominator else 0.0
    # END SOLUTION


def choose_threshold(scores: Sequence[float], labels: Sequence[int]) -> float:
    """A threshold θ for which the predictions score ≥ θ have the largest Matthews correlation with the labels."""
    # BEGIN SOLUTION
    return max(scores, key=lambda threshold: matthews([score >= threshold for score in scores], labels))
    # END SOLUTION


def sentiment(model: Model, tokens: Tokens, very: Tokens, positive: Tokens, negative: Tokens) -> int:
    """SST-2 as GPT-1 did it without training: 1 if, after the text and "very", positive is likelier than negative.

    very, positive, negative: the ids of " very", " positive", " negative"; of several ids the sum of ln p counts.

    Source: Radford et al. (2018), section 5.
    """
    # BEGIN SOLUTION
    return int(choose(model, [*tokens, *very], [negative, positive]) == 1)
    # END SOLUTION


def split_units(text: str, characters: bool = False) -> list[str]:
    """The words of a text: its longest runs of [a-z0-9] after lower-casing. With characters=True, for Chinese: every
    character that is a letter or a digit (str.isalnum), lower-cased.

    >>> split_units("Don't stop, 2nd!"), split_units("你好，GPT", characters=True)
    (['don', 't', 'stop', '2nd'], ['你', '好', 'g', 'p', 't'])
    """
    # BEGIN SOLUTION
    if characters:
        return [character for character in text.lower() if character.isalnum()]
    return re.findall("[a-z0-9]+", text.lower())
    # END SOLUTION


def overlap(test: str, train: Iterable[str], n: int = 8, characters: bool = False) -> float:
    """The share of the n-grams of the test text, every occurrence counted, that occur in a training text.

    train: the texts, n-grams do not reach from one into the next. A test text shorter than n units: 0.

    Source: Radford et al. (2019), section 4.
    """

    # BEGIN SOLUTION
    def ngrams(text: str) -> list[tuple[str, ...]]:
        units = split_units(text, characters)
        return list(zip(*(units[start:] for start in range(n)), strict=False))

    seen = {ngram for text in train for ngram in ngrams(text)}
    asked = ngrams(test)
    return sum(ngram in seen for ngram in asked) / len(asked) if asked else 0.0
    # END SOLUTION
