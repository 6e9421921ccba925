"""Tokens on disk, and batches of them."""

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

HEADER_INTS = 256
MAGIC = 20240520
VERSION = 1


# Problem 1
def join_documents(documents: Iterable[Sequence[int]], eot: int = 50256) -> npt.NDArray[np.uint16]:
    """One stream of tokens in which every document begins with `eot`, the id of <|endoftext|>.

    documents: the ids of each document, 0 ≤ id < 65,536. Returns (N,) of uint16.

    >>> join_documents([[5, 6], [7]], eot=9).tolist()
    [9, 5, 6, 9, 7]

    Source: build-nanogpt, fineweb.py; the token tells the model to forget what came before.
    """
    raise NotImplementedError("join_documents")


def write_shard(path: str | PathLike[str], tokens: Sequence[int] | npt.NDArray[Any]) -> None:
    """Write the tokens in llm.c's format: 256 little-endian int32, then the tokens as little-endian uint16.

    The first three ints are 20240520 (what kind of file), 1 (its version) and the number of tokens; the rest are 0.

    Raises:
        ValueError: a token is negative or does not fit into 16 bits.
    """
    raise NotImplementedError("write_shard")


def read_shard(path: str | PathLike[str]) -> npt.NDArray[np.uint16]:
    """The tokens of a shard, mapped into memory: nothing is read before it is used.

    Returns (N,) of uint16 (np.memmap, or torch.from_file).

    Raises:
        ValueError: the magic number or the version is another, or there are fewer tokens than the header says.
    """
    raise NotImplementedError("read_shard")


def get_batch(
    data: npt.NDArray[Any], block_size: int, batch_size: int, generator: torch.Generator | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """`batch_size` windows of the stream, each beginning anywhere, every legal beginning equally likely.

    data: (N,) ids, N > block_size. generator: where the random numbers come from; None is torch's global one.
    Returns x and y, both (batch_size, block_size) of int64: y[b, t] is the token after x[b, t].

    With N = 5 and block_size = 3 the legal windows begin at 0 and at 1.

    Source: nanoGPT, train.py.
    """
    raise NotImplementedError("get_batch")


class DataLoaderLite:
    """Batches in the order of the stream, for one of several processes.

    B rows of T tokens a batch. The shards are the files "*.bin" in `data_root` whose names contain `split`, in
    alphabetical order. The processes take turns: with BT = B·T and P processes, the first batch of rank r begins at
    token r·BT of the first shard, its next one P·BT further on, and so on. A *group* is what the P ranks read at one
    step, P·BT tokens and the one after them; where the rest of a shard holds no whole group, all ranks go on at the
    beginning of the next shard, and after the last shard at the first one again.

    Source: build-nanogpt, train_gpt2.py (whose ranks may leave a shard at different steps; these may not).
    """

    def __init__(
        self,
        B: int,
        T: int,
        process_rank: int,
        num_processes: int,
        split: str,
        data_root: str | PathLike[str] = "data",
    ) -> None:
        self.B, self.T = B, T
        self.process_rank, self.num_processes = process_rank, num_processes
        raise NotImplementedError("DataLoaderLite.__init__")

    def reset(self) -> None:
        """Begin again with the first token."""
        raise NotImplementedError("DataLoaderLite.reset")

    def next_batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """This rank's next x and y, both (B, T) of int64; y is x one token later."""
        raise NotImplementedError("DataLoaderLite.next_batch")

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands, as plain numbers that a checkpoint can hold."""
        raise NotImplementedError("DataLoaderLite.state_dict")

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where the loader that gave `state` stood: the next batch is the one it would have given."""
        raise NotImplementedError("DataLoaderLite.load_state_dict")
