"""`llm101 run bpe`: tokens are shown as they are, whatever the style of the tokenizer."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPLIT = [b"\xe6", b"\xb1\x89", b"hel", b"lo\n", "😊".encode()]  # 汉 in two tokens


@pytest.fixture(scope="module")
def run():
    """The assignment's run.py."""
    spec = importlib.util.spec_from_file_location("bpe_run", ROOT / "assignments" / "bpe" / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Fixed:
    """A tokenizer that knows one text; `vocab` in the form given."""

    def __init__(self, vocab):
        self.vocab = vocab

    def encode(self, text):
        return range(len(SPLIT))

    def decode(self, ids):
        return b"".join(SPLIT[idx] for idx in ids).decode("utf-8", errors="replace")


def test_tokens_are_grouped_to_whole_characters(run):
    pieces = run.pieces(SPLIT)
    assert [piece.text for piece in pieces] == ["汉", "hel", "lo\n", "😊"]
    assert [len(piece.tokens) for piece in pieces] == [2, 1, 1, 1]


def test_a_character_of_two_tokens_is_followed_by_a_dot(run):
    assert run.coloured(SPLIT).plain == "汉·hello⏎😊"


def test_the_page_shows_bytes_below_a_character_and_escapes_text(run):
    assert "<ruby>汉<rt>" in run.html_tokens(SPLIT)
    assert "&lt;b&gt;" in run.html_tokens([b"<b>"])


@pytest.mark.parametrize("vocab", [dict(enumerate(SPLIT)), list(SPLIT), {}, {"h": 1}])
def test_tokens_are_found_with_a_vocabulary_or_without(run, vocab):
    tokens = run.splitter(Fixed(vocab))("汉hello\n😊")
    assert [piece.text for piece in run.pieces(tokens)] == ["汉", "hel", "lo\n", "😊"]
    assert len(tokens) == len(SPLIT)
