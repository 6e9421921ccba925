import math


def _linear(i, o):
    return i * o + o


def gpt_parameters(n_layer, n_embd, vocab_size, block_size, final_norm=True):
    shapes = [(vocab_size, n_embd), (block_size, n_embd)]
    for _ in range(n_layer):
        shapes += [(n_embd,), (n_embd,)]
        shapes += [(3 * n_embd, n_embd), (3 * n_embd,), (n_embd, n_embd), (n_embd,)]
        shapes += [(n_embd,), (n_embd,)]
        shapes += [(4 * n_embd, n_embd), (4 * n_embd,), (n_embd, 4 * n_embd), (n_embd,)]
    if final_norm:
        shapes += [(n_embd,), (n_embd,)]
    return sum(math.prod(s) for s in shapes)


def bert_parameters(n_layer, n_embd, vocab_size, block_size, pooler=True, masked_lm=False, next_sentence=False):
    C = n_embd
    n = (vocab_size + block_size + 2) * C + 2 * C
    n += n_layer * (4 * _linear(C, C) + _linear(C, 4 * C) + _linear(4 * C, C) + 2 * 2 * C)
    if pooler:
        n += _linear(C, C)
    if masked_lm:
        n += _linear(C, C) + 2 * C + vocab_size
    if next_sentence:
        n += _linear(C, 2)
    return n


def tokens_per_batch(sequences, block_size):
    return block_size * sequences


def comparison():
    gpt1 = dict(n_layer=12, n_embd=768, vocab_size=40478, block_size=512)
    bert = dict(n_layer=12, n_embd=768, vocab_size=30522, block_size=512)
    gpt2 = dict(n_layer=12, n_embd=768, vocab_size=50257, block_size=1024)
    rows = {}
    rows["GPT-2"] = [gpt_parameters(**gpt2), 1024, 50257, tokens_per_batch(512, 1024)]
    rows["BERT"] = [bert_parameters(**bert), 512, 30522, tokens_per_batch(256, 512)]
    rows["GPT-1"] = [gpt_parameters(**gpt1, final_norm=False), 512, 40478, tokens_per_batch(64, 512)]
    return rows
