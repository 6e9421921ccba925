"""Leaves the bias out, written another way than the chaff.

chaff: bias-forgotten
"""

import torch


def affine(x, weight, bias):
    return torch.matmul(x, weight.transpose(0, 1))
