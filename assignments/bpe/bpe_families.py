"""How the checks of this assignment talk to different styles of tokenizer.

Two families of public names are graded: minbpe's (`BasicTokenizer`, `RegexTokenizer`, also spread over the files of a
package bpe/) and CS336's (`train_bpe`, `Tokenizer`). A submission may have one or both; the better one counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bpe_judging import Pair, Token, check_merges, check_segments, read_merges, read_vocab, spelling

from autograder import Failure, Text, require

SPECIAL = "<|endoftext|>"


# --- families of tokenizers


class Unfit(Failure):
    """This way of showing something does not apply to this submission."""


def shown_by(*attempts: Callable[[], object]) -> None:
    """Pass when one attempt passes; otherwise fail with the first reason that is not `Unfit`."""
    errors: list[Exception] = []
    for attempt in attempts:
        try:
            attempt()
            return
        except Exception as error:  # the student's exceptions arrive as built-in classes of any kind
            errors.append(error)
    raise next((error for error in errors if not isinstance(error, Unfit)), errors[0])


@dataclass(frozen=True)
class Ready:
    """A tokenizer on the student's side, and what its ids mean.

    `names` says of ids what they are where pairs are of byte strings; `specials` are ids by text.
    """

    tokenizer: Any
    merges: tuple[Pair, ...]
    of_bytes: bool
    names: Mapping[int, bytes]
    specials: Mapping[str, int] = field(default_factory=dict)
    allowed: Mapping[str, str] = field(default_factory=dict)

    def ids(self, text: str, **keywords: object) -> list[int]:
        """What `encode` gives, as a list."""
        return read_ids(self.tokenizer.encode(text, **keywords))

    def ids_with_specials(self, text: str) -> list[int]:
        return self.ids(text, **self.allowed)

    def tokens(self, ids: Sequence[int]) -> list[Token]:
        """The ids as what the pairs are made of."""
        if not self.of_bytes:
            return list(ids)
        unknown = [idx for idx in ids if idx not in self.names]
        require(not unknown, Text(en="encode gives an id that no token has", zh="encode 给出了不属于任何词元的 id"))
        return [self.names[idx] for idx in ids]

    def first_tokens(self, text: str) -> list[Token]:
        """The bytes of a text as tokens."""
        data = text.encode("utf-8")
        return [bytes([byte]) for byte in data] if self.of_bytes else list(data)

    def byte_ids(self, data: bytes) -> list[int]:
        """The ids of single bytes."""
        if not self.of_bytes:
            return list(data)
        found = {token: idx for idx, token in self.names.items() if len(token) == 1}
        return [found[bytes([byte])] for byte in data]

    def check_encoding(self, text: str, units: Sequence[str], **keywords: object) -> None:
        """`encode(text)` gives each unit segmented by the tokenizer's own merges."""
        self.check_ids(self.ids(text, **keywords), units)

    def check_ids(self, ids: Sequence[int], units: Sequence[str]) -> None:
        check_segments(self.tokens(ids), [self.first_tokens(unit) for unit in units], self.merges)

    def check_ids_with_specials(self, ids: Sequence[int], units: Sequence[str]) -> None:
        """As `check_ids`; a unit that is a special token is one token."""
        words = [self._special(unit) if unit in self.specials else self.first_tokens(unit) for unit in units]
        check_segments(self.tokens(ids), words, self.merges)

    def _special(self, unit: str) -> list[Token]:
        return [unit.encode("utf-8") if self.of_bytes else self.specials[unit]]


def encode_with_specials(tokenizer: Any, text: str) -> list[int]:
    """`encode` with special tokens allowed; CS336's has no such argument and always allows them."""
    try:
        return read_ids(tokenizer.encode(text, allowed_special="all"))
    except TypeError:
        return read_ids(tokenizer.encode(text))


def read_ids(ids: object) -> list[int]:
    """A list, tuple or array of ids as a list."""
    if hasattr(ids, "tolist"):
        ids = ids.tolist()
    if isinstance(ids, list | tuple) and all(isinstance(idx, int) and not isinstance(idx, bool) for idx in ids):
        return list(ids)
    if isinstance(ids, list | tuple):
        return [int(idx) for idx in ids if _whole(idx)]
    raise Failure(Text(en="encode should return a list of ids", zh="encode 应当返回由 id 组成的列表"))


def _whole(idx: object) -> bool:
    if isinstance(idx, str | bytes | float) or not hasattr(idx, "__index__"):
        raise Failure(Text(en="encode should return ids, whole numbers", zh="encode 应当返回 id，即整数"))
    return True


@dataclass(frozen=True)
class Minbpe:
    """A class with `train`, `encode`, `decode`, `merges`, `vocab`; `whole`: it cuts no text into chunks."""

    submission: Any
    kind: str
    arguments: tuple[object, ...] = ()
    whole: bool = False

    def new(self) -> Any:
        return find(self.submission, self.kind)(*self.arguments)

    def units(self, chunks: Sequence[str]) -> list[str]:
        """Where merges stay inside."""
        return ["".join(chunks)] if self.whole else list(chunks)

    def train(self, chunks: Sequence[str], merges: int, specials: Sequence[str] = ()) -> Ready:
        """Train on the chunks' text; special tokens are registered afterwards."""
        tokenizer = self.new()
        tokenizer.train("".join(chunks), 256 + merges)
        return self._ready(tokenizer, read_merges(tokenizer.merges), specials)

    def given(self, pairs: Sequence[tuple[bytes, bytes]], specials: Sequence[str] = ()) -> Ready:
        """A tokenizer whose `merges` and `vocab` are set from outside, as ids."""
        ids = {bytes([byte]): byte for byte in range(256)}
        vocab = {idx: token for token, idx in ids.items()}
        merges: dict[tuple[int, int], int] = {}
        for left, right in pairs:
            idx = 256 + len(merges)
            merges[ids[left], ids[right]] = idx
            ids[left + right], vocab[idx] = idx, left + right
        tokenizer = self.new()
        self.submission.probe(_set_merges, tokenizer, merges, vocab)
        return self._ready(tokenizer, tuple(merges), specials)

    def _ready(self, tokenizer: Any, merges: tuple[Pair, ...], specials: Sequence[str]) -> Ready:
        ids = {special: 256 + len(merges) + number for number, special in enumerate(specials)}
        if ids:
            tokenizer.register_special_tokens(ids)
        of_bytes = bool(merges) and isinstance(merges[0][0], bytes)
        names = {byte: bytes([byte]) for byte in range(256)}
        if of_bytes:
            names |= {256 + step: left + right for step, (left, right) in enumerate(merges)}
            names |= {idx: special.encode("utf-8") for special, idx in ids.items()}
        return Ready(tokenizer, merges, of_bytes, names, ids, {"allowed_special": "all"})


@dataclass(frozen=True)
class Cs336:
    """`train_bpe(input_path, vocab_size, special_tokens)` and `Tokenizer(vocab, merges, special_tokens)`."""

    submission: Any
    whole: bool = False

    def new(self) -> Any:
        """A tokenizer of the bytes alone."""
        return self.given([]).tokenizer

    def units(self, chunks: Sequence[str]) -> list[str]:
        return list(chunks)

    def learn(self, text: str, merges: int, specials: Sequence[str]) -> tuple[dict[int, bytes], tuple[Pair, ...]]:
        """The vocabulary and the merges that `train_bpe` returns."""
        path = self.submission.file("corpus.txt", text)
        answer = find(self.submission, "train_bpe")(path, 256 + len(specials) + merges, list(specials))
        require(
            isinstance(answer, list | tuple) and len(answer) == 2,
            Text(en="train_bpe should return (vocab, merges)", zh="train_bpe 应当返回 (vocab, merges)"),
        )
        vocab, merges = read_vocab(answer[0]), read_merges(answer[1])
        if merges and isinstance(merges[0][0], int):
            merges = tuple((vocab[left], vocab[right]) for left, right in merges)
        return vocab, merges

    def train(self, chunks: Sequence[str], merges: int, specials: Sequence[str] = ()) -> Ready:
        vocab, pairs = self.learn("".join(chunks), merges, [*(specials or (SPECIAL,))])
        return self._ready(vocab, pairs, specials)

    def given(self, pairs: Sequence[tuple[bytes, bytes]], specials: Sequence[str] = ()) -> Ready:
        tokens = [bytes([byte]) for byte in range(256)] + [left + right for left, right in pairs]
        tokens += [special.encode("utf-8") for special in specials]
        return self._ready(dict(enumerate(tokens)), tuple(pairs), specials)

    def _ready(self, vocab: dict[int, bytes], pairs: tuple[Pair, ...], specials: Sequence[str]) -> Ready:
        tokenizer = find(self.submission, "Tokenizer")(vocab, list(pairs), list(specials) or None)
        ids = dict.fromkeys(specials, 0)
        return Ready(tokenizer, pairs, True, vocab, ids)


def place_of(submission: Any, name: str) -> str | None:
    """Where `name` is defined: "" for bpe itself, else a file inside the package bpe/; None for nowhere."""
    if hasattr(submission.bpe, name):
        return ""
    inside = submission.probe(_file_with, name)
    return str(inside) if inside else None


def has(submission: Any, name: str) -> bool:
    return place_of(submission, name) is not None


def find(submission: Any, name: str) -> Any:
    """A public name of bpe.py, or of a file inside the package bpe/."""
    place = place_of(submission, name)
    return getattr(getattr(submission.bpe, place) if place else submission.bpe, name)


def whole_text_families(submission: Any) -> list[Any]:
    """What can show problem 3: a tokenizer without chunks, or CS336's."""
    return _families(submission, Minbpe(submission, "BasicTokenizer", whole=True))


def chunk_families(submission: Any, pattern: str) -> list[Any]:
    """What can show problem 4: a tokenizer with this pattern, or CS336's."""
    return _families(submission, Minbpe(submission, "RegexTokenizer", (pattern,)))


def _families(submission: Any, minbpe: Minbpe) -> list[Any]:
    cs336 = hasattr(submission.bpe, "Tokenizer") and submission.probe(_takes_vocab)
    families = [minbpe] if has(submission, minbpe.kind) else []
    families += [Cs336(submission)] if cs336 else []
    return families or [minbpe]  # which says what is missing


def tokenizer_with(
    family: Any, pairs: Sequence[tuple[bytes, bytes]], corpus: Sequence[str], specials: Sequence[str] = ()
) -> Ready:
    """A tokenizer that has just these merges: trained on a corpus that leaves no choice, else with merges set.

    So a style that keeps its merges in another form than the handout's is graded as well, and `encode` and `decode`
    lose nothing by a wrong `train`.
    """
    try:
        ready: Ready = family.train(corpus, len(pairs), specials)
        made = [tuple(bytes(spelling([token], ready.merges)) for token in pair) for pair in ready.merges]
    except Exception:  # the checks on training say what is wrong with it
        made = None
    if made == list(pairs):
        return ready
    given: Ready = family.given(pairs, specials)
    return given


def check_trained(family: Any, chunks: Sequence[str], merges: int) -> Ready:
    """Train on the chunks' text, and replay what was learned."""
    ready: Ready = family.train(chunks, merges)
    words = Counter(tuple(ready.first_tokens(unit)) for unit in family.units(chunks))
    check_merges(words, ready.merges, merges)
    return ready


def only_cs336(submission: Any, name: str) -> Cs336 | None:
    """CS336's family where it is all there is to show what minbpe's function `name` shows."""
    found = [family for family in whole_text_families(submission) if isinstance(family, Cs336)]
    return found[0] if found and not has(submission, name) else None


def in_any_family(families: Iterable[Any], attempt: Callable[[Any], object]) -> None:
    """`attempt(family)` holds for one of the families."""
    shown_by(*(lambda family=family: attempt(family) for family in families))  # type: ignore[misc]


def with_standins_too(submission: Any, families: Iterable[Any], attempt: Callable[[Any], object]) -> None:
    """As `in_any_family`, the student's own `get_stats` and `merge` being right or not."""
    attempts = [lambda family=family: attempt(family) for family in families]  # type: ignore[misc]
    shown_by(*attempts, *(with_standins(submission, one) for one in attempts))


# --- on the student's side


def _file_with(modules: Any, name: str) -> str:
    """The file of the package bpe/ that defines `name`; "" when there is none."""
    import importlib
    import pkgutil

    for found in pkgutil.iter_modules(getattr(modules.bpe, "__path__", [])):
        try:
            inside = importlib.import_module(f"bpe.{found.name}")
        except ImportError:  # minbpe's gpt4.py wants tiktoken
            continue
        if hasattr(inside, name):
            return found.name
    return ""


def _takes_vocab(modules: Any) -> bool:
    """Whether `Tokenizer` is CS336's, built from a vocabulary, and not minbpe's base class."""
    import inspect

    try:
        return len(inspect.signature(modules.bpe.Tokenizer).parameters) >= 2
    except (TypeError, ValueError):
        return False


def _set_merges(modules: Any, tokenizer: Any, merges: Any, vocab: Any) -> None:
    tokenizer.merges = merges
    tokenizer.vocab = vocab


def with_standins(submission: Any, attempt: Callable[[], object]) -> Callable[[], None]:
    """The attempt with right functions in place of the student's `get_stats` and `merge`."""

    def attempt_with_standins() -> None:
        if not submission.probe(_put_standins):
            raise Unfit(Text(en="it does not call get_stats or merge", zh="它没有调用 get_stats 或 merge"))
        try:
            attempt()
        finally:
            submission.probe(_take_standins_back)

    return attempt_with_standins


def _own_modules(modules: Any) -> list[Any]:
    """The submission's modules that are imported."""
    import sys
    from pathlib import Path

    own = Path(modules.bpe.__file__)
    folder = own.parent.parent if own.name == "__init__.py" else own.parent
    files = [(module, getattr(module, "__file__", None)) for module in list(sys.modules.values())]
    return [module for module, file in files if isinstance(file, str) and folder in Path(file).parents]


def _put_standins(modules: Any) -> bool:
    def get_stats(ids: Any, counts: Any = None) -> Any:
        found = {} if counts is None else counts
        for two, more in Counter(pairwise(ids)).items():
            found[two] = found.get(two, 0) + more
        return found

    def merge(ids: Any, pair: Any, idx: int) -> list[int]:
        return list(map(ord, "".join(map(chr, ids)).replace(chr(pair[0]) + chr(pair[1]), chr(idx))))

    replaced = False
    for module in _own_modules(modules):
        own = {name: vars(module)[name] for name in ("get_stats", "merge") if name in vars(module)}
        if own:
            vars(module)["_own_functions"] = own
            vars(module).update({name: {"get_stats": get_stats, "merge": merge}[name] for name in own})
            replaced = True
    return replaced


def _take_standins_back(modules: Any) -> None:
    for module in _own_modules(modules):
        vars(module).update(vars(module).pop("_own_functions", {}))
