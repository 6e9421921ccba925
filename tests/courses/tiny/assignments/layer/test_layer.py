"""Open checks for layer."""

import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Text, any_of, numeric, title

X = torch.tensor([[1.0, 2.0], [0.0, -1.0]])
WEIGHT = torch.tensor([[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]])
BIAS = torch.tensor([5.0, 0.0, -1.0])
OUTPUT = [[16.0, 1.0, 3.0], [1.0, 0.0, -3.0]]


def by_hand(modules, n, m):
    """A stand-in for the student's Affine, so that a mistake there costs nothing elsewhere."""
    return torch.nn.Linear(n, m)


def own(modules, n, m):
    return modules.layer.Affine(n, m)


@number("1.1")
@weight(10)
@title("two rows, three outputs", "两行输入，三个输出")
def test_affine_small(submission):
    numeric.check_close(submission.layer.affine(X, WEIGHT, BIAS), OUTPUT, what=Text(en="the output", zh="输出"))


@number("2.1")
@weight(10)
@title("the parameters and their shapes", "参数及其形状")
def test_parameters(submission):
    model = submission.layer.Affine(2, 3)
    shapes = [tuple(parameter.shape) for parameter in (model.weight, model.bias)]
    numeric.check_equal(shapes, [(3, 2), (3,)], what=Text(en="the shapes", zh="形状"))
    numeric.check_equal(model.bias, np.zeros(3), what=Text(en="the bias", zh="偏置"))
    numeric.check_shape(model(X), (2, 3))


@number("3.1")
@weight(10)
@title("a step makes the error smaller", "训练一步之后误差变小")
def test_train_step(submission):
    def errors(modules, make):
        torch.manual_seed(0)
        model = make(modules, 2, 1)
        return [modules.layer.train_step(model, torch.eye(2), torch.ones(2, 1), 0.1) for _ in range(5)]

    def falls(make):
        steps = [numeric.as_scalar(step) for step in submission.probe(errors, make)]
        numeric.check_shape(steps, (5,))
        numeric.check_between(np.diff(steps), -np.inf, -1e-9)

    any_of(lambda: falls(own), lambda: falls(by_hand))


@number("4.1")
@weight(10)
@title("the gradient of the rounded value is one", "取整之后的梯度是 1")
def test_gradient_passes(submission):
    def gradient(modules, values):
        x = torch.tensor(values, requires_grad=True)
        rounded = modules.layer.round_through(x)
        rounded.sum().backward()
        return rounded, x.grad

    rounded, slope = submission.probe(gradient, [0.4, 1.6, -2.2])
    numeric.check_close(rounded, [0.0, 2.0, -2.0], what=Text(en="the rounded values", zh="取整后的值"))
    numeric.check_close(slope, [1.0, 1.0, 1.0], what=Text(en="the gradient", zh="梯度"))


@number("5.1")
@weight(10)
@title("five numbers in batches of two", "五个数，每批两个")
@given(shift=st.integers(0, 1).map(float))
def test_batches(submission, shift):
    data = torch.tensor([0.0, 1.0, 2.0, 3.0, 9.0]) + shift
    numeric.check_close(submission.layer.batch_means(data, 2), [0.5 + shift, 2.5 + shift, 9.0 + shift])
