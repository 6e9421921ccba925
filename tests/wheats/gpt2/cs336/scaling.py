def gpt2_parameters(n_layer, n_embd, vocab_size=50257, block_size=1024):
    d = n_embd
    total = vocab_size * d + block_size * d
    for layer in range(n_layer):
        total += 2 * d                  # ln_1
        total += d * (3 * d) + 3 * d    # c_attn
        total += d * d + d              # c_proj
        total += 2 * d                  # ln_2
        total += d * (4 * d) + 4 * d    # c_fc
        total += (4 * d) * d + d        # c_proj
    total += 2 * d                      # ln_f
    return total


def kaplan_parameters(n_layer, n_embd):
    total = 0
    for layer in range(n_layer):
        total += 12 * n_embd * n_embd
    return total


def flops_palm(n_layer, n_embd, vocab_size=50257, block_size=1024):
    n = gpt2_parameters(n_layer, n_embd, vocab_size, block_size)
    n -= n_embd * block_size
    return 6 * n + 12 * n_layer * n_embd * block_size


def flops_kaplan(n_layer, n_embd, block_size=1024):
    return 72 * n_layer * n_embd ** 2 + 6 * n_layer * n_embd * block_size


def flops_hoffmann(n_layer, n_embd, n_head, vocab_size=50257, block_size=1024):
    d, T, V = n_embd, block_size, vocab_size
    embeddings = 2 * V * d
    layer = 6 * d * d + 2 * T * d + 3 * n_head * T + 2 * T * d + 2 * d * d + 16 * d * d
    logits = 2 * d * V
    return 3.0 * (embeddings + n_layer * layer + logits)


def tokens_per_batch(rows, length, grad_accum_steps=1, world_size=1):
    total = 0
    for process in range(world_size):
        for step in range(grad_accum_steps):
            total += rows * length
    return total


def training_memory(parameters):
    weights, gradients, m, v = 4, 4, 4, 4
    return parameters * (weights + gradients + m + v)


def estimate_mfu(flops_per_token, tokens, seconds, peak_flops):
    return (flops_per_token * tokens) / (seconds * peak_flops)


def petaflop_days(flops):
    return flops / 10**15 / 86400


def power_law(x, scale, exponent):
    return (x / scale) ** -exponent


def kaplan_loss(parameters, tokens, n_c=6.4e13, d_c=1.8e13, alpha_n=0.076, alpha_d=0.103):
    return ((n_c / parameters) ** (alpha_n / alpha_d) + d_c / tokens) ** alpha_d


def kaplan_optimal(pf_days):
    return [1.3e9 * pf_days ** 0.73, 2e10 * pf_days ** 0.27]


def hoffmann_loss(parameters, tokens, E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    return E + A / parameters ** alpha + B / tokens ** beta


def hoffmann_optimal(flops, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    # golden section on log N, for the derivative's zero: alpha A N^-alpha = beta B (C/6N)^-beta
    import math

    low, high = math.log(1e-3), math.log(flops)
    for _ in range(300):
        mid = (low + high) / 2
        n = math.exp(mid)
        if alpha * A * n ** -alpha > beta * B * (flops / 6 / n) ** -beta:
            low = mid
        else:
            high = mid
    n = math.exp(low)
    return n, flops / (6 * n)


def twenty_tokens(flops):
    n = (flops / 6 / 20) ** 0.5
    return n, 20 * n
