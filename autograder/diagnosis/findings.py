"""A comparison that failed, and what was found about it."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.diagnosis.values import Array, Numbers, Tolerance, scale_of, widen
from autograder.text import Text

GAIN = 50.0  # an explanation leaves at most a fiftieth of the error; a loose tolerance alone explains nothing


@dataclass(frozen=True)
class Finding:
    """What is wrong: `headline` without values of the input or the expected result, `details` with them.

    `complete` findings explain every difference, so that nothing needs to be counted; a `vague` one explains none.
    """

    headline: Text
    details: tuple[Text, ...] = ()
    complete: bool = True
    vague: bool = False


@dataclass(frozen=True)
class Case:
    """Two arrays of one shape (float64 or complex128) that differ where `wrong` is true.

    `integral`: both came as whole numbers; `dtype`: the type in which the student returned them;
    `whole`: these are all the numbers, not some picked out. One number is always a scalar here, whatever its shape.
    """

    actual: Array
    expected: Array
    tolerance: Tolerance
    wrong: NDArray[np.bool_]
    integral: bool = False
    dtype: str = "float64"
    whole: bool = True

    @classmethod
    def of(cls, got: Numbers, right: Numbers, tolerance: Tolerance) -> "Case":
        """The case of two arrays of one shape. Diagnoses allow for rounding even where the comparison is exact."""
        wrong = ~tolerance.close(got.array, right.array)
        integral = all(array.dtype.kind in "bui" for array in (got.array, right.array))
        loose = Tolerance(max(tolerance.relative, 1e-9), max(tolerance.absolute, 1e-12 * scale_of(right.array)))
        a, e = widen(got.array), widen(right.array)
        if wrong.size == 1:
            a, e, wrong = a.reshape(()), e.reshape(()), wrong.reshape(())
        return cls(a, e, loose, wrong, integral, got.dtype)

    @property
    def real(self) -> bool:
        """Whether no complex number is involved."""
        return "c" not in (self.actual.dtype.kind, self.expected.dtype.kind)

    @cached_property
    def worst(self) -> float:
        """The largest error; infinite when NaN or an infinity is in the way."""
        return _largest(self.actual, self.expected)

    def explains(self, candidate: Array) -> bool:
        """Whether `candidate`, the student's values put right in some way, is the expected array."""
        if not self.tolerance.all_close(candidate, self.expected):
            return False
        return GAIN * _largest(candidate, self.expected) <= self.worst

    @cached_property
    def kinds(self) -> int:
        """How many different numbers are expected."""
        return distinct(self.expected)

    @cached_property
    def telling(self) -> bool:
        """Whether agreement after a transformation can hardly be chance.

        Two different numbers, or one that is no simple fraction: 1/3 is half of 2/3, and that means nothing.
        """
        return distinct(self.expected[self.wrong]) >= 2 or not self.simple

    @cached_property
    def simple(self) -> bool:
        """Whether all numbers that differ, on both sides, are fractions with small denominators."""
        if not self.real:
            return False
        numbers = np.concatenate([self.actual[self.wrong], self.expected[self.wrong]])
        return all(is_simple(float(number)) for number in numbers[:8])

    def part(self, mask: NDArray[np.bool_]) -> "Case":
        """The case of the marked places alone, as vectors."""
        return replace(
            self, actual=self.actual[mask], expected=self.expected[mask], wrong=self.wrong[mask], whole=False
        )


def _largest(actual: Array, expected: Array) -> float:
    with np.errstate(all="ignore"):
        errors = np.abs(actual - expected)
    errors = errors[~np.asarray(actual == expected) & ~(np.isnan(actual) & np.isnan(expected))]
    largest = float(errors.max()) if errors.size else 0.0
    return np.inf if np.isnan(largest) else largest


def is_simple(number: float) -> bool:
    """Whether the number is, up to rounding, a fraction with a denominator of at most 60."""
    if not np.isfinite(number):
        return True
    return abs(float(Fraction(number).limit_denominator(60)) - number) <= 1e-9 * max(1.0, abs(number))


def whole_numbers(array: Array) -> bool:
    """Whether all numbers are whole; few and small ones agree by chance."""
    return bool(np.array_equal(array, np.rint(array)))


def distinct(values: Any) -> int:
    """How many different numbers there are, up to rounding."""
    numbers = np.asarray(values).reshape(-1)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return 0
    scale = float(np.abs(numbers).max()) or 1.0
    return int(np.unique(np.round(numbers / scale, 9)).size)
