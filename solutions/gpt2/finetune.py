"""Fine-tuning as GPT-1 did it: a few new tokens, one new matrix, and two losses."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


# Problem 6
def encode_text(tokens: Sequence[int], start: int, extract: int, block_size: int) -> list[int]:
    """start, the text, extract: at most `block_size` ids. A text that is too long loses its end.

    >>> encode_text([1, 2, 3], start=8, extract=9, block_size=4)
    [8, 1, 2, 9]
    """
    # BEGIN SOLUTION
    return [start, *tokens[: block_size - 2], extract]
    # END SOLUTION


def encode_pair(first: Sequence[int], second: Sequence[int], start: int, delimiter: int, extract: int) -> list[int]:
    """start, the first text, delimiter, the second text, extract: for entailment and similarity.

    >>> encode_pair([1], [2, 3], start=7, delimiter=8, extract=9)
    [7, 1, 8, 2, 3, 9]

    Source: Radford et al. (2018), figure 1.
    """
    # BEGIN SOLUTION
    return [start, *first, delimiter, *second, extract]
    # END SOLUTION


def pad_batch(sequences: Sequence[Sequence[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(idx, last): the sequences as rows, filled up with `pad` on the right, and the place of each one's last token.

    Returns idx (B, longest) and last (B,), both int64.

    >>> [part.tolist() for part in pad_batch([[1, 2, 3], [4]], pad=0)]
    [[[1, 2, 3], [4, 0, 0]], [2, 0]]
    """
    # BEGIN SOLUTION
    rows = [torch.tensor(sequence) for sequence in sequences]
    idx = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    return idx, torch.tensor([len(sequence) - 1 for sequence in sequences])
    # END SOLUTION


class ClassifierHead(nn.Module):
    """The one new matrix: from the hidden state of the extract token to the classes' logits (with a bias)."""

    def __init__(self, n_embd: int, n_classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(n_embd, n_classes)

    def forward(self, hidden: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        """hidden: (B, T, n_embd). last: (B,), the place to read in each row. Returns (B, n_classes)."""
        # BEGIN SOLUTION
        return self.linear(hidden[torch.arange(len(last)), last])
        # END SOLUTION


def finetune_loss(
    model: Any, head: nn.Module, idx: torch.Tensor, last: torch.Tensor, labels: torch.Tensor, lm_weight: float = 0.5
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(L3, L2, L1), with L3 = L2 + lm_weight · L1.

    L2: the mean cross-entropy of head(hidden, last) against the labels (B,). L1: the mean cross-entropy of the next
    token over all real tokens of the batch but each row's first; padding (behind `last`) is never a target.
    model: model.hidden(idx) gives (B, T, n_embd), model.lm_head of that the logits (B, T, V). idx: (B, T).

    Source: Radford et al. (2018), equations 3 to 5.
    """
    # BEGIN SOLUTION
    hidden = model.hidden(idx)
    classes = F.cross_entropy(head(hidden, last), labels)
    real = torch.arange(1, idx.shape[1]) <= last[:, None]
    targets = torch.where(real, idx[:, 1:], -1)
    language = F.cross_entropy(model.lm_head(hidden)[:, :-1].flatten(0, 1), targets.flatten(), ignore_index=-1)
    return classes + lm_weight * language, classes, language
    # END SOLUTION


def finetune(
    model: Any, head: nn.Module, optimizer: torch.optim.Optimizer, batches: Iterable[Batch], lm_weight: float = 0.5
) -> list[float]:
    """One optimiser step on L3 for each batch (idx, last, labels), in training mode; returns L3 before each step."""
    # BEGIN SOLUTION
    model.train()
    losses = []
    for idx, last, labels in batches:
        loss, _, _ = finetune_loss(model, head, idx, last, labels, lm_weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
    # END SOLUTION


@torch.no_grad()
def classify(model: Any, head: nn.Module, idx: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
    """The likeliest class of each row, (B,), without dropout; the model's mode is afterwards what it was before."""
    # BEGIN SOLUTION
    was_training = model.training
    model.eval()
    predicted = head(model.hidden(idx), last).argmax(dim=1)
    model.train(was_training)
    return predicted
    # END SOLUTION
