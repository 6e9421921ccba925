"""build-nanogpt's loader as it is: each rank decides by its own position when a shard is done, and tokens are lost.

chaff: ranks-leave-apart
"""
import os

import numpy as np
import torch


def load_tokens(filename):
    return torch.tensor(np.fromfile(filename, dtype=np.uint16)[512:].astype(np.int32), dtype=torch.long)


class DataLoaderLite:
    def __init__(self, B, T, process_rank, num_processes, split, data_root="edu_fineweb10B"):
        self.B, self.T = B, T
        self.process_rank, self.num_processes = process_rank, num_processes
        shards = sorted(s for s in os.listdir(data_root) if split in s)
        self.shards = [os.path.join(data_root, s) for s in shards]
        self.reset()

    def reset(self):
        self.current_shard = 0
        self.tokens = load_tokens(self.shards[self.current_shard])
        self.current_position = self.B * self.T * self.process_rank

    def next_batch(self):
        B, T = self.B, self.T
        buf = self.tokens[self.current_position : self.current_position + B * T + 1]
        x = (buf[:-1]).view(B, T)
        y = (buf[1:]).view(B, T)
        self.current_position += B * T * self.num_processes
        if self.current_position + (B * T * self.num_processes + 1) > len(self.tokens):
            self.current_shard = (self.current_shard + 1) % len(self.shards)
            self.tokens = load_tokens(self.shards[self.current_shard])
            self.current_position = B * T * self.process_rank
        return x, y

    def state_dict(self):
        return {"s": self.current_shard, "p": self.current_position}

    def load_state_dict(self, state):
        self.current_shard, self.current_position = state["s"], state["p"]
        self.tokens = load_tokens(self.shards[self.current_shard])


def read_shard(path):
    return np.memmap(path, dtype=np.uint16, mode="r", offset=1024)
