import torch
from torch import nn


def encode_text(tokens, start, extract, block_size):
    result = [start]
    for token in tokens:
        if len(result) < block_size - 1:
            result.append(token)
    result.append(extract)
    return result


def encode_pair(first, second, start, delimiter, extract):
    return [start] + [t for t in first] + [delimiter] + [t for t in second] + [extract]


def pad_batch(sequences, pad):
    longest = 0
    for s in sequences:
        longest = max(longest, len(s))
    idx, last = [], []
    for s in sequences:
        row = list(s)
        last.append(len(row) - 1)
        while len(row) < longest:
            row.append(pad)
        idx.append(row)
    return torch.tensor(idx), torch.tensor(last)


class ClassifierHead(nn.Module):
    def __init__(self, n_embd, n_classes):
        super().__init__()
        self.linear = nn.Linear(n_embd, n_classes)

    def forward(self, hidden, last):
        picked = []
        for row, place in zip(hidden, last):
            picked.append(row[int(place)])
        return self.linear(torch.stack(picked))


def finetune_loss(model, head, idx, last, labels, lm_weight=0.5):
    hidden = model.hidden(idx)
    classes = head(hidden, last)
    l2 = 0
    for row, label in zip(classes, labels):
        l2 = l2 - torch.log_softmax(row, 0)[label]
    l2 = l2 / len(labels)
    logits = model.lm_head(hidden)
    l1, n = 0, 0
    for b in range(len(idx)):
        for t in range(int(last[b])):
            l1 = l1 - torch.log_softmax(logits[b, t], 0)[idx[b, t + 1]]
            n = n + 1
    l1 = l1 / n
    return l2 + lm_weight * l1, l2, l1


def finetune(model, head, optimizer, batches, lm_weight=0.5):
    model.train()
    losses = []
    for batch in batches:
        loss, _, _ = finetune_loss(model, head, batch[0], batch[1], batch[2], lm_weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses


def classify(model, head, idx, last):
    was = model.training
    model.eval()
    with torch.no_grad():
        scores = head(model.hidden(idx), last)
    if was:
        model.train()
    return [row.index(max(row)) for row in scores.tolist()]
