import torch
from torch import nn
from torch.nn import functional as F


def encode_text(tokens, start, extract, block_size):
    tokens = torch.as_tensor(tokens)
    return torch.cat([torch.tensor([start]), tokens[: block_size - 2], torch.tensor([extract])])


def encode_pair(first, second, start, delimiter, extract):
    return torch.tensor([start, *first, delimiter, *second, extract])


def pad_batch(sequences, pad):
    lengths = torch.tensor([len(s) for s in sequences])
    idx = torch.full((len(sequences), int(lengths.max())), pad)
    idx[torch.arange(idx.shape[1]) < lengths[:, None]] = torch.cat([torch.as_tensor(s) for s in sequences])
    return idx, lengths - 1


class ClassifierHead(nn.Module):
    def __init__(self, n_embd, n_classes):
        super().__init__()
        self.linear = nn.Linear(n_embd, n_classes)

    def forward(self, hidden, last):
        onehot = F.one_hot(last, hidden.shape[1]).to(hidden.dtype)
        return self.linear(torch.einsum("btd,bt->bd", hidden, onehot))


def finetune_loss(model, head, idx, last, labels, lm_weight=0.5):
    h = model.hidden(idx)
    L2 = nn.CrossEntropyLoss()(head(h, last), labels)
    targets = idx.roll(-1, dims=1)
    targets[torch.arange(idx.shape[1]) >= last[:, None]] = -100
    L1 = nn.CrossEntropyLoss()(model.lm_head(h).permute(0, 2, 1), targets)
    return L2 + lm_weight * L1, L2, L1


def finetune(model, head, optimizer, batches, lm_weight=0.5):
    model.train()
    losses = []
    for idx, last, labels in batches:
        loss, *_ = finetune_loss(model, head, idx, last, labels, lm_weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


@torch.inference_mode()
def classify(model, head, idx, last):
    mode = model.training
    out = head(model.eval().hidden(idx), last).topk(1).indices.squeeze(1)
    model.train(mode)
    return out
