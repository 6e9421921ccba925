"""The cache hangs on the attention layers: their forward is replaced while we generate."""
import torch
import torch.nn.functional as F


@torch.no_grad()
def generate_cached(model, idx, max_new_tokens):
    if idx.shape[1] + max_new_tokens > model.config.block_size:
        raise ValueError("the context is full")
    layers = [b.attn for b in model.transformer.h]
    for layer in layers:
        layer.store = []

        def forward(x, layer=layer):
            B, T, C = x.shape
            H = model.config.n_head
            q, k, v = layer.c_attn(x).view(B, T, 3, H, C // H).unbind(2)
            layer.store.append((k, v))
            K = torch.cat([a for a, _ in layer.store], 1).transpose(1, 2)
            V = torch.cat([b for _, b in layer.store], 1).transpose(1, 2)
            mask = torch.arange(K.shape[2])[None, :] <= torch.arange(K.shape[2] - T, K.shape[2])[:, None]
            y = F.scaled_dot_product_attention(q.transpose(1, 2), K, V, attn_mask=mask)
            return layer.c_proj(y.transpose(1, 2).flatten(2))

        layer.forward = forward
    try:
        x, at = idx, 0
        out = [idx]
        for _ in range(max_new_tokens):
            h = model.transformer.wte(x) + model.transformer.wpe.weight[at:at + x.shape[1]]
            at += x.shape[1]
            for block in model.transformer.h:
                h = block(h)
            x = model.lm_head(model.transformer.ln_f(h[:, -1:]))[:, :, :].argmax(-1)
            out.append(x)
        return torch.cat(out, 1)
    finally:
        for layer in layers:
            del layer.forward, layer.store
