"""Hidden checks for attention: random sizes, corner cases, and laws that the open checks leave out."""

import math

import numpy as np
import torch
from attention_forms import (
    LOGITS,
    OUTPUT,
    Pass,
    attend,
    bias_gradients,
    but_for_chance,
    check_shares,
    close_to_one_of,
    fill,
    first,
    library_attention,
    make,
    make_attention,
    random_attention,
    set_attention,
    shares,
)
from attention_oracle import as_linear, block, gpt1_block, gpt2_logits
from gradescope_utils.autograder_utils.decorators import number, tags, visibility, weight
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from autograder import Text, any_of, numeric, require, title, together


def close(actual, expected, what=OUTPUT, tolerance=1e-5):
    numeric.check_close(actual, expected, rtol=tolerance, atol=tolerance, what=what)


GRADIENTS = (
    Text(en="the gradient with respect to q", zh="对 q 的梯度"),
    Text(en="the gradient with respect to k", zh="对 k 的梯度"),
    Text(en="the gradient with respect to v", zh="对 v 的梯度"),
)


def check_three(answer, expected):
    require(
        isinstance(answer, tuple | list) and len(answer) == 3,
        Text(en="three gradients are asked for: by q, by k, by v", zh="应返回三个梯度：对 q、对 k、对 v"),
    )
    for actual, right, what in zip(answer, expected, GRADIENTS, strict=True):
        numeric.check_close(actual, right, rtol=1e-5, atol=1e-6, what=what)


# ---- 1 attention


@number("1.9")
@weight(1)
@visibility("hidden")
@title("softmax along any dimension", "沿任意维度的 softmax")
@given(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=3), dim=st.integers(0, 2), scale=st.sampled_from([1.0, 30.0])
)
def test_softmax_any(submission, shape, dim, scale):
    x = scale * torch.randn(*shape, dtype=torch.float64)
    dim = min(dim, len(shape) - 1)
    close(submission.attention.softmax(x, dim), torch.softmax(x, dim=dim))


@number("1.10")
@weight(2)
@visibility("hidden")
@title("attention under random masks of any shape that broadcasts", "随机掩码（任何可广播的形状）下的注意力")
@given(
    lead=st.lists(st.integers(1, 3), max_size=2),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3)),
    form=st.sampled_from(["full", "queries by keys", "keys", "keys by sequence"]),
)
def test_attention_masks(submission, lead, sizes, form):
    Tq, Tk, d, dv = sizes
    q, k, v = (torch.randn(*lead, *shape, dtype=torch.float64) for shape in ((Tq, d), (Tk, d), (Tk, dv)))
    shape = {
        "full": (*lead, Tq, Tk),
        "queries by keys": (Tq, Tk),
        "keys": (1, Tk),
        "keys by sequence": (*lead[:1], *(1 for _ in lead[1:]), 1, Tk),
    }[form]
    mask = torch.rand(shape) < 0.6
    mask[..., 0] |= ~mask.any(-1)  # every query may attend to something
    right = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    close(submission.attention.scaled_dot_product_attention(q, k, v, mask), right)


@number("1.11")
@weight(1.5)
@visibility("hidden")
@title("your gradients on random sizes and masks", "随机大小与掩码下，你的梯度")
@given(
    lead=st.lists(st.integers(1, 2), max_size=2),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 5), st.integers(1, 3)),
    masked=st.booleans(),
    seed=st.integers(0, 99),
)
def test_backward_random(submission, lead, sizes, masked, seed):
    Tq, Tk, d, dv = sizes
    rng = np.random.default_rng(seed)
    arrays = [2 * rng.normal(size=(*lead, *shape)) for shape in ((Tq, d), (Tk, d), (Tk, dv), (Tq, dv))]
    mask = None
    if masked:
        mask = rng.random((Tq, Tk)) < 0.6
        mask[:, 0] |= ~mask.any(-1)
    leaves = [torch.tensor(x, requires_grad=True) for x in arrays[:3]]
    allowed = None if mask is None else torch.tensor(mask)
    F.scaled_dot_product_attention(*leaves, attn_mask=allowed).backward(torch.tensor(arrays[3]))
    check_three(submission.attention.attention_backward(*arrays, mask), [leaf.grad for leaf in leaves])


@number("1.12")
@weight(0.5)
@visibility("hidden")
@title("who may attend to nothing has no part in any gradient", "不能关注任何位置的查询，不影响任何梯度")
def test_backward_to_nothing(submission):
    rng = np.random.default_rng(3)
    q, k, v, grad = (rng.normal(size=(3, 2)) for _ in range(4))
    mask = np.array([[True, False, True], [False, False, False], [True, True, True]])
    rest = [0, 2]
    with_it = submission.attention.attention_backward(q, k, v, grad, mask)
    leaves = [torch.tensor(x, requires_grad=True) for x in (q[rest], k, v)]
    F.scaled_dot_product_attention(*leaves, attn_mask=torch.tensor(mask[rest])).backward(torch.tensor(grad[rest]))
    d_q = np.zeros((3, 2))
    d_q[rest] = leaves[0].grad.numpy()
    check_three(with_it, [d_q, leaves[1].grad, leaves[2].grad])


def slopes(modules, attention, q, k, v, mask):
    """What autograd makes of the student's attention."""
    leaves = [x.clone().requires_grad_() for x in (q, k, v)]
    attention(*leaves, mask).square().sum().backward()
    return [leaf.grad for leaf in leaves]


def check_slopes(submission, mask):
    q, k, v = (torch.randn(3, 2, dtype=torch.float64) for _ in range(3))
    leaves = [x.clone().requires_grad_() for x in (q, k, v)]
    F.scaled_dot_product_attention(*leaves, attn_mask=mask).square().sum().backward()
    check_three(
        submission.probe(slopes, submission.attention.scaled_dot_product_attention, q, k, v, mask),
        [leaf.grad for leaf in leaves],
    )


@number("1.13")
@weight(0.25)
@visibility("hidden")
@title("autograd finds its way through your attention", "autograd 能穿过你的注意力")
def test_autograd_through(submission):
    check_slopes(submission, torch.tensor([[True, False, True], [False, True, False], [True, True, True]]))


@number("1.15")
@weight(0.25)
@visibility("hidden")
@title(
    "autograd gives zeros, and no NaN, for who may attend to nothing",
    "对不能关注任何位置的查询，autograd 得到零而不是 NaN",
)
def test_autograd_to_nothing(submission):
    check_slopes(submission, torch.tensor([[True, False, True], [False, False, False], [True, True, True]]))


@number("1.14")
@weight(0.5)
@visibility("hidden")
@title("the arguments are left as they were", "传入的参数保持原样")
def test_arguments_unchanged(submission):
    def after(modules, names, arrays):
        tensors = [torch.tensor(x) for x in arrays]
        calls = {
            "softmax": (tensors[0], -1),
            "scaled_dot_product_attention": (*tensors[:3], torch.ones(3, 3).tril().bool()),
            "attention_backward": (*arrays, np.tril(np.ones((3, 3), dtype=bool))),
        }
        for name in names:
            getattr(modules.attention, name)(*calls[name])
        return [*arrays, *tensors]

    names = ("softmax", "scaled_dot_product_attention", "attention_backward")
    found = [name for name in names if hasattr(submission.attention, name)]
    require(found, Text(en="attention.py defines none of its functions", zh="attention.py 没有定义任何一个所求的函数"))
    rng = np.random.default_rng(4)
    arrays = [rng.normal(size=(3, 2)) for _ in range(4)]
    left = submission.probe(after, found, [x.copy() for x in arrays])
    numeric.check_unchanged(left, [*arrays, *arrays])


# ---- 2 multi-head


def has_bias(modules, layer):
    return any(parameter.dim() == 1 for parameter in layer.parameters())


@number("2.6")
@weight(3)
@visibility("hidden")
@title("agrees with the library for other sizes, with biases", "其他大小、带偏置时与库一致")
def test_heads_sizes(submission):
    for n_head, size, B, T in ((1, 3, 2, 4), (3, 6, 1, 8), (4, 4, 3, 1), (2, 12, 2, 7)):
        n_embd = n_head * size if size % n_head else size
        layer = make_attention(submission, n_head=n_head, n_embd=n_embd)
        weights = random_attention(n_embd, bias=submission.probe(has_bias, layer))
        x = torch.randn(B, T, n_embd)
        (output,) = submission.probe(attend, layer, weights, x)
        close(output, library_attention(x, weights, n_head), tolerance=1e-4)


@number("2.7")
@weight(0.5)
@visibility("hidden")
@title("biases, if and only if the configuration asks for them", "配置要求时才有偏置")
def test_heads_bias(submission):
    def biases(modules, config_has_it, layer):
        return sorted(parameter.numel() for parameter in layer.parameters() if parameter.dim() == 1)

    numeric.check_equal(
        submission.probe(biases, True, make_attention(submission)), [8, 24], what=Text(en="the biases", zh="偏置")
    )
    if submission.probe(lambda modules: hasattr(getattr(modules.model, "GPTConfig", None), "bias")):
        none = submission.probe(biases, True, make_attention(submission, bias=False))
        numeric.check_equal(none, [], what=Text(en="the biases with bias=False", zh="bias=False 时的偏置"))


@number("2.8")
@weight(0.5)
@visibility("hidden")
@title("dropout does nothing in evaluation", "评估模式下 dropout 不起作用")
def test_heads_dropout(submission):
    weights, x = random_attention(8), torch.randn(2, 5, 8)
    (output,) = submission.probe(attend, make_attention(submission, dropout=0.5), weights, x)
    close(output, library_attention(x, weights, 2), tolerance=1e-4)


@number("2.9")
@weight(0.5)
@visibility("hidden")
@title("dropout in training leaves the mean of the output as it is", "训练时的 dropout 不改变输出的平均值")
def test_heads_dropout_mean(submission):
    # After the softmax everything is linear: what dropout takes and gives is even. Before it, it is not. In tenths of
    # the largest output, chance makes half a tenth, and dropout on queries, scores or inputs two tenths or more.
    def tenths(modules, layer, weights, x):
        (calm,) = attend(modules, layer, weights, x)
        layer.train()
        with torch.no_grad():
            mean = first(layer(x.expand(8000, -1, -1))).mean(0)
        return torch.floor(10 * (mean - calm[0]).abs().max() / calm.abs().max())

    weights, x = random_attention(8), torch.randn(1, 3, 8)
    weights["c_attn"][:16] *= 2  # sharper scores
    moved = submission.probe(tenths, make_attention(submission, dropout=0.5), weights, x)
    what = Text(en="how far the mean of 8,000 outputs moves", zh="8000 次输出的平均值移动了多少")
    numeric.check_equal(moved, 0, what=what)


@number("2.10")
@weight(0.5)
@visibility("hidden")
@title("gradients flow through, and none to the bias of the keys", "梯度能够传回，而键的偏置没有梯度")
def test_heads_gradients(submission):
    # A key bias adds the same number to all scores of a query, which softmax does not see.
    def backward(modules, layer, weights, x, grad):
        set_attention(layer.eval(), weights)
        x.requires_grad_()
        (first(layer(x)) * grad).sum().backward()
        by_bias = bias_gradients(layer)
        if len(by_bias):  # what rounding leaves of a zero is no gradient
            by_bias = torch.where(by_bias.abs() > 1e-5 * by_bias.abs().max(), by_bias, 0.0)
        return x.grad, by_bias

    layer, x, grad = make_attention(submission), torch.randn(2, 5, 8), torch.randn(2, 5, 8)
    weights = random_attention(8, bias=submission.probe(has_bias, layer))
    by_input, by_bias = submission.probe(backward, layer, weights, x, grad)
    x.requires_grad_()
    (library_attention(x, weights, 2) * grad).sum().backward()
    close(by_input, x.grad, Text(en="the gradient with respect to the input", zh="对输入的梯度"), 1e-4)
    if len(by_bias):
        what = Text(en="the gradient with respect to the bias of the keys", zh="对键偏置的梯度")
        numeric.check_equal(by_bias[1], np.zeros(8), what=what)
        require(
            min(float(np.abs(by_bias[part]).max()) for part in (0, 2)) > 1e-3,
            Text(en="the biases of queries or values have no gradient", zh="查询或值的偏置没有梯度"),
        )


# ---- 3 blocks


@number("3.9")
@weight(0.5)
@visibility("hidden")
@title("LayerNorm of other shapes, without a bias too", "其他形状的 LayerNorm，以及不带偏置时")
def test_layer_norm_shapes(submission):
    def run(modules, layer, x, weight, bias):
        with torch.no_grad():
            layer.weight.copy_(weight)
            if layer.bias is not None:
                layer.bias.copy_(bias)
            return layer(x), layer.bias is not None

    own = hasattr(submission.model, "LayerNorm")
    for shape, bias in (((2, 3, 5), True), ((4, 3), False), ((1, 1, 2), True)):
        size = shape[-1]
        layer = (
            submission.model.LayerNorm(size, bias=bias)
            if own
            else make(submission, "Block", n_embd=size, n_head=1).ln_1
        )
        x, scale, shift = 2 * torch.randn(shape) + 1, torch.randn(size), torch.randn(size)
        output, has_bias = submission.probe(run, layer, x, scale, shift)
        close(output, F.layer_norm(x, (size,), scale, shift if has_bias else None), tolerance=1e-4)
        if own:
            numeric.check_equal(has_bias, bias, what=Text(en="whether there is a bias", zh="是否有偏置"))


@number("3.10")
@weight(1)
@visibility("hidden")
@title("the c_proj weights start smaller", "c_proj 的权重初值更小")
def test_residual_scale(submission):
    def spreads(modules, model, right):
        deviations = {
            name: parameter.detach().std().item() / right
            for name, parameter in model.named_parameters()
            if "c_proj.weight" in name
        }
        return {name: but_for_chance(value, 1.0, 0.88, 1.12) for name, value in deviations.items()}

    for n_layer in (1, 8):
        model = make(submission, "GPT", n_layer=n_layer, n_embd=32)
        found = submission.probe(spreads, model, 0.02 / math.sqrt(2 * n_layer))
        numeric.check_equal(len(found), 2 * n_layer, what=Text(en="matrices named c_proj", zh="名为 c_proj 的矩阵数"))
        what = Text(
            en="the deviation of the c_proj weights, over the one asked for", zh="c_proj 权重的标准差与所求之比"
        )
        numeric.check_between(list(found.values()), 0.88, 1.12, what=what)


def random_block_state(n_embd):
    shapes = {
        "ln_1": (n_embd,),
        "attn.c_attn": (n_embd, 3 * n_embd),
        "attn.c_proj": (n_embd, n_embd),
        "ln_2": (n_embd,),
    }
    shapes |= {"mlp.c_fc": (n_embd, 4 * n_embd), "mlp.c_proj": (4 * n_embd, n_embd)}
    state = {}
    for name, shape in shapes.items():
        state[f"b.{name}.weight"] = 0.6 * torch.randn(shape)
        state[f"b.{name}.bias"] = 0.6 * torch.randn(shape[-1])
    return state


def run_loaded(modules, part, state, x):
    """The output of a module that has these weights, by their names; those it lacks are left out."""
    own = dict(part.named_parameters())
    with torch.no_grad():
        for name, value in state.items():
            own[name].copy_(value)
        return first(part.eval()(x))


def run_simple(modules, block, state, x):
    """The same with simple parts in place of attention and MLP."""

    class Shift(torch.nn.Module):
        def forward(self, x, *others, **named):
            return torch.cat([x[:, :1], x[:, :-1]], dim=1) * 2

    own = dict(block.named_parameters())
    with torch.no_grad():
        for name in ("ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias"):
            own[name].copy_(state[name])
        block.attn, block.mlp = Shift(), torch.nn.Tanh()
        return first(block.eval()(x))


def check_block(submission, name, whole, joined):
    state, x = random_block_state(6), torch.randn(2, 5, 6)
    linear = {key.removeprefix("b."): value for key, value in as_linear(state).items()}
    right = [whole(state, "b", x, 3, form) for form in ("tanh", "none")]

    def with_own_parts():
        output = submission.probe(run_loaded, make(submission, name, n_embd=6, n_head=3), linear, x)
        close_to_one_of(output, right, OUTPUT, tolerance=2e-4)

    def with_simple_parts():
        output = submission.probe(run_simple, make(submission, name, n_embd=6, n_head=3), linear, x)
        close(output, joined(linear, x), tolerance=1e-4)

    any_of(with_own_parts, with_simple_parts)


def shifted(x):
    return torch.cat([x[:, :1], x[:, :-1]], dim=1) * 2


def normed(state, name, x):
    return F.layer_norm(x, x.shape[-1:], state[f"{name}.weight"], state[f"{name}.bias"])


@number("3.11")
@weight(1.25)
@visibility("hidden")
@title("GPT-2's block with random weights", "随机权重下 GPT-2 的块")
def test_block_random(submission):
    def joined(state, x):
        h = x + shifted(normed(state, "ln_1", x))
        return h + torch.tanh(normed(state, "ln_2", h))

    check_block(submission, "Block", block, joined)


@number("3.12")
@weight(1.25)
@visibility("hidden")
@title("GPT-1's block with random weights", "随机权重下 GPT-1 的块")
def test_gpt1_block_random(submission):
    def joined(state, x):
        h = normed(state, "ln_1", x + shifted(x))
        return normed(state, "ln_2", h + torch.tanh(h))

    check_block(submission, "GPT1Block", gpt1_block, joined)


@number("3.13")
@weight(0.5)
@visibility("hidden")
@title("GELU over a wide range, in any shape", "大范围、任意形状的 GELU")
def test_gelu_range(submission):
    if hasattr(submission.model, "GELU"):
        layer = submission.model.GELU()
    elif hasattr(submission.model, "NewGELU"):
        layer = submission.model.NewGELU()
    else:
        layer = next(
            (getattr(submission.model, name) for name in ("gelu", "new_gelu") if hasattr(submission.model, name)), None
        )
        layer = make(submission, "MLP").gelu if layer is None else layer
    x = torch.linspace(-12, 12, 122, dtype=torch.float64).reshape(2, 1, 61)
    close(layer(x), F.gelu(x, approximate="tanh"), tolerance=1e-6)


# ---- 4 the encoder's side


@number("4.8")
@weight(1)
@visibility("hidden")
@together
@title("the input sum for random sizes", "随机大小的输入之和")
@settings(max_examples=10)
@given(B=st.integers(1, 3), T=st.integers(1, 4), C=st.integers(2, 5), seed=st.integers(0, 99))
def test_bert_random(submission, reference, B, T, C, seed):
    draw = torch.Generator().manual_seed(seed)
    arguments = [
        torch.randint(7, (B, T), generator=draw),
        torch.randint(2, (B, T), generator=draw),
        *(torch.randn(rows, C, generator=draw) for rows in (7, 6, 2)),
        *(torch.randn(C, generator=draw) for _ in range(2)),
    ]
    close(
        submission.bert.bert_embeddings(*arguments, 0.5),
        reference.bert.bert_embeddings(*arguments, 0.5),
        tolerance=1e-4,
    )
    close(submission.bert.bert_embeddings(*arguments), reference.bert.bert_embeddings(*arguments), tolerance=1e-3)


@number("4.9")
@weight(1)
@visibility("hidden")
@title("WordPiece on random words", "随机单词上的 WordPiece")
@given(
    word=st.text("ab#c", max_size=7),
    vocabulary=st.sets(
        st.sampled_from(["a", "b", "ab", "abc", "ba", "##a", "##b", "##ab", "##bb", "##ba", "##c", "##bc", "##"]),
        max_size=11,
    ),
)
def test_wordpiece_random(submission, reference, word, vocabulary):
    right = reference.bert.wordpiece(word, vocabulary, "<unk>")
    numeric.check_equal(
        submission.bert.wordpiece(word, vocabulary, "<unk>"), right, what=Text(en="the pieces", zh="切出的片段")
    )


@number("4.10")
@weight(1)
@visibility("hidden")
@title("masking: other shares, and noise from the whole vocabulary", "掩码：其他比例，以及来自整个词表的随机词元")
def test_masking_more(submission):
    def run(modules, tokens, few):
        def masked(tokens, seed):
            return modules.bert.mask_tokens(tokens, [0, 1], 2, 20, torch.Generator().manual_seed(seed), 0.5)

        before = tokens.clone()
        inputs, labels = masked(tokens, 5)
        selected = labels != -100
        noisy = selected & (inputs != 2) & (inputs != before)
        counts = torch.bincount(inputs[noisy], minlength=20)[3:].double()
        even = [but_for_chance(value, 1.0, 0.4, 1.8) for value in (counts / counts.mean()).tolist()]
        share = but_for_chance(selected.double().mean().item(), 0.5, 0.48, 0.52)
        once, again, other = (masked(few.clone(), seed)[0] for seed in (5, 5, 6))
        random = [torch.equal(once, again), torch.equal(once, other)]
        return tokens, bool(selected[:, 7].any()), share, even, random

    require(
        hasattr(submission.bert, "mask_tokens"),
        Text(en="bert.py defines no `mask_tokens`", zh="bert.py 里没有定义 `mask_tokens`"),
    )
    tokens = torch.randint(3, 20, (20, 1000))
    tokens[:, 7] = 1
    after, special, share, even, random = submission.probe(run, tokens, tokens[:2])
    numeric.check_unchanged(after, tokens)
    require(not special, Text(en="a special token is selected", zh="特殊词元被选中了"))
    numeric.check_between(share, 0.48, 0.52, what=Text(en="the share selected", zh="被选中的比例"))
    numeric.check_between(even, 0.4, 1.8, what=Text(en="how evenly noise is drawn", zh="随机词元是否均匀"))
    require(
        random == [True, False],
        Text(en="the random numbers do not come from the generator alone", zh="随机数并非只来自传入的生成器"),
    )


@number("4.11")
@weight(1)
@visibility("hidden")
@together
@title("parameters of other configurations", "其他配置的参数个数")
@settings(max_examples=10)
@given(
    sizes=st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 50), st.integers(1, 20)),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_counts_random(submission, reference, sizes, flags):
    what = Text(en="the number of parameters", zh="参数个数")
    count = submission.counts
    numeric.check_equal(
        count.gpt_parameters(*sizes, flags[0]), reference.counts.gpt_parameters(*sizes, flags[0]), what=what
    )
    numeric.check_equal(
        count.bert_parameters(*sizes, *flags), reference.counts.bert_parameters(*sizes, *flags), what=what
    )


# ---- 5 the whole model


def hf_state(n_layer, n_embd, vocab_size, block_size):
    state = {
        "transformer.wte.weight": torch.randn(vocab_size, n_embd),
        "transformer.wpe.weight": torch.randn(block_size, n_embd),
    }
    for i in range(n_layer):
        for name, value in random_block_state(n_embd).items():
            state[name.replace("b.", f"transformer.h.{i}.", 1)] = value
    state["transformer.ln_f.weight"], state["transformer.ln_f.bias"] = torch.randn(n_embd), torch.randn(n_embd)
    state["lm_head.weight"] = state["transformer.wte.weight"]
    return state


def logits_of(modules, model, idx, state=None):
    """All positions' logits; of the model as it is, or with these weights by name."""
    with torch.no_grad():
        if state is not None:
            own = dict(model.named_parameters())
            for name, value in state.items():
                if name in own:
                    own[name].copy_(value)
            model.lm_head.weight.copy_(state["lm_head.weight"])
        return model.eval()(idx, idx)[0]


@number("5.6")
@weight(2)
@visibility("hidden")
@title("the logits of a GPT-2 with Hugging Face's weights", "装入 Hugging Face 权重后的 logits")
def test_logits(submission):
    state, idx = hf_state(2, 12, 13, 9), torch.randint(13, (2, 7))
    right = [gpt2_logits(state, idx, 2, 3, form) for form in ("tanh", "none")]
    sizes = {"n_embd": 12, "n_head": 3, "vocab_size": 13, "block_size": 9}

    def own_way():
        model = make(submission, "GPT", **sizes)
        loaded = submission.model.load_hf_state_dict(model, state)
        close_to_one_of(submission.probe(logits_of, model if loaded is None else loaded, idx), right, LOGITS)

    def by_name():
        model = make(submission, "GPT", **sizes)
        close_to_one_of(submission.probe(logits_of, model, idx, as_linear(state)), right, LOGITS)

    def around_simple_blocks():
        model = make(submission, "GPT", **sizes)
        output = submission.probe(simple_logits, model, idx, as_linear(state))
        x = 4 * (state["transformer.wte.weight"][idx] + state["transformer.wpe.weight"][:7])
        normal = F.layer_norm(x, (12,), state["transformer.ln_f.weight"], state["transformer.ln_f.bias"])
        close(output, normal @ state["lm_head.weight"].T, LOGITS, 1e-4)

    any_of(own_way, by_name, around_simple_blocks)


def simple_logits(modules, model, idx, state):
    """Logits with simple blocks and torch's own LayerNorm, so that what is judged is the model around them."""
    model.transformer.h = torch.nn.ModuleList([Pass(), Pass()])
    model.transformer.ln_f = torch.nn.LayerNorm(idx.new_zeros(12).numel())
    return logits_of(modules, model, idx, state)


@number("5.7")
@weight(1)
@visibility("hidden")
@title("every block takes part, in order, and ln_f after them", "每个块按次序参与，最后是 ln_f")
def test_skeleton(submission):
    class Times(torch.nn.Module):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor

        def forward(self, x, *others, **named):
            return self.factor * x + self.factor

    def run(modules, model, idx, tables):
        model.transformer.h = torch.nn.ModuleList([Times(2.0), Times(-3.0), Times(0.5)])
        model.transformer.ln_f = torch.nn.Tanh()
        with torch.no_grad():
            model.transformer.wte.weight.copy_(tables[0])
            model.lm_head.weight.copy_(tables[0])
            model.transformer.wpe.weight.copy_(tables[1])
            return model.eval()(idx, idx)[0]

    tables, idx = (0.4 * torch.randn(11, 8), 0.4 * torch.randn(8, 8)), torch.randint(11, (2, 8))
    logits = submission.probe(run, make(submission, "GPT", n_layer=3), idx, tables)
    x = tables[0][idx] + tables[1]
    x = 0.5 * (-3 * (2 * x + 2) - 3) + 0.5
    close(logits, torch.tanh(x) @ tables[0].T, LOGITS, 1e-4)


@number("5.8")
@weight(0.5)
@visibility("hidden")
@title("a sequence longer than the context is refused", "超过上下文长度的序列会被拒绝")
def test_too_long(submission):
    model = make(submission, "GPT")

    def refused(modules, model):
        try:
            model(torch.zeros(1, 9, dtype=torch.long))
        except (ValueError, AssertionError, IndexError, RuntimeError):
            return True
        return False

    require(
        submission.probe(refused, model),
        Text(en="no error for a sequence longer than block_size", zh="序列超过 block_size 却没有报错"),
    )


@number("5.9")
@weight(0.5)
@visibility("hidden")
@title("dropout: silent in evaluation, at work in training", "dropout：评估时不起作用，训练时起作用")
def test_dropout(submission):
    def differences(modules, model, idx):
        def apart(model):
            return (model(idx, idx)[0] - model(idx, idx)[0]).abs().max().item()

        has_it = any(isinstance(part, torch.nn.Dropout) and part.p > 0 for part in model.modules())
        with torch.no_grad():
            return apart(fill(model).eval()), apart(model.train()) > 0, has_it

    calm, at_work, has_it = submission.probe(
        differences, make(submission, "GPT", dropout=0.5), torch.randint(11, (2, 8))
    )
    what = Text(en="how far two evaluations lie apart", zh="两次评估的差别")
    numeric.check_close(calm, 0.0, rtol=0, atol=1e-6, what=what)
    if has_it:
        require(at_work, Text(en="dropout does nothing in training", zh="训练模式下 dropout 不起作用"))


# ---- 6 generation


@number("6.6")
@weight(0.75)
@visibility("hidden")
@title("top-k with a temperature", "top-k 与 temperature 并用")
def test_top_k_more(submission):
    check_shares(shares(submission, [0.05, 0.2, 0.1, 0.4, 0.25], temperature=0.5, top_k=3), [0, 16, 0, 64, 25])
    check_shares(shares(submission, [0.3, 0.6, 0.1], temperature=2.0, top_k=2), [0.3**0.5, 0.6**0.5, 0])


@number("6.7")
@weight(1)
@visibility("hidden")
@title("temperature, then top-k, then top-p", "先 temperature，再 top-k，再 top-p")
def test_order(submission):
    # Squared: 16, 9, 4, 1, 1 of 31; the three largest 16, 9, 4 of 29; 16/29 = 0.55 < 0.8 < 25/29 = 0.86.
    check_shares(shares(submission, [0.1, 0.4, 0.3, 0.2, 0.1], temperature=0.5, top_k=3, top_p=0.8), [0, 16, 9, 0, 0])
    # Without top-k first, 0.4 + 0.3 = 0.7 of 1.1 would not reach 0.75 of the kept.
    check_shares(shares(submission, [0.2, 0.35, 0.25, 0.2], top_k=2, top_p=0.58), [0, 35, 0, 0])
    check_shares(shares(submission, [0.2, 0.35, 0.25, 0.2], top_p=1.0), [20, 35, 25, 20])


@number("6.8")
@weight(0.25)
@visibility("hidden")
@title("k beyond the vocabulary keeps all", "k 大于词表时全部保留")
def test_top_k_all(submission):
    check_shares(shares(submission, [0.3, 0.6, 0.1], length=1, top_k=9), [3, 6, 1])


# ---- 7 ablation


def result(submission, name):
    found = submission.ablation.results()
    require(
        isinstance(found, dict) and name in found,
        Text(en=f"results has no entry {name!r}", zh=f"results 中没有 {name!r} 这一项"),
    )
    return numeric.as_scalar(found[name])


@number("7.5")
@weight(1)
@visibility("hidden")
@title("what positions are worth, in your numbers", "你的数字：位置值多少")
def test_result_positions(submission):
    with_them, without = result(submission, "with_positions"), result(submission, "without_positions")
    numeric.check_between(with_them, 0.0, 0.3, what=Text(en="with_positions", zh="with_positions"))
    what = Text(en="without_positions less with_positions", zh="without_positions 减 with_positions")
    numeric.check_between(without - with_them, 0.4, 2.2, what=what)


@number("7.6")
@weight(1)
@visibility("hidden")
@title("what the scale is worth, in your numbers", "你的数字：缩放值多少")
def test_result_scale(submission):
    low, high = 0.25, 3.69
    numeric.check_between(
        result(submission, "entropy_scaled"),
        high - 0.15,
        high + 0.15,
        what=Text(en="entropy_scaled", zh="entropy_scaled"),
    )
    unscaled = result(submission, "entropy_unscaled")
    numeric.check_between(unscaled, low - 0.1, low + 0.1, what=Text(en="entropy_unscaled", zh="entropy_unscaled"))


@number("7.7")
@weight(1)
@visibility("hidden")
@title("pre-LN against post-LN at a high rate, in your numbers", "你的数字：高学习率下 pre-LN 与 post-LN")
def test_result_norms(submission):
    pre, post = result(submission, "pre_ln"), result(submission, "post_ln")
    numeric.check_between(pre, 0.0, 0.5, what=Text(en="pre_ln", zh="pre_ln"))
    numeric.check_between(post - pre, 0.4, 50, what=Text(en="post_ln less pre_ln", zh="post_ln 减 pre_ln"))


# ---- 8, 9 bonus


@number("8.3")
@weight(1)
@tags("bonus")
@visibility("hidden")
@title("LayerNorm backwards on other shapes", "其他形状上 LayerNorm 的反向")
@settings(max_examples=10)
@given(lead=st.lists(st.integers(1, 3), max_size=2), n=st.integers(1, 6), seed=st.integers(0, 99))
def test_layernorm_random(submission, lead, n, seed):
    rng = np.random.default_rng(seed)
    x, scale, grad = 0.1 * rng.normal(size=(*lead, n)) + 1, rng.normal(size=n), rng.normal(size=(*lead, n))
    leaves = [torch.tensor(part, requires_grad=True) for part in (x, scale, np.zeros(n))]
    F.layer_norm(leaves[0], (n,), leaves[1], leaves[2], 1e-3).backward(torch.tensor(grad))
    answer = submission.backward.layernorm_backward(x, scale, grad, 1e-3)
    for actual, leaf, name in zip(answer, leaves, ("x", "weight", "bias"), strict=True):
        what = Text(en=f"the gradient with respect to {name}", zh=f"对 {name} 的梯度")
        numeric.check_close(actual, leaf.grad, rtol=1e-5, atol=1e-7, what=what)


@number("8.4")
@weight(1)
@tags("bonus")
@visibility("hidden")
@title("GELU backwards over a wide range", "大范围内 GELU 的反向")
def test_gelu_backward_range(submission):
    x = torch.linspace(-6, 6, 40, dtype=torch.float64).reshape(2, 20).requires_grad_()
    grad = torch.linspace(-2, 3, 40, dtype=torch.float64).reshape(2, 20)
    F.gelu(x, approximate="tanh").backward(grad)
    answer = submission.backward.gelu_backward(x.detach().numpy(), grad.numpy())
    numeric.check_close(
        answer, x.grad, rtol=1e-6, atol=1e-7, what=Text(en="the gradient with respect to x", zh="对 x 的梯度")
    )


@number("9.3")
@weight(2)
@tags("bonus")
@visibility("hidden")
@title("a cache in other sizes, up to the whole context", "其他大小的缓存，直到填满上下文")
def test_cache_sizes(submission):
    for B, T, count, sizes in ((1, 1, 11, {}), (3, 9, 3, {"n_head": 4, "n_layer": 1}), (2, 4, 1, {"n_layer": 3})):
        model = make(submission, "GPT", block_size=12, vocab_size=50, n_embd=16, **sizes)
        idx = torch.randint(50, (B, T))
        same, right = submission.probe(both_ways, submission.cache.generate_cached, model, idx, count)
        numeric.check_equal(same, right, what=Text(en="the tokens", zh="词元"))


def both_ways(modules, generate_cached, model, idx, count):
    """Tokens with the cache, and greedily without; of weights large enough to matter."""
    model.eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:  # so that the blocks outweigh the token that stands there already
                parameter.normal_(std=0.5 if ".h." in name else 0.1)
        generate_cached(model, idx.flip(0), 1)  # what it remembers of other tokens is no part of the next answer
        cached = generate_cached(model, idx, count)
        for _ in range(count):
            idx = torch.cat([idx, model(idx)[0][:, -1].argmax(-1, keepdim=True)], dim=1)
    return cached, idx
