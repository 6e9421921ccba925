"""How the checks of this assignment judge: stand-ins for earlier problems, sampled words, trained weights."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder import Failure, Text, any_of, numeric, require

# --- an earlier problem's mistake costs nothing later


def call_with(modules: Any, module: str, name: str, arguments: Sequence[Any], standins: Mapping[str, Any]) -> Any:
    """The answer of a student's function while stand-ins take the place of the functions it may call."""
    names = vars(getattr(modules, module))
    own = {key: names[key] for key in standins if key in names}
    names.update(standins)
    try:
        return names[name](*arguments)
    finally:
        for key in standins:
            del names[key]
        names.update(own)


def looked_up(answers: Mapping[str, Any]) -> Callable[..., Any]:
    """A function that knows the answer for each word."""
    return lambda word, *arguments, **keywords: answers[word]


def side_by_side(pairs: Mapping[str, Any]) -> Callable[..., Any]:
    """A function that puts together the known pairs of some words."""
    return lambda words, *arguments, **keywords: tuple(np.concatenate([pairs[word] for word in words]).T)


def reading(words: Sequence[str], symbols: str) -> dict[str, Callable[..., Any]]:
    """Stand-ins for `encode` and `bigram_pairs` that know `words` and nothing else; `symbols` begins with '.'."""
    number = {symbol: i for i, symbol in enumerate(symbols)}
    ids = {word: [number[letter] for letter in f".{word}."] for word in words}
    return {"encode": looked_up(ids), "bigram_pairs": side_by_side({word: neighbours(ids[word]) for word in words})}


def neighbours(ids: Sequence[int]) -> Any:
    """The pairs (n, 2) of one word."""
    return np.lib.stride_tricks.sliding_window_view(np.array(ids), 2)


def judge_either(
    judge: Callable[[Any], None],
    submission: Any,
    module: str,
    name: str,
    arguments: Sequence[Any],
    standins: Callable[[], Mapping[str, Any]],
) -> None:
    """`judge` the answer that comes of the student's functions alone, or else the one with stand-ins."""
    any_of(
        lambda: judge(getattr(getattr(submission, module), name)(*arguments)),
        lambda: judge(submission.probe(call_with, module, name, tuple(arguments), dict(standins()))),
    )


# --- numbers


def check_near(actual: Any, expected: Any, what: Text | None = None) -> None:
    """Equal up to what single precision, or a tiny number inside a logarithm, may change."""
    numeric.check_close(actual, expected, rtol=2e-5, atol=2e-6, what=what)


# --- tables

STEP = Text(en="one step that the rows make impossible was taken", zh="走了一步概率为零的转移")


def as_table(itos: Any) -> Any:
    """id -> symbol as a dict, also from a list or string in the order of the ids."""
    return dict(enumerate(itos)) if isinstance(itos, list | tuple | str) else itos


def check_two(answer: Any) -> tuple[Any, Any]:
    require(
        isinstance(answer, tuple | list | np.ndarray) and len(answer) == 2,
        Text(en="two values are asked for", zh="应返回两个值"),
    )
    return answer[0], answer[1]


# --- sampled words


def draw(modules: Any, P: Any, itos: Mapping[int, str], seed: int, times: int) -> list[Any]:
    """Words drawn one after the other from one generator."""
    rng = np.random.default_rng(seed)
    return [modules.bigram.sample_word(P, itos, rng) for _ in range(times)]


def sampled(submission: Any, *settings: Any) -> list[Any]:
    """`draw` on the student's side."""
    require(callable(submission.bigram.sample_word), Text(en="sample_word is no function", zh="sample_word 不是函数"))
    words: list[Any] = submission.probe(draw, *settings)
    return words


def steps(word: str) -> Iterator[str]:
    padded = f".{word}."
    return (padded[i : i + 2] for i in range(len(word) + 1))


def check_possible(words: Sequence[Any], P: Any, symbols: str) -> None:
    """Words are strings of letters of which each step has a probability above zero."""
    for word in words:
        require(
            isinstance(word, str),
            Text(en="a sampled word is a string", zh="采样得到的词应当是字符串"),
            Text(en=f"got: {word!r}", zh=f"得到：{word!r}"),
        )
        require(
            "." not in word,
            Text(en="the boundary '.' is no part of a word", zh="边界符号“.”不属于词的一部分"),
            Text(en=f"got: {word!r}", zh=f"得到：{word!r}"),
        )
        require(
            set(word) <= set(symbols),
            Text(en="a sampled word has a symbol that is not in itos", zh="采样得到的词含有 itos 中没有的符号"),
            Text(en=f"got: {word!r}", zh=f"得到：{word!r}"),
        )
        for step in steps(word):
            here, there = symbols.index(step[0]), symbols.index(step[1])
            require(P[here][there] > 0, STEP, Text(en=f"{step!r} in {word!r}", zh=f"{word!r} 中的 {step!r}"))


def check_frequencies(words: Sequence[str], P: Any, symbols: str) -> None:
    """From each symbol, the next ones come as often as their probabilities say, within six standard deviations."""
    seen = Counter(step for word in words for step in steps(word))
    for here, row in zip(symbols, P, strict=True):
        total = sum(seen[here + there] for there in symbols)
        for there, p in zip(symbols, row, strict=True):
            _check_share(seen[here + there], total, float(p), here, there)


def _check_share(times: int, total: int, p: float, here: str, there: str) -> None:
    if abs(times - total * p) > 6 * np.sqrt(total * p * (1 - p)) + 3:
        raise Failure(
            Text(
                en="the symbols do not come as often as their probabilities say",
                zh="各符号出现的频率与给定的概率不符",
            ),
            [
                Text(
                    en=f"{there!r} after {here!r}: {times} of {total} times; its probability is {p:.3g}",
                    zh=f"{here!r} 之后的 {there!r}：{total} 次中出现 {times} 次；概率应为 {p:.3g}",
                )
            ],
        )


def check_words(words: Sequence[str], expected: Mapping[str, float]) -> None:
    """Whole words come as often as their probabilities say, within six standard deviations."""
    seen, total = Counter(words), len(words)
    for word, p in expected.items():
        if abs(seen[word] - total * p) > 6 * np.sqrt(total * p * (1 - p)) + 3:
            raise Failure(
                Text(
                    en="whole words do not come as often as their probabilities say",
                    zh="整词出现的频率与其概率不符",
                ),
                [
                    Text(
                        en=f"{word!r}: {seen[word]} of {total} words; its probability is {p:.3g}",
                        zh=f"{word!r}：{total} 个词中出现 {seen[word]} 次；概率应为 {p:.3g}",
                    )
                ],
            )


# --- weights

TRAINED = Text(en="the loss of the trained weights", zh="训练后权重的损失")


def loss_of(W: Any, pairs: Sequence[tuple[int, int]]) -> float:
    """The mean of ln(sum of exp W[x]) - W[x, y] over the pairs (x, y); each kind of pair is computed once."""
    kinds = Counter(pairs)
    with np.errstate(all="ignore"):
        return float(sum(n * (np.logaddexp.reduce(W[x]) - W[x, y]) for (x, y), n in kinds.items()) / len(pairs))


def numerical_gradient(W: Any, xs: Any, ys: Any) -> Any:
    """A stand-in for a gradient: central differences of `loss_of`."""
    W, pairs = np.array(W, dtype=np.float64), list(zip(np.array(xs).tolist(), np.array(ys).tolist(), strict=True))
    slopes = np.zeros_like(W)
    for place in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[place] = 1e-4
        slopes[place] = (loss_of(W + step, pairs) - loss_of(W - step, pairs)) / 2e-4
    return slopes


def check_trained(W: Any, pairs: Sequence[tuple[int, int]], optimum: float, size: int) -> None:
    """softmax(W) has a loss that no model can beat, and comes within 0.01 nat of the best."""
    numeric.check_shape(W, (size, size), what=Text(en="W", zh="W"))
    loss = loss_of(np.asarray(W, dtype=np.float64), pairs)
    numeric.check_between(loss, optimum - 1e-9, optimum + 0.01, what=TRAINED)
