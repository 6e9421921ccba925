"""The reference's recurrent model against torch.nn.RNN, which knows tanh and not the sigmoid.

With sigmoid(a) = (1 + tanh(a / 2)) / 2, the state s = (1 + h) / 2 of the one is an affine image of the state h of the
other: W_ih = U_w / 2, W_hh = U_s / 4, b = U_s 1 / 4, h_0 = 2 s_0 - 1.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is an optional dependency")

REFERENCE = Path(__file__).parents[1] / "solutions" / "perplexity" / "recurrent.py"
if not REFERENCE.is_file():
    pytest.skip("a release holds no reference", allow_module_level=True)

V, H = 7, 5
WORDS, TARGETS = [0, 3, 3, 6, 1, 2, 5, 4], [3, 3, 6, 1, 2, 5, 4, 0]


@pytest.fixture(scope="module")
def recurrent() -> ModuleType:
    spec = importlib.util.spec_from_file_location("perplexity_recurrent_under_test", REFERENCE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def parameters() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {"U": rng.standard_normal((H, V + H)), "V": rng.standard_normal((V, H))}


STATE = np.random.default_rng(1).random(H)


def torch_states(u: "torch.Tensor", words: list[int], state: np.ndarray) -> "torch.Tensor":
    """The states s_1 ... s_T (T, H) by torch.nn.RNN with weights made of `u`."""
    u_word, u_state = u[:, :V], u[:, V:]
    weights = {
        "weight_ih_l0": u_word / 2,
        "weight_hh_l0": u_state / 4,
        "bias_ih_l0": u_state.sum(dim=1) / 4,
        "bias_hh_l0": torch.zeros(H, dtype=torch.float64),
    }
    rnn = torch.nn.RNN(V, H, nonlinearity="tanh", batch_first=True, dtype=torch.float64)
    inputs = torch.nn.functional.one_hot(torch.tensor(words), V).double()
    start = torch.from_numpy(2 * state - 1)[None, None]
    hidden, _ = torch.func.functional_call(rnn, weights, (inputs[None], start))
    return (hidden[0] + 1) / 2


def torch_loss(u: "torch.Tensor", v: "torch.Tensor", words: list[int], targets: list[int], state: np.ndarray):
    return torch.nn.functional.cross_entropy(torch_states(u, words, state) @ v.T, torch.tensor(targets))


def leaves(parameters: dict[str, np.ndarray]) -> list["torch.Tensor"]:
    return [torch.tensor(parameters[name], requires_grad=True) for name in ("U", "V")]


def test_states_and_loss_agree(recurrent: ModuleType, parameters: dict[str, np.ndarray]) -> None:
    loss, last = recurrent.recurrent_loss(parameters, WORDS, TARGETS, STATE)
    u, v = leaves(parameters)
    np.testing.assert_allclose(torch_states(u, WORDS, STATE)[-1].detach().numpy(), last, rtol=0, atol=2e-15)
    np.testing.assert_allclose(torch_loss(u, v, WORDS, TARGETS, STATE).item(), loss, rtol=1e-14)


def test_full_backpropagation_agrees(recurrent: ModuleType, parameters: dict[str, np.ndarray]) -> None:
    _, gradients, _ = recurrent.recurrent_chunk_gradients(parameters, WORDS, TARGETS, STATE)
    u, v = leaves(parameters)
    torch_loss(u, v, WORDS, TARGETS, STATE).backward()
    np.testing.assert_allclose(gradients["U"], u.grad.numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gradients["V"], v.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_chunks_agree_with_a_detached_state(recurrent: ModuleType, parameters: dict[str, np.ndarray]) -> None:
    chunks = recurrent.truncated_gradients(parameters, WORDS, TARGETS, STATE, tau=3)
    assert len(chunks) == 3
    state = STATE
    for start, (loss, gradients) in zip(range(0, len(WORDS), 3), chunks, strict=True):
        words, targets = WORDS[start : start + 3], TARGETS[start : start + 3]
        u, v = leaves(parameters)
        expected = torch_loss(u, v, words, targets, state)
        expected.backward()
        np.testing.assert_allclose(loss, expected.item(), rtol=1e-14)
        np.testing.assert_allclose(gradients["U"], u.grad.numpy(), rtol=1e-12, atol=1e-15)
        state = torch_states(u, words, state)[-1].detach().numpy()


def test_one_step_is_a_chunk_of_length_one(recurrent: ModuleType, parameters: dict[str, np.ndarray]) -> None:
    step = recurrent.recurrent_step_gradients(parameters, 2, 4, STATE)
    u, v = leaves(parameters)
    torch_loss(u, v, [2], [4], STATE).backward()
    np.testing.assert_allclose(step["U"], u.grad.numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(step["V"], v.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_sliding_truncation_is_another_gradient(recurrent: ModuleType, parameters: dict[str, np.ndarray]) -> None:
    """Letting each error go back three steps, over the chunks' borders, is not what the handout asks for."""
    chunked = recurrent.truncated_gradients(parameters, WORDS, TARGETS, STATE, tau=3)
    mean = sum(len(WORDS[i * 3 : i * 3 + 3]) * g["U"] for i, (_, g) in enumerate(chunked)) / len(WORDS)
    states = [STATE]
    for word in WORDS:
        states.append(recurrent.recurrent_step(parameters, word, states[-1])[0])
    sliding = np.zeros_like(parameters["U"])
    for t in range(len(WORDS)):
        begin = max(0, t - 2)
        u, v = leaves(parameters)
        reached = torch_states(u, WORDS[begin : t + 1], states[begin])[-1]
        torch.nn.functional.cross_entropy(reached @ v.T, torch.tensor(TARGETS[t])).backward()
        sliding += u.grad.numpy() / len(WORDS)
    assert np.linalg.norm(sliding - mean) > 0.01 * np.linalg.norm(mean)
