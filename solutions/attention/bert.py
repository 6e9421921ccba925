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
    # BEGIN SOLUTION
    return real.bool()[:, None, None, :]
    # END SOLUTION


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
    # BEGIN SOLUTION
    x = token_table[tokens] + position_table[: tokens.shape[1]] + segment_table[segments]
    return torch.nn.functional.layer_norm(x, x.shape[-1:], weight, bias, eps)
    # END SOLUTION


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
    # BEGIN SOLUTION
    ordinary = ~torch.isin(tokens, torch.tensor(sorted(special), dtype=tokens.dtype))
    selected = ordinary & (torch.rand(tokens.shape, generator=generator) < probability)
    dice = torch.rand(tokens.shape, generator=generator)
    noise = torch.randint(vocab_size, tokens.shape, generator=generator)
    inputs = torch.where(selected & (dice < 0.8), mask_id, tokens)
    inputs = torch.where(selected & (dice >= 0.9), noise, inputs)
    return inputs, torch.where(selected, tokens, -100)
    # END SOLUTION


def wordpiece(word: str, vocabulary: Collection[str], unknown: str = "[UNK]") -> list[str]:
    """Cut a word into pieces, from the left, each the longest that the vocabulary holds.

    Pieces that do not begin the word are written with ## in front, in the vocabulary and in the answer. If at some
    point nothing fits, the *whole word* is [`unknown`]. The empty word has no pieces.

    >>> wordpiece("unaffable", {"un", "##aff", "##able", "##a"})
    ['un', '##aff', '##able']
    """
    # BEGIN SOLUTION
    pieces: list[str] = []
    start = 0
    while start < len(word):
        prefix = "##" if start else ""
        fitting = (end for end in range(len(word), start, -1) if prefix + word[start:end] in vocabulary)
        end = next(fitting, None)
        if end is None:
            return [unknown]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces
    # END SOLUTION
