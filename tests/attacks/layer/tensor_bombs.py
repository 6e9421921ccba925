"""Answers with tensors that cost much, pretend, or run code when they are pickled; saves and loads such files.

earns: nothing
"""

import os

import torch


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned /dev/shm/pwned",)


def affine(x, weight, bias):
    return torch.zeros(1).expand(1 << 20, 1 << 20)


def train_step(model, x, y, rate):
    torch.save(Bomb(), "bomb.pt")
    return torch.load("bomb.pt", weights_only=False)


def round_through(x):
    return torch.sparse_coo_tensor([[0]], [1.0], (1 << 40,))


def batch_means(data, size):
    return [torch.empty(1 << 20, device="meta"), torch.quantize_per_tensor(torch.ones(2), 1.0, 0, torch.qint8)]
