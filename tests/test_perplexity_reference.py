"""The reference's own examples, and numbers of the handout that no student computes."""

import os
import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

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
