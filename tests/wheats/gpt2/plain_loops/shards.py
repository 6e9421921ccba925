import numpy as np
import torch
import glob
import mmap


def join_documents(documents, eot=50256):
    result = []
    for document in documents:
        result = result + [eot] + list(document)
    return result


def write_shard(path, tokens):
    for token in tokens:
        if token < 0 or token > 65535:
            raise ValueError("token %d does not fit" % token)
    f = open(path, "wb")
    for number in [20240520, 1, len(tokens)] + [0] * 253:
        f.write(int(number).to_bytes(4, "little", signed=True))
    for token in tokens:
        f.write(int(token).to_bytes(2, "little"))
    f.close()


def read_shard(path):
    f = open(path, "rb")
    whole = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    f.close()
    if len(whole) < 1024:
        raise ValueError(f"{path}: half a header")
    numbers = [int.from_bytes(whole[4 * i : 4 * i + 4], "little", signed=True) for i in range(3)]
    if numbers[:2] != [20240520, 1]:
        raise ValueError(f"{path}: not a shard")
    if len(whole) < 1024 + 2 * numbers[2]:
        raise ValueError(f"{path}: too short")
    return np.frombuffer(whole, dtype="<u2", count=numbers[2], offset=1024)


def get_batch(data, block_size, batch_size, generator=None):
    x, y = [], []
    for _ in range(batch_size):
        start = int(torch.randint(0, len(data) - block_size, (1,), generator=generator))
        x.append([int(data[start + i]) for i in range(block_size)])
        y.append([int(data[start + i + 1]) for i in range(block_size)])
    return torch.tensor(x), torch.tensor(y)


class DataLoaderLite:
    def __init__(self, B, T, process_rank, num_processes, split, data_root="data"):
        self.B, self.T, self.r, self.P = B, T, process_rank, num_processes
        files = []
        for file in sorted(glob.glob(str(data_root) + "/*.bin")):
            if split in file.replace("\\", "/").split("/")[-1]:
                files.append(file)
        self.data = [read_shard(file) for file in files]
        self.reset()

    def reset(self):
        self.which = 0
        self.group = 0

    def next_batch(self):
        B, T, P = self.B, self.T, self.P
        data = self.data[self.which]
        begin = (self.group * P + self.r) * B * T
        x = torch.zeros(B, T, dtype=torch.int64)
        y = torch.zeros(B, T, dtype=torch.int64)
        for b in range(B):
            for t in range(T):
                x[b, t] = int(data[begin + b * T + t])
                y[b, t] = int(data[begin + b * T + t + 1])
        self.group += 1
        if (self.group + 1) * P * B * T >= len(data):
            self.group = 0
            self.which = self.which + 1
            if self.which == len(self.data):
                self.which = 0
        return x, y

    def state_dict(self):
        return {"which": self.which, "group": self.group}

    def load_state_dict(self, state):
        self.which = state["which"]
        self.group = state["group"]
