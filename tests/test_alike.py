"""When two answers say the same, and which answers say anything."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.hints.alike import alike, fingerprint, telling

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(value=PLAIN)
def test_a_value_is_like_itself_and_leaves_its_own_mark(value: object) -> None:
    assert alike(value, value)
    assert fingerprint([value]) == fingerprint([value])


def test_rounding_makes_no_difference() -> None:
    assert alike([0.1 + 0.2], [0.3])
    assert fingerprint([np.array([0.1 + 0.2])]) == fingerprint([np.array([0.3])])
    assert alike(np.float32([1 / 3]), np.float32([0.33333334]))
    assert alike(math.nan, math.nan)


def test_how_numbers_are_wrapped_and_shaped_makes_no_difference() -> None:
    column = np.array([[1.0], [2.0]])
    for other in ([1.0, 2.0], (1, 2), np.array([[1.0, 2.0]]), np.float32([1, 2])):
        assert alike(column, other)
        assert fingerprint([column]) == fingerprint([other])
    assert alike(np.array([0.5]), 0.5)
    assert alike([[1, 2], [3]], ([1.0, 2.0], (3,)))


def test_noise_is_zero() -> None:
    assert alike(np.array([1e-17, 1.0]), np.array([0.0, 1.0]))
    assert fingerprint([1e-17]) == fingerprint([0.0])


def test_what_differs_differs() -> None:
    for one, other in [(1.0, 1.001), ([1], [1, 1]), ("a", "b"), ("1", 1), (np.zeros(2), np.zeros((2, 2))), ({}, [])]:
        assert not alike(one, other)
    assert not alike([[1, 2], [3]], [[1, 2], [4]])
    assert fingerprint([np.array([1.0, 2.0])]) != fingerprint([np.array([2.0, 1.0])])


def test_zeros_nothing_and_slips_tell_nothing() -> None:
    for answer in [
        ("value", None),
        ("value", 0.0),
        ("value", True),
        ("value", np.zeros(3)),
        ("value", [0, []]),
        ("raised", "TypeError"),
    ]:
        assert not telling(answer)
    for answer in [("value", 0.5), ("value", np.array([0.0, 1.0])), ("raised", "KeyError"), ("value", ["x"])]:
        assert telling(answer)
