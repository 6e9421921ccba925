"""GPT-2's logits from a state dict in Hugging Face's layout, in plain functions; used on the trusted side alone."""

from torch import Tensor
from torch.nn import functional as F

State = dict[str, Tensor]


def attention(state: State, prefix: str, x: Tensor, n_head: int) -> Tensor:
    B, T, C = x.shape
    qkv = x @ state[f"{prefix}.c_attn.weight"] + state[f"{prefix}.c_attn.bias"]
    q, k, v = qkv.reshape(B, T, 3, n_head, C // n_head).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True).permute(0, 2, 1, 3).reshape(B, T, C)
    return y @ state[f"{prefix}.c_proj.weight"] + state[f"{prefix}.c_proj.bias"]


def norm(state: State, name: str, x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], state[f"{name}.weight"], state[f"{name}.bias"])


def mlp(state: State, prefix: str, x: Tensor, form: str) -> Tensor:
    h = F.gelu(x @ state[f"{prefix}.c_fc.weight"] + state[f"{prefix}.c_fc.bias"], approximate=form)
    return h @ state[f"{prefix}.c_proj.weight"] + state[f"{prefix}.c_proj.bias"]


def block(state: State, prefix: str, x: Tensor, n_head: int, form: str) -> Tensor:
    x = x + attention(state, f"{prefix}.attn", norm(state, f"{prefix}.ln_1", x), n_head)
    return x + mlp(state, f"{prefix}.mlp", norm(state, f"{prefix}.ln_2", x), form)


def gpt1_block(state: State, prefix: str, x: Tensor, n_head: int, form: str) -> Tensor:
    x = norm(state, f"{prefix}.ln_1", x + attention(state, f"{prefix}.attn", x, n_head))
    return norm(state, f"{prefix}.ln_2", x + mlp(state, f"{prefix}.mlp", x, form))


def gpt2_logits(state: State, idx: Tensor, n_layer: int, n_head: int, form: str = "tanh") -> Tensor:
    """idx (B, T) -> logits (B, T, V)."""
    x = state["transformer.wte.weight"][idx] + state["transformer.wpe.weight"][: idx.shape[1]]
    for i in range(n_layer):
        x = block(state, f"transformer.h.{i}", x, n_head, form)
    return norm(state, "transformer.ln_f", x) @ state["lm_head.weight"].T


def as_linear(state: State) -> State:
    """The same numbers as a model with nn.Linear keeps them; buffers left out."""
    turned = ("c_attn.weight", "c_proj.weight", "c_fc.weight")
    kept = {name: value for name, value in state.items() if not name.endswith((".attn.bias", ".masked_bias"))}
    return {name: value.T.contiguous() if name.endswith(turned) else value for name, value in kept.items()}
