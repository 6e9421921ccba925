"""Arithmetic before you train: parameters, FLOPs, memory, time, and how large a model to choose."""

# Problem 7


def gpt2_parameters(n_layer: int, n_embd: int, vocab_size: int = 50257, block_size: int = 1024) -> int:
    """All parameters of a GPT-2: both embeddings, every bias and LayerNorm, the tied head counted once.

    >>> gpt2_parameters(12, 768)
    124439808
    """
    # BEGIN SOLUTION
    block = 12 * n_embd**2 + 13 * n_embd
    return (vocab_size + block_size) * n_embd + n_layer * block + 2 * n_embd
    # END SOLUTION


def kaplan_parameters(n_layer: int, n_embd: int) -> int:
    """N = 12·L·d²: the matrices of the blocks alone, without embeddings, biases and LayerNorms (Kaplan et al. 2020)."""
    # BEGIN SOLUTION
    return 12 * n_layer * n_embd**2
    # END SOLUTION


def flops_palm(n_layer: int, n_embd: int, vocab_size: int = 50257, block_size: int = 1024) -> int:
    """FLOPs a token of training, as PaLM and nanoGPT count: 6N + 12·L·d·T, N without the position embeddings.

    >>> flops_palm(12, 768)
    855166464

    Source: Chowdhery et al. (2022), appendix B; nanoGPT, model.py.
    """
    # BEGIN SOLUTION
    counted = gpt2_parameters(n_layer, n_embd, vocab_size, block_size=0)
    return 6 * counted + 12 * n_layer * n_embd * block_size
    # END SOLUTION


def flops_kaplan(n_layer: int, n_embd: int, block_size: int = 1024) -> int:
    """FLOPs a token of training, as Kaplan et al. count: 6N + 6·L·d·T with their N.

    The attention term is half of PaLM's: a causal mask leaves half of the products.

    >>> flops_kaplan(12, 768)
    566231040

    Source: Kaplan et al. (2020), section 2.1.
    """
    # BEGIN SOLUTION
    return 6 * kaplan_parameters(n_layer, n_embd) + 6 * n_layer * n_embd * block_size
    # END SOLUTION


def flops_hoffmann(n_layer: int, n_embd: int, n_head: int, vocab_size: int = 50257, block_size: int = 1024) -> int:
    """FLOPs a token of training, as Chinchilla's appendix F counts; key size n_embd/n_head, feed-forward 4·n_embd.

    Forward, a token: embeddings 2Vd; in each layer queries, keys and values 6d², scores 2Td, softmax 3·heads·T,
    weighted sum 2Td, projection 2d², feed-forward 16d²; logits 2dV. Training is three times that.

    >>> flops_hoffmann(12, 768, 12)
    1087349760

    Source: Hoffmann et al. (2022), appendix F, divided by the sequence length.
    """
    # BEGIN SOLUTION
    attention = 8 * n_embd**2 + 4 * block_size * n_embd + 3 * n_head * block_size
    layer = attention + 16 * n_embd**2
    return 3 * (4 * vocab_size * n_embd + n_layer * layer)
    # END SOLUTION


def tokens_per_batch(rows: int, length: int, grad_accum_steps: int = 1, world_size: int = 1) -> int:
    """Tokens an optimiser step sees. GPT-1: 64 rows of 512; BERT: 256 of 512; GPT-2: 512 of 1,024.

    >>> tokens_per_batch(64, 512), tokens_per_batch(256, 512), tokens_per_batch(512, 1024)
    (32768, 131072, 524288)
    """
    # BEGIN SOLUTION
    return rows * length * grad_accum_steps * world_size
    # END SOLUTION


def training_memory(parameters: int) -> int:
    """Bytes of weights, gradients and AdamW's two moments, all in float32; activations not counted.

    >>> training_memory(10)
    160
    """
    # BEGIN SOLUTION
    return 16 * parameters
    # END SOLUTION


def estimate_mfu(flops_per_token: float, tokens: int, seconds: float, peak_flops: float) -> float:
    """Model FLOPs utilisation: the FLOPs that `tokens` need, a second, as a share of what the hardware can do.

    peak_flops: FLOPs a second; an A100 with bfloat16 has 312e12.

    >>> estimate_mfu(1e9, 156_000, 1.0, 312e12)
    0.5
    """
    # BEGIN SOLUTION
    return flops_per_token * tokens / seconds / peak_flops
    # END SOLUTION


def petaflop_days(flops: float) -> float:
    """FLOPs in PF-days: 10¹⁵ FLOPs a second for a day are one.

    >>> petaflop_days(8.64e19)
    1.0
    """
    # BEGIN SOLUTION
    return flops / 8.64e19
    # END SOLUTION


def power_law(x: float, scale: float, exponent: float) -> float:
    """Kaplan's loss with one resource scarce: L(x) = (scale/x)^exponent, in nats a token.

    x: non-embedding parameters (scale 8.8e13, exponent 0.076), tokens (5.4e13, 0.095) or PF-days (3.1e8, 0.050).

    Source: Kaplan et al. (2020), equations 1.1 to 1.3.
    """
    # BEGIN SOLUTION
    return (scale / x) ** exponent
    # END SOLUTION


def kaplan_loss(
    parameters: float,
    tokens: float,
    n_c: float = 6.4e13,
    d_c: float = 1.8e13,
    alpha_n: float = 0.076,
    alpha_d: float = 0.103,
) -> float:
    """L(N, D) = [(n_c/N)^(alpha_n/alpha_d) + d_c/D]^alpha_d, with constants of its own.

    Source: Kaplan et al. (2020), equation 1.5 and table 2.
    """
    # BEGIN SOLUTION
    return ((n_c / parameters) ** (alpha_n / alpha_d) + d_c / tokens) ** alpha_d
    # END SOLUTION


def kaplan_optimal(pf_days: float) -> tuple[float, float]:
    """(N, D): non-embedding parameters 1.3e9·C^0.73 and tokens 2e10·C^0.27 for a compute of C PF-days.

    Source: Kaplan et al. (2020), section 6.1 and table 6 of its appendix.
    """
    # BEGIN SOLUTION
    return 1.3e9 * pf_days**0.73, 2e10 * pf_days**0.27
    # END SOLUTION


def hoffmann_loss(
    parameters: float,
    tokens: float,
    E: float = 1.69,
    A: float = 406.4,
    B: float = 410.7,
    alpha: float = 0.34,
    beta: float = 0.28,
) -> float:
    """L(N, D) = E + A/N^alpha + B/D^beta, in nats a token.

    Source: Hoffmann et al. (2022), equations 2 and 10.
    """
    # BEGIN SOLUTION
    return E + A / parameters**alpha + B / tokens**beta
    # END SOLUTION


def hoffmann_optimal(
    flops: float, A: float = 406.4, B: float = 410.7, alpha: float = 0.34, beta: float = 0.28
) -> tuple[float, float]:
    """(N, D) with the smallest hoffmann_loss among those with 6·N·D = flops, in closed form.

    N = G·(C/6)^(beta/(alpha + beta)) and D = (C/6)/N, where G = (alpha·A / (beta·B))^(1/(alpha + beta)).

    Source: Hoffmann et al. (2022), equation 4.
    """
    # BEGIN SOLUTION
    gain = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    parameters = gain * (flops / 6) ** (beta / (alpha + beta))
    return parameters, flops / 6 / parameters
    # END SOLUTION


def twenty_tokens(flops: float) -> tuple[float, float]:
    """(N, D) with 20 tokens a parameter and 6·N·D = flops: the rule of thumb that Chinchilla is remembered by.

    >>> twenty_tokens(120.0)
    (1.0, 20.0)
    """
    # BEGIN SOLUTION
    parameters = (flops / 120) ** 0.5
    return parameters, 20 * parameters
    # END SOLUTION
