import numpy as np
import torch
import os
import typing


def join_documents(documents, eot=50256):
    ids: list[int] = []
    for document in documents:
        ids.extend([eot, *document])
    return ids


HEADER = np.dtype("<i4")


def write_shard(path, tokens):
    array = np.fromiter((int(t) for t in tokens), dtype=np.int64)
    bad = array[(array < 0) | (array >= 65536)]
    if len(bad):
        raise ValueError(f"{bad[0]} is no uint16")
    header = np.zeros(256, HEADER)
    header[:3] = [20240520, 1, len(array)]
    out: typing.BinaryIO
    with open(path, "wb") as out:
        header.tofile(out)
        array.astype("<u2").tofile(out)


def read_shard(path):
    header = np.fromfile(path, HEADER, 256)
    if header.shape != (256,):
        raise ValueError("no header")
    if tuple(header[:2]) != (20240520, 1):
        raise ValueError("wrong kind of file")
    # numpy itself refuses a map beyond the end ... but on some systems it would extend the file
    if os.stat(path).st_size < 1024 + int(header[2]) * 2:
        raise ValueError("short file")
    return np.memmap(path, "<u2", "r", 1024, (int(header[2]),))


def get_batch(data, block_size, batch_size, generator=None):
    n = len(data) - block_size
    idx = torch.randint(low=0, high=n, size=(batch_size,), generator=generator).numpy()
    x = np.stack([data[i : i + block_size] for i in idx])
    y = np.stack([data[i + 1 : i + 1 + block_size] for i in idx])
    return torch.tensor(x.astype(np.int64)), torch.tensor(y.astype(np.int64))


class DataLoaderLite:
    """A generator inside; its place is a count of batches."""

    def __init__(self, B, T, process_rank, num_processes, split, data_root="data"):
        self.shape = (B, T)
        self.process_rank = process_rank
        self.num_processes = num_processes
        self.files = [os.path.join(data_root, f) for f in sorted(os.listdir(data_root)) if split in f and f.endswith(".bin")]
        self.reset()

    def reset(self):
        self.served = 0
        self.stream = self._stream()

    def _stream(self):
        B, T = self.shape
        step = B * T * self.num_processes
        while True:
            for file in self.files:
                tokens = read_shard(file)
                for start in range(0, len(tokens) - step, step):
                    mine = start + self.process_rank * B * T
                    piece = np.array(tokens[mine : mine + B * T + 1], dtype=np.int64)
                    yield torch.from_numpy(piece[:-1].reshape(B, T)), torch.from_numpy(piece[1:].reshape(B, T))

    def next_batch(self):
        self.served += 1
        return next(self.stream)

    def state_dict(self):
        return {"served": self.served}

    def load_state_dict(self, state):
        self.reset()
        while self.served < state["served"]:
            self.next_batch()
