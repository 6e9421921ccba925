"""What the checks of gpt2 share: planted models whose answers are known, loaders, stand-ins, short names for things.

A stand-in takes the place of a function from an earlier problem, so that a mistake there costs nothing later.
"""

import contextlib
import inspect
import random
import tempfile
import threading
from pathlib import Path

import numpy as np
import torch
from torch import nn

from autograder import Failure, Text, any_of, numeric, require

torch.set_num_threads(1)  # the matrices are small, a second thread only waits; and equal bits are asked of one thread

LOSS = Text(en="the loss", zh="损失")
GRADIENT = Text(en="the gradient", zh="梯度")
NORM = Text(en="the norm", zh="范数")
WEIGHTS = Text(en="the weights", zh="权重")
RATES = Text(en="the learning rates", zh="学习率")
INPUTS = Text(en="the inputs", zh="输入")
TARGETS = Text(en="the targets", zh="目标")

REFUSALS = (ValueError, AssertionError, OverflowError, OSError, EOFError)


def check_refuses(action, what):
    """`action` raises ValueError; Python's own errors for such values will do as well."""
    try:
        action()
    except Failure:
        raise
    except REFUSALS:
        return
    require(
        False,
        Text(
            en=f"{what.en}: no error was raised; ValueError is asked for", zh=f"{what.zh}：没有报错；应抛出 ValueError"
        ),
    )


def pair_of(answer, en="two values are asked for", zh="应返回两个值"):
    """The two values of an answer: a tuple, a list, or an array of two numbers."""
    several = isinstance(answer, tuple | list) or (isinstance(answer, np.ndarray | torch.Tensor) and answer.ndim > 0)
    require(several and len(answer) == 2, Text(en=en, zh=zh))
    return answer


def read_batch(answer, shape):
    """x and y of a batch as integer arrays of this shape."""
    x, y = pair_of(answer, "a batch is (x, y)", "一个批次应当是 (x, y)")
    for name, part in ((INPUTS, x), (TARGETS, y)):
        numeric.check_shape(part, shape, what=name)
        require(
            str(getattr(part, "dtype", "")).endswith("int64"),
            Text(en=f"{name.en}: torch.int64 is asked for", zh=f"{name.zh}：应为 torch.int64"),
        )
    return np.asarray(x), np.asarray(y)


# ---- models


class Planted(nn.Module):
    """A language model that is a table: the logits at place t of its input depend on the token there and on t.

    Because of t, whoever feeds a token at another place of the window, or with another context, sees it.
    """

    def __init__(self, vocab, seed=0, max_length=64):
        super().__init__()
        self.vocab, self.max_length = vocab, max_length
        generator = torch.Generator().manual_seed(seed)
        self.table = nn.Parameter(2 * torch.randn(vocab, vocab, generator=generator, dtype=torch.float64))
        self.bend = torch.randn(max_length, vocab, generator=generator, dtype=torch.float64)

    def forward(self, idx, targets=None):
        if idx.dim() != 2:
            raise ValueError(f"idx has the shape (B, T), not {tuple(idx.shape)}")
        if not 1 <= idx.shape[1] <= self.max_length:
            raise ValueError(f"{idx.shape[1]} tokens at once; this model takes 1 to {self.max_length}")
        logits = self.table[idx] + self.bend[: idx.shape[1]]
        if targets is None:
            return logits, None
        return logits, nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)

    def logprob(self, before, token):
        """ln p of `token` after the tokens that were fed to the model."""
        scores = (self.table[before[-1]] + self.bend[len(before) - 1]).tolist()
        return scores[token] - float(np.logaddexp.reduce(scores))


class Line(nn.Module):
    """A model with one weight w, which begins at 2, and the loss w·x̄ + ȳ: gradient x̄, all of it known by hand."""

    def __init__(self, start=2.0):
        super().__init__()
        self.w = nn.Parameter(torch.tensor([start], dtype=torch.float64))

    def forward(self, idx, targets=None):
        loss = self.w.sum() * idx.double().mean() + targets.double().mean()
        return self.w.expand(*idx.shape, 1), loss


class Bigram(nn.Module):
    """A model that sees one token back, in the interface of a GPT: small enough to be saved after every step."""

    def __init__(self, dropout, vocab=11, width=8):
        super().__init__()
        self.layers = nn.Sequential(nn.Embedding(vocab, width), nn.Dropout(dropout), nn.Linear(width, vocab))

    def forward(self, idx, targets):
        logits = self.layers(idx)
        return logits, nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def small_gpt(seed=0, vocab=11, block_size=8, n_layer=1, n_embd=16, dropout=0.0):
    """A given GPT, small, with weights that depend on the seed alone."""
    from gpt2_given.model import GPT, GPTConfig

    seed_torch(seed)
    return GPT(GPTConfig(block_size, vocab, n_layer, 2, n_embd, dropout))


# ---- loaders


class Rows:
    """Batches in a fixed order, over and over; refuses to give more than `limit`, which is also how a run is killed."""

    def __init__(self, batches, limit=None):
        self.batches, self.limit, self.given = batches, limit, 0

    def next_batch(self):
        if self.limit is not None and self.given >= self.limit:
            raise KeyboardInterrupt("the run was killed")
        self.given += 1
        return self.batches[(self.given - 1) % len(self.batches)]

    def state_dict(self):
        return {"given": self.given}

    def load_state_dict(self, state):
        self.given = state["given"]


class Lottery(Rows):
    """Rows that are noised with random numbers of all three global generators."""

    def next_batch(self):
        x, y = super().next_batch()
        shift = random.randrange(3) + int(np.random.randint(3)) + int(torch.randint(3, ()))
        return (x + shift) % 11, y


class Windows:
    """Windows that begin anywhere in a stream of tokens: a budget of `limit` batches."""

    def __init__(self, data, length, rows, limit):
        self.data, self.length, self.rows = torch.from_numpy(data.astype(np.int64)), length, rows
        self.left, self.generator = limit, torch.Generator().manual_seed(1)

    def next_batch(self):
        if self.left == 0:
            raise RuntimeError("the token budget is used up")
        self.left -= 1
        starts = torch.randint(len(self.data) - self.length, (self.rows,), generator=self.generator)
        rows = self.data[starts[:, None] + torch.arange(self.length + 1)]
        return rows[:, :-1], rows[:, 1:]

    def state_dict(self):
        return {"left": self.left, "generator": self.generator.get_state()}

    def load_state_dict(self, state):
        self.left = state["left"]
        self.generator.set_state(state["generator"])


def random_batches(count, rows=3, length=8, vocab=11, seed=0):
    generator = torch.Generator().manual_seed(seed)
    whole = torch.randint(vocab, (count, rows, length + 1), generator=generator)
    return [(part[:, :-1], part[:, 1:]) for part in whole]


# ---- stand-ins


def halving(it, max_lr, min_lr=0.0, warmup_steps=0, max_steps=0):
    """A learning rate whose values are known without a cosine."""
    return max_lr / 2**it


def steady(it, max_lr, min_lr=0.0, warmup_steps=0, max_steps=0):
    """A learning rate with which one can train, whatever the schedule should be."""
    return max_lr


def all_at_once(model, micro_batches, ignore_index=-1):
    """The gradient of equally large micro-batches in one graph: right, but it does not save memory."""
    model.zero_grad()
    loss = torch.stack([model(*batch)[1] for batch in micro_batches]).mean()
    loss.backward()
    return loss.item()


def torch_clip(parameters, max_norm):
    return float(nn.utils.clip_grad_norm_(list(parameters), max_norm))


@contextlib.contextmanager
def standing_in(modules, wanted, rate=steady):
    """While it lasts, the functions of Problem 2 are the stand-ins above, wherever they were imported (if wanted)."""
    standins = {"get_lr": rate, "accumulate_gradients": all_at_once, "clip_grad_norm": torch_clip}
    places = []
    for module in ("optim", "loop", "parallel") if wanted else ():
        with contextlib.suppress(Exception):  # a module that cannot be imported is another check's business
            places.append(getattr(modules, module))
    kept = [(place, name, getattr(place, name)) for place in places for name in standins if hasattr(place, name)]
    for place, name, _ in kept:
        setattr(place, name, standins[name])
    try:
        yield
    finally:
        for place, name, function in kept:
            setattr(place, name, function)


# ---- runs


def run_line(modules, wanted, batches, settings, evaluate_every=0):
    """Train the one-weight model by plain gradient descent; (history, weight, in training mode, mode at evaluation)."""
    modes = []

    def evaluate(model):
        modes.append(float(model.w.detach()))
        return modes[-1]

    with standing_in(modules, wanted, halving):
        model = Line().eval()
        optimizer = torch.optim.SGD(model.parameters(), lr=123.0)
        config = modules.loop.TrainConfig(eval_every=evaluate_every, **settings)
        history = modules.loop.train(model, optimizer, Rows(batches), config, evaluate if evaluate_every else None)
    return history, float(model.w.detach()), model.training, modes


def seed_torch(seed):
    """torch.manual_seed without GPUs, for each of which it would note the whole stack."""
    torch.default_generator.manual_seed(seed)


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)
    seed_torch(seed)


def run_and_resume(modules, wanted, loader, dropout, settings, kill_after, noisy=False):
    """A run from beginning to end, and one that was killed after so many batches and taken up again by a new process.

    Returns (history, weights) of both.
    """
    batches = random_batches(5)

    def go(path, seed, limit=None):
        seed_all(1)
        model = Bigram(dropout)
        optimizer = torch.optim.AdamW(model.parameters(), lr=1.0, weight_decay=0.1)
        seed_all(seed)
        config = modules.loop.TrainConfig(checkpoint=path, **settings)
        judge = (lambda model: float(torch.rand(()) + np.random.rand() + random.random())) if noisy else None
        history = modules.loop.train(model, optimizer, loader(batches, limit), config, judge)
        return history, {name: value.clone() for name, value in model.state_dict().items()}

    with standing_in(modules, wanted), tempfile.TemporaryDirectory() as folder:
        whole = go(str(Path(folder, "whole.pt")), 5)
        path = str(Path(folder, "killed.pt"))
        with contextlib.suppress(KeyboardInterrupt):
            go(path, 5, kill_after)
        there = Path(path).exists()
        resumed = go(path, 77)
    return whole, resumed, there


def check_resumed(runs, keys=("step", "lr", "loss", "norm")):
    """The two runs are equal to the bit."""
    (history, weights), (again, weights_again), there = runs
    require(there, Text(en="no checkpoint was written", zh="没有写出检查点"))
    numeric.check_equal(
        read_history(again, keys), read_history(history, keys), what=Text(en="the history", zh="训练记录（history）")
    )
    for name, value in weights.items():
        numeric.check_equal(weights_again[name], value, what=WEIGHTS)


def read_history(history, keys):
    """The entries of a history, one list of numbers for each step."""
    require(
        isinstance(history, list | tuple) and all(isinstance(entry, dict) for entry in history),
        Text(en="the history should be a list with a dict for each step", zh="history 应当是列表，每步一个字典"),
    )
    for key in keys:
        require(
            all(key in entry for entry in history if key != "val"),
            Text(en=f'an entry of the history lacks "{key}"', zh=f'history 中有一项缺少 "{key}"'),
        )
    return [[numeric.as_scalar(entry[key]) for key in keys if key in entry] for entry in history]


# ---- ranks


def run_ranks(world_size, work):
    """work(rank, reduce) of every rank, each in its own thread, with a `reduce` that adds up as all_reduce does."""
    barrier = threading.Barrier(world_size, timeout=10)
    slots, answers, errors = [None] * world_size, [None] * world_size, []

    def run(rank):
        def reduce(tensor):
            slots[rank] = tensor.detach().clone()
            barrier.wait()
            total = torch.stack(list(slots)).sum(0)
            barrier.wait()
            with torch.no_grad():
                tensor.copy_(total)
            return tensor

        try:
            answers[rank] = work(rank, reduce)
        except Exception as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,), daemon=True) for rank in range(world_size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:  # that of the rank which failed, not of those which waited for it
        raise next((error for error in errors if not isinstance(error, threading.BrokenBarrierError)), errors[0])
    return answers


def ranks_and_whole(modules, wanted, world_size, micro_steps, grad_clip):
    """The answers and weights of all ranks after one step, and those of one process with all the rows."""
    batches = random_batches(world_size * micro_steps, seed=3)

    def fresh():
        model = small_gpt(seed=2).double()
        return model, torch.optim.SGD(model.parameters(), lr=0.5)

    def weights(model):
        return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])

    def work(rank, reduce):
        model, optimizer = made[rank]
        mine = batches[rank * micro_steps : (rank + 1) * micro_steps]
        answer = modules.parallel.parallel_step(model, optimizer, mine, world_size, reduce, grad_clip)
        return answer, weights(model)

    made = [fresh() for _ in range(world_size)]
    with standing_in(modules, wanted):
        ranks = run_ranks(world_size, work)
    model, optimizer = fresh()
    _, loss = model(torch.cat([x for x, _ in batches]), torch.cat([y for _, y in batches]))
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
    optimizer.step()
    return ranks, ((loss.item(), norm.item()), weights(model))


def check_ranks(answer):
    ranks, ((loss, norm), weights) = answer
    for got, after in ranks:
        one, other = pair_of(got)
        numeric.check_close(one, loss, rtol=1e-5, what=LOSS)
        numeric.check_close(other, norm, rtol=1e-4, what=NORM)
        numeric.check_close(after, weights, rtol=1e-5, atol=1e-7, what=WEIGHTS)


# ---- the optimiser


def configured(modules, model, weight_decay, learning_rate):
    """configure_optimizers as the stub has it, or with build-nanogpt's arguments, which leave out the betas."""
    function = modules.optim.configure_optimizers
    names = list(inspect.signature(function).parameters)
    if len(names) == 4 and names[3].startswith("device"):
        return function(model, weight_decay, learning_rate, "cpu")
    return function(model, weight_decay, learning_rate, (0.9, 0.95), "cpu")


def decays(modules, model):
    """For every place in the groups: (name, weight decay, lr); and the betas that occur."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups = configured(modules, model, 0.25, 0.003).param_groups
    places = [
        [names.get(id(parameter), "a stranger"), float(group["weight_decay"]), float(group["lr"])]
        for group in groups
        for parameter in group["params"]
    ]
    return sorted(places), sorted({tuple(map(float, group["betas"])) for group in groups})


def walk(make, values, gradients, scale=1.0):
    """Where steps along the given gradients lead: one parameter that begins at `values`, in float64."""
    parameter = nn.Parameter(torch.tensor(values, dtype=torch.float64))
    optimizer = make([parameter])
    for slope in gradients:
        parameter.grad = torch.tensor(slope, dtype=torch.float64) * scale
        optimizer.step()
    return parameter.detach().numpy()


def schedule(warmup_form, it, max_lr, min_lr, warmup_steps, max_steps):
    """The learning rate with one of three warm-ups: (it + 1)/w, (it + 1)/(w + 1), it/w."""
    if it < warmup_steps:
        return max_lr * warmup_form(it, warmup_steps)
    turned = np.pi * min(1.0, (it - warmup_steps) / max(1, max_steps - warmup_steps)) if it < max_steps else np.pi
    return min_lr + (max_lr - min_lr) * np.cos(turned / 2) ** 2


WARMUPS = (
    lambda it, w: (it + 1) / w,
    lambda it, w: (it + 1) / (w + 1),
    lambda it, w: it / w,
)


def check_schedule(submission, steps, *settings):
    """The learning rates of these steps, with any of the three warm-ups."""
    rates = [numeric.as_scalar(submission.optim.get_lr(it, *settings)) for it in steps]

    def follows(form):
        numeric.check_close(rates, [schedule(form, it, *settings) for it in steps], rtol=1e-9, atol=1e-12, what=RATES)

    any_of(*(lambda form=form: follows(form) for form in WARMUPS))
