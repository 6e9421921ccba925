"""counts: how large GPT-1, BERT and GPT-2 are, from their configurations; no model is built."""


# Problem 4
def gpt_parameters(n_layer: int, n_embd: int, vocab_size: int, block_size: int, final_norm: bool = True) -> int:
    """The trained numbers of a GPT with biases: embeddings of tokens and positions, blocks, the last LayerNorm.

    The head shares the token embeddings (counted once). GPT-1 has no last LayerNorm: final_norm=False.

    >>> gpt_parameters(n_layer=1, n_embd=2, vocab_size=5, block_size=3)  # 10 + 6 + 74 + 4
    94
    """
    raise NotImplementedError("gpt_parameters")


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
    raise NotImplementedError("bert_parameters")


def tokens_per_batch(sequences: int, block_size: int) -> int:
    """Tokens in one batch of full sequences."""
    raise NotImplementedError("tokens_per_batch")


def comparison() -> dict[str, tuple[int, int, int, int]]:
    """The table: "GPT-1", "BERT" (base, with the pooler and no other head), "GPT-2" (the smallest).

    Each row: (parameters, context, vocabulary, tokens a batch), computed by the functions above. Look the
    configurations up in the papers: 12 layers and 768 numbers a token in all three; contexts, vocabularies and batch
    sizes differ (GPT-2's batch has 512 sequences, BERT's 256, GPT-1's 64).
    """
    raise NotImplementedError("comparison")
