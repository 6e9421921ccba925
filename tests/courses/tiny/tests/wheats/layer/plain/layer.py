"""Everything by hand: no optimiser, no detach trick, a dataset of one's own."""

import torch
from torch.utils.data import DataLoader, Dataset


def affine(x, weight, bias):
    columns = [(x * row).sum(dim=-1) + b for row, b in zip(weight, bias, strict=True)]
    return torch.stack(columns, dim=-1)


class Affine(torch.nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.register_parameter("weight", torch.nn.Parameter(torch.empty(m, n).normal_()))
        self.register_parameter("bias", torch.nn.Parameter(torch.zeros(m)))

    def forward(self, x):
        return affine(x, self.weight, self.bias)


def train_step(model, x, y, rate):
    loss = torch.nn.functional.mse_loss(model(x), y)
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    with torch.no_grad():
        for parameter, gradient in zip(model.parameters(), gradients, strict=True):
            parameter -= rate * gradient
    return loss


def round_through(x):
    y = torch.round(x)
    return y.detach() + x - x.detach()


class Numbers(Dataset):
    def __init__(self, data):
        self.data = data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]


def batch_means(data, size):
    means = []
    for batch in DataLoader(Numbers(data), batch_size=size, shuffle=False, num_workers=2):
        means.append(float(batch.mean()))
    return means
