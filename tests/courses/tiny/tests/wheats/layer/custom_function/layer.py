"""A custom autograd function, functional calls, and one stack of means."""

import torch
from torch import nn
from torch.utils.data import DataLoader


def affine(x, weight, bias):
    return torch.einsum("...n,mn->...m", x, weight) + bias


class Affine(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(m))
        self.weight = nn.Parameter(torch.normal(0.0, 1.0, size=(m, n)))

    def forward(self, x):
        return nn.functional.linear(x, self.weight, self.bias)


def train_step(model, x, y, rate):
    model.zero_grad()
    loss = (model(x) - y).pow(2).mean()
    loss.backward()
    for parameter in model.parameters():
        parameter.data.add_(parameter.grad, alpha=-rate)
    return loss.detach().numpy()


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


def round_through(x):
    return Rounded.apply(x)


def batch_means(data, size):
    return torch.stack([batch.mean() for batch in DataLoader(data, size, num_workers=2)])
