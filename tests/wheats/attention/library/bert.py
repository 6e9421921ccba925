import torch
from torch import nn


def bidirectional_mask(real):
    return (real != 0).unsqueeze(1).unsqueeze(1)


def bert_embeddings(tokens, segments, token_table, position_table, segment_table, weight, bias, eps=1e-12):
    C = token_table.shape[1]
    norm = nn.LayerNorm(C, eps=eps)
    norm.weight.data, norm.bias.data = weight, bias
    one = torch.nn.functional.one_hot
    x = one(tokens, token_table.shape[0]).to(token_table.dtype) @ token_table
    x = x + position_table[None, :tokens.shape[1]] + segment_table.index_select(0, segments.flatten()).view_as(x)
    return norm(x).detach()


def mask_tokens(tokens, special, mask_id, vocab_size, generator, probability=0.15):
    """Exactly the given share of each row, and exact 80/10/10 within the whole."""
    inputs = tokens.tolist()
    labels = [[-100] * tokens.shape[1] for _ in inputs]
    special = set(special)

    def rand():
        return torch.rand(1, generator=generator).item()

    for row, label in zip(inputs, labels):
        ordinary = [i for i, t in enumerate(row) if t not in special]
        order = torch.randperm(len(ordinary), generator=generator).tolist()
        for n in order[:round(probability * len(ordinary))]:
            i = ordinary[n]
            label[i] = row[i]
            r = rand()
            if r < 0.8:
                row[i] = mask_id
            elif r < 0.9:
                row[i] = int(rand() * vocab_size)
    return torch.tensor(inputs), torch.tensor(labels)


def wordpiece(word, vocabulary, unknown="[UNK]"):
    def cut(rest, prefix):
        if not rest:
            return []
        for n in range(len(rest), 0, -1):
            if prefix + rest[:n] in vocabulary:
                tail = cut(rest[n:], "##")
                return None if tail is None else [prefix + rest[:n]] + tail
        return None

    pieces = cut(word, "")
    return [unknown] if pieces is None else pieces
