"""bert: the encoder's side, as far as it differs from the decoder's; and the three models in numbers.

Source: Devlin et al. (2019), sections 3.1 and A.2; Wu et al. (2016), section 4.1, for WordPiece.
"""

from collections.abc import Collection

import torch


# Problem 4
def bidirectional_mask(real: torch.Tensor) -> torch.Tensor:
    """Who may attend to whom in an encoder: every position to every real token, before or after it; none to padding.

    real: (B, T), 1 for a token and 0 for padding. Returns a boolean mask (B, 1, 1, T), True = may attend, ready for
    `scaled_dot_product_attention` over q, k, v of shape (B, heads, T, d). (Any shape that broadcasts alike is right.)
    """
    raise NotImplementedError("bidirectional_mask")


def bert_embeddings(
    tokens: torch.Tensor,
    segments: torch.Tensor,
    token_table: torch.Tensor,
    position_table: torch.Tensor,
    segment_table: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
    eps: float = 1e-12,
) -> torch.Tensor:
    """BERT's input: the sum of three embeddings, token + position + segment, then a LayerNorm.

    tokens, segments: (B, T) ids. The tables: (V, C), (positions, C), (2, C). weight, bias: (C,), LayerNorm's.
    Positions count from 0 in each sequence. Returns (B, T, C).
    """
    raise NotImplementedError("bert_embeddings")


def mask_tokens(
    tokens: torch.Tensor,
    special: Collection[int],
    mask_id: int,
    vocab_size: int,
    generator: torch.Generator,
    probability: float = 0.15,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Masked language modelling: each token is selected with `probability`; those selected are to be predicted.

    Of the selected, 80 % become mask_id, 10 % a random token (uniform over the vocabulary), 10 % stay. Tokens whose
    id is in `special` are never selected. All random numbers come from `generator`; `tokens` is not modified.

    tokens: (B, T). Returns (inputs, labels), both (B, T): labels holds the original id where selected, else −100.
    """
    raise NotImplementedError("mask_tokens")


def wordpiece(word: str, vocabulary: Collection[str], unknown: str = "[UNK]") -> list[str]:
    """Cut a word into pieces, from the left, each the longest that the vocabulary holds.

    Pieces that do not begin the word are written with ## in front, in the vocabulary and in the answer. If at some
    point nothing fits, the *whole word* is [`unknown`]. The empty word has no pieces.

    >>> wordpiece("unaffable", {"un", "##aff", "##able", "##a"})
    ['un', '##aff', '##able']
    """
    raise NotImplementedError("wordpiece")
