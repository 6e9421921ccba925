"""How the checks build a student's modules and put numbers into them, whatever form they have.

The functions that take `modules` run on the student's side.
"""

import inspect
import zlib
from types import SimpleNamespace

import numpy as np
import torch

from autograder import Text, any_of, numeric, require

torch.set_num_threads(1)  # the matrices here are small: a second thread only waits for the first

CS336 = (
    "CausalMultiHeadSelfAttention",
    "CausalMultiheadSelfAttention",
    "MultiHeadSelfAttention",
    "MultiheadSelfAttention",
    "MultiHeadAttention",
)
SEPARATE = {
    "q": ("q_proj", "query", "W_q", "w_q", "wq", "q"),
    "k": ("k_proj", "key", "W_k", "w_k", "wk", "k"),
    "v": ("v_proj", "value", "W_v", "w_v", "wv", "v"),
    "o": ("output_proj", "o_proj", "out_proj", "c_proj", "proj", "W_o", "w_o", "wo"),
}
SIZES = {"block_size": 8, "vocab_size": 11, "n_layer": 2, "n_head": 2, "n_embd": 8, "dropout": 0.0, "bias": True}

OUTPUT = Text(en="the output", zh="输出")
LOGITS = Text(en="the logits", zh="logits")
LOSS = Text(en="the loss", zh="损失")


def make_config(modules, sizes):
    """The student's own kind of configuration, with those of `sizes` that it has."""
    wanted = {**sizes, "model_type": None}
    wanted.update(dict.fromkeys(("embd_pdrop", "resid_pdrop", "attn_pdrop"), sizes["dropout"]))
    kind = getattr(modules.model, "GPTConfig", None)
    given = set()
    if kind is not None:
        parameters = inspect.signature(kind).parameters
        everything = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
        given = set(sizes) if everything else set(wanted) & set(parameters)
        config = kind(**{name: wanted[name] for name in given})
    else:
        default = getattr(getattr(modules.model, "GPT", None), "get_default_config", None)
        config = SimpleNamespace(**wanted) if default is None else default()
    for name in set(wanted) - given:
        if hasattr(config, name):
            setattr(config, name, wanted[name])
    return config


def construct(modules, name, sizes):
    return getattr(modules.model, name)(make_config(modules, sizes))


def make(submission, name, **changes):
    """A handle of `name(config)`, for the sizes above with some changed."""
    sizes = {**SIZES, **changes}
    kind = getattr(submission.model, name)
    config = submission.probe(make_config, sizes)
    if isinstance(config, tuple | list | dict):  # plain data: it came over as a copy of another type
        return submission.probe(construct, name, sizes)
    return kind(config)


def make_attention(submission, **changes):
    """A handle of the student's CausalSelfAttention, or of CS336's module in its place."""
    sizes = {**SIZES, **changes}
    if not hasattr(submission.model, "CausalSelfAttention"):
        for name in CS336:
            if hasattr(submission.model, name):
                return getattr(submission.model, name)(sizes["n_embd"], sizes["n_head"])
    return make(submission, "CausalSelfAttention", **changes)


def random_attention(n_embd, bias=False, generator=None):
    """Weights of one attention layer: (3C, C), (3C,), (C, C), (C,); zero biases unless asked for."""
    return {
        "c_attn": 0.6 * torch.randn(3 * n_embd, n_embd, generator=generator),
        "c_attn_bias": 0.6 * torch.randn(3 * n_embd, generator=generator) * bias,
        "c_proj": 0.6 * torch.randn(n_embd, n_embd, generator=generator),
        "c_proj_bias": 0.6 * torch.randn(n_embd, generator=generator) * bias,
    }


def set_attention(layer, weights):
    """Put `weights` into an attention layer, fused (c_attn, c_proj) or with separate projections."""
    with torch.no_grad():
        if hasattr(layer, "c_attn"):
            set_linear(layer.c_attn, weights["c_attn"], weights["c_attn_bias"])
            set_linear(layer.c_proj, weights["c_proj"], weights["c_proj_bias"])
            return
        matrices = [*weights["c_attn"].chunk(3), weights["c_proj"]]
        biases = [*weights["c_attn_bias"].chunk(3), weights["c_proj_bias"]]
        for which, matrix, bias in zip(SEPARATE, matrices, biases, strict=True):
            set_linear(separate(layer, which), matrix, bias)


def separate(layer, which):
    """The projection "q", "k", "v" or "o" of a layer that keeps them apart."""
    names = SEPARATE[which]
    part = next((getattr(layer, name) for name in names if hasattr(layer, name)), None)
    if part is None:
        raise AttributeError(f"the attention layer has no c_attn and no {names[0]}")
    return part


def bias_gradients(layer):
    """The gradients of the biases of q, k and v, fused or apart; nothing where a layer has no such biases."""
    if hasattr(layer, "c_attn"):
        fused = getattr(layer.c_attn, "bias", None)
        return [] if fused is None else gradient(fused).reshape(3, -1)
    biases = [getattr(separate(layer, which), "bias", None) for which in "qkv"]
    return [] if any(bias is None for bias in biases) else torch.stack([gradient(bias) for bias in biases])


def gradient(parameter):
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def set_linear(part, matrix, bias=None):
    """Put numbers into an nn.Linear, something like it, or a bare parameter."""
    with torch.no_grad():
        getattr(part, "weight", part).copy_(matrix)
        if bias is not None and getattr(part, "bias", None) is not None:
            part.bias.copy_(bias)


def attend(modules, layer, weights, *inputs):
    """The outputs of an attention layer that has these weights; without dropout."""
    set_attention(layer.eval(), weights)
    with torch.no_grad():
        return [first(layer(x)) for x in inputs]


def first(answer):
    """An output, where a module may give it in a tuple with something else."""
    return answer[0] if isinstance(answer, tuple) else answer


def library_attention(x, weights, n_head):
    """What torch's own multi-head attention gives for the same weights, with a causal mask."""
    T, C = x.shape[1:]
    library = torch.nn.MultiheadAttention(C, n_head, batch_first=True).eval()
    with torch.no_grad():
        library.in_proj_weight.copy_(weights["c_attn"])
        library.in_proj_bias.copy_(weights["c_attn_bias"])
        library.out_proj.weight.copy_(weights["c_proj"])
        library.out_proj.bias.copy_(weights["c_proj_bias"])
    library.requires_grad_(False)
    hidden = torch.ones(T, T).triu(1).bool()  # in this class True means: may not attend
    return library(x, x, x, attn_mask=hidden, need_weights=False)[0]


class Mixer(torch.nn.Module):
    """In place of attention, where it is not what is judged: the mean of what came before, times 3."""

    def forward(self, x, *others, **named):
        steps = torch.arange(1, x.shape[1] + 1, dtype=x.dtype)
        return 3 * x.cumsum(1) / steps[:, None]


class Bend(torch.nn.Module):
    """In place of an MLP."""

    def forward(self, x):
        return 2 * x * x - 1


class Pass(torch.nn.Module):
    """In place of a whole block."""

    def forward(self, x, *others, **named):
        return 2 * x


def fill(model, deviation=0.3):
    """Put numbers into a model that depend on nothing but the names and shapes of its parameters."""
    with torch.no_grad():
        for name, values in model.named_parameters():
            draw = torch.Generator().manual_seed(zlib.crc32(name.encode()))
            values.copy_(deviation * torch.randn(values.shape, generator=draw))
        draw = torch.Generator().manual_seed(0)
        for table in (model.transformer.wte.weight, model.transformer.wpe.weight):
            table.copy_(deviation * torch.randn(table.shape, generator=draw))
        model.lm_head.weight.copy_(model.transformer.wte.weight)
    return model


def but_for_chance(value, right, low, high):
    """`right` for whatever lies between the bounds: two programs that draw in another order then answer alike."""
    return right if low <= value <= high else value


def close_to_one_of(actual, candidates, what=None, tolerance=1e-4):
    """Equal to one of several right answers; the first is the one that a failure shows."""
    attempts = [
        lambda right=right: numeric.check_close(actual, right, rtol=tolerance, atol=tolerance, what=what)
        for right in candidates
    ]
    any_of(*attempts)


def keep_one_row(logits):
    """The logits of the last position, whether a model gives those of all positions or of the last alone."""
    return logits[:, -1]


# ---- generation by a model whose logits are known

DRAWS = 12_000
"""Each share of them is within 0.0046 of its probability two times out of three, within 0.022 always but for chance."""


def generate_knowing(modules, model, rows, idx, count, options):
    """What `generate` returns when the logits are `rows[t]` at position t of the context, whatever the tokens.

    Returns the tokens, and the inputs that the model's `forward` was asked about; None for these where `generate` works
    past it: then the model itself is given weights that lead to `rows[-1]`, and to the opposite before the last token.
    """
    asked = []
    hand_over = own_container(model, idx)

    def forward(idx, targets=None, *others, **named):
        asked.append(idx.clone())
        if idx.shape[1] > len(rows):
            raise ValueError("longer than the context")
        return hand_over(rows[-idx.shape[1] :].expand(idx.shape[0], -1, -1).clone())

    model.eval()
    if "do_sample" in inspect.signature(model.generate).parameters:
        options = {**options, "do_sample": True}
    model.forward = forward
    tokens = model.generate(idx, count, **options)
    if asked:
        return tokens, asked
    del model.forward
    lead_to(model, rows[-1], idx.shape[1])
    return model.generate(idx, count, **options), None


def own_container(model, idx):
    """How the model's own forward hands over logits and no loss: in a tuple, or in one with names."""
    try:
        with torch.no_grad():
            own = model(idx[:1])
    except Exception:  # wrong or not written yet: that is judged elsewhere
        own = ()
    return (lambda logits: type(own)(logits, *own[1:])) if hasattr(own, "_fields") else (lambda logits: (logits, None))


def lead_to(model, logits, length):
    """Weights with which a GPT says `logits` after `length` tokens and more, and -`logits` after fewer."""
    C = model.transformer.wte.weight.shape[1]
    direction = torch.zeros(C)
    direction[0], direction[1] = 1.0, -1.0  # LayerNorm makes any multiple of it √(C/2) times as long
    sign = torch.where(torch.arange(len(model.transformer.wpe.weight)) < length - 1, -1.0, 1.0)
    with torch.no_grad():
        for block_weights in model.transformer.h.parameters():
            block_weights.zero_()
        model.transformer.ln_f.weight.fill_(1.0)
        if getattr(model.transformer.ln_f, "bias", None) is not None:
            model.transformer.ln_f.bias.zero_()
        for table in (model.transformer.wte.weight, model.lm_head.weight):
            table.copy_(logits[:, None] * direction / (2 * C) ** 0.5)
        model.transformer.wpe.weight.copy_(1e4 * sign[:, None] * direction)


def shares(submission, probabilities, length=3, **options):
    """How often each token is drawn where the last position gives it this probability, the others the reverse.

    `length`: of the prompt.
    """
    model = make(submission, "GPT", vocab_size=len(probabilities))
    last = torch.tensor(probabilities, dtype=torch.float32).log()
    rows = torch.stack([*[last.flip(0)] * (SIZES["block_size"] - 1), last])
    idx = torch.zeros(DRAWS, length, dtype=torch.long)
    tokens, _ = submission.probe(generate_knowing, model, rows, idx, 1, options)
    numeric.check_shape(tokens, (DRAWS, length + 1), what=Text(en="prompt and new tokens", zh="提示加新词元"))
    return np.bincount(np.asarray(tokens)[:, -1], minlength=len(probabilities)) / DRAWS


def check_shares(found, weights):
    """Shares are in proportion to `weights`, and none is drawn whose weight is 0."""
    expected = np.array(weights) / sum(weights)
    require(
        not np.any(found[expected == 0]),
        Text(en="a token is drawn that should have been left out", zh="抽到了本应排除的词元"),
    )
    what = Text(en="how often each token is drawn", zh="各词元被抽中的频率")
    numeric.check_close(found, expected, rtol=0, atol=0.022, what=what)
