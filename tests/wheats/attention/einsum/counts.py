def gpt_parameters(n_layer, n_embd, vocab_size, block_size, final_norm=True):
    C = n_embd
    return vocab_size * C + block_size * C + n_layer * (12 * C * C + 13 * C) + final_norm * 2 * C


def bert_parameters(n_layer, n_embd, vocab_size, block_size, pooler=True, masked_lm=False, next_sentence=False):
    C = n_embd
    total = C * (vocab_size + block_size + 2) + 2 * C + n_layer * (12 * C * C + 13 * C)
    total += (C * C + C) * (int(pooler) + int(masked_lm))
    total += (2 * C + vocab_size) if masked_lm else 0
    return total + (2 * C + 2 if next_sentence else 0)


def tokens_per_batch(sequences, block_size):
    return float(sequences * block_size)


def comparison():
    return {
        "GPT-1": (116534784, 512, 40478, 32768),
        "BERT": (109482240, 512, 30522, 131072),
        "GPT-2": (124439808, 1024, 50257, 524288),
    }
