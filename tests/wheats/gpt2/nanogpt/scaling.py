import math


def gpt2_parameters(n_layer, n_embd, vocab_size=50257, block_size=1024):
    out = {}
    out["wpe"] = n_embd * block_size
    out["wte"] = n_embd * vocab_size
    out["ln"] = 2 * n_embd
    out["attn"] = n_embd * 3 * n_embd + 3 * n_embd + n_embd**2 + n_embd
    out["mlp"] = n_embd * 4 * n_embd + 4 * n_embd + 4 * n_embd * n_embd + n_embd
    block = 2 * out["ln"] + out["attn"] + out["mlp"]
    return out["wpe"] + out["wte"] + n_layer * block + out["ln"]


def kaplan_parameters(n_layer, n_embd):
    return n_layer * (4 * n_embd**2 + 8 * n_embd**2)


def flops_palm(n_layer, n_embd, vocab_size=50257, block_size=1024):
    N = gpt2_parameters(n_layer, n_embd, vocab_size, block_size) - block_size * n_embd
    L, H, Q, T = n_layer, 1, n_embd, block_size
    return 6 * N + 12 * L * H * Q * T


def flops_kaplan(n_layer, n_embd, block_size=1024):
    return 3 * (2 * kaplan_parameters(n_layer, n_embd) + 2 * n_layer * block_size * n_embd)


def flops_hoffmann(n_layer, n_embd, n_head, vocab_size=50257, block_size=1024):
    T, d, V = block_size, n_embd, vocab_size
    forward = 2 * T * V * d
    for _ in range(n_layer):
        forward += 2 * 3 * T * d * d + 2 * T * T * d + 3 * n_head * T * T + 2 * T * T * d + 2 * T * d * d
        forward += 2 * T * (d * 4 * d + 4 * d * d)
    forward += 2 * T * d * V
    return 3 * forward / T


def tokens_per_batch(rows, length, grad_accum_steps=1, world_size=1):
    return grad_accum_steps * world_size * rows * length


def training_memory(parameters):
    return parameters * (4 + 4 + 8)


def estimate_mfu(flops_per_token, tokens, seconds, peak_flops):
    flops_achieved = flops_per_token * tokens * (1.0 / seconds)
    return flops_achieved / peak_flops


def petaflop_days(flops):
    return flops / (1e15 * 24 * 3600)


def power_law(x, scale, exponent):
    return math.exp(exponent * (math.log(scale) - math.log(x)))


def kaplan_loss(parameters, tokens, n_c=6.4e13, d_c=1.8e13, alpha_n=0.076, alpha_d=0.103):
    return math.pow(math.pow(n_c / parameters, alpha_n / alpha_d) + d_c / tokens, alpha_d)


def kaplan_optimal(pf_days):
    return 1.3e9 * pf_days**0.73, 2e10 * pf_days**0.27


def hoffmann_loss(parameters, tokens, E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    return E + A * parameters ** (-alpha) + B * tokens ** (-beta)


def hoffmann_optimal(flops, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    G = (alpha * A / beta / B) ** (1 / (alpha + beta))
    a, b = beta / (alpha + beta), alpha / (alpha + beta)
    return G * (flops / 6) ** a, (flops / 6) ** b / G


def twenty_tokens(flops):
    n = math.sqrt(flops / 6 / 20)
    return n, 20 * n
