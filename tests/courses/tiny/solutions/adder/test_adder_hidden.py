"""Hidden checks for adder. SECRETS are numbers and words that no report may show."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, partial_credit, visibility, weight
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder import Text, numeric, title

SECRETS = ("60934", "81729", "142663", "kingfisher")
NUMBERS = st.integers(-99, 99).map(lambda n: n / 4)


@number("1.3")
@weight(10)
@visibility("hidden")
@title("the columns of any matrix", "任意矩阵的各列之和")
@given(x=arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=NUMBERS))
def test_column_sums_any(submission, reference, x):
    numeric.check_close(submission.adder.column_sums(x), reference.adder.column_sums(x))


@number("2.2")
@weight(8)
@visibility("hidden")
@title("a longer file", "更长的文件")
def test_sum_file_long(submission):
    path = submission.file("long.txt", "60934 # kingfisher\n81729\n" + "0.25 -0.25\n" * 500)
    numeric.check_close(submission.adder.sum_file(path), 142663.0)


@number("3.3")
@weight(10)
@visibility("hidden")
@partial_credit(10)
@title("many rows, in their order", "许多行，顺序不变")
def test_order_of_rows(submission, set_score=None):
    rows = [[float(i)] * (i % 5) for i in range(40)]
    expected = [i * (i % 5) for i in range(40)]
    set_score(0)
    numeric.check_close(submission.adder.sums_in_pool(rows, 3), expected)
    set_score(5)
    numeric.check_close(submission.adder.sums_in_executor(rows, 3), expected)
    set_score(10)


@number("4.3")
@weight(5)
@visibility("hidden")
@title("the noise is uniform and independent", "噪声均匀且相互独立")
def test_jitter_statistics(submission):
    noise = np.asarray(submission.adder.jitter(np.zeros((2, 4000)), np.random.default_rng(3)))
    numeric.check_shape(noise, (2, 4000))
    numeric.check_between(noise.mean(axis=1), -0.03, 0.03, what=Text(en="the mean of the noise", zh="噪声的均值"))
    numeric.check_between(noise.std(axis=1), 0.27, 0.31, what=Text(en="the spread of the noise", zh="噪声的标准差"))
    together = (noise[0] * noise[1]).mean()
    numeric.check_between(together, -0.01, 0.01, what=Text(en="the correlation of two rows", zh="两行的相关性"))


@number("5.2")
@weight(8)
@visibility("hidden")
@title("any quadratic, any start", "任意二次函数、任意起点")
@given(start=arrays(float, 3, elements=NUMBERS), rate=st.sampled_from([0.5, 0.125]), steps=st.integers(0, 5))
def test_descend_any(submission, reference, start, rate, steps):
    def objective(x):
        gradient = np.array([1.0, 0.5, 2.0]) * x - 3.0
        return float(gradient @ x), gradient

    expected = reference.adder.descend(objective, start, rate, steps)
    numeric.check_close(submission.adder.descend(objective, start, rate, steps), expected)


@number("6.3")
@weight(7)
@visibility("hidden")
@title("two tallies do not share their numbers", "两个计数器互不影响")
def test_tallies_apart(submission):
    one, other = submission.adder.Tally(), submission.adder.Tally()
    for value in (60934.0, 81729.0):
        one.add(value)
    other.add(2.0)
    numeric.check_close([one.total, one.mean(), other.total, other.mean()], [142663.0, 71331.5, 2.0, 2.0])


@number("7.2")
@weight(6)
@visibility("hidden")
@title("large and small numbers", "大数与小数混合")
@given(values=st.lists(st.sampled_from([1e100, -1e100, 1.0, 1e-9, 0.1]), max_size=9))
def test_exact_sum_any(submission, reference, values):
    numeric.check_equal(submission.adder.exact_sum(values), reference.adder.exact_sum(values))
