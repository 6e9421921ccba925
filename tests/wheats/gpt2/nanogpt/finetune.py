import torch
import torch.nn as nn
from torch.nn import functional as F


def encode_text(tokens, start, extract, block_size):
    ids = [start] + list(tokens)
    return ids[: block_size - 1] + [extract]


def encode_pair(first, second, start, delimiter, extract):
    return [start] + list(first) + [delimiter] + list(second) + [extract]


def pad_batch(sequences, pad):
    width = max(len(s) for s in sequences)
    idx = torch.full((len(sequences), width), pad, dtype=torch.long)
    for i, s in enumerate(sequences):
        idx[i, : len(s)] = torch.tensor(s)
    return idx, torch.tensor([len(s) for s in sequences]) - 1


class ClassifierHead(nn.Module):
    def __init__(self, n_embd, n_classes):
        super().__init__()
        self.linear = nn.Linear(n_embd, n_classes)

    def forward(self, hidden, last):
        B, T, C = hidden.shape
        h = hidden.gather(1, last.view(B, 1, 1).expand(B, 1, C))[:, 0]
        return self.linear(h)


def finetune_loss(model, head, idx, last, labels, lm_weight=0.5):
    h = model.hidden(idx)
    clf = F.cross_entropy(head(h, last), labels)
    y = torch.full_like(idx, -1)
    for b in range(idx.size(0)):
        y[b, : last[b]] = idx[b, 1 : last[b] + 1]
    logits = model.lm_head(h)
    lm = F.cross_entropy(logits.view(-1, logits.size(-1)), y.view(-1), ignore_index=-1)
    return clf + lm_weight * lm, clf, lm


def finetune(model, head, optimizer, batches, lm_weight=0.5):
    model.train()
    out = []
    for idx, last, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        loss = finetune_loss(model, head, idx, last, labels, lm_weight)[0]
        loss.backward()
        optimizer.step()
        out.append(loss.detach())
    return torch.stack(out)


@torch.no_grad()
def classify(model, head, idx, last):
    mode = model.training
    model.eval()
    out = head(model.hidden(idx), last).max(1)[1]
    if mode:
        model.train()
    return out
