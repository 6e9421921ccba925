import inspect
import math
import torch
from torch.nn import functional as F

def cross_entropy(logits, targets, ignore_index=-1):
    mask = (targets != ignore_index).to(logits.dtype)
    t = F.one_hot(targets * mask.long(), logits.size(-1)).to(logits.dtype)
    m = logits.max(-1, keepdim=True).values.detach()
    lse = (logits - m).exp().sum(-1, keepdim=True).log() + m
    nll = ((lse - logits) * t).sum(-1)
    return (nll * mask).sum() / max(mask.sum().item(), 1.0)

def cross_entropy_gradient(logits, targets, ignore_index=-1):
    mask = (targets != ignore_index).to(logits.dtype)
    e = torch.exp(logits - logits.amax(-1, keepdim=True))
    p = e / e.sum(-1, keepdim=True)
    t = F.one_hot((targets * mask).long(), logits.size(-1))
    return (p - t) * mask.unsqueeze(-1) / max(mask.sum().item(), 1.0)

class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def step(self, closure=None):
        for g in self.param_groups:
            for p in g['params']:
                if p.grad is None:
                    continue
                st = self.state[p]
                st['step'] = st.get('step', 0) + 1
                m = st['m'] = g['betas'][0] * st.get('m', 0) + (1 - g['betas'][0]) * p.grad
                v = st['v'] = g['betas'][1] * st.get('v', 0) + (1 - g['betas'][1]) * p.grad**2
                mhat = m / (1 - g['betas'][0]**st['step'])
                vhat = v / (1 - g['betas'][1]**st['step'])
                p.data = p.data - g['lr'] * (g['weight_decay'] * p.data + mhat / (vhat**0.5 + g['eps']))

def configure_optimizers(model, weight_decay, learning_rate, device_type):
    # start with all of the candidate parameters (that require grad)
    param_dict = {pn: p for pn, p in model.named_parameters() if p.requires_grad}
    decay_params = [p for n, p in param_dict.items() if p.dim() >= 2]
    nodecay_params = [p for n, p in param_dict.items() if p.dim() < 2]
    optim_groups = [
        {'params': decay_params, 'weight_decay': weight_decay},
        {'params': nodecay_params, 'weight_decay': 0.0}
    ]
    fused_available = 'fused' in inspect.signature(torch.optim.AdamW).parameters
    use_fused = fused_available and device_type == "cuda"
    optimizer = torch.optim.AdamW(optim_groups, lr=learning_rate, betas=(0.9, 0.95), eps=1e-8, fused=use_fused)
    return optimizer

def get_lr(it, max_lr, min_lr, warmup_steps, max_steps):
    # 1) linear warmup for warmup_iters steps
    if it < warmup_steps:
        return max_lr * (it+1) / warmup_steps
    # 2) if it > lr_decay_iters, return min learning rate
    if it > max_steps:
        return min_lr
    # 3) in between, use cosine decay down to min learning rate
    decay_ratio = (it - warmup_steps) / (max_steps - warmup_steps)
    assert 0 <= decay_ratio <= 1
    coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio)) # coeff starts at 1 and goes to 0
    return min_lr + coeff * (max_lr - min_lr)

def clip_grad_norm(parameters, max_norm):
    params = [p for p in parameters if p.grad is not None]
    norm = torch.cat([p.grad.reshape(-1) for p in params]).norm(2)
    if norm > max_norm:
        for p in params:
            p.grad = p.grad * (max_norm / norm)
    return norm.item()

def accumulate_gradients(model, micro_batches, ignore_index=-1):
    for p in model.parameters():
        p.grad = None
    total_targets = sum([int((y != ignore_index).sum()) for x, y in micro_batches]) or 1
    loss_accum = 0.0
    for micro_step in range(len(micro_batches)):
        x, y = micro_batches[micro_step]
        logits, loss = model(x, y)
        # the model returns a mean: back to the sum, then over the whole batch
        loss = loss * (y != ignore_index).sum() / total_targets
        loss_accum += loss.detach()
        loss.backward()
    return loss_accum
