"""Open checks for gpt2: no secrets, the student may read them."""

import contextlib
import math
import struct
import tempfile
from pathlib import Path

import numpy as np
import torch
from gpt2_judging import (
    GRADIENT,
    INPUTS,
    LOSS,
    NORM,
    TARGETS,
    WEIGHTS,
    Planted,
    Rows,
    check_ranks,
    check_refuses,
    check_resumed,
    check_schedule,
    decays,
    pair_of,
    random_batches,
    ranks_and_whole,
    read_batch,
    read_history,
    run_and_resume,
    run_line,
    run_ranks,
    schedule,
    seed_all,
    small_gpt,
    walk,
)
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import Text, any_of, numeric, require, title


def header(count, magic=20240520, version=1):
    """The 1,024 bytes before the tokens."""
    return struct.pack("<256i", magic, version, count, *[0] * 253)


def shard(tokens):
    return header(len(tokens)) + np.asarray(tokens, dtype="<u2").tobytes()


# ---- 1 data


@number("1.1")
@weight(1)
@title("documents joined by <|endoftext|>", "用 <|endoftext|> 连接文档")
def test_join(submission):
    numeric.check_equal(submission.shards.join_documents([[5, 6], [7], [8, 1, 2]], 9), [9, 5, 6, 9, 7, 9, 8, 1, 2])
    numeric.check_equal(submission.shards.join_documents([[40000]]), [50256, 40000])


@number("1.2")
@weight(2)
@title("a shard, byte for byte", "分片文件，逐字节比较")
def test_write_shard(submission):
    def written(modules, tokens):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a_train_000000.bin")
            modules.shards.write_shard(str(path), tokens)
            return path.read_bytes()

    for tokens in ([1, 256, 50256, 65535], np.arange(300, dtype=np.int64)):
        data = submission.probe(written, tokens)
        numeric.check_equal(len(data), 1024 + 2 * len(tokens), what=Text(en="the file's length", zh="文件长度"))
        numbers = np.frombuffer(data[:1024], dtype="<i4")
        numeric.check_equal(numbers, [20240520, 1, len(tokens)] + [0] * 253, what=Text(en="the header", zh="文件头"))
        numeric.check_equal(
            np.frombuffer(data[1024:], dtype="<u2"), list(tokens), what=Text(en="the tokens", zh="词元")
        )


@number("1.3")
@weight(2)
@title("a shard read through a memory map", "以内存映射读取分片")
def test_read_shard(submission):
    def mapped(modules, path):
        tokens = modules.shards.read_shard(path)
        before = [int(token) for token in tokens]
        with Path(path).open("r+b") as file:  # whoever mapped the file sees that it changes
            file.seek(1024)
            file.write(b"\x09\x00")
        return before, int(tokens[0]), str(tokens.dtype)

    path = submission.file("map_train_000000.bin", shard([3, 40000, 65535]))
    before, after, dtype = submission.probe(mapped, path)
    numeric.check_equal(before, [3, 40000, 65535], what=Text(en="the tokens", zh="词元"))
    require("uint16" in dtype, Text(en="the tokens should be uint16", zh="词元应为 uint16"))
    require(
        after == 9,
        Text(en="the tokens were copied; map the file into memory", zh="词元被复制进了内存；应当把文件映射到内存"),
    )


@number("1.4")
@weight(2)
@title("windows and their targets", "窗口与目标")
def test_get_batch(submission):
    def batch(modules, data, length, rows):
        return modules.shards.get_batch(data, length, rows)

    for first in (0, 40000):
        data = np.arange(first, first + 50, dtype=np.uint16)
        x, y = read_batch(submission.probe(batch, data, 7, 5), (5, 7))
        numeric.check_equal(x, x[:, :1] + np.arange(7), what=INPUTS)
        numeric.check_equal(y, x + 1, what=TARGETS)
        numeric.check_between(x, first, first + 48, what=INPUTS)


def take(modules, folder, count, settings, standin):
    """`count` batches of one loader; with the stand-in, the shards are read by numpy."""
    kept = modules.shards.read_shard
    if standin:
        modules.shards.read_shard = lambda path: np.fromfile(path, np.uint16)[512:]
    try:
        loader = modules.shards.DataLoaderLite(*settings, "train", folder)
        return [loader.next_batch() for _ in range(count)]
    finally:
        modules.shards.read_shard = kept


def check_loaders(submission, shards, count, expected, B, T, P):
    """The first tokens of the rows that each rank reads, batch by batch."""
    for name, tokens in shards.items():
        path = submission.file(name, shard(tokens))
    folder = str(Path(path).parent)

    def attempt(standin):
        for rank in range(P):
            for place, batch in enumerate(submission.probe(take, folder, count, (B, T, rank, P), standin)):
                x, y = read_batch(batch, (B, T))
                rows = np.asarray(expected[rank][place])[:, None] + np.arange(T)
                numeric.check_equal(x, rows, what=INPUTS)
                numeric.check_equal(y, rows + 1, what=TARGETS)

    any_of(lambda: attempt(False), lambda: attempt(True))


@number("1.5")
@weight(2)
@title("two ranks take turns and begin again", "两个 rank 轮流读取，读完从头再来")
def test_loader_ranks(submission):
    expected = {0: [[0, 3], [12, 15], [0, 3]], 1: [[6, 9], [18, 21], [6, 9]]}
    check_loaders(
        submission,
        {"turns/a_train_0.bin": np.arange(36), "turns/a_val_0.bin": [7] * 40},
        3,
        expected,
        B=2,
        T=3,
        P=2,
    )


# ---- 2 loss and optimiser


@number("2.1")
@weight(2)
@title("cross-entropy: ln 4/3, an ignored target, huge logits", "交叉熵：ln 4/3、被忽略的目标、极大的 logits")
def test_cross_entropy(submission):
    logits = torch.tensor([[0.0, math.log(3.0)], [math.log(3.0), 0.0], [7.0, -7.0]], dtype=torch.float64)
    for targets, loss in (([1, 0, -1], math.log(4 / 3)), ([0, 0, -1], (math.log(4) + math.log(4 / 3)) / 2)):
        got = submission.optim.cross_entropy(logits, torch.tensor(targets), -1)
        numeric.check_close(got, loss, rtol=1e-6, what=LOSS)
    huge = torch.tensor([[1000.0, 998.0], [-1000.0, -1000.0]])
    got = submission.optim.cross_entropy(huge, torch.tensor([1, 0]))
    numeric.check_close(got, (math.log1p(math.exp(2)) + math.log(2)) / 2, rtol=1e-5, what=LOSS)


@number("2.2")
@weight(2)
@title("the gradient of the cross-entropy", "交叉熵的梯度")
def test_cross_entropy_gradient(submission):
    logits = torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0], [5.0, 1.0]], dtype=torch.float64)
    got = submission.optim.cross_entropy_gradient(logits, torch.tensor([0, 0, -1]), -1)
    numeric.check_close(got, [[-0.375, 0.375], [-0.25, 0.25], [0.0, 0.0]], rtol=1e-6, atol=1e-8, what=GRADIENT)

    def difference(x):
        scores = np.reshape(x, (2, 3))
        return float(np.mean(np.log(np.exp(scores).sum(1)) - scores[[0, 1], [2, 0]]))

    at = np.array([[0.5, -1.0, 2.0], [0.0, 1.0, 0.3]])
    got = submission.optim.cross_entropy_gradient(torch.from_numpy(at), torch.tensor([2, 0]))
    numeric.check_gradient(difference, got, at, what=GRADIENT)


@number("2.3")
@weight(2)
@title("three steps of AdamW, by hand, and one that only decays", "AdamW 的三步，手算；以及只有衰减的一步")
def test_adamw_by_hand(submission):
    def end(modules, gradients, decay, eps):
        def make(parameters):
            return modules.optim.AdamW(parameters, lr=0.1, betas=(0.5, 0.5), eps=eps, weight_decay=decay)

        return walk(make, [1.0], gradients)

    third = 0.9 - 0.1 * (4 / 7) / math.sqrt(10 / 7)
    for gradients, expected in (([2.0], 0.9), ([2.0, -1.0], 0.9), ([2.0, -1.0, 1.0], third)):
        got = submission.probe(end, [[gradient] for gradient in gradients], 0.0, 0.0)
        numeric.check_close(got, [expected], rtol=1e-6, what=WEIGHTS)
    numeric.check_close(submission.probe(end, [[0.0], [0.0]], 0.5, 1e-8), [0.9025], rtol=1e-6, what=WEIGHTS)
    # the step of 0.1 is shortened by eps; by how much depends on where the bias correction stands
    numeric.check_between(submission.probe(end, [[2.0]], 0.0, 0.02), 0.9005, 0.9020, what=WEIGHTS)


@number("2.4")
@weight(2)
@title("what is decayed and what is not", "哪些参数衰减，哪些不衰减")
def test_decay(submission):
    def places(modules, kind):
        model = small_gpt() if kind == "gpt" else many_shapes()
        wanted = {name: parameter.dim() for name, parameter in model.named_parameters()}
        return decays(modules, model), wanted

    for kind in ("gpt", "shapes"):
        (found, betas), dims = submission.probe(places, kind)
        expected = sorted([name, 0.25 if dim >= 2 else 0.0, 0.003] for name, dim in dims.items())
        numeric.check_equal(
            [name for name, _, _ in found],
            [name for name, _, _ in expected],
            what=Text(en="the parameters in the groups", zh="各组中的参数"),
        )
        what = Text(en="(name, weight decay, lr)", zh="（名称、权重衰减、学习率）")
        numeric.check_equal(found, expected, what=what)
        numeric.check_equal(betas, [(0.9, 0.95)], what=Text(en="the betas", zh="betas"))


def many_shapes():
    """Parameters of no, one, two and three dimensions."""
    model = torch.nn.Module()
    for dim in range(4):
        model.register_parameter(f"dim_{dim}", torch.nn.Parameter(torch.ones([2] * dim)))
    return model


@number("2.5")
@weight(2)
@title("warm-up and cosine", "预热与余弦")
def test_get_lr(submission):
    check_schedule(submission, [0, 1, 2, 4, 6, 7, 100], 1.0, 0.1, 2, 6)


@number("2.6")
@weight(1)
@title("3 and 4 make 5", "勾三股四弦五")
def test_clip(submission):
    def clipped(modules, limit):
        one, two = (torch.nn.Parameter(torch.zeros(2, dtype=torch.float64)) for _ in range(2))
        one.grad, two.grad = (torch.tensor(part, dtype=torch.float64) for part in ([3.0, 0.0], [0.0, 4.0]))
        norm = modules.optim.clip_grad_norm([one, two], limit)
        return norm, one.grad, two.grad

    for limit, factor in ((1.0, 0.2), (10.0, 1.0)):
        norm, one, two = submission.probe(clipped, limit)
        numeric.check_close(norm, 5.0, rtol=1e-6, what=NORM)
        numeric.check_close(one, [3 * factor, 0.0], rtol=1e-5, what=GRADIENT)
        numeric.check_close(two, [0.0, 4 * factor], rtol=1e-5, what=GRADIENT)


def accumulated(modules, batches):
    """The loss and the gradients after accumulation, and those of one batch that holds all rows."""

    def gradients(model):
        return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])

    model = small_gpt(seed=4).double()
    model(*batches[0])[1].backward()  # what an earlier step left behind
    loss = modules.optim.accumulate_gradients(model, batches)
    ours = gradients(model)
    model.zero_grad()
    _, whole = model(torch.cat([x for x, _ in batches]), torch.cat([y for _, y in batches]))
    whole.backward()
    return loss, ours, whole.item(), gradients(model)


def check_accumulated(answer):
    loss, gradient, whole, expected = answer
    numeric.check_close(loss, whole, rtol=1e-6, what=LOSS)
    numeric.check_close(gradient, expected, rtol=1e-5, atol=1e-8, what=GRADIENT)


@number("2.7")
@weight(2)
@title("three micro-batches are one batch", "三个微批次等于一个大批次")
def test_accumulate(submission):
    check_accumulated(submission.probe(accumulated, random_batches(3)))


# ---- 3 the loop


class Watched(torch.nn.Module):
    """Its loss tells how it was called: + 100 in training mode, + 1000 with gradients."""

    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(()))

    def forward(self, x, y):
        extra = 100.0 * self.training + 1000.0 * torch.is_grad_enabled()
        return x, x.float().mean() + self.w + extra


@number("3.1")
@weight(2)
@title("the mean loss of each split", "每个数据划分上的平均损失")
def test_estimate_loss(submission):
    def estimate(modules):
        stocks = {"train": iter([1.0, 2.0, 6.0, 99.0]), "val": iter([4.0, 4.0, 2.0, 99.0])}

        def batch_of(split):
            value = torch.full((2, 3), next(stocks[split]))
            return value, value

        model = Watched().train()
        return modules.loop.estimate_loss(model, batch_of, 3), model.training

    losses, training = submission.probe(estimate)
    numeric.check_close(losses, {"train": 3.0, "val": 10 / 3}, rtol=1e-6, what=LOSS)
    require(
        training,
        Text(
            en="the model was in training mode before, and is not afterwards", zh="模型之前处于训练模式，之后却不是了"
        ),
    )


LINE_BATCHES = [(torch.full((2, 3), float(x)), torch.full((2, 3), float(y))) for x, y in ((1, 0), (-3, 1), (2, 5))]


def line_by_hand(rates, clip, micro, batches=LINE_BATCHES, w=2.0):
    """The run of `Line`: (loss, norm) of each step and the weight after it."""
    entries, weights, place = [], [], 0
    for rate in rates:
        mine = [batches[(place + i) % len(batches)] for i in range(micro)]
        place += micro
        slope = sum(float(x.mean()) for x, _ in mine) / micro
        entries.append((w * slope + sum(float(y.mean()) for _, y in mine) / micro, abs(slope)))
        w -= rate * slope * min(1.0, clip / (abs(slope) + 1e-6))
        weights.append(w)
    return entries, weights


def check_line(submission, settings, own_rates, evaluate_every=0):
    """A run whose every number is known; with the stand-in, the learning rate halves at each step."""
    steps = settings["max_steps"]

    def attempt(wanted, rates):
        history, last, training, _ = submission.probe(
            run_line, wanted, LINE_BATCHES, {**settings, "max_lr": rates[0], "min_lr": 0.05}, evaluate_every
        )
        entries, weights = line_by_hand(rates, settings["grad_clip"], settings["grad_accum_steps"])
        got = read_history(history, ("step", "lr", "loss", "norm"))
        numeric.check_equal(len(got), steps, what=Text(en="the number of steps", zh="步数"))
        for place, name in enumerate((Text(en="step", zh="step"), Text(en="lr", zh="lr"), LOSS, NORM)):
            right = (range(1, steps + 1), rates, [loss for loss, _ in entries], [norm for _, norm in entries])[place]
            numeric.check_close([entry[place] for entry in got], list(right), rtol=1e-5, atol=1e-7, what=name)
        numeric.check_close(last, weights[-1], rtol=1e-5, what=WEIGHTS)
        require(training, Text(en="the model should be in training mode", zh="模型应处于训练模式"))
        if evaluate_every:
            evaluated = {step: weights[step - 1] for step in range(evaluate_every, steps + 1, evaluate_every)}
            values = {entry["step"]: entry["val"] for entry in history if "val" in entry}
            numeric.check_close(values, evaluated, rtol=1e-5, what=Text(en='"val"', zh='"val"'))

    any_of(lambda: attempt(False, own_rates), lambda: attempt(True, [own_rates[0] / 2**it for it in range(steps)]))


@number("3.2")
@weight(3)
@title("a run of four steps, known in every number", "四步训练，每个数都可手算")
def test_train_by_hand(submission):
    rates = [schedule(None, it, 0.2, 0.05, 0, 4) for it in range(4)]
    settings = {"max_steps": 4, "grad_accum_steps": 2, "grad_clip": 0.75}
    check_line(submission, settings, rates)
    check_line(submission, {**settings, "grad_accum_steps": 1, "grad_clip": 50.0}, rates, evaluate_every=2)


def some_steps(model, optimizer, loader, count):
    """Plain steps, with nothing of the student's; the losses."""
    losses = []
    for _ in range(count):
        _, loss = model(*loader.next_batch())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@number("3.3")
@weight(2)
@title("saved, loaded, and going on as if nothing had happened", "保存、读取，然后若无其事地继续")
def test_checkpoint(submission):
    def outcome(modules, batches):
        def fresh(rate):
            model = small_gpt(seed=1)
            return model, torch.optim.AdamW(model.parameters(), lr=rate), Rows(batches)

        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder, "checkpoint.pt"))
            run = fresh(0.01)
            some_steps(*run, 3)
            modules.loop.save_checkpoint(path, *run, 3, [{"step": 3, "loss": 0.5}])
            ahead = some_steps(*run, 2)
            seed_all(9)
            again = fresh(0.5)
            some_steps(*again, 1)
            told = modules.loop.load_checkpoint(path, *again)
            return told, ahead, some_steps(*again, 2)

    told, ahead, again = submission.probe(outcome, random_batches(6))
    step, history = pair_of(told)
    numeric.check_equal(step, 3, what=Text(en="the step", zh="步数"))
    numeric.check_equal(history, [{"step": 3, "loss": 0.5}], what=Text(en="the history", zh="训练记录（history）"))
    numeric.check_equal(again, ahead, what=Text(en="the losses after loading", zh="读取之后的损失"))


STEADY = {"max_steps": 6, "max_lr": 0.01, "min_lr": 0.01, "checkpoint_every": 1}


@number("3.4")
@weight(3)
@title("killed and resumed: the same to the bit", "中断后恢复：逐位相同")
def test_resume(submission):
    def attempt(wanted):
        for kill_after in (2, 5):
            check_resumed(submission.probe(run_and_resume, wanted, Rows, 0.0, STEADY, kill_after))

    any_of(lambda: attempt(False), lambda: attempt(True))


# ---- 4 many processes


@number("4.1")
@weight(2)
@title("who am I, and which rows are mine", "我是谁，哪些行归我")
def test_ranks(submission):
    for environ, expected in (
        ({"RANK": "9", "LOCAL_RANK": "1", "WORLD_SIZE": "16", "HOME": "/"}, (9, 1, 16)),
        ({"HOME": "/"}, (0, 0, 1)),
    ):
        numeric.check_equal(submission.parallel.read_rank(environ), expected)
    x = torch.arange(12).view(6, 2)
    for rank in range(3):
        numeric.check_equal(
            submission.parallel.split_batch(x, x + 1, rank, 3), (x[2 * rank :][:2], x[2 * rank :][:2] + 1)
        )


@number("4.2")
@weight(2)
@title("gradients averaged over two ranks", "两个 rank 的梯度取平均")
def test_average(submission):
    def averaged(modules, gradients):
        def work(rank, reduce):
            parameters = [torch.nn.Parameter(torch.zeros(len(part))) for part in gradients[rank]]
            for parameter, part in zip(parameters, gradients[rank], strict=True):
                parameter.grad = torch.tensor(part)
            parameters.append(torch.nn.Parameter(torch.zeros(1)))
            modules.parallel.average_gradients(parameters, 2, reduce)
            return [parameter.grad for parameter in parameters]

        return run_ranks(2, work)

    for answer in submission.probe(averaged, [[[1.0, 2.0], [8.0]], [[3.0, -2.0], [0.0]]]):
        require(
            answer[2] is None, Text(en="a parameter without a gradient has one now", zh="没有梯度的参数现在有了梯度")
        )
        numeric.check_close(answer[:2], [[2.0, 0.0], [4.0]], what=GRADIENT)


@number("4.3")
@weight(2)
@title("two ranks make the step of one", "两个 rank 迈出与一个进程相同的一步")
def test_parallel_step(submission):
    def attempt(wanted):
        check_ranks(submission.probe(ranks_and_whole, wanted, 2, 1, 1e9))

    any_of(lambda: attempt(False), lambda: attempt(True))


# ---- 5 evaluation

TEXT = [3, 1, 4, 1, 5, 0, 2, 6, 5, 3]


def nll_by_hand(model, begins):
    """The NLL of TEXT[1:], where the window of token i begins at begins[i - 1]."""
    return -sum(model.logprob(TEXT[begin : i + 1], TEXT[i + 1]) for i, begin in enumerate(begins))


@number("5.1")
@weight(2)
@title("a sliding window over ten tokens", "在十个词元上滑动窗口")
def test_sliding(submission):
    model = Planted(7, max_length=4)
    total, count = pair_of(submission.evaluation.sliding_nll(model, TEXT, 4, 2))
    numeric.check_equal(count, 9, what=Text(en="the number of scored tokens", zh="计分的词元数"))
    numeric.check_close(total, nll_by_hand(model, [0, 0, 0, 0, 2, 2, 4, 4, 6]), rtol=1e-5, what=LOSS)


@number("5.2")
@weight(1)
@title("perplexity with windows side by side", "窗口首尾相接时的困惑度")
def test_perplexity(submission):
    model = Planted(7, seed=1, max_length=4)
    got = submission.evaluation.perplexity(model, TEXT, 4, 4)
    numeric.check_close(got, math.exp(nll_by_hand(model, [0, 0, 0, 0, 4, 4, 4, 4, 8]) / 9), rtol=1e-5)


@number("5.3")
@weight(1)
@title("bits for each byte and for each character", "每字节比特数与每字符比特数")
def test_bits(submission):
    nats = 30 * math.log(2)
    for text, per_byte, per_character in (("abcde", 6.0, 6.0), ("汉字\n", 30 / 7, 10.0), ("你好吗a", 3.0, 7.5)):
        numeric.check_close(submission.evaluation.bits_per_byte(nats, text), per_byte, rtol=1e-6)
        numeric.check_close(submission.evaluation.bits_per_character(nats, text), per_character, rtol=1e-6)


@number("5.4")
@weight(1)
@title("the log-probability of a continuation", "续文的对数概率")
def test_continuation(submission):
    model = Planted(7)
    got = submission.evaluation.continuation_logprobs(model, [1, 2, 3], [6, 0])
    expected = [model.logprob([1, 2, 3], 6), model.logprob([1, 2, 3, 6], 0)]
    numeric.check_close(got, expected, rtol=1e-5, shape="vector")


def likeliest(model, before, count):
    """What the model writes when it always takes the likeliest token."""
    written = []
    for _ in range(count):
        written.append(max(range(model.vocab), key=lambda token: model.logprob([*before, *written], token)))
    return written


@number("5.5")
@weight(2)
@title("last words: three right, one of them with three tokens", "最后一词：答对三个，其中一个有三个词元")
def test_last_word(submission):
    model = Planted(7)
    contexts = [[1, 2], [5], [3, 3, 0], [6, 1]]
    items = [
        (context, likeliest(model, context, length)) for context, length in zip(contexts, (1, 3, 2, 2), strict=True)
    ]
    context, word = items[3]
    items[3] = context, [word[0], (word[1] + 1) % 7]  # the first token is right, the second is not
    accuracy, perplexity = pair_of(submission.evaluation.last_word(model, items))
    nll = -sum(model.logprob([*context, *word[:i]], token) for context, word in items for i, token in enumerate(word))
    numeric.check_close(accuracy, 0.75, what=Text(en="the accuracy", zh="准确率"))
    numeric.check_close(perplexity, math.exp(nll / 4), rtol=1e-5, what=Text(en="the perplexity", zh="困惑度"))


def score_by_hand(model, context, candidate, suffix, score):
    ids = [*context, *candidate, *suffix]
    first = len(context) + (len(candidate) if score == "partial" else 0)
    logprobs = [model.logprob(ids[:i], ids[i]) for i in range(first, len(ids))]
    return sum(logprobs) / (len(logprobs) if score == "mean" else 1)


@number("5.6")
@weight(2)
@title("the best of four, by three scores", "四选一，三种计分")
def test_choose(submission):
    winners = set()
    for seed in range(6):
        model = Planted(9, seed=seed)
        context, candidates, suffix = [1, seed], [[2], [3, 4], [5, 6, 7], [8, 8]], [0, 5]
        for score in ("sum", "mean", "partial"):
            scores = [score_by_hand(model, context, candidate, suffix, score) for candidate in candidates]
            winners.add((score, scores.index(max(scores))))
            got = submission.evaluation.choose(model, context, candidates, suffix, score)
            numeric.check_equal(got, scores.index(max(scores)), what=Text(en=f'by "{score}"', zh=f'按 "{score}"'))
    numeric.check_equal(
        submission.evaluation.choose(Planted(9), [1], [[4], [2], [4], [2]]) < 2,
        True,
        what=Text(en="of equals the first", zh="分数相同取第一个"),
    )


@number("5.7")
@weight(1)
@title("acceptability, and Matthews' correlation", "可接受度与 Matthews 相关系数")
def test_acceptability(submission):
    model = Planted(7)
    expected = nll_by_hand(model, [0] * 9) / -9
    numeric.check_close(submission.evaluation.acceptability(model, TEXT), expected, rtol=1e-5)
    for predicted, truth, expected in (
        ([1, 1, 0, 0], [1, 0, 0, 0], 3**-0.5),
        ([1, 0, 1, 0], [0, 1, 0, 1], -1.0),
        ([1, 1, 1], [1, 0, 1], 0.0),
        ([1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 1], 0.5),
    ):
        numeric.check_close(submission.evaluation.matthews(predicted, truth), expected)


@number("5.8")
@weight(1)
@title('"very" positive or "very" negative', "“very” 之后是 positive 还是 negative")
def test_sentiment(submission):
    for seed in range(6):
        model = Planted(9, seed=seed)
        sums = [score_by_hand(model, [seed, 4, 7], word, [], "sum") for word in ([1], [2, 3])]
        got = submission.evaluation.sentiment(model, [seed, 4], [7], [1], [2, 3])
        numeric.check_equal(got, int(sums[0] > sums[1]))


@number("5.9")
@weight(1)
@title("words, characters, and their n-grams in common", "词、字与共有的 n 元组")
def test_overlap(submission):
    numeric.check_equal(
        submission.evaluation.split_units("Don't stop, 2nd!\nA-b"), ["don", "t", "stop", "2nd", "a", "b"]
    )
    numeric.check_equal(submission.evaluation.split_units("你好，GPT 2。", True), ["你", "好", "g", "p", "t", "2"])
    train = ["The cat sat on the mat.", "it was late"]
    for test, n, share in (("the cat SAT, on a chair", 3, 0.5), ("mat it was late", 2, 2 / 3), ("a cat", 3, 0.0)):
        numeric.check_close(submission.evaluation.overlap(test, train, n), share)


# ---- 6 fine-tuning


@number("6.1")
@weight(1)
@title("start, delimiter, extract", "起始、分隔与抽取标记")
def test_encode(submission):
    for length, expected in ((9, [8, 1, 2, 3, 9]), (5, [8, 1, 2, 3, 9]), (4, [8, 1, 2, 9]), (3, [8, 1, 9])):
        numeric.check_equal(submission.finetune.encode_text([1, 2, 3], 8, 9, length), expected)
    numeric.check_equal(submission.finetune.encode_pair([1, 2], [3], 7, 8, 9), [7, 1, 2, 8, 3, 9])


@number("6.2")
@weight(2)
@title("a padded batch, and what the head reads of it", "补齐的批次，以及分类头读取的位置")
def test_head(submission):
    idx, last = pair_of(submission.finetune.pad_batch([[1, 2, 3], [4], [5, 6]], 0))
    numeric.check_equal(idx, [[1, 2, 3], [4, 0, 0], [5, 6, 0]], what=Text(en="idx", zh="idx"))
    numeric.check_equal(last, [2, 0, 1], what=Text(en="last", zh="last"))

    def read(modules, hidden, last):
        head = modules.finetune.ClassifierHead(2, 3)
        with torch.no_grad():
            head.linear.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
            head.linear.bias.copy_(torch.tensor([0.0, 0.0, 5.0]))
        return head(hidden, last)

    hidden = torch.arange(12.0).view(2, 3, 2)
    got = submission.probe(read, hidden, torch.tensor([2, 0]))
    numeric.check_close(got, [[4.0, 5.0, 14.0], [6.0, 7.0, 18.0]], rtol=1e-6)


class Certain(torch.nn.Module):
    """A model whose hidden state is the token itself, and a head whose logits know nothing: every loss is ln 3."""

    def hidden(self, idx):
        return idx[..., None].double()

    def lm_head(self, hidden):
        return torch.zeros(*hidden.shape[:2], 3, dtype=torch.float64) + 0 * hidden


@number("6.3")
@weight(1)
@title("L3 = L2 + λ·L1", "L3 = L2 + λ·L1")
def test_finetune_loss(submission):
    def losses(modules, weight):
        def head(hidden, last):
            return torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0]], dtype=torch.float64)

        idx, last = torch.tensor([[0, 1, 2], [0, 1, 0]]), torch.tensor([2, 1])
        return [
            part.item()
            for part in modules.finetune.finetune_loss(Certain(), head, idx, last, torch.tensor([1, 0]), weight)
        ]

    l2, l1 = (math.log(4 / 3) + math.log(2)) / 2, math.log(3)
    for weight_of in (0.5, 2.0):
        numeric.check_close(submission.probe(losses, weight_of), [l2 + weight_of * l1, l2, l1], rtol=1e-6, what=LOSS)


# ---- 7 arithmetic


@number("7.1")
@weight(1)
@title("the four GPT-2s", "四个 GPT-2 的参数量")
def test_parameters(submission):
    for layers, width, count in (
        (12, 768, 124439808),
        (24, 1024, 354823168),
        (36, 1280, 774030080),
        (48, 1600, 1557611200),
    ):
        numeric.check_equal(submission.scaling.gpt2_parameters(layers, width), count)
    numeric.check_equal(submission.scaling.kaplan_parameters(12, 768), 84934656)


@number("7.2")
@weight(1)
@title("FLOPs of a token, counted three ways", "每个词元的 FLOPs，三种算法")
def test_flops(submission):
    numeric.check_equal(submission.scaling.flops_palm(12, 768), 855166464)
    numeric.check_equal(submission.scaling.flops_kaplan(12, 768), 566231040)
    numeric.check_equal(submission.scaling.flops_hoffmann(12, 768, 12), 1087349760)


@number("7.3")
@weight(1)
@title("batch, memory, utilisation", "批次大小、内存、利用率")
def test_budget(submission):
    sizes = [
        submission.scaling.tokens_per_batch(*rows) for rows in ((64, 512), (256, 512), (512, 1024), (64, 1024, 1, 8))
    ]
    numeric.check_equal(sizes, [32768, 131072, 524288, 524288])
    numeric.check_equal(submission.scaling.training_memory(124439808), 1991036928)
    numeric.check_close(submission.scaling.estimate_mfu(855166464, 524288, 10.0, 312e12), 855166464 * 524288 / 3.12e15)
    numeric.check_close(submission.scaling.petaflop_days(3.24e20), 3.75)


@number("7.4")
@weight(1)
@title("Chinchilla's optimum costs C, and no neighbour is better", "Chinchilla 最优解的开销为 C，且没有更好的邻居")
def test_hoffmann(submission):
    for constants in ((406.4, 410.7, 0.34, 0.28), (482.01, 2085.43, 0.3478, 0.3658)):
        n, d = map(numeric.as_scalar, pair_of(submission.scaling.hoffmann_optimal(5.76e23, *constants)))
        numeric.check_close(6 * n * d, 5.76e23, rtol=1e-6)
        a, b, alpha, beta = constants
        losses = [a / (n * step) ** alpha + b / (d / step) ** beta for step in (0.99, 1.0, 1.01)]
        require(
            losses[1] < min(losses[0], losses[2]),
            Text(en="a slightly smaller or larger model is better", zh="略小或略大的模型反而更好"),
        )
    numeric.check_close(submission.scaling.hoffmann_loss(70e9, 1.4e12), 1.9366, rtol=1e-4)
    numeric.check_close(submission.scaling.twenty_tokens(5.88e23), (70e9, 1.4e12), rtol=1e-6)


@number("7.5")
@weight(1)
@title("Kaplan's laws", "Kaplan 的幂律")
def test_kaplan(submission):
    numeric.check_close(submission.scaling.power_law(8.8e13, 8.8e13, 0.076), 1.0)
    numeric.check_close(submission.scaling.power_law(8.8e13 / 2**10, 8.8e13, 0.1), 2.0, rtol=1e-6)
    numeric.check_close(submission.scaling.kaplan_loss(1e9, 2e10, alpha_n=0.1, alpha_d=0.1), 6.4900e4**0.1, rtol=1e-4)
    numeric.check_close(submission.scaling.kaplan_optimal(1.0), (1.3e9, 2e10), rtol=1e-6)
    numeric.check_close(submission.scaling.kaplan_optimal(2.0**10), (1.3e9 * 2**7.3, 2e10 * 2**2.7), rtol=1e-6)


# ---- 8 bonus: whole files


def saved(modules, folder, name="state.pt"):
    path = str(Path(folder, name))
    state = {"model": {"w": torch.arange(500.0)}, "numpy": np.arange(5), "step": 7}
    modules.loop.save_whole(path, state)
    return path


@number("8.1")
@weight(1)
@tags("bonus")
@title("a whole file is read, half a file is refused by name", "完整的文件能读，半个文件会被拒绝并指明是哪个")
def test_whole(submission):
    def outcome(modules):
        with tempfile.TemporaryDirectory() as folder:
            path = saved(modules, folder)
            state = modules.loop.load_whole(path)
            data = Path(path).read_bytes()
            Path(path).write_bytes(data[: len(data) // 2])
            refusal = None
            try:
                modules.loop.load_whole(path)
            except ValueError as error:
                refusal = "state.pt" in str(error)
            return state, refusal

    state, refusal = submission.probe(outcome)
    numeric.check_equal(state, {"model": {"w": np.arange(500.0)}, "numpy": np.arange(5), "step": 7})
    require(
        refusal is not None, Text(en="half a file was not refused with ValueError", zh="半个文件没有以 ValueError 拒绝")
    )
    require(refusal, Text(en="the error's text does not name the file", zh="错误信息没有写出文件名"))


# ---- 9 bonus: ROUGE and Bloom


@number("9.1")
@weight(2)
@tags("bonus")
@title("ROUGE-1, ROUGE-2 and ROUGE-L of short sentences", "短句的 ROUGE-1、ROUGE-2 与 ROUGE-L")
def test_rouge(submission):
    one, two = "The cat is on the mat.", "The mat is on the cat"
    for n, expected in ((1, 1.0), (2, 0.8)):
        numeric.check_close(submission.extras.rouge_n(one, two, n), expected, rtol=1e-6)
    numeric.check_close(submission.extras.rouge_n("the the the the", "the cat", 1), 1 / 3, rtol=1e-6)
    numeric.check_close(submission.extras.rouge_l(one, two), 2 / 3, rtol=1e-6)
    numeric.check_close(submission.extras.rouge_l("a b c d", "b d"), 2 / 3, rtol=1e-6)
    numeric.check_close(submission.extras.rouge_l("b c", "a b"), 0.5, rtol=1e-6)
    numeric.check_close(submission.extras.rouge_l("我爱北京", "我们爱北京！", True), 8 / 9, rtol=1e-6)
    numeric.check_equal(submission.extras.rouge_n("", "", 1), 0)
    numeric.check_equal(submission.extras.rouge_l("...", "a"), 0)


@number("9.2")
@weight(2)
@tags("bonus")
@title("a Bloom filter: its size, and that it forgets nothing", "布隆过滤器：大小，以及绝不遗漏")
def test_bloom(submission):
    for (n, p), size in (
        ((1000, 0.01), (9586, 7)),
        ((5000, 0.01), (47926, 7)),
        ((10, 0.5), (15, 1)),
        ((7, 1e-8), (269, 27)),
        ((10, 0.9), (3, 1)),
    ):
        numeric.check_equal(submission.extras.bloom_size(n, p), size)

    def members(modules, texts):
        bloom = modules.extras.BloomFilter(len(texts), 0.01)
        before = [text in bloom for text in texts]
        for text in texts:
            bloom.add(text)
        return before, [text in bloom for text in texts]

    before, after = submission.probe(members, [f"词 {i} of many" for i in range(200)])
    numeric.check_equal(before, [False] * 200, what=Text(en="an empty filter", zh="空的过滤器"))
    numeric.check_equal(after, [True] * 200, what=Text(en="what was added", zh="已加入的元素"))


@number("9.3")
@weight(1)
@tags("bonus")
@title("TL;DR", "TL;DR")
def test_summarise(submission):
    def summary(modules, written):
        prompts = []

        def generate(prompt):
            prompts.append(prompt)
            return written

        return modules.extras.summarise(generate, "A long article."), prompts

    for written, expected in (
        (" One. Two! Three? Four.", "One. Two! Three?"),
        ("天晴。\n好！", "天晴。\n好！"),
        (" Only this", "Only this"),
    ):
        got, prompts = submission.probe(summary, written)
        numeric.check_equal(got, expected)
        numeric.check_equal(prompts, ["A long article.\nTL;DR:"], what=Text(en="the prompt", zh="提示"))
