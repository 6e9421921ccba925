"""Hidden checks for layer. SECRETS are numbers that no report may show."""

import torch
from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Text, numeric, title

SECRETS = ("60934", "81729", "142663")


@number("1.2")
@weight(10)
@visibility("hidden")
@title("any shape", "任意形状")
@given(lead=st.lists(st.integers(1, 3), max_size=2), n=st.integers(1, 4), m=st.integers(1, 4))
def test_affine_any(submission, reference, lead, n, m):
    arguments = torch.randn(*lead, n), torch.randn(m, n), torch.randn(m)
    numeric.check_close(submission.layer.affine(*arguments), reference.layer.affine(*arguments), rtol=1e-5, atol=1e-5)


@number("2.2")
@weight(10)
@visibility("hidden")
@title("output and training of the parameters", "模块的输出与参数的训练")
def test_module(submission):
    x = torch.tensor([[60934.0, 1.0, 0.0]])

    def outcome(modules, x):
        model = modules.layer.Affine(3, 2)
        output = model(x)
        output.sum().backward()
        trained = [name for name, parameter in model.named_parameters() if parameter.grad is not None]
        return output, model.weight, model.bias, sorted(trained), modules.layer.Affine(40, 50).weight

    # What is right is worked out here, not in the probe: a probe's words are the student's.
    output, weight, bias, trained, many = submission.probe(outcome, x)
    numeric.check_close(output, x @ weight.T + bias, what=Text(en="the output", zh="输出"))
    numeric.check_equal(trained, ["bias", "weight"], what=Text(en="the trained parameters", zh="受训练的参数"))
    numeric.check_shape(many, (50, 40))
    numeric.check_between(many.std(), 0.9, 1.1, what=Text(en="the spread of the weights", zh="权重的标准差"))


@number("3.2")
@weight(10)
@visibility("hidden")
@title("a step and its size", "一步的方向与大小")
def test_step_size(submission):
    def outcome(modules):
        model = torch.nn.Linear(1, 1)
        with torch.no_grad():
            model.weight.fill_(2.0)
            model.bias.fill_(1.0)
        first = modules.layer.train_step(model, torch.tensor([[1.0], [3.0]]), torch.tensor([[0.0], [9.0]]), 0.5)
        second = modules.layer.train_step(model, torch.tensor([[1.0]]), torch.tensor([[0.0]]), 0.25)
        return first, second, model.weight.item(), model.bias.item()

    answer = [numeric.as_scalar(number) for number in submission.probe(outcome)]
    numeric.check_close(answer, [6.5, 16.0, 1.5, -1.5], rtol=1e-5)


@number("4.2")
@weight(10)
@visibility("hidden")
@title("the gradient of a function of rounded values", "取整之后再求函数的梯度")
def test_gradient_of_square(submission):
    def gradient(modules, values):
        x = torch.tensor(values, requires_grad=True)
        (modules.layer.round_through(x) ** 2).sum().backward()
        return x.grad

    numeric.check_close(submission.probe(gradient, [60934.25, -3.75]), [121868.0, -8.0])


@number("5.2")
@weight(10)
@visibility("hidden")
@title("batches of other sizes", "其他大小的批次")
def test_other_batches(submission):
    data = torch.tensor([60934.0, 81729.0, 4.0, 4.0, 7.0])
    numeric.check_close(submission.layer.batch_means(data, 3), [142667.0 / 3, 5.5], rtol=1e-5)
    numeric.check_close(submission.layer.batch_means(data, 9), [142678.0 / 5], rtol=1e-5)
