"""Open checks for attention: no secrets, made for reading. How a module is built and filled: attention_forms."""

import math

import numpy as np
import torch
from attention_forms import (
    LOGITS,
    LOSS,
    OUTPUT,
    SIZES,
    Bend,
    Mixer,
    Pass,
    attend,
    but_for_chance,
    check_shares,
    close_to_one_of,
    fill,
    first,
    generate_knowing,
    keep_one_row,
    library_attention,
    make,
    make_attention,
    make_config,
    random_attention,
    set_linear,
    shares,
)
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from autograder import Failure, Text, any_of, numeric, require, title

D_Q = Text(en="the gradient with respect to q", zh="对 q 的梯度")
D_K = Text(en="the gradient with respect to k", zh="对 k 的梯度")
D_V = Text(en="the gradient with respect to v", zh="对 v 的梯度")


def normal(*shape, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype)


def close(actual, expected, what=OUTPUT):
    """Equal up to what single precision may change."""
    numeric.check_close(actual, expected, rtol=1e-5, atol=1e-5, what=what)


def three(answer):
    require(
        isinstance(answer, tuple | list) and len(answer) == 3,
        Text(en="three gradients are asked for: by q, by k, by v", zh="应返回三个梯度：对 q、对 k、对 v"),
    )
    return answer


def by_autograd(q, k, v, grad, mask=None):
    """The library's gradients, for comparison."""
    leaves = [torch.tensor(x, requires_grad=True) for x in (q, k, v)]
    allowed = None if mask is None else torch.tensor(mask)
    F.scaled_dot_product_attention(*leaves, attn_mask=allowed).backward(torch.tensor(grad))
    return [leaf.grad.numpy() for leaf in leaves]


def check_three(answer, expected):
    for actual, right, what in zip(three(answer), expected, (D_Q, D_K, D_V), strict=True):
        numeric.check_close(actual, right, rtol=1e-5, atol=1e-6, what=what)


# ---- 1 attention


@number("1.1")
@weight(1.5)
@title("softmax of logarithms", "对数的 softmax")
def test_softmax_known(submission):
    x = torch.tensor([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]]).log()
    close(submission.attention.softmax(x, -1), [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]])
    close(submission.attention.softmax(x, 0), [[1 / 2, 2 / 3, 5 / 7], [1 / 2, 1 / 3, 2 / 7]])


@number("1.2")
@weight(1)
@title("softmax of scores in the thousands", "上千的得分的 softmax")
def test_softmax_stable(submission):
    x = torch.tensor([[1000.0, 1000.0 + math.log(3)], [-2000.0, -2000.0], [0.0, -5000.0], [400.0, 400.0]]).double()
    close(submission.attention.softmax(x, -1), [[0.25, 0.75], [0.5, 0.5], [1.0, 0.0], [0.5, 0.5]])


@number("1.3")
@weight(2)
@title("one query of four numbers, two keys", "一个四维查询，两个键")
def test_attention_known(submission):
    # q·k = (0, 2 ln 3), over √4 that is (0, ln 3): weights 1/4 and 3/4
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    k = torch.tensor([[0.0, 1.0, 1.0, 1.0], [math.log(3), 0.0, 0.0, 0.0]])
    v = torch.tensor([[8.0, 0.0], [4.0, 4.0]])
    close(submission.attention.scaled_dot_product_attention(q, k, v), [[5.0, 3.0]])


@number("1.4")
@weight(2)
@title("agrees with the library, for any leading dimensions", "与库函数一致，前置维度任意")
@settings(max_examples=15)
@given(
    lead=st.lists(st.integers(1, 3), max_size=2),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(1, 3)),
)
def test_attention_library(submission, lead, sizes):
    Tq, Tk, d, dv = sizes
    q, k, v = normal(*lead, Tq, d), normal(*lead, Tk, d), normal(*lead, Tk, dv)
    close(submission.attention.scaled_dot_product_attention(q, k, v), F.scaled_dot_product_attention(q, k, v))


@number("1.5")
@weight(2)
@title("a mask: True may attend", "掩码：True 表示可以关注")
def test_attention_mask(submission):
    q, k = torch.zeros(3, 2), torch.zeros(3, 2)
    v = torch.tensor([[3.0], [6.0], [30.0]])
    attention = submission.attention.scaled_dot_product_attention
    mask = torch.tensor([[True, False, False], [True, True, False], [False, True, True]])
    close(attention(q, k, v, mask), [[3.0], [4.5], [18.0]])
    close(attention(q, k, v, torch.tensor([[False, False, True]])), [[30.0], [30.0], [30.0]])
    heads = attention(q.expand(2, 2, 3, 2), k.expand(2, 2, 3, 2), v.expand(2, 2, 3, 1), mask)
    close(heads, torch.tensor([[3.0], [4.5], [18.0]]).expand(2, 2, 3, 1))


@number("1.6")
@weight(0.5)
@title("who may attend to nothing gets zeros", "不能关注任何位置的查询得到零")
def test_attention_to_nothing(submission):
    mask = torch.tensor([[True, True], [False, False]])
    output = submission.attention.scaled_dot_product_attention(
        torch.ones(2, 3), torch.ones(2, 3), torch.ones(2, 2), mask
    )
    close(output, [[1.0, 1.0], [0.0, 0.0]])


@number("1.7")
@weight(3)
@title("your gradients against central differences", "你的梯度与中心差分比较")
def test_backward_differences(submission):
    rng = np.random.default_rng(1)
    q, k, v, grad = rng.normal(size=(2, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), rng.normal(size=(2, 2))
    d_q, d_k, d_v = three(submission.attention.attention_backward(q, k, v, grad))

    def loss(q, k, v):
        parts = (torch.from_numpy(np.ascontiguousarray(x)) for x in (q, k, v))
        return float((F.scaled_dot_product_attention(*parts).numpy() * grad).sum())

    numeric.check_gradient(lambda x: loss(q, k, x), d_v, v, what=D_V)
    numeric.check_gradient(lambda x: loss(x, k, v), d_q, q, what=D_Q)
    numeric.check_gradient(lambda x: loss(q, x, v), d_k, k, what=D_K)


@number("1.8")
@weight(2)
@title("your gradients under a causal mask, by heads, against autograd", "带因果掩码、分头时，你的梯度与 autograd 比较")
def test_backward_masked(submission):
    rng = np.random.default_rng(2)
    q, k, v, grad = (rng.normal(size=(2, 3, 4, 2)) for _ in range(4))
    mask = np.tril(np.ones((4, 4), dtype=bool))
    check_three(submission.attention.attention_backward(q, k, v, grad, mask), by_autograd(q, k, v, grad, mask))


# ---- 2 multi-head


@number("2.1")
@weight(2)
@title("c_attn and c_proj, and the shape of the output", "c_attn 与 c_proj，以及输出的形状")
def test_heads_shapes(submission):
    layer = make_attention(submission)

    def shapes(modules, layer):
        layer.eval()
        output = first(layer(torch.randn(3, 5, 8)))
        return [tuple(parameter.shape) for parameter in layer.parameters() if parameter.dim() == 2], tuple(output.shape)

    matrices, shape = submission.probe(shapes, layer)
    numeric.check_equal(
        sum(math.prod(one) for one in matrices), 4 * 8 * 8, what=Text(en="weights in all", zh="权重总数")
    )
    numeric.check_equal(shape, (3, 5, 8), what=Text(en="the shape of the output", zh="输出的形状"))


@number("2.2")
@weight(3)
@title("the same weights, the same output as the library", "权重相同，输出就与库一致")
def test_heads_library(submission):
    layer, weights, x = make_attention(submission), random_attention(8), torch.randn(2, 5, 8)
    (output,) = submission.probe(attend, layer, weights, x)
    numeric.check_close(output, library_attention(x, weights, 2), rtol=1e-4, atol=1e-4, what=OUTPUT)


@number("2.3")
@weight(2)
@title("what comes later changes nothing before it", "后面的内容不影响前面的输出")
def test_heads_causal(submission):
    layer, weights, x = make_attention(submission), random_attention(8), torch.randn(1, 6, 8)
    changed = x.clone()
    changed[:, 3] += 1
    before, after = submission.probe(attend, layer, weights, x, changed)
    numeric.check_close(
        after[:, :3],
        before[:, :3],
        rtol=1e-5,
        atol=1e-5,
        what=Text(en="the output before a token that changed", zh="改动的那个位置之前的输出"),
    )
    moved = (after[:, 3:] - before[:, 3:]).abs().amax(-1).min()
    require(
        float(moved) > 1e-4,
        Text(
            en="a changed token leaves its own output, or a later one, as it was",
            zh="改动一个位置后，它自己或它之后的输出没有变化",
        ),
    )


@number("2.4")
@weight(2)
@title("heads are independent", "各个头互不影响")
def test_heads_independent(submission):
    layer, weights, x = make_attention(submission), random_attention(8), torch.randn(1, 5, 8)
    weights["c_proj"] = torch.eye(8)
    (before,) = submission.probe(attend, layer, weights, x)
    rows = torch.arange(24).reshape(3, 2, 4)[:, 1].flatten()  # q, k and v of the second head
    weights["c_attn"][rows] = torch.randn(12, 8)
    (after,) = submission.probe(attend, layer, weights, x)
    what = Text(
        en="the first head's output, after the second's weights changed", zh="改动第二个头的权重后，第一个头的输出"
    )
    numeric.check_close(after[..., :4], before[..., :4], rtol=1e-5, atol=1e-5, what=what)
    require(
        float((after - before)[..., 4:].abs().max()) > 1e-3,
        Text(en="the second head's weights have no effect", zh="第二个头的权重没有作用"),
    )


@number("2.5")
@weight(2)
@title("heads in another order, in both projections, give the same", "两个投影里的头同时换序，输出不变")
def test_heads_permuted(submission):
    layer, weights, x = make_attention(submission, n_head=4), random_attention(8), torch.randn(2, 5, 8)
    (before,) = submission.probe(attend, layer, weights, x)
    order = torch.tensor([2, 0, 3, 1])
    weights["c_attn"] = weights["c_attn"].reshape(3, 4, 2, 8)[:, order].reshape(24, 8)
    weights["c_proj"] = weights["c_proj"].reshape(8, 4, 2)[:, order].reshape(8, 8)
    (after,) = submission.probe(attend, layer, weights, x)
    numeric.check_close(after, before, rtol=1e-4, atol=1e-4, what=OUTPUT)


# ---- 3 blocks


def norm_layer(submission, size, bias=True):
    """The student's LayerNorm, or the one in the block where there is no class of that name."""
    if hasattr(submission.model, "LayerNorm"):
        try:
            return submission.model.LayerNorm(size, bias=bias)
        except TypeError:  # one without the switch is judged on the rest
            return submission.model.LayerNorm(size)
    return make(submission, "Block", n_embd=size).ln_1


def normalise(modules, layer, x, weight, bias):
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
        return layer(x)


@number("3.1")
@weight(1.5)
@title("LayerNorm of three rows", "三行的 LayerNorm")
def test_layer_norm(submission):
    # Rows with mean 1: deviations (-4, 4), (0, 0), (-0.003, 0.003); the last has a variance of 9e-6, near eps = 1e-5.
    x = torch.tensor([[-3.0, 5.0], [1.0, 1.0], [0.997, 1.003]])
    small = 0.003 / math.sqrt(1.9e-5)
    expected = torch.tensor([[-1.0, 1.0], [0.0, 0.0], [-small, small]]) * torch.tensor([2.0, 3.0]) + torch.tensor(
        [1.0, 0.5]
    )
    layer = norm_layer(submission, 2)
    output = submission.probe(normalise, layer, x, torch.tensor([2.0, 3.0]), torch.tensor([1.0, 0.5]))
    numeric.check_close(output, expected, rtol=1e-4, atol=1e-4, what=OUTPUT)


def gelu_layer(submission):
    """The student's GELU: a class, a function, or what the MLP holds."""
    for name in ("GELU", "NewGELU"):
        if hasattr(submission.model, name):
            return getattr(submission.model, name)()
    for name in ("gelu", "new_gelu"):
        if hasattr(submission.model, name):
            return getattr(submission.model, name)
    if hasattr(submission.model, "MLP"):
        return make(submission, "MLP").gelu
    return submission.model.GELU()


@number("3.2")
@weight(1.5)
@title("GELU in the tanh form", "tanh 形式的 GELU")
def test_gelu(submission):
    x = torch.tensor([[-3.0, -1.0, -0.5, 0.0], [0.5, 1.0, 2.0, 4.0]], dtype=torch.float64)
    numeric.check_close(gelu_layer(submission)(x), F.gelu(x, approximate="tanh"), rtol=1e-6, atol=1e-6, what=OUTPUT)


def run_mlp(modules, layer, x, weights):
    layer.eval()
    set_linear(layer.c_fc, weights[0], weights[1])
    set_linear(layer.c_proj, weights[2], weights[3])
    with torch.no_grad():
        return layer(x)


@number("3.3")
@weight(1.5)
@title("MLP with given weights", "给定权重的 MLP")
def test_mlp(submission):
    layer, x = make(submission, "MLP", n_embd=4), torch.randn(2, 3, 4)
    weights = [torch.randn(16, 4), torch.randn(16), torch.randn(4, 16), torch.randn(4)]
    output = submission.probe(run_mlp, layer, x, weights)
    right = [
        F.linear(F.gelu(F.linear(x, *weights[:2]), approximate=form), *weights[2:]) for form in ("tanh", "none")
    ]  # which form of GELU it is has been judged above
    close_to_one_of(output, right, OUTPUT)


def run_block(modules, block, x, norms):
    """The block's output with simple parts in place of attention and MLP: what is judged is how they are joined."""
    block.eval()
    block.attn, block.mlp = Mixer(), Bend()
    if hasattr(block, "mlpf"):  # minGPT calls its MLP by this name
        block.mlpf = block.mlp
    with torch.no_grad():
        for name, weight in norms.items():
            part = torch.nn.LayerNorm(x.shape[-1])
            part.weight.copy_(weight)
            setattr(block, name, part)
        return first(block(x))


def layer_norm(x, weight):
    return F.layer_norm(x, x.shape[-1:], weight)


def parts_and_input():
    norms = {"ln_1": torch.tensor([1.0, 2.0, 0.5, 3.0]), "ln_2": torch.tensor([2.0, 0.5, 1.0, 4.0])}
    return torch.tensor([[[1.0, 2.0, 0.0, 4.0], [3.0, -1.0, 1.0, 0.0], [0.0, 5.0, 2.0, 2.0]]]), norms


@number("3.4")
@weight(2)
@title("GPT-2's block: how its parts are joined", "GPT-2 的块：各部分怎样连接")
def test_block(submission):
    x, norms = parts_and_input()
    output = submission.probe(run_block, make(submission, "Block", n_embd=4), x, norms)
    h = x + Mixer()(layer_norm(x, norms["ln_1"]))
    numeric.check_close(output, h + Bend()(layer_norm(h, norms["ln_2"])), rtol=1e-4, atol=1e-4, what=OUTPUT)


@number("3.5")
@weight(2)
@title("GPT-1's block: how its parts are joined", "GPT-1 的块：各部分怎样连接")
def test_gpt1_block(submission):
    x, norms = parts_and_input()
    output = submission.probe(run_block, make(submission, "GPT1Block", n_embd=4), x, norms)
    h = layer_norm(x + Mixer()(x), norms["ln_1"])
    numeric.check_close(output, layer_norm(h + Bend()(h), norms["ln_2"]), rtol=1e-4, atol=1e-4, what=OUTPUT)


def run_plain(modules, model, *inputs, positions=True):
    """Logits with blocks that hold nothing back; of embeddings that are large enough to be seen."""
    model.eval()
    model.transformer.h = torch.nn.ModuleList([Pass()])
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for table in (model.transformer.wte.weight, model.transformer.wpe.weight):
            table.copy_(torch.randn(table.shape, generator=generator))
        if not positions:
            model.transformer.wpe.weight.zero_()
        return [model(idx, idx)[0] for idx in inputs]


@number("3.6")
@weight(1.5)
@title("learned positions: the same token, another place", "可学习的位置：同一个词元，不同位置")
def test_positions(submission):
    model, idx = make(submission, "GPT"), torch.tensor([[3, 3, 3, 3], [1, 3, 3, 2]])
    (with_positions,) = submission.probe(run_plain, model, idx)
    (without,) = submission.probe(lambda modules, model: run_plain(modules, model, idx, positions=False), model)
    numeric.check_close(
        with_positions[1, 1:3],
        with_positions[0, 1:3],
        rtol=1e-4,
        atol=1e-4,
        what=Text(
            en="the logits of one token at one place, in two sequences", zh="两个序列中同一位置、同一词元的 logits"
        ),
    )
    require(
        all(float((with_positions[0, i] - with_positions[0, i + 1]).abs().max()) > 1e-3 for i in range(3)),
        Text(en="a token has the same logits at two places", zh="同一词元在两个位置上的 logits 相同"),
    )
    numeric.check_close(
        without[0, 1:],
        without[0, :-1],
        rtol=1e-4,
        atol=1e-4,
        what=Text(
            en="the logits of one token at two places, with wpe zero", zh="wpe 为零时，同一词元在两个位置的 logits"
        ),
    )


@number("3.7")
@weight(1.5)
@title("the head shares the token embeddings", "输出层与词元嵌入共享权重")
def test_tied(submission):
    def tie(modules, model):
        shared = model.lm_head.weight is model.transformer.wte.weight
        return (
            shared,
            getattr(model.lm_head, "bias", None) is None,
            sum(parameter.numel() for parameter in model.parameters()),
        )

    shared, unbiased, count = submission.probe(tie, make(submission, "GPT"))
    require(
        shared,
        Text(
            en="lm_head.weight is not the Parameter transformer.wte.weight",
            zh="lm_head.weight 不是 transformer.wte.weight 这个 Parameter",
        ),
    )
    require(unbiased, Text(en="the head has a bias", zh="输出层带有偏置"))
    numeric.check_equal(count, 11 * 8 + 8 * 8 + 2 * (12 * 64 + 13 * 8) + 16, what=Text(en="parameters", zh="参数个数"))


def spreads(modules, model):
    """Mean and standard deviation of each parameter, by name; 0 and 0.02 where they are so but for chance."""
    found = {}
    for name, weights in model.named_parameters():
        values = weights.detach().double()
        mean, deviation = values.mean().item(), values.std().item()
        if values.dim() > 1:
            mean, deviation = but_for_chance(mean, 0.0, -0.003, 0.003), but_for_chance(deviation, 0.02, 0.018, 0.022)
        if not name.endswith("c_proj.weight"):
            found[name] = [mean, deviation]
    return found


@number("3.8")
@weight(2)
@title("initialisation: 0.02, and zero for biases", "初始化：标准差 0.02，偏置为零")
def test_initialisation(submission):
    found = submission.probe(spreads, make(submission, "GPT", n_embd=32, vocab_size=60, block_size=32))
    for name, (mean, deviation) in found.items():
        what = Text(en=f"the deviation of {name}", zh=f"{name} 的标准差")
        if name.endswith("bias"):
            numeric.check_close(
                [mean, deviation],
                [0.0, 0.0],
                what=Text(en=f"mean and deviation of {name}", zh=f"{name} 的均值与标准差"),
            )
        elif ".ln_" in name:
            numeric.check_close(
                [mean, deviation],
                [1.0, 0.0],
                what=Text(en=f"mean and deviation of {name}", zh=f"{name} 的均值与标准差"),
            )
        else:
            numeric.check_between(deviation, 0.018, 0.022, what=what)
            numeric.check_between(mean, -0.003, 0.003, what=Text(en=f"the mean of {name}", zh=f"{name} 的均值"))


# ---- 4 the encoder's side


@number("4.1")
@weight(1.5)
@title("who may attend to whom in an encoder", "编码器里谁可以关注谁")
def test_bidirectional(submission):
    real = torch.tensor([[1, 1, 1], [1, 0, 0]])
    mask = submission.bert.bidirectional_mask(real)
    require(
        getattr(mask, "dtype", None) in (torch.bool, np.dtype(bool)),
        Text(en="the mask is not a boolean tensor", zh="掩码不是布尔张量"),
    )
    expected = np.array([[[[True] * 3] * 3], [[[True, False, False]] * 3]])
    numeric.check_equal(spread(mask, (2, 1, 3, 3)), expected, what=Text(en="the mask", zh="掩码"))


def spread(mask, shape):
    """The mask as an array of this shape, if it can be broadcast to it."""
    array = np.asarray(mask)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        return array


@number("4.2")
@weight(2)
@title("BERT's input: three embeddings and a LayerNorm", "BERT 的输入：三个嵌入之和，再做 LayerNorm")
def test_bert_embeddings(submission):
    # Before the norm: (4, -3) + (1, 0) + (0, 0) = (5, -3), deviations (4, -4); (2, 0) + (1, 1) + (-1, 3) = (2, 4).
    tables = torch.tensor([[2.0, 0.0], [4.0, -3.0]]), torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    segments = torch.tensor([[0.0, 0.0], [-1.0, 3.0]])
    output = submission.bert.bert_embeddings(
        torch.tensor([[1, 0]]),
        torch.tensor([[0, 1]]),
        *tables,
        segments,
        torch.tensor([1.0, 2.0]),
        torch.tensor([0.0, 1.0]),
    )
    numeric.check_close(output, [[[1.0, -1.0], [-1.0, 3.0]]], rtol=1e-4, atol=1e-4, what=OUTPUT)


MASK, SPECIAL, WORDS = 4, (0, 1, 2, 3, 4), 200


def shares_masked(modules, tokens, seed):
    """What the student's masking does to `tokens`: see test_masking. None if it does not give two tensors."""
    generator = torch.Generator().manual_seed(seed)
    answer = modules.bert.mask_tokens(tokens.clone(), SPECIAL, MASK, WORDS, generator, 0.15)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return None
    inputs, labels = (torch.as_tensor(part) for part in answer)
    if inputs.shape != tokens.shape or labels.shape != tokens.shape:
        return {"shapes": [tuple(inputs.shape), tuple(labels.shape)]}
    selected, ordinary = labels != -100, ~torch.isin(tokens, torch.tensor(SPECIAL))

    def share(of, among, right, low, high):
        return but_for_chance(of[among].double().mean().item(), right, low, high)

    masks, kept = inputs == MASK, inputs == tokens
    return {
        "shapes": [tuple(inputs.shape), tuple(labels.shape)],
        "wrong labels": int((selected & (labels != tokens)).sum()),
        "changed, not selected": int((~selected & (inputs != tokens)).sum()),
        "special, selected": int((selected & ~ordinary).sum()),
        "selected": share(selected, ordinary, 0.15, 0.135, 0.165),
        "masks": share(masks, selected, 0.8, 0.76, 0.84),
        "kept": share(kept, selected, 0.1, 0.07, 0.14),
        "others": share(~masks & ~kept, selected, 0.1, 0.065, 0.135),
    }


@number("4.3")
@weight(2)
@title("masking: what is selected, and what becomes of it", "掩码：选中哪些，各变成什么")
def test_masking(submission):
    # 19,920 ordinary tokens: 0.15 ± 0.0025; of about 2,988 selected the shares have deviations of 0.007 and 0.0055.
    tokens = torch.randint(5, WORDS, (40, 500))
    tokens[:, 0], tokens[:, -1] = 2, 3
    require(
        hasattr(submission.bert, "mask_tokens"),
        Text(en="bert.py defines no `mask_tokens`", zh="bert.py 里没有定义 `mask_tokens`"),
    )
    found = submission.probe(shares_masked, tokens, 1)
    require(found, Text(en="two tensors are asked for: inputs and labels", zh="应返回两个张量：inputs 与 labels"))
    numeric.check_equal(
        found["shapes"], [(40, 500)] * 2, what=Text(en="the shapes of inputs and labels", zh="inputs 与 labels 的形状")
    )
    for name, headline in {
        "special, selected": Text(en="a special token is selected", zh="特殊词元被选中了"),
        "wrong labels": Text(en="a label is not the token that was selected", zh="标签不是被选中的词元"),
        "changed, not selected": Text(en="a token changed that was not selected", zh="未被选中的词元被改动了"),
    }.items():
        require(found[name] == 0, headline)
    for name, low, high, what in (
        ("selected", 0.135, 0.165, Text(en="the share selected", zh="被选中的比例")),
        ("masks", 0.76, 0.84, Text(en="the share that becomes the mask", zh="变成掩码的比例")),
        ("kept", 0.07, 0.14, Text(en="the share that stays", zh="保持不变的比例")),
        ("others", 0.065, 0.135, Text(en="the share that becomes another token", zh="变成其他词元的比例")),
    ):
        numeric.check_between(found[name], low, high, what=what)


@number("4.4")
@weight(2)
@title("WordPiece: the longest piece first", "WordPiece：最长的片段优先")
def test_wordpiece(submission):
    vocabulary = {"un", "u", "##aff", "##able", "##a", "##ff", "able", "学", "##习"}
    for word, pieces in {
        "unaffable": ["un", "##aff", "##able"],
        "able": ["able"],
        "ua": ["u", "##a"],
        "学习": ["学", "##习"],
        "unable": ["un", "##able"],
        "unaffected": ["[UNK]"],
        "x": ["[UNK]"],
    }.items():
        numeric.check_equal(
            submission.bert.wordpiece(word, vocabulary), pieces, what=Text(en="the pieces", zh="切出的片段")
        )


PARAMETERS = Text(en="the number of parameters", zh="参数个数")


@number("4.5")
@weight(1.5)
@title("parameters of GPT-2 in four sizes, and of GPT-1", "GPT-2 四种规模与 GPT-1 的参数个数")
def test_gpt_counts(submission):
    count = submission.counts.gpt_parameters
    numeric.check_equal(count(n_layer=1, n_embd=2, vocab_size=5, block_size=3), 94, what=PARAMETERS)
    numeric.check_equal(count(12, 768, 50257, 1024), 124_439_808, what=PARAMETERS)
    numeric.check_equal(count(24, 1024, 50257, 1024), 354_823_168, what=PARAMETERS)
    numeric.check_equal(count(36, 1280, 50257, 1024), 774_030_080, what=PARAMETERS)
    numeric.check_equal(count(48, 1600, 50257, 1024), 1_557_611_200, what=PARAMETERS)
    numeric.check_equal(count(12, 768, 40478, 512, final_norm=False), 116_534_784, what=PARAMETERS)
    # nanoGPT's vocabulary, rounded up, if it is asked for
    numeric.check_equal(count(12, 768, 50304, 1024), 124_475_904, what=PARAMETERS)


@number("4.6")
@weight(1.5)
@title("parameters of BERT with its heads", "BERT 及其各种输出头的参数个数")
def test_bert_counts(submission):
    count = submission.counts.bert_parameters
    numeric.check_equal(count(12, 768, 30522, 512), 109_482_240, what=PARAMETERS)
    numeric.check_equal(count(12, 768, 30522, 512, pooler=False, masked_lm=True), 109_514_298, what=PARAMETERS)
    numeric.check_equal(count(12, 768, 30522, 512, masked_lm=True, next_sentence=True), 110_106_428, what=PARAMETERS)


@number("4.7")
@weight(1.5)
@title("the table of the three models", "三个模型的对照表")
def test_comparison(submission):
    numeric.check_equal(submission.counts.tokens_per_batch(3, 7), 21)
    table = submission.counts.comparison()
    require(
        isinstance(table, dict) and sorted(map(str, table)) == ["BERT", "GPT-1", "GPT-2"],
        Text(
            en='a dict with the keys "GPT-1", "BERT" and "GPT-2" is asked for',
            zh='应返回字典，键为 "GPT-1"、"BERT"、"GPT-2"',
        ),
    )
    numeric.check_equal(table["GPT-1"], (116_534_784, 512, 40_478, 32_768), what=Text(en="GPT-1", zh="GPT-1"))
    numeric.check_equal(table["BERT"], (109_482_240, 512, 30_522, 131_072), what=Text(en="BERT", zh="BERT"))
    numeric.check_equal(table["GPT-2"], (124_439_808, 1024, 50_257, 524_288), what=Text(en="GPT-2", zh="GPT-2"))


# ---- 5 the whole model


def run_model(modules, model, idx, targets=None):
    model.eval()
    with torch.no_grad():
        return model(idx) if targets is None else model(idx, targets)


def fill_in(modules, model):
    fill(model)


def pair(answer):
    require(
        isinstance(answer, tuple | list) and len(answer) == 2,
        Text(en="forward returns two things: logits and loss", zh="forward 应返回两项：logits 与 loss"),
    )
    return answer


@number("5.1")
@weight(1.5)
@title("forward: logits and loss, with and without targets", "forward：有目标与无目标时的 logits 和 loss")
def test_forward_shapes(submission):
    model, idx = make(submission, "GPT"), torch.randint(11, (3, 5))
    submission.probe(fill_in, model)
    logits, loss = pair(submission.probe(run_model, model, idx, idx.roll(-1, 1)))
    numeric.check_shape(logits, (3, 5, 11), what=LOGITS)
    numeric.check_finite(numeric.as_scalar(loss), what=LOSS)
    last, none = pair(submission.probe(run_model, model, idx))
    require(none is None, Text(en="without targets the loss should be None", zh="没有目标时，loss 应为 None"))
    numeric.check_equal(
        [last.ndim, last.shape[0], last.shape[2]],
        [3, 3, 11],
        what=Text(en="the shape of the logits", zh="logits 的形状"),
    )
    numeric.check_close(
        keep_one_row(last),
        logits[:, -1],
        rtol=1e-4,
        atol=1e-4,
        what=Text(en="the last position's logits", zh="最后位置的 logits"),
    )


def redraw(model):
    """Every matrix as GPT-2's begin, whatever the model's own begin with."""
    for matrix in model.parameters():
        if matrix.dim() > 1:
            torch.nn.init.normal_(matrix, std=0.02)


@number("5.2")
@weight(2)
@title("the loss at initialisation is about ln V", "初始化时的损失约为 ln V")
def test_initial_loss(submission):
    # The targets are drawn apart from the input: tied weights favour the input's own tokens.
    model, idx, targets = (
        make(submission, "GPT", vocab_size=50, n_embd=16),
        torch.randint(50, (16, 8)),
        torch.randint(50, (16, 8)),
    )
    right = math.log(50)

    def first_loss(modules, model):
        loss = run_model(modules, model, idx, targets)[1]
        return loss if loss is None else but_for_chance(float(loss), right, right - 0.1, right + 0.3)

    def again(modules, model):
        redraw(model)
        return first_loss(modules, model)

    def check(probe):
        numeric.check_between(submission.probe(probe, model), right - 0.1, right + 0.3, what=LOSS)

    any_of(lambda: check(first_loss), lambda: check(again))


@number("5.3")
@weight(2)
@title("the loss is the mean cross-entropy of the logits, unshifted", "损失是 logits 的平均交叉熵，不再错位")
def test_loss(submission):
    model, idx, targets = make(submission, "GPT"), torch.randint(11, (3, 6)), torch.randint(11, (3, 6))

    def louder(modules, model):
        return run_model(modules, fill(model, 1.0), idx, targets)

    logits, loss = pair(submission.probe(louder, model))
    right = F.cross_entropy(torch.as_tensor(logits).flatten(0, 1), targets.flatten())
    numeric.check_close(loss, right, rtol=1e-4, atol=1e-4, what=LOSS)


def hf_state(n_layer=2, n_embd=8, vocab_size=11, block_size=8, deviation=0.5):
    """A random state dict as Hugging Face's GPT2LMHeadModel gives it: Conv1D weights are (in, out)."""
    state = {
        "transformer.wte.weight": torch.randn(vocab_size, n_embd),
        "transformer.wpe.weight": torch.randn(block_size, n_embd),
    }
    for i in range(n_layer):
        shapes = {
            "ln_1": (n_embd,),
            "attn.c_attn": (n_embd, 3 * n_embd),
            "attn.c_proj": (n_embd, n_embd),
            "ln_2": (n_embd,),
            "mlp.c_fc": (n_embd, 4 * n_embd),
            "mlp.c_proj": (4 * n_embd, n_embd),
        }
        for name, shape in shapes.items():
            state[f"transformer.h.{i}.{name}.weight"] = deviation * torch.randn(shape)
            state[f"transformer.h.{i}.{name}.bias"] = deviation * torch.randn(shape[-1])
        state[f"transformer.h.{i}.attn.bias"] = torch.ones(1, 1, block_size, block_size).tril()
        state[f"transformer.h.{i}.attn.masked_bias"] = torch.tensor(-1e4)
    state["transformer.ln_f.weight"], state["transformer.ln_f.bias"] = torch.randn(n_embd), torch.randn(n_embd)
    state["lm_head.weight"] = state["transformer.wte.weight"]
    return state


def parameters(modules, model):
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


@number("5.4")
@weight(2.5)
@title("weights in Hugging Face's layout end up in their places", "Hugging Face 格式的权重各就各位")
def test_loads(submission):
    model, state = make(submission, "GPT"), hf_state()
    loaded = submission.model.load_hf_state_dict(model, state)
    found = submission.probe(parameters, model if loaded is None else loaded)
    for name, value in found.items():
        turned = any(part in name for part in ("c_attn", "c_proj", "c_fc")) and value.ndim == 2
        expected = state[name].T if turned else state[name]
        numeric.check_close(value, expected, rtol=1e-6, atol=1e-6, what=Text(en=name, zh=name))


def memorise(modules, model, idx, targets, simple):
    """The last loss of a short training on one batch; with simple blocks if the blocks are not what is judged."""
    model.train()
    if simple:
        model.transformer.h = torch.nn.ModuleList([Pass()])
        redraw(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(60):
        loss = model(idx, targets)[1]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return but_for_chance(loss.item(), 0.0, 0.0, 0.2)


@number("5.5")
@weight(2)
@title("one batch is memorised in 60 steps", "60 步记住一个批次")
def test_memorises(submission):
    idx, targets = torch.randint(11, (1, 8)), torch.randint(11, (1, 8))

    def learns(simple):
        model = make(submission, "GPT", n_embd=32, n_layer=1)
        loss = submission.probe(memorise, model, idx, targets, simple)
        numeric.check_between(loss, 0.0, 0.2, what=Text(en="the loss after 60 steps", zh="60 步之后的损失"))

    any_of(lambda: learns(False), lambda: learns(True))


# ---- 6 generation

PROBABILITIES = [0.1, 0.4, 0.2, 0.3]


@number("6.1")
@weight(1)
@title("generate returns the prompt and the new tokens", "generate 返回提示与新词元")
def test_generate_shape(submission):
    model, idx = make(submission, "GPT"), torch.tensor([[1, 2, 3], [4, 5, 6]])
    rows = torch.zeros(8, 11)
    rows[:, 7] = 50.0
    tokens, _ = submission.probe(generate_knowing, model, rows, idx, 4, {})
    numeric.check_equal(tokens, [[1, 2, 3, 7, 7, 7, 7], [4, 5, 6, 7, 7, 7, 7]], what=Text(en="the tokens", zh="词元"))


@number("6.2")
@weight(1.5)
@title("temperature divides the logits", "temperature 除 logits")
def test_temperature(submission):
    check_shares(shares(submission, PROBABILITIES), PROBABILITIES)
    check_shares(shares(submission, PROBABILITIES, temperature=0.5), [1, 16, 4, 9])


@number("6.3")
@weight(1)
@title("top-k keeps the k largest", "top-k 保留最大的 k 个")
def test_top_k(submission):
    check_shares(shares(submission, PROBABILITIES, top_k=2), [0, 4, 0, 3])
    check_shares(shares(submission, PROBABILITIES, top_k=1), [0, 1, 0, 0])


@number("6.4")
@weight(1.5)
@title("top-p keeps the smallest set with at least p", "top-p 保留总概率不小于 p 的最小集合")
def test_top_p(submission):
    check_shares(shares(submission, PROBABILITIES, top_p=0.6), [0, 4, 0, 3])
    check_shares(shares(submission, PROBABILITIES, top_p=0.85), [0, 4, 2, 3])
    check_shares(shares(submission, PROBABILITIES, top_p=0.1), [0, 1, 0, 0])


@number("6.5")
@weight(1)
@title("only the last block_size tokens are looked at", "只看最后 block_size 个词元")
def test_cropping(submission):
    model, idx = make(submission, "GPT", block_size=4), torch.tensor([[1, 2, 3]])
    rows = torch.zeros(4, 11)
    rows[:, 7] = 50.0
    tokens, asked = submission.probe(generate_knowing, model, rows, idx, 3, {})
    numeric.check_equal(tokens, [[1, 2, 3, 7, 7, 7]], what=Text(en="the tokens", zh="词元"))
    if asked is not None:
        numeric.check_equal(
            [np.asarray(one).tolist() for one in asked],
            [[[1, 2, 3]], [[1, 2, 3, 7]], [[2, 3, 7, 7]]],
            what=Text(en="what the model was asked about", zh="模型被问到的输入"),
        )


# ---- 7 ablation


def make_variant(submission, variant, **changes):
    """A handle of `build(variant, config)`."""
    sizes = {**SIZES, "n_embd": 16, **changes}
    config = submission.probe(make_config, sizes)
    if isinstance(config, tuple | list | dict):  # plain data: it came over as a copy of another type
        return submission.probe(lambda modules: modules.ablation.build(variant, make_config(modules, sizes)))
    return submission.ablation.build(variant, config)


def train_a_little(modules, model):
    """After some steps that would move position embeddings, if there were any: how much the logits of one token
    repeated differ from place to place; whether the loss fell; whether two tokens differ."""
    model.train()
    optimizer = torch.optim.Adam([one for one in model.parameters() if one.requires_grad], lr=0.02)
    draw = torch.Generator().manual_seed(1)
    losses = []
    for _ in range(8):
        tokens = torch.randint(11, (8, 8), generator=draw)
        loss = model(tokens, tokens)[1]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    idx = torch.tensor([[3] * 8, [5] * 8])
    with torch.no_grad():
        logits = model.eval()(idx, idx)[0]
    apart = (logits[:, 1:] - logits[:, :-1]).abs().max().item()
    tells = (logits[0] - logits[1]).abs().max().item() > 1e-3
    return but_for_chance(apart, 0.0, 0.0, 1e-4), losses[-1] < losses[0] - 0.05, tells


@number("7.1")
@weight(1.5)
@title("no_positions: a token repeated looks alike at every place", "no_positions：重复的词元在每个位置上都一样")
def test_no_positions(submission):
    apart, learned, tells = submission.probe(train_a_little, make_variant(submission, "no_positions"))
    what = Text(
        en="how much the logits of one token repeated differ between places", zh="同一词元重复时，各位置 logits 的差别"
    )
    numeric.check_equal(apart, 0.0, what=what)
    require(
        learned and tells, Text(en="the model without positions learns nothing", zh="去掉位置之后，模型什么也没学到")
    )

    def knows_places(model):
        apart, _, _ = submission.probe(train_a_little, model)
        require(apart > 0, Text(en='"gpt2" has no positions', zh='"gpt2" 也没有位置信息'))

    any_of(
        lambda: knows_places(make_variant(submission, "gpt2")),
        lambda: not_so(lambda: knows_places(make(submission, "GPT", n_embd=16))),  # then that has cost its points
    )


def not_so(check):
    """Fails where `check` holds."""
    try:
        check()
    except Failure:
        return
    raise Failure(Text(en="that holds", zh="成立"))


@number("7.2")
@weight(1.5)
@title(
    "post_ln: GPT-1's blocks, no last LayerNorm; gpt2: GPT-2's",
    "post_ln：GPT-1 的块，没有最后的 LayerNorm；gpt2：GPT-2 的块",
)
def test_post_ln(submission):
    x, norms = parts_and_input()
    model = make_variant(submission, "post_ln", n_embd=4, n_layer=3)
    count, output, logits, right = submission.probe(run_post_ln, model, x, norms, torch.randint(11, (2, 6)))
    numeric.check_equal(count, 3, what=Text(en="the number of blocks", zh="块的个数"))

    def check_block(kind, output, expected):
        what = Text(en=f"the output of a block, which should be a {kind}", zh=f"块（应为 {kind}）的输出")
        any_of(
            lambda: numeric.check_close(output, expected, rtol=1e-4, atol=1e-4, what=what),
            lambda: numeric.check_close(  # as the student's own, right or wrong
                output, submission.probe(run_block, make(submission, kind, n_embd=4), x, norms), what=what
            ),
        )

    h = layer_norm(x + Mixer()(x), norms["ln_1"])
    check_block("GPT1Block", output, layer_norm(h + Bend()(h), norms["ln_2"]))
    plain = make_variant(submission, "gpt2", n_embd=4, n_layer=3)
    h = x + Mixer()(layer_norm(x, norms["ln_1"]))
    output = submission.probe(lambda modules, model: run_block(modules, model.transformer.h[0], x, norms), plain)
    check_block("Block", output, h + Bend()(layer_norm(h, norms["ln_2"])))
    what = Text(
        en="the logits, against the last block's output times the embeddings",
        zh="logits（与最后一块的输出乘嵌入矩阵相比）",
    )
    numeric.check_close(logits, right, rtol=1e-4, atol=1e-4, what=what)


def run_post_ln(modules, model, x, norms, idx):
    """The number of blocks; the first block's output; the logits with simple blocks, and what they should be."""
    parts = model.eval().transformer
    count, output = len(parts.h), run_block(modules, parts.h[0], x, norms)
    parts.h = torch.nn.ModuleList([Pass()])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_()
        embedded = parts.wte(idx) + parts.wpe(torch.arange(idx.shape[1]))
        return count, output, model(idx, idx)[0], 2 * embedded @ model.lm_head.weight.T


@number("7.3")
@weight(1.5)
@title("the entropy of attention, scaled and not", "注意力的熵：缩放与不缩放")
def test_entropy(submission):
    # Scores (0, 2 ln 3): over √4 (0, ln 3), weights 1/4, 3/4; unscaled 1/10, 9/10. The second query spreads evenly.
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    k = torch.tensor([[0.0, 1.0, 1.0, 1.0], [math.log(3), 0.0, 0.0, 0.0]])

    def entropy(p):
        return -(p * math.log(p) + (1 - p) * math.log(1 - p))

    what = Text(en="the mean entropy", zh="平均熵")
    close(submission.ablation.attention_entropy(q, k), (entropy(1 / 4) + math.log(2)) / 2, what)
    close(submission.ablation.attention_entropy(q, k, scaled=False), (entropy(1 / 10) + math.log(2)) / 2, what)
    close(submission.ablation.attention_entropy(q, 1000 * k, scaled=False), math.log(2) / 2, what)
    one, keys = torch.ones(1, 1), torch.tensor([[0.0], [math.log(3)]])  # √1 = 1: the weights are 1/4, 3/4 again
    close(submission.ablation.attention_entropy(one, keys), entropy(1 / 4), what)


@number("7.4")
@weight(0.5)
@title("results gives your six numbers", "results 给出你的六个数")
def test_results(submission):
    found = submission.ablation.results()
    names = ["entropy_scaled", "entropy_unscaled", "post_ln", "pre_ln", "with_positions", "without_positions"]
    require(
        isinstance(found, dict) and set(names) <= set(found),
        Text(en=f"a dict with {', '.join(names)} is asked for", zh=f"应返回字典，包含 {'、'.join(names)}"),
    )
    numeric.check_between([numeric.as_scalar(found[name]) for name in names], 0.0, 50.0)


# ---- 8 bonus: LayerNorm and GELU backwards


@number("8.1")
@weight(3)
@tags("bonus")
@title("LayerNorm backwards, against central differences", "LayerNorm 的反向，与中心差分比较")
def test_layernorm_backward(submission):
    rng = np.random.default_rng(5)
    x, scale, grad = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(3, 4))
    answer = submission.backward.layernorm_backward(x, scale, grad)
    require(
        isinstance(answer, tuple | list) and len(answer) == 3,
        Text(
            en="three gradients are asked for: by x, by weight, by bias", zh="应返回三个梯度：对 x、对 weight、对 bias"
        ),
    )

    def loss(x, scale, shift):
        parts = [torch.tensor(part) for part in (x, scale, shift)]
        return float((F.layer_norm(parts[0], (4,), parts[1], parts[2]).numpy() * grad).sum())

    zero = np.zeros(4)
    names = [
        Text(en=f"the gradient with respect to {name}", zh=f"对 {name} 的梯度") for name in ("x", "weight", "bias")
    ]
    numeric.check_gradient(lambda z: loss(x, scale, z), answer[2], zero, what=names[2])
    numeric.check_gradient(lambda z: loss(x, z, zero), answer[1], scale, what=names[1])
    numeric.check_gradient(lambda z: loss(z, scale, zero), answer[0], x, what=names[0])


@number("8.2")
@weight(3)
@tags("bonus")
@title("GELU backwards, against central differences", "GELU 的反向，与中心差分比较")
def test_gelu_backward(submission):
    rng = np.random.default_rng(6)
    x, grad = 2 * rng.normal(size=(2, 5)), rng.normal(size=(2, 5))
    answer = submission.backward.gelu_backward(x, grad)
    numeric.check_gradient(
        lambda z: float((F.gelu(torch.tensor(z), approximate="tanh").numpy() * grad).sum()),
        answer,
        x,
        what=Text(en="the gradient with respect to x", zh="对 x 的梯度"),
    )


# ---- 9 bonus: a key-value cache


def generate_both_ways(modules, model, idx, count):
    """Tokens with the cache; the same greedily without; how many tokens were embedded for the first."""
    model.eval()
    embedded = []
    with torch.no_grad():
        for name, matrix in model.named_parameters():
            if matrix.dim() > 1:  # so that the blocks outweigh the token that stands there already
                matrix.normal_(std=0.5 if ".h." in name else 0.1)
        hook = model.transformer.wte.register_forward_hook(
            lambda part, inputs, output: embedded.append(inputs[0].numel())
        )
        cached = modules.cache.generate_cached(model, idx, count)
        hook.remove()
        right = idx
        for _ in range(count):
            right = torch.cat([right, model(right)[0][:, -1].argmax(-1, keepdim=True)], dim=1)
    return cached, right, embedded


def cached_generation(submission):
    require(
        hasattr(submission.cache, "generate_cached"),
        Text(en="cache.py defines no `generate_cached`", zh="cache.py 里没有定义 `generate_cached`"),
    )
    model, idx = make(submission, "GPT", block_size=12, n_embd=16, vocab_size=50), torch.randint(50, (4, 5))
    return submission.probe(generate_both_ways, model, idx, 7)


@number("9.1")
@weight(3)
@tags("bonus")
@title("the cache changes no token", "缓存不改变任何词元")
def test_cache_same(submission):
    cached, right, _ = cached_generation(submission)
    numeric.check_equal(cached, right, what=Text(en="the tokens", zh="词元"))


@number("9.2")
@weight(3)
@tags("bonus")
@title("the prompt is embedded once, then one token a step", "提示只嵌入一次，之后每步一个词元")
def test_cache_count(submission):
    # Four sequences: 5 tokens each at first, then 1 each for the steps after it; the last token need not be embedded.
    cached, right, embedded = cached_generation(submission)
    numeric.check_equal(cached, right, what=Text(en="the tokens", zh="词元"))
    require(
        embedded and embedded[0] == 20 and set(embedded[1:]) == {4} and len(embedded) in (7, 8),
        Text(en="some position is embedded again, or never", zh="有的位置被重复嵌入，或者从未嵌入"),
    )
