import torch
import torch.nn as nn
import torch.nn.functional as F

def encode_text(tokens, start, extract, block_size):
    room = block_size - 2
    if len(tokens) > room:
        tokens = tokens[:room]
    return [start, *tokens, extract]

def encode_pair(first, second, start, delimiter, extract):
    out = [start]
    out += first
    out += [delimiter]
    out += second
    out += [extract]
    return out

def pad_batch(sequences, pad):
    lens = [len(s) for s in sequences]
    rows = [list(s) + [pad] * (max(lens) - len(s)) for s in sequences]
    return torch.tensor(rows), torch.tensor(lens) - 1

class ClassifierHead(nn.Module):
    def __init__(self, n_embd, n_classes):
        super().__init__()
        self.linear = nn.Linear(n_embd, n_classes)

    def forward(self, hidden, last):
        return torch.stack([self.linear(hidden[i, last[i]]) for i in range(hidden.size(0))])

def finetune_loss(model, head, idx, last, labels, lm_weight=0.5):
    hidden = model.hidden(idx)
    l2 = F.cross_entropy(head(hidden, last), labels, reduction='mean')
    logits = model.lm_head(hidden)
    shift_logits, shift_tokens = logits[:, :-1], idx[:, 1:]
    losses = F.cross_entropy(shift_logits.transpose(1, 2), shift_tokens, reduction='none')
    mask = (torch.arange(1, idx.size(1))[None, :] <= last[:, None]).to(losses.dtype)
    l1 = (losses * mask).sum() / mask.sum()
    return l2 + lm_weight * l1, l2, l1

def finetune(model, head, optimizer, batches, lm_weight=0.5):
    model.train(); head.train()
    hist = []
    for step, (idx, last, labels) in enumerate(batches):
        optimizer.zero_grad()
        l3, l2, l1 = finetune_loss(model, head, idx, last, labels, lm_weight)
        l3.backward()
        optimizer.step()
        hist.append(l3.item())
    return hist

def classify(model, head, idx, last):
    training = model.training
    model.eval()
    with torch.no_grad():
        logits = head(model.hidden(idx), last)
    model.train(training)
    return torch.softmax(logits, -1).argmax(-1)
