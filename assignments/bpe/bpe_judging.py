"""How the checks of this assignment judge merges and tokens.

Training is judged by *replaying* the merges: whatever the rule for ties, each merge must join a pair that is as
frequent as any at its time. The words of a replay are written as strings with one letter for each token, so that
joining a pair is replacing two letters by one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import add
from typing import Any

from autograder import Failure, Text, require

Token = Any
"""An id (int), a byte string or, in problem 2, a string."""
Pair = tuple[Token, Token]
Words = Mapping[tuple[Token, ...], int]
"""Words as their first tokens, and how often each occurs."""


# --- replaying merges


def joined(pair: Pair, step: int) -> Token:
    """What the merge number `step` makes of `pair`: token 256 + step, or the two strings in one."""
    return 256 + step if isinstance(pair[0], int) else pair[0] + pair[1]


class Letters:
    """One letter for each token."""

    def __init__(self) -> None:
        self._letters: dict[Token, str] = {}

    def __contains__(self, token: Token) -> bool:
        return token in self._letters

    def __getitem__(self, token: Token) -> str:
        return self._letters.setdefault(token, chr(len(self._letters)))

    def spell(self, word: Iterable[Token]) -> str:
        return "".join(self[token] for token in word)

    def read(self, text: str) -> list[Token]:
        tokens = list(self._letters)
        return [tokens[ord(letter)] for letter in text]


def count_letters(words: Mapping[str, int]) -> Counter[str]:
    """How often each two letters are neighbours, overlapping ones counted."""
    by_times: dict[int, list[str]] = {}
    for word, times in words.items():
        by_times.setdefault(times, []).append(word)
    counts: Counter[str] = Counter()
    for times, group in by_times.items():
        for two, number in Counter(chain.from_iterable(map(add, word, word[1:]) for word in group)).items():
            counts[two] += times * number
    return counts


def check_merges(words: Words, merges: Sequence[Pair], wanted: int, every: int = 1) -> None:
    """Each merge joins a most frequent pair; there are `wanted` merges, or no pair is left.

    Of a long training, looking at one merge in `every` will do: a wrong count is soon a wrong choice.
    """
    letters = Letters()
    spelled: dict[str, int] = {}
    for word, times in words.items():
        text = letters.spell(word)
        spelled[text] = spelled.get(text, 0) + times
    doubles = 0  # (a, bc) and (ab, c) make one string: some count its token once
    for step, pair in enumerate(merges):
        if step % every == 0:
            _check_merge(spelled, letters, merges, step)
        product = joined(pair, step)
        doubles += product in letters
        two, one = letters.spell(pair), letters[product]
        spelled = {word.replace(two, one): times for word, times in spelled.items()}
    _check_number(len(merges), wanted, doubles, bool(count_letters(spelled)))


def _check_merge(spelled: Mapping[str, int], letters: Letters, merges: Sequence[Pair], step: int) -> None:
    pair = merges[step]
    require(
        _known(pair, step, letters),
        Text(
            en="a merge joins a token that neither is a first symbol nor was made by an earlier merge",
            zh="有一次合并用到了不存在的词元：它既不是初始符号，也不是之前的合并产生的",
        ),
        _which(step, pair),
    )
    counts = count_letters(spelled)
    count, most = counts[letters.spell(pair)], max(counts.values(), default=0)
    if count == most > 0:
        return
    best = [letters.read(two) for two, times in counts.items() if times == most]
    details = [_which(step, pair), *_compared(count, most, tuple(best[0]) if best else None)]
    if count == 0:
        raise Failure(
            Text(
                en="a merge joins two tokens that are neighbours nowhere at its time (inside a word or chunk)",
                zh="有一次合并的两个词元此时并不相邻（只看词内或块内）",
            ),
            details,
        )
    raise Failure(
        Text(
            en="a merge joins a pair that is not a most frequent one at its time",
            zh="有一次合并选的不是当时最频繁的一对",
        ),
        details,
    )


def _known(pair: Pair, step: int, letters: Letters) -> bool:
    if isinstance(pair[0], int):
        return all(0 <= token < 256 + step for token in pair)
    return all(token in letters or (isinstance(token, bytes) and len(token) == 1) for token in pair)


def _check_number(number: int, wanted: int, doubles: int, pairs_left: bool) -> None:
    details = [Text(en=f"merges: got {number}, asked for {wanted}", zh=f"合并次数：得到 {number}，要求 {wanted}")]
    require(
        number <= wanted + doubles,
        Text(en="there are more merges than asked for", zh="合并的次数多于要求"),
        *details,
    )
    require(
        number >= wanted or not pairs_left,
        Text(en="training ended although pairs are left to merge", zh="还有可合并的对，训练却提前结束了"),
        *details,
    )


def _which(step: int, pair: Pair) -> Text:
    return Text(en=f"merge {step + 1}: {pair!r}", zh=f"第 {step + 1} 次合并：{pair!r}")


def _compared(count: int, most: int, best: Pair | None) -> list[Text]:
    if best is None:
        return [Text(en="no pair is left at that time", zh="此时已经没有任何相邻的对")]
    return [
        Text(
            en=f"it occurs {count} times; {best!r} occurs {most} times",
            zh=f"它出现 {count} 次；{best!r} 出现 {most} 次",
        )
    ]


# --- segmenting by merges


def segmentations(word: Sequence[Token], merges: Sequence[Pair]) -> list[list[Token]]:
    """The right ways to segment a word: more than one only where two merges make the same string."""
    letters = Letters()
    spelled = letters.spell(word)
    steps = [(letters.spell(pair), letters[joined(pair, step)]) for step, pair in enumerate(merges)]
    in_order = spelled
    for two, one in steps:
        in_order = in_order.replace(two, one)
    return [letters.read(text) for text in dict.fromkeys((in_order, _by_rank(spelled, steps)))]


def _by_rank(spelled: str, steps: list[tuple[str, str]]) -> str:
    """Join the earliest merge that applies until none does."""
    while True:
        applies = next(((two, one) for two, one in steps if two in spelled), None)
        if applies is None:
            return spelled
        spelled = spelled.replace(*applies)


def check_segments(tokens: Sequence[Token], words: Iterable[Sequence[Token]], merges: Sequence[Pair]) -> None:
    """`tokens` are the words one after the other, each segmented by `merges`."""
    ways: list[list[Token]] = [[]]
    for word in words:
        ways = [before + way for before in ways for way in segmentations(word, merges)][:64]
    if list(tokens) in ways:
        return
    details = [
        Text(en=f"got:      {list(tokens)!r}"[:200], zh=f"得到：{list(tokens)!r}"[:200]),
        Text(en=f"expected: {ways[0]!r}"[:200], zh=f"应为：{ways[0]!r}"[:200]),
    ]
    if spelling(tokens, merges) != spelling(ways[0], merges):
        raise Failure(Text(en="the tokens do not spell the text", zh="这些词元拼不出原文"), details)
    raise Failure(
        Text(
            en="the tokens spell the text, but it is segmented otherwise than the merges say",
            zh="词元能拼出原文，但切分与合并规则不符",
        ),
        details,
    )


def spelling(tokens: Iterable[Token], merges: Sequence[Pair]) -> Any:
    """The characters or bytes that the tokens stand for, one by one."""
    made = {joined(pair, step): pair for step, pair in enumerate(merges) if isinstance(pair[0], int)}
    flat: list[Any] = []
    stack = list(tokens)[::-1]
    while stack:
        token = stack.pop()
        if token in made:
            stack += made[token][::-1]
        elif isinstance(token, int):
            flat.append(token)
        else:
            flat += token
    return flat


# --- what a tokenizer's attributes say


def read_merges(merges: object) -> tuple[Pair, ...]:
    """A student's `merges` as pairs in the order of learning: of ids or of byte strings, from a dict or a list."""
    items = _merge_items(merges)
    numbered = items is not None and all(isinstance(number, int) for _, number in items)
    if items and numbered:
        items = sorted(items, key=lambda item: item[1])
        first = items[0][1]
        require(
            first in (0, 256) and [number for _, number in items] == list(range(first, first + len(items))),
            Text(
                en="the ids of the merges are not 256, 257, ... in the order of learning",
                zh="合并得到的 id 不是按学习顺序排列的 256、257……",
            ),
        )
    pairs = None if items is None else [_read_pair(pair) for pair, _ in items]
    if pairs is None or None in pairs:
        raise Failure(
            Text(
                en="`merges` cannot be read: it should be {(left, right): token}, of ids",
                zh="无法读懂 `merges`：它应当是 {(左, 右): 新词元}，用 id 表示",
            )
        )
    return tuple(pair for pair in pairs if pair is not None)


def _merge_items(merges: object) -> list[tuple[Any, Any]] | None:
    """(pair, number or None) of each merge."""
    if isinstance(merges, dict):
        if merges and all(isinstance(key, int) for key in merges):
            return [(pair, number) for number, pair in merges.items()]
        return list(merges.items())
    if not isinstance(merges, list | tuple):
        return None
    items = [tuple(item) if isinstance(item, list | tuple) else (item,) for item in merges]
    if all(len(item) == 2 and isinstance(item[0], list | tuple) for item in items):
        return [(tuple(item[0]), item[1]) for item in items]
    if all(len(item) == 3 for item in items):
        return [(item[:2], item[2]) for item in items]
    return [(item, None) for item in items]


def _read_pair(pair: object) -> Pair | None:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return None
    if all(isinstance(part, bytes) for part in pair):
        return (pair[0], pair[1])
    try:
        return (int(pair[0]), int(pair[1]))
    except (TypeError, ValueError):
        return None


def read_vocab(vocab: object) -> dict[int, bytes]:
    """A student's `vocab` as {id: bytes}, from a dict in either direction or a list."""
    if isinstance(vocab, list | tuple):
        vocab = dict(enumerate(vocab))
    if isinstance(vocab, dict):
        turned = {token: name for name, token in vocab.items()} if all(map(_is_bytes, vocab)) else vocab
        if all(_is_bytes(token) for token in turned.values()):
            return {int(idx): token for idx, token in turned.items()}
    raise Failure(
        Text(en="`vocab` cannot be read: it should be {id: bytes}", zh="无法读懂 `vocab`：它应当是 {id: bytes}")
    )


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def check_vocab(vocab: object, merges: Sequence[Pair], specials: Iterable[bytes] = ()) -> None:
    """`vocab` names every byte and every merge by the ids that belong to them (minbpe's way)."""
    names = read_vocab(vocab)
    require(
        all(names.get(byte) == bytes([byte]) for byte in range(256)),
        Text(en="`vocab` lacks some of the 256 bytes", zh="`vocab` 里缺少 256 个单字节中的某些"),
    )
    expected = {256 + step: bytes(spelling(pair, merges)) for step, pair in enumerate(merges)}
    wrong = [idx for idx, token in expected.items() if names.get(idx) != token]
    require(
        not wrong,
        Text(en="`vocab` does not hold the bytes of every merge", zh="`vocab` 里没有每次合并所得词元的正确字节"),
        *(Text(en=f"first: token {idx}", zh=f"第一处：词元 {idx}") for idx in wrong[:1]),
    )
    extra = [idx for idx in names if idx not in expected and not 0 <= idx < 256 and names[idx] not in specials]
    require(not extra, Text(en="`vocab` holds tokens that nothing made", zh="`vocab` 里有来历不明的词元"))


def check_whole_vocab(vocab: Mapping[int, bytes], merges: Sequence[Pair], specials: Sequence[str]) -> None:
    """CS336's way: ids 0, 1, ... name every byte, every merge and every special token, in any order."""
    wanted = {bytes([byte]) for byte in range(256)} | {left + right for left, right in merges}
    wanted |= {special.encode() for special in specials}
    require(
        set(vocab.values()) == wanted,
        Text(
            en="the vocabulary is not all bytes, all merges and all special tokens",
            zh="词表应恰好包含全部字节、全部合并结果和全部特殊词元",
        ),
    )
    require(
        sorted(vocab) == list(range(len(vocab))),
        Text(en="the ids of the vocabulary are not 0, 1, 2, ...", zh="词表的 id 不是从 0 开始连续编号"),
    )


def read_string_merges(merges: object) -> list[tuple[str, str]]:
    """What `learn_bpe` returned, as pairs of strings."""
    if isinstance(merges, dict):
        merges = sorted(merges, key=merges.__getitem__)
    if isinstance(merges, list | tuple) and all(_is_pair_of_strings(pair) for pair in merges):
        return [(pair[0], pair[1]) for pair in merges]
    raise Failure(
        Text(en="learn_bpe should return a list of pairs of strings", zh="learn_bpe 应当返回由字符串对组成的列表")
    )


def _is_pair_of_strings(pair: object) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


# --- errors


def check_refuses(call: Callable[[], object], what: Text) -> None:
    """The call ends in ValueError (or AssertionError)."""
    try:
        answer = call()
    except (ValueError, AssertionError) as error:
        if isinstance(error, Failure):
            raise
        return
    raise Failure(
        Text(en=f"{what.en}: no error was raised", zh=f"{what.zh}：没有报错"),
        [Text(en=f"got: {answer!r}"[:120], zh=f"得到：{answer!r}"[:120])],
    )
