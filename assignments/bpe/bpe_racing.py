"""How the bonus problem is judged: right merges, and cost compared with the naive loop in the same run."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from bpe_families import find, has, place_of, with_standins_too
from bpe_judging import Pair, Token, check_merges, read_merges

from autograder import Text, require


def in_any_trainer(submission: Any, attempt: Callable[[str], object]) -> None:
    """`attempt(name)` holds for train_fast or train_bpe (or RegexTokenizer.train where there is neither)."""
    names = [name for name in ("train_fast", "train_bpe") if has(submission, name)] or ["RegexTokenizer"]
    find(submission, names[0])
    with_standins_too(submission, names, attempt)


def check_right(
    submission: Any, name: str, pattern: str, chunks: Sequence[str], merges: int, every: int = 1
) -> tuple[Any, ...]:
    """The trainer learns right merges from the chunks' text; what `_train` needs to do it again."""
    text = "".join(chunks)
    task = (name, place_of(submission, name), pattern, text, submission.file("corpus.txt", text))
    learned = read_merges(submission.probe(_train, *task, merges))
    check_merges(first_words(chunks, learned), learned, merges, every)
    return task


def first_words(chunks: Iterable[str], merges: Sequence[Pair]) -> Counter[tuple[Token, ...]]:
    """Chunks as the bytes, or the ids of bytes, that the pairs are made of."""
    of_bytes = bool(merges) and isinstance(merges[0][0], bytes)
    data = (chunk.encode("utf-8") for chunk in chunks)
    return Counter(tuple(bytes([byte]) for byte in chunk) if of_bytes else tuple(chunk) for chunk in data)


def distinct_words(number: int) -> list[str]:
    """Words that all differ, so that counting each word once saves nothing: " abedf", ..."""
    words, state = dict[str, None](), 12345
    while len(words) < number:
        letters = []
        for _ in range(6):
            state = (state * 1103515245 + 12345) % 2**31
            letters.append("abcdefghijklmnopqrst"[(state >> 16) % 20])
        words[" " + "".join(letters)] = None
    return list(words)


def repeated_words(number: int) -> list[str]:
    """As in a language, some words often and most of them seldom: the n-th word about 1/n times as often."""
    words = distinct_words(number)
    return [word for rank, word in enumerate(words) for _ in range(1 + number // (2 * rank + 2))]


def check_faster(submission: Any, name: str, pattern: str, times: float) -> None:
    """The trainer is so many times faster than the naive loop, both timed in one go on the student's side."""
    check_promising(submission, name, pattern)
    task = check_right(submission, name, pattern, repeated_words(600), 80, every=5)
    require(
        submission.probe(_race, task, 80, times),
        Text(
            en=f"training is not {times:g} times as fast as the naive loop on the same text",
            zh=f"在同一文本上，训练速度没有达到朴素循环的 {times:g} 倍",
        ),
    )


def check_growth(submission: Any, name: str, pattern: str, most: float) -> None:
    """Eight times as many merges cost less than `most` times as much."""
    check_promising(submission, name, pattern)
    task = check_right(submission, name, pattern, distinct_words(2000), 80, every=8)
    require(submission.probe(_grow, task, 10, 80, most, 0.5), COUNTED_AGAIN)


COUNTED_AGAIN = Text(
    en="the cost grows with the number of merges as if everything were counted again for each",
    zh="用时随合并次数增长得太快，好像每次合并都重新统计了全部文本",
)


def check_promising(submission: Any, name: str, pattern: str) -> None:
    """A trainer that counts everything again for each merge is found out on a short text: no need to wait for it.

    Eight times as many merges cost the wheats that update counts 1.8 to 2.8 times as much, and the naive ones 5.7 up.
    """
    text = "".join(distinct_words(300))
    task = (name, place_of(submission, name), pattern, text, submission.file("corpus.txt", text))
    require(submission.probe(_grow, task, 5, 40, 4.5, 0.1), COUNTED_AGAIN)


def _train(modules: Any, name: str, place: str, pattern: str, text: str, path: str, merges: int) -> Any:
    trainer = getattr(getattr(modules.bpe, place) if place else modules.bpe, name)
    if name == "train_fast":
        return trainer(text, 256 + merges, pattern)
    if name == "train_bpe":
        return trainer(path, 257 + merges, ["<|endoftext|>"])[1]
    tokenizer = trainer(pattern)
    tokenizer.train(text, 256 + merges)
    return tokenizer.merges


def _race(modules: Any, task: tuple[Any, ...], merges: int, times: float) -> bool:
    """Whether training is fast enough; no time goes out, so that equal programs answer alike."""
    text = task[3]
    [naive] = _seconds([lambda: _naive(text, merges)], enough=0.0)
    [own] = _seconds([lambda: _train(modules, *task, merges)], enough=naive)
    return times * own <= naive


def _grow(modules: Any, task: tuple[Any, ...], few: int, many: int, most: float, enough: float) -> bool:
    """Whether the cost grows slowly enough."""
    runs = [lambda merges=merges: _train(modules, *task, merges) for merges in (few, many)]  # type: ignore[misc]

    def slowly(cheap: float, dear: float) -> bool:
        return dear <= most * cheap

    return slowly(*_seconds(runs, enough, slowly, least=3))  # the first turn alone makes the cheap one look dear


def _seconds(
    runs: Sequence[Callable[[], object]], enough: float, good: Callable[..., bool] = lambda *best: True, least: int = 1
) -> tuple[float, ...]:
    """CPU seconds of each, the best of seven turns; fewer, `least` at least, once they took `enough` together.

    As long as they are not `good` they get ten times as long: a busy machine makes what is quick look slow.
    """
    import os
    import time

    def spent() -> float:
        children = os.times()
        return time.process_time() + children.children_user + children.children_system

    def timed(run: Callable[[], object]) -> float:
        before = spent()
        run()
        return spent() - before

    turns: list[tuple[float, ...]] = []
    best: tuple[float, ...] = ()
    while len(turns) < least or (len(turns) < 7 and sum(map(sum, turns)) <= (enough if good(*best) else 10 * enough)):
        turns.append(tuple(timed(run) for run in runs))
        best = tuple(map(min, zip(*turns, strict=True)))
    return best


def _naive(text: str, merges: int) -> None:
    """Count all pairs, join the most frequent, start over: what the fast trainer is compared with."""
    words = [list(word.encode()) for word in text.split(" ")]
    for idx in range(256, 256 + merges):
        counts: dict[tuple[int, int], int] = {}
        for ids in words:
            for two in pairwise(ids):
                counts[two] = counts.get(two, 0) + 1
        left, right = max(counts, key=lambda two: counts[two])
        for ids in words:
            place = 0
            while place < len(ids) - 1:
                if ids[place] == left and ids[place + 1] == right:
                    ids[place : place + 2] = [idx]
                place += 1
