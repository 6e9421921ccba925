from pathlib import Path

import torch
from torch import Tensor


def join_documents(documents, eot: int = 50256) -> Tensor:
    parts = []
    for document in documents:
        parts += [torch.tensor([eot]), torch.tensor(list(document), dtype=torch.long)]
    return torch.cat(parts).to(torch.int32)


def write_shard(path, tokens) -> None:
    ids = torch.as_tensor(tokens, dtype=torch.long)
    if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) > 0xFFFF):
        raise ValueError("ids must fit into uint16")
    header = torch.zeros(256, dtype=torch.int32)
    header[0], header[1], header[2] = 20240520, 1, ids.numel()
    Path(path).write_bytes(header.numpy().tobytes() + ids.to(torch.uint16).numpy().tobytes())


def read_shard(path) -> Tensor:
    size = Path(path).stat().st_size
    if size < 1024:
        raise ValueError(f"{path} has no header")
    with open(path, "rb") as file:
        header = torch.frombuffer(bytearray(file.read(1024)), dtype=torch.int32)
    magic, version, count = header[:3].tolist()
    if magic != 20240520 or version != 1 or size < 1024 + 2 * count:
        raise ValueError(f"{path} is not a whole shard")
    mapped = torch.from_file(str(path), shared=True, size=512 + count, dtype=torch.uint16)
    return mapped[512:]


def _long(part) -> Tensor:
    return torch.as_tensor(part).to(torch.int64)


def get_batch(data, block_size: int, batch_size: int, generator=None):
    starts = torch.rand(batch_size, generator=generator, dtype=torch.float64).mul(len(data) - block_size).long()
    whole = torch.as_tensor(data.astype("int64")) if hasattr(data, "astype") else data.to(torch.int64)
    windows = whole.unfold(0, block_size + 1, 1)[starts]
    return windows[:, :-1], windows[:, 1:]


class DataLoaderLite:
    def __init__(self, B, T, process_rank, num_processes, split, data_root="data"):
        self.B, self.T, self.rank, self.world = B, T, process_rank, num_processes
        self.paths = sorted(Path(data_root).glob(f"*{split}*.bin"))
        self.reset()

    def reset(self):
        self.state = {"shard": torch.tensor(0), "group": torch.tensor(0)}

    @property
    def tokens(self):
        tokens = read_shard(self.paths[int(self.state["shard"])])
        return torch.as_tensor(tokens.astype("int64")) if hasattr(tokens, "astype") else tokens

    def next_batch(self):
        n = self.B * self.T
        tokens = self.tokens
        group = int(self.state["group"])
        buffer = _long(tokens[(group * self.world + self.rank) * n :][: n + 1])
        groups = (len(tokens) - 1) // (n * self.world)
        if group + 1 == groups:
            self.state = {"shard": (self.state["shard"] + 1) % len(self.paths), "group": torch.tensor(0)}
        else:
            self.state = {"shard": self.state["shard"], "group": torch.tensor(group + 1)}
        return buffer[:-1].view(self.B, self.T), buffer[1:].view(self.B, self.T)

    def state_dict(self):
        return dict(self.state)

    def load_state_dict(self, state):
        self.state = dict(state)
