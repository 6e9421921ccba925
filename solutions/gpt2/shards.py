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
    # BEGIN SOLUTION
    return np.array([token for document in documents for token in (eot, *document)], dtype=np.uint16)
    # END SOLUTION


def write_shard(path: str | PathLike[str], tokens: Sequence[int] | npt.NDArray[Any]) -> None:
    """Write the tokens in llm.c's format: 256 little-endian int32, then the tokens as little-endian uint16.

    The first three ints are 20240520 (what kind of file), 1 (its version) and the number of tokens; the rest are 0.

    Raises:
        ValueError: a token is negative or does not fit into 16 bits.
    """
    # BEGIN SOLUTION
    ids = np.asarray(tokens)
    if ids.size and not (ids.min() >= 0 and ids.max() < 2**16):
        raise ValueError(f"{path}: a token does not fit into 16 bits")
    header = np.zeros(HEADER_INTS, dtype="<i4")
    header[:3] = MAGIC, VERSION, len(ids)
    with Path(path).open("wb") as file:
        file.write(header.tobytes())
        file.write(ids.astype("<u2").tobytes())
    # END SOLUTION


def read_shard(path: str | PathLike[str]) -> npt.NDArray[np.uint16]:
    """The tokens of a shard, mapped into memory: nothing is read before it is used.

    Returns (N,) of uint16 (np.memmap, or torch.from_file).

    Raises:
        ValueError: the magic number or the version is another, or there are fewer tokens than the header says.
    """
    # BEGIN SOLUTION
    header = np.fromfile(path, dtype="<i4", count=HEADER_INTS)
    if len(header) < HEADER_INTS or header[0] != MAGIC or header[1] != VERSION:
        raise ValueError(f"{path}: no shard of version {VERSION}")
    # where the file is shorter than that, np.memmap raises ValueError
    return np.memmap(path, dtype="<u2", mode="r", offset=header.nbytes, shape=(int(header[2]),))
    # END SOLUTION


def get_batch(
    data: npt.NDArray[Any], block_size: int, batch_size: int, generator: torch.Generator | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """`batch_size` windows of the stream, each beginning anywhere, every legal beginning equally likely.

    data: (N,) ids, N > block_size. generator: where the random numbers come from; None is torch's global one.
    Returns x and y, both (batch_size, block_size) of int64: y[b, t] is the token after x[b, t].

    With N = 5 and block_size = 3 the legal windows begin at 0 and at 1.

    Source: nanoGPT, train.py.
    """
    # BEGIN SOLUTION
    starts = torch.randint(len(data) - block_size, (batch_size,), generator=generator).tolist()
    rows = torch.stack([torch.from_numpy(data[i : i + block_size + 1].astype(np.int64)) for i in starts])
    return rows[:, :-1].contiguous(), rows[:, 1:].contiguous()
    # END SOLUTION


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
        # BEGIN SOLUTION
        self.shards = sorted(path for path in Path(data_root).glob("*.bin") if split in path.name)
        self.reset()
        # END SOLUTION

    def reset(self) -> None:
        """Begin again with the first token."""
        # BEGIN SOLUTION
        self._open(0, 0)
        # END SOLUTION

    # BEGIN SOLUTION
    def _open(self, shard: int, position: int) -> None:
        self.shard, self.position = shard, position
        self.tokens = read_shard(self.shards[shard])

    # END SOLUTION

    def next_batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """This rank's next x and y, both (B, T) of int64; y is x one token later."""
        # BEGIN SOLUTION
        count = self.B * self.T
        start = self.position + count * self.process_rank
        buffer = torch.from_numpy(self.tokens[start : start + count + 1].astype(np.int64))
        self.position += count * self.num_processes
        if self.position + count * self.num_processes + 1 > len(self.tokens):
            self._open((self.shard + 1) % len(self.shards), 0)
        return buffer[:-1].view(self.B, self.T), buffer[1:].view(self.B, self.T)
        # END SOLUTION

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands, as plain numbers that a checkpoint can hold."""
        # BEGIN SOLUTION
        return {"shard": self.shard, "position": self.position}
        # END SOLUTION

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where the loader that gave `state` stood: the next batch is the one it would have given."""
        # BEGIN SOLUTION
        self._open(state["shard"], state["position"])
        # END SOLUTION
