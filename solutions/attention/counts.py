"""counts: how large GPT-1, BERT and GPT-2 are, from their configurations; no model is built."""


# Problem 4
def gpt_parameters(n_layer: int, n_embd: int, vocab_size: int, block_size: int, final_norm: bool = True) -> int:
    """The trained numbers of a GPT with biases: embeddings of tokens and positions, blocks, the last LayerNorm.

    The head shares the token embeddings (counted once). GPT-1 has no last LayerNorm: final_norm=False.

    >>> gpt_parameters(n_layer=1, n_embd=2, vocab_size=5, block_size=3)  # 10 + 6 + 74 + 4
    94
    """
    # BEGIN SOLUTION
    attention = 4 * n_embd**2 + 4 * n_embd
    mlp = 8 * n_embd**2 + 5 * n_embd
    norms = 4 * n_embd
    embeddings = (vocab_size + block_size) * n_embd
    return embeddings + n_layer * (attention + mlp + norms) + (2 * n_embd if final_norm else 0)
    # END SOLUTION


def bert_parameters(
    n_layer: int,
    n_embd: int,
    vocab_size: int,
    block_size: int,
    pooler: bool = True,
    masked_lm: bool = False,
    next_sentence: bool = False,
) -> int:
    """The trained numbers of a BERT with two segments, biases, and a LayerNorm after the embeddings.

    The blocks are as large as GPT's. pooler: a Linear C → C. masked_lm: a Linear C → C, a LayerNorm, and one bias for
    each word of the vocabulary (the head's weight is the token embeddings). next_sentence: a Linear C → 2.
    """
    # BEGIN SOLUTION
    linear = n_embd**2 + n_embd
    norm = 2 * n_embd
    body = gpt_parameters(n_layer, n_embd, vocab_size, block_size) + 2 * n_embd
    heads = pooler * linear + masked_lm * (linear + norm + vocab_size) + next_sentence * 2 * (n_embd + 1)
    return body + heads
    # END SOLUTION


def tokens_per_batch(sequences: int, block_size: int) -> int:
    """Tokens in one batch of full sequences."""
    # BEGIN SOLUTION
    return sequences * block_size
    # END SOLUTION


def comparison() -> dict[str, tuple[int, int, int, int]]:
    """The table: "GPT-1", "BERT" (base, with the pooler and no other head), "GPT-2" (the smallest).

    Each row: (parameters, context, vocabulary, tokens a batch), computed by the functions above. Look the
    configurations up in the papers: 12 layers and 768 numbers a token in all three; contexts, vocabularies and batch
    sizes differ (GPT-2's batch has 512 sequences, BERT's 256, GPT-1's 64).
    """
    # BEGIN SOLUTION
    return {
        "GPT-1": (gpt_parameters(12, 768, 40478, 512, final_norm=False), 512, 40478, tokens_per_batch(64, 512)),
        "BERT": (bert_parameters(12, 768, 30522, 512), 512, 30522, tokens_per_batch(256, 512)),
        "GPT-2": (gpt_parameters(12, 768, 50257, 1024), 1024, 50257, tokens_per_batch(512, 1024)),
    }
    # END SOLUTION
