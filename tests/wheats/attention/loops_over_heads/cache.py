import math
import torch
from model import GPT


def generate_cached(model, idx, max_new_tokens):
    keys = [None for _ in model.transformer.h]
    values = [None for _ in model.transformer.h]
    with torch.no_grad():
        x = idx
        pos = 0
        for step in range(max_new_tokens):
            p = torch.arange(pos, pos + x.size(1))
            h = model.transformer.wte(x) + model.transformer.wpe(p)
            for l, block in enumerate(model.transformer.h):
                a = block.ln_1(h)
                B, T, C = a.size()
                n_head = model.config.n_head
                q, k, v = block.attn.c_attn(a).split(C, dim=2)
                q, k, v = [t.view(B, T, n_head, C // n_head).transpose(1, 2) for t in (q, k, v)]
                if keys[l] is not None:
                    k = torch.cat((keys[l], k), dim=2)
                    v = torch.cat((values[l], v), dim=2)
                keys[l], values[l] = k, v
                att = q @ k.transpose(-2, -1) / math.sqrt(C // n_head)
                S = k.size(2)
                for t in range(T):
                    att[:, :, t, pos + t + 1:] = float("-inf")
                y = att.softmax(-1) @ v
                y = y.transpose(1, 2).contiguous().view(B, T, C)
                h = h + block.attn.c_proj(y)
                h = h + block.mlp(block.ln_2(h))
            pos += x.size(1)
            logits = model.lm_head(model.transformer.ln_f(h))[:, -1, :]
            x = torch.argmax(logits, dim=-1, keepdim=True)
            idx = torch.cat((idx, x), dim=1)
        # the last token is embedded too: a loop that computes first and appends afterwards does so
        model.transformer.wte(x)
    return idx
