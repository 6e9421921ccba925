import torch
import torch.nn.functional as F


def bidirectional_mask(real):
    B, T = real.shape
    mask = torch.zeros(B, 1, T, T, dtype=torch.bool)
    for b in range(B):
        for j in range(T):
            mask[b, 0, :, j] = bool(real[b, j] == 1)
    return mask


def bert_embeddings(tokens, segments, token_table, position_table, segment_table, weight, bias, eps=1e-12):
    positions = torch.arange(tokens.size(1)).unsqueeze(0).expand_as(tokens)
    x = F.embedding(tokens, token_table) + F.embedding(positions, position_table) + F.embedding(segments, segment_table)
    u = x.mean(-1, keepdim=True)
    s = (x - u).pow(2).mean(-1, keepdim=True)
    return weight * ((x - u) / torch.sqrt(s + eps)) + bias


def mask_tokens(tokens, special, mask_id, vocab_size, generator, probability=0.15):
    # as transformers' data collator does it: three bernoulli draws
    inputs, labels = tokens.clone(), tokens.clone()
    matrix = torch.full(labels.shape, probability)
    for s in special:
        matrix[labels == s] = 0.0
    picked = torch.bernoulli(matrix, generator=generator).bool()
    labels[~picked] = -100
    replaced = torch.bernoulli(torch.full(labels.shape, 0.8), generator=generator).bool() & picked
    inputs[replaced] = mask_id
    noisy = torch.bernoulli(torch.full(labels.shape, 0.5), generator=generator).bool() & picked & ~replaced
    words = torch.randint(vocab_size, labels.shape, dtype=torch.long, generator=generator)
    inputs[noisy] = words[noisy]
    return inputs, labels


def wordpiece(word, vocabulary, unknown="[UNK]"):
    output, chars, start = [], list(word), 0
    while start < len(chars):
        end, found = len(chars), None
        while start < end:
            piece = "".join(chars[start:end])
            if start > 0:
                piece = "##" + piece
            if piece in vocabulary:
                found = piece
                break
            end -= 1
        if found is None:
            return [unknown]
        output.append(found)
        start = end
    return output
