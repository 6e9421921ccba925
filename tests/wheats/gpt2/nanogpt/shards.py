import os, struct
import numpy as np
import torch


def join_documents(documents, eot=50256):
    out = []
    for ids in documents:
        out.append(eot)
        out.extend(ids)
    arr = np.zeros(len(out), dtype=np.uint16)
    arr[:] = out
    return arr


def write_shard(path, tokens):
    arr = np.array(tokens, dtype=np.int64)
    assert ((0 <= arr) & (arr < 2**16)).all(), "token dictionary too large for uint16"
    with open(path, "wb") as f:
        f.write(struct.pack("<3i", 20240520, 1, len(arr)))
        f.write(bytes(4 * 253))
        f.write(arr.astype(np.uint16).tobytes())


def read_shard(path):
    n_bytes = os.path.getsize(path)
    with open(path, "rb") as f:
        head = f.read(1024)
    if len(head) != 1024:
        raise ValueError("header too short")
    magic, version, n = struct.unpack_from("<3i", head)
    if magic != 20240520:
        raise ValueError("magic number mismatch")
    if version != 1:
        raise ValueError("unsupported version")
    if n_bytes < 1024 + 2 * n:
        raise ValueError("file too short")
    return np.memmap(path, dtype=np.uint16, mode="r")[512 : 512 + n]


def get_batch(data, block_size, batch_size, generator=None):
    ix = torch.randint(len(data) - block_size, (batch_size,), generator=generator)
    x = torch.stack([torch.from_numpy((data[i : i + block_size]).astype(np.int64)) for i in ix])
    y = torch.stack([torch.from_numpy((data[i + 1 : i + 1 + block_size]).astype(np.int64)) for i in ix])
    return x, y


class DataLoaderLite:
    def __init__(self, B, T, process_rank, num_processes, split, data_root="data"):
        self.B, self.T, self.rank, self.world = B, T, process_rank, num_processes
        names = sorted(n for n in os.listdir(data_root) if split in n and n.endswith(".bin"))
        self.files = [os.path.join(data_root, n) for n in names]
        self.reset()

    def reset(self):
        self.step = 0
        # every (shard, start) of a whole group, worked out in advance
        self.groups = []
        self.shards = [read_shard(f) for f in self.files]
        size = self.B * self.T * self.world
        for s, toks in enumerate(self.shards):
            at = 0
            while at + size + 1 <= len(toks):
                self.groups.append((s, at))
                at += size

    def next_batch(self):
        s, at = self.groups[self.step % len(self.groups)]
        self.step += 1
        at += self.rank * self.B * self.T
        buf = torch.tensor(self.shards[s][at : at + self.B * self.T + 1].astype(np.int64))
        return buf[:-1].reshape(self.B, self.T), buf[1:].reshape(self.B, self.T)

    def state_dict(self):
        return {"step": self.step}

    def load_state_dict(self, state):
        self.step = state["step"]
