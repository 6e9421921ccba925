"""Open checks for adder: small numbers, worked by hand."""

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder import Text, numeric, require, title, together

WHOLE = st.integers(-9, 9).map(float)
SUMS = Text(en="the sums", zh="各列之和")


@number("1.1")
@weight(5)
@title("the columns of a 2×2 matrix", "2×2 矩阵的各列之和")
def test_column_sums_small(submission):
    answer = submission.adder.column_sums(np.array([[1.0, 2.0], [3.0, 5.0]]))
    numeric.check_close(answer, np.array([4.0, 7.0]), what=SUMS)


@number("1.2")
@weight(5)
@together
@title("adding a row adds to the sums", "多一行，和就多这一行")
@given(x=arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=4), elements=WHOLE))
def test_column_sums_grow(submission, x):
    before = submission.adder.column_sums(x[:-1]) if len(x) > 1 else np.zeros(x.shape[1])
    numeric.check_close(submission.adder.column_sums(x), before + x[-1], what=SUMS)


@number("2.1")
@weight(7)
@title("a file with a comment and an empty line", "带注释和空行的文件")
def test_sum_file_small(submission):
    path = submission.file("small.txt", "1 2.5\n\n-1  # 九十九 is no number here\n")
    numeric.check_close(submission.adder.sum_file(path), 2.5)


@number("3.1")
@weight(5)
@title("three rows in a pool of two", "两个进程的进程池，三行数")
def test_pool_small(submission):
    numeric.check_close(submission.adder.sums_in_pool([[1.0], [2.0, 3.0], []], 2), [1.0, 5.0, 0.0])


@number("3.2")
@weight(5)
@title("three rows in an executor of two", "两个进程的执行器，三行数")
def test_executor_small(submission):
    numeric.check_close(submission.adder.sums_in_executor([[1.0], [2.0, 3.0], []], 2), [1.0, 5.0, 0.0])


@number("4.1")
@weight(5)
@title("the generator decides on the noise", "噪声完全由随机数生成器决定")
def test_jitter_uses_the_generator(submission):
    first, again, other = (submission.adder.jitter(np.zeros(5), np.random.default_rng(seed)) for seed in (1, 1, 2))
    numeric.check_shape(first, (5,))
    numeric.check_equal(again, first)
    require(
        not np.array_equal(first, other), Text(en="another generator gives the same noise", zh="换了生成器，噪声却一样")
    )


@number("4.2")
@weight(5)
@title("noise within its bounds, input unchanged", "噪声不超出范围，也不改动输入")
def test_jitter_bounds(submission):
    def jittered(modules, x, seed):
        return modules.adder.jitter(x, np.random.default_rng(seed)), x

    noisy, after = submission.probe(jittered, np.full((3, 4), 7.0), 2)
    numeric.check_shape(noisy, (3, 4))
    numeric.check_between(noisy, 6.5, 7.5, what=Text(en="7 with noise", zh="加了噪声的 7"))
    numeric.check_unchanged(after, np.full((3, 4), 7.0))


@number("5.1")
@weight(7)
@title("two steps down a parabola", "沿抛物线下降两步")
def test_descend_parabola(submission):
    answer = submission.adder.descend(lambda x: (x @ x, 2 * x), np.array([8.0, -4.0]), 0.25, 2)
    numeric.check_close(answer, np.array([2.0, -1.0]), what=Text(en="the point", zh="到达的点"))


@number("6.1")
@weight(4)
@title("the total of a tally", "计数器的总和")
@given(values=st.lists(WHOLE, max_size=4))
def test_tally_total(submission, values):
    tally = submission.adder.Tally()
    for value in values:
        tally.add(value)
    numeric.check_close(tally.total, sum(values), what=Text(en="the total", zh="总和"))


@number("6.2")
@weight(4)
@title("a tally has a mean once it is not empty", "计数器非空之后才有平均值")
def test_tally_mean(submission):
    tally = submission.adder.Tally()
    with pytest.raises(ValueError):
        tally.mean()
    tally.add(3.0)
    tally.add(4.0)
    numeric.check_close(tally.mean(), 3.5, what=Text(en="the mean", zh="平均值"))


@number("7.1")
@weight(4)
@title("ten tenths are one", "十个 0.1 是 1")
def test_exact_sum_tenths(submission):
    require(
        submission.adder.exact_sum([0.1] * 10) == 1.0,
        Text(en="the sum is rounded on the way", zh="求和的途中有舍入误差"),
    )
