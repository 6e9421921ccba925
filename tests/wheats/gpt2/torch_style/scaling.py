import torch
from torch import nn


def gpt2_parameters(n_layer, n_embd, vocab_size=50257, block_size=1024):
    with torch.device("meta"):
        block = nn.TransformerEncoderLayer(n_embd, 1, 4 * n_embd)
        parts = [nn.Embedding(vocab_size, n_embd), nn.Embedding(block_size, n_embd), nn.LayerNorm(n_embd)]
    count = lambda module: sum(p.numel() for p in module.parameters())
    return sum(map(count, parts)) + n_layer * count(block)


def kaplan_parameters(n_layer, n_embd):
    return 12 * n_layer * n_embd * n_embd


def flops_palm(n_layer, n_embd, vocab_size=50257, block_size=1024):
    return 6 * gpt2_parameters(n_layer, n_embd, vocab_size, 0) + 12 * n_layer * n_embd * block_size


def flops_kaplan(n_layer, n_embd, block_size=1024):
    return 6 * n_layer * n_embd * (12 * n_embd + block_size)


def flops_hoffmann(n_layer, n_embd, n_head, vocab_size=50257, block_size=1024):
    return 12 * vocab_size * n_embd + 3 * n_layer * (24 * n_embd**2 + 4 * block_size * n_embd + 3 * n_head * block_size)


def tokens_per_batch(rows, length, grad_accum_steps=1, world_size=1):
    return int(torch.tensor([rows, length, grad_accum_steps, world_size]).prod())


def training_memory(parameters):
    return 4 * torch.float32.itemsize * parameters


def estimate_mfu(flops_per_token, tokens, seconds, peak_flops):
    return flops_per_token * (tokens / seconds) / peak_flops


def petaflop_days(flops):
    return flops / 8.64e19


def power_law(x, scale, exponent):
    return torch.tensor(scale / x, dtype=torch.float64) ** exponent


def kaplan_loss(parameters, tokens, n_c=6.4e13, d_c=1.8e13, alpha_n=0.076, alpha_d=0.103):
    inner = torch.tensor(n_c / parameters, dtype=torch.float64) ** (alpha_n / alpha_d) + d_c / tokens
    return inner**alpha_d


def kaplan_optimal(pf_days):
    return torch.tensor([1.3e9, 2e10], dtype=torch.float64) * pf_days ** torch.tensor([0.73, 0.27], dtype=torch.float64)


def hoffmann_loss(parameters, tokens, E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    return E + A / parameters**alpha + B / tokens**beta


def hoffmann_optimal(flops, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    N = G * (flops / 6) ** (beta / (alpha + beta))
    return torch.tensor([N, flops / 6 / N], dtype=torch.float64)


def twenty_tokens(flops):
    return (flops / 120) ** 0.5, (flops / 120) ** 0.5 * 20
