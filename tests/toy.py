"""A course of one assignment, small enough to be read in a test: `make_course(folder)` writes it."""

from pathlib import Path

from autograder.course import Assignment, Course

TOML = """
title = { en = "Toy", zh = "玩具" }
modules = ["toy", "extra"]
preload = ["numpy"]
[exports]
toy = ["double", "Box", "draw", "greet"]
extra = ["half"]
[limits]
cpu_per_call = 1
[[problems]]
number = "1"
title = { en = "Doubling", zh = "加倍" }
points = 50
read = { en = "handout, section 1", zh = "讲义第 1 节" }
[[problems]]
number = "2"
title = { en = "Boxes", zh = "盒子" }
points = 30
[[problems]]
number = "3"
title = { en = "Halving", zh = "减半" }
points = 20
[[problems]]
number = "4"
title = { en = "Extra", zh = "附加" }
points = 5
bonus = true
[[forbidden]]
problem = "3"
functions = ["extra.half"]
calls = ["operator.truediv"]
"""

REFERENCE = '''"""Doubling, boxes and random numbers."""

import random


# Problem 1
def double(x):
    """Twice `x`."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


# Problem 2
class Box:
    """A number that can be changed by a function."""

    def __init__(self, n):
        # BEGIN SOLUTION
        self.n = n
        # END SOLUTION

    def change(self, f):
        """Put f(n) in place of n, and return it."""
        # BEGIN SOLUTION
        self.n = f(self.n)
        return self.n
        # END SOLUTION


def draw():
    """A random number from the module's own generator."""
    # BEGIN SOLUTION
    return random.random()
    # END SOLUTION


# Problem 4
def greet(name):
    """A greeting."""
    # BEGIN SOLUTION
    return f"hello {name}"
    # END SOLUTION
'''

EXTRA = '''"""Halving."""


# Problem 3
def half(x):
    """Half of `x`; ValueError for zero."""
    # BEGIN SOLUTION
    if x == 0:
        raise ValueError("zero has no half here")
    return x / 2
    # END SOLUTION
'''

HEAD = """
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, tags, visibility, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Text, any_of, numeric, require, title
"""

OPEN = (
    HEAD
    + """
@number("1.1")
@weight(20)
@title("double of a list's array", "数组加倍")
@given(x=st.lists(st.integers(-100, 100), min_size=1, max_size=5))
def test_double(submission, x):
    numeric.check_equal(submission.toy.double(np.array(x)), 2 * np.array(x))


@number("2.1")
@weight(30)
@title("a box changes", "盒子会变")
def test_box(submission):
    box = submission.toy.Box(3)
    numeric.check_equal(box.change(lambda n: n + 1), 4)
    numeric.check_equal(box.n, 4)


@number("3.1")
@partial_credit(20)
@title("half", "一半")
def test_half(submission, set_score=None):
    numeric.check_equal(submission.extra.half(4), 2)
    set_score(15)
    with pytest.raises(ValueError):
        submission.extra.half(0)
    set_score(20)


@number("4.1")
@weight(5)
@tags("bonus")
@title("a greeting", "问候")
def test_greet(submission):
    submission.probe(lambda modules: modules.toy.greet("nobody"))
    any_of(
        lambda: numeric.check_equal(submission.toy.greet("Ada"), "hello Ada"),
        lambda: numeric.check_equal(submission.toy.greet("Bob"), "Hello, Bob!"),
    )
"""
)

HIDDEN = (
    HEAD
    + """
SECRET = 31337


@number("1.2")
@weight(30)
@visibility("hidden")
@title("double of the secret number", "秘密数字加倍")
def test_double_secret(submission, reference):
    numeric.check_equal(submission.toy.double(SECRET), reference.toy.double(SECRET))
"""
)

CHAFFS = """
[[chaff]]
id = "thrice"
problem = "1"
module = "toy"
replace = [{ old = "2 * x", new = "3 * x" }]
hint = { en = "Twice is not thrice.", zh = "两倍不是三倍。" }
[[chaff]]
id = "box-forgets"
problem = "2"
module = "toy"
replace = [{ old = "return self.n", new = "return f(self.n)" }]
hint = { en = "The function is applied once.", zh = "函数只应用一次。" }
"""


def make_course(root: Path) -> Assignment:
    """Write the course below `root`; its one assignment, `toy`."""
    files = {
        "assignments/toy/assignment.toml": TOML,
        "assignments/toy/test_toy.py": OPEN,
        "solutions/toy/toy.py": REFERENCE,
        "solutions/toy/extra.py": EXTRA,
        "solutions/toy/test_toy_hidden.py": HIDDEN,
        "solutions/toy/chaffs.toml": CHAFFS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Course(root).assignment("toy")


def hand_in(folder: Path, **changes: str) -> Path:
    """The reference as a submission, with some modules' text replaced; None-like "" leaves a module out."""
    folder.mkdir(parents=True, exist_ok=True)
    for module, text in {"toy": REFERENCE, "extra": EXTRA, **changes}.items():
        if text:
            (folder / f"{module}.py").write_text(text, encoding="utf-8")
    return folder
