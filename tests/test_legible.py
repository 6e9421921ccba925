"""How values look in a message: one line, bounded, no control characters, enough digits to tell numbers apart."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.legible import WIDTH, excerpt, show, show_number, show_places, show_text_pair

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
plain = st.recursive(
    scalars | hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6)),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.frozensets(scalars)
    ),
    max_leaves=20,
)


@given(plain)
def test_every_value_is_one_printable_line_of_bounded_width(value):
    line = show(value)
    assert len(line) <= WIDTH
    assert line.isprintable()


def test_escape_sequences_are_spelt_out_and_chinese_stays_readable():
    assert show("\x1b[31m一起学习\u202e\n") == "'\\x1b[31m一起学习\\u202e\\n'"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ([0.5, "a", None, True], "[0.5, 'a', None, True]"),
        ((1,), "(1,)"),
        ({"b": {3, 1}}, "{'b': {1, 3}}"),
        (np.zeros((0, 3)), "[] of shape (0, 3)"),
        (np.float32(0.1), "0.1"),
        (Fraction(2, 3), "2/3"),
        (10**500, "about 2**1660"),
        (-2 + 3j, "-2.0+3.0j"),
        (np.array(["天", "地"]), "['天', '地']"),
        (np.dtype("int64"), "dtype int64"),
        ([[[[[1]]]]], "[[[[…]]]]"),
    ],
)
def test_the_line_of(value, line):
    assert show(value) == line


def test_a_large_array_shows_its_beginning_and_its_shape():
    line = show(np.arange(400.0).reshape(20, 20))
    assert line.startswith("[[0.0, 1.0, 2.0,")
    assert line.endswith("… shape (20, 20)")


def test_an_unknown_object_is_named_by_its_type_and_not_asked():
    class Loud:
        def __repr__(self):
            raise RuntimeError("asked")

        __str__ = __repr__

    assert show(Loud()) == "Loud"


def test_a_set_looks_the_same_under_every_hash_seed():
    code = "from autograder.legible import show; print(show({'a', 'b', 'c', 'd', (1, 'e')}))"
    lines = set()
    for seed in "123":
        done = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        lines.add(done.stdout)
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [(2 / 3, 6, "0.666667"), (12345.678, 4, "12346.0"), (1.0, 6, "1.0"), (7, 6, "7"), (1e300, 6, "1e+300")],
)
def test_numbers_keep_their_whole_part(number, digits, text):
    assert show_number(number, digits) == text


arrays = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=9), elements=st.floats(-1e6, 1e6))


@given(arrays, st.data())
def test_what_differs_looks_different(expected, data):
    place = tuple(data.draw(st.integers(0, n - 1)) for n in expected.shape)
    actual = expected.copy()
    actual[place] = data.draw(st.sampled_from([np.nan, np.inf, np.nextafter(expected[place], np.inf)]))
    part = excerpt(actual, expected, actual != expected)
    assert part.got != part.expected
    assert max(len(part.got), len(part.expected)) <= WIDTH + 16


def test_of_a_large_matrix_only_the_part_around_the_first_difference_is_shown():
    expected = np.zeros((30, 30))
    actual = expected.copy()
    actual[3, 17] = 1
    part = excerpt(actual, expected, actual != expected)
    assert part.where is not None
    assert part.where.en == "first difference in row 3, column 17 (counted from 0); shown: [3, 15:30]"
    assert part.where.zh == "第一处不同在第 3 行第 17 列（从 0 数起）；下面显示 [3, 15:30]"
    assert part.got.startswith("[…, 0.0, 0.0, 1.0, 0.0")


def test_a_small_matrix_is_shown_whole():
    actual, expected = np.array([[1, 2], [3, 5]]), np.array([[1, 2], [3, 4]])
    part = excerpt(actual, expected, actual != expected)
    assert (part.where, part.got, part.expected) == (None, "[[1, 2], [3, 5]]", "[[1, 2], [3, 4]]")


def test_places_are_counted_when_there_are_many():
    few, many = show_places(np.array([True, False])), show_places(np.ones((2, 3), dtype=bool))
    assert few.en == few.zh == "[0]"
    assert many.en == "[0, 0], [0, 1], [0, 2], [1, 0] and 2 more"
    assert many.zh == "[0, 0], [0, 1], [0, 2], [1, 0] 等 6 处"


def test_long_texts_are_shown_around_the_first_difference():
    first, got, right = show_text_pair("x" * 100 + "a" * 100, "x" * 100 + "b" * 100)
    assert first == 100
    assert got.startswith("…'" + "x" * 20 + "aaa") and right.startswith("…'" + "x" * 20 + "bbb")
    assert max(len(got), len(right)) <= WIDTH
