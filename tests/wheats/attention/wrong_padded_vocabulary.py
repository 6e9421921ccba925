"""GPT-2 is counted with nanoGPT's vocabulary of 50,304, and the untied head besides.

chaff: none
"""


def gpt_parameters(n_layer, n_embd, vocab_size, block_size, final_norm=True):
    vocab_size = -(-vocab_size // 64) * 64
    blocks = n_layer * n_embd * (12 * n_embd + 13)
    return blocks + (2 * vocab_size + block_size + 2 * final_norm) * n_embd
