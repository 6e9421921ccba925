"""所有题目都写在一个文件里。"""
import io, os, glob, math, random, re, struct, hashlib, inspect, tempfile
from collections import Counter
from dataclasses import dataclass
import numpy as np
from pathlib import Path
from torch import Tensor
import torch
import torch.nn as nn
import torch.nn.functional as F




def join_documents(documents, eot: int = 50256) -> Tensor:
    parts = []
    for document in documents:
        parts += [torch.tensor([eot]), torch.tensor(list(document), dtype=torch.long)]
    return torch.cat(parts).to(torch.int32)


def write_shard(path, tokens) -> None:
    ids = torch.as_tensor(tokens, dtype=torch.long)
    if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) > 0xFFFF):
        raise ValueError("ids must fit into uint16")
    header = torch.zeros(256, dtype=torch.int32)
    header[0], header[1], header[2] = 20240520, 1, ids.numel()
    Path(path).write_bytes(header.numpy().tobytes() + ids.to(torch.uint16).numpy().tobytes())


def read_shard(path) -> Tensor:
    size = Path(path).stat().st_size
    if size < 1024:
        raise ValueError(f"{path} has no header")
    with open(path, "rb") as file:
        header = torch.frombuffer(bytearray(file.read(1024)), dtype=torch.int32)
    magic, version, count = header[:3].tolist()
    if magic != 20240520 or version != 1 or size < 1024 + 2 * count:
        raise ValueError(f"{path} is not a whole shard")
    mapped = torch.from_file(str(path), shared=True, size=512 + count, dtype=torch.uint16)
    return mapped[512:]


def _long(part) -> Tensor:
    return torch.as_tensor(part).to(torch.int64)


def get_batch(data, block_size: int, batch_size: int, generator=None):
    starts = torch.rand(batch_size, generator=generator, dtype=torch.float64).mul(len(data) - block_size).long()
    whole = torch.as_tensor(data.astype("int64")) if hasattr(data, "astype") else data.to(torch.int64)
    windows = whole.unfold(0, block_size + 1, 1)[starts]
    return windows[:, :-1], windows[:, 1:]


class DataLoaderLite:
    def __init__(self, B, T, process_rank, num_processes, split, data_root="data"):
        self.B, self.T, self.rank, self.world = B, T, process_rank, num_processes
        self.paths = sorted(Path(data_root).glob(f"*{split}*.bin"))
        self.reset()

    def reset(self):
        self.state = {"shard": torch.tensor(0), "group": torch.tensor(0)}

    @property
    def tokens(self):
        tokens = read_shard(self.paths[int(self.state["shard"])])
        return torch.as_tensor(tokens.astype("int64")) if hasattr(tokens, "astype") else tokens

    def next_batch(self):
        n = self.B * self.T
        tokens = self.tokens
        group = int(self.state["group"])
        buffer = _long(tokens[(group * self.world + self.rank) * n :][: n + 1])
        groups = (len(tokens) - 1) // (n * self.world)
        if group + 1 == groups:
            self.state = {"shard": (self.state["shard"] + 1) % len(self.paths), "group": torch.tensor(0)}
        else:
            self.state = {"shard": self.state["shard"], "group": torch.tensor(group + 1)}
        return buffer[:-1].view(self.B, self.T), buffer[1:].view(self.B, self.T)

    def state_dict(self):
        return dict(self.state)

    def load_state_dict(self, state):
        self.state = dict(state)



def cross_entropy(logits, targets, ignore_index=-1):
    keep = targets != ignore_index
    if not keep.any():
        return logits.sum() * 0.0
    logits, targets = logits[keep], targets[keep]
    logp = torch.log_softmax(logits, dim=1)
    return -logp[torch.arange(len(targets)), targets].mean()


def cross_entropy_gradient(logits, targets, ignore_index=-1):
    grad = torch.zeros_like(logits)
    keep = (targets != ignore_index).nonzero()[:, 0]
    for i in keep.tolist():
        p = torch.softmax(logits[i], 0)
        p[targets[i]] -= 1.0
        grad[i] = p / len(keep)
    return grad


class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            lr, wd, eps = group["lr"], group["weight_decay"], group["eps"]
            for p in group["params"]:
                g = p.grad
                if g is None:
                    continue
                s = self.state[p]
                if "t" not in s:
                    s["t"] = torch.tensor(0.0)
                    s["exp_avg"] = torch.zeros_like(p)
                    s["exp_avg_sq"] = torch.zeros_like(p)
                s["t"] += 1
                t = s["t"].item()
                s["exp_avg"] = b1 * s["exp_avg"] + (1 - b1) * g
                s["exp_avg_sq"] = b2 * s["exp_avg_sq"] + (1 - b2) * g * g
                p -= lr * wd * p
                step_size = lr / (1 - b1**t)
                denom = s["exp_avg_sq"].sqrt() / math.sqrt(1 - b2**t) + eps
                p -= step_size * s["exp_avg"] / denom


def configure_optimizers(model, weight_decay, learning_rate, betas=(0.9, 0.95), device_type="cpu"):
    param_dict = {pn: p for pn, p in model.named_parameters()}
    param_dict = {pn: p for pn, p in param_dict.items() if p.requires_grad}
    decay_params = [p for n, p in param_dict.items() if p.dim() >= 2]
    nodecay_params = [p for n, p in param_dict.items() if p.dim() < 2]
    optim_groups = [
        {"params": decay_params, "weight_decay": weight_decay},
        {"params": nodecay_params, "weight_decay": 0.0},
    ]
    print(f"num decayed parameter tensors: {len(decay_params)}")
    print(f"num non-decayed parameter tensors: {len(nodecay_params)}")
    fused_available = "fused" in inspect.signature(torch.optim.AdamW).parameters
    use_fused = fused_available and device_type == "cuda"
    extra_args = dict(fused=True) if use_fused else dict()
    return torch.optim.AdamW(optim_groups, lr=learning_rate, betas=betas, **extra_args)


def get_lr(it, max_lr, min_lr, warmup_steps, max_steps):
    # 1) linear warmup for warmup_iters steps
    if it < warmup_steps:
        return max_lr * (it + 1) / (warmup_steps + 1)
    # 2) if it > lr_decay_iters, return min learning rate
    if it > max_steps:
        return min_lr
    # 3) in between, use cosine decay down to min learning rate
    decay_ratio = (it - warmup_steps) / (max_steps - warmup_steps)
    assert 0 <= decay_ratio <= 1
    coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio))
    return min_lr + coeff * (max_lr - min_lr)


def clip_grad_norm(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.norm(torch.stack([torch.norm(g) for g in grads]))
    coef = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    for g in grads:
        g.mul_(coef)
    return total


def accumulate_gradients(model, micro_batches, ignore_index=-1):
    for p in model.parameters():
        p.grad = None
    n = [(y != ignore_index).sum() for _, y in micro_batches]
    N = sum(n)
    lossf = 0.0
    for k, (x, y) in zip(n, micro_batches):
        logits, loss = model(x, y)
        loss = loss * (k / N)
        loss.backward()
        lossf += loss.detach()
    return lossf





@dataclass
class TrainConfig:
    max_steps: int
    max_lr: float = 6e-4
    min_lr: float = 6e-5
    warmup_steps: int = 0
    grad_accum_steps: int = 1
    grad_clip: float = 1.0
    eval_every: int = 0
    checkpoint_every: int = 0
    checkpoint: object = None


@torch.no_grad()
def estimate_loss(model, batch_of, eval_iters, splits=("train", "val")):
    out = {}
    model.eval()
    for split in splits:
        losses = torch.zeros(eval_iters)
        for k in range(eval_iters):
            X, Y = batch_of(split)
            logits, loss = model(X, Y)
            losses[k] = loss.item()
        out[split] = losses.mean()
    model.train()
    return out


def save_checkpoint(path, model, optimizer, loader, step, history):
    state_dict = model.state_dict()
    clean = {}
    for k, v in state_dict.items():
        for prefix in ("module.", "_orig_mod."):
            if k.startswith(prefix):
                k = k[len(prefix):]
        clean[k] = v
    checkpoint = {
        "model": clean,
        "optimizer": optimizer.state_dict(),
        "iter_num": step,
        "log": history,
        "loader": loader.state_dict(),
        "rng": (torch.get_rng_state(), np.random.get_state(), random.getstate()),
    }
    torch.save(checkpoint, path)


def load_checkpoint(path, model, optimizer, loader):
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    loader.load_state_dict(checkpoint["loader"])
    t, n, r = checkpoint["rng"]
    torch.set_rng_state(t)
    np.random.set_state(n)
    random.setstate(r)
    return checkpoint["iter_num"], checkpoint["log"]


def train(model, optimizer, loader, config, evaluate=None):
    iter_num = 0
    history = []
    if config.checkpoint and os.path.exists(config.checkpoint):
        iter_num, history = load_checkpoint(config.checkpoint, model, optimizer, loader)
    model.train()
    while True:
        if iter_num >= config.max_steps:
            break
        lr = get_lr(iter_num, config.max_lr, config.min_lr, config.warmup_steps, config.max_steps)
        for param_group in optimizer.param_groups:
            param_group["lr"] = lr
        batches = []
        for micro_step in range(config.grad_accum_steps):
            batches.append(loader.next_batch())
        loss = accumulate_gradients(model, batches)
        norm = clip_grad_norm(model.parameters(), config.grad_clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        iter_num += 1
        entry = dict(step=iter_num, lr=lr, loss=float(loss), norm=float(norm))
        if evaluate and config.eval_every > 0 and iter_num % config.eval_every == 0:
            entry["val"] = evaluate(model)
        history.append(entry)
        if config.checkpoint and config.checkpoint_every > 0 and iter_num % config.checkpoint_every == 0:
            save_checkpoint(config.checkpoint, model, optimizer, loader, iter_num, history)
    return history


def save_whole(path, state):
    tmp = str(path) + ".part"
    torch.save(state, tmp)
    os.replace(tmp, path)


def load_whole(path):
    try:
        return torch.load(path, weights_only=False)
    except Exception as e:
        raise ValueError("checkpoint %s is damaged: %r" % (path, e))


def read_rank(environ):
    if 'RANK' in environ:
        return int(environ['RANK']), int(environ['LOCAL_RANK']), int(environ['WORLD_SIZE'])
    return 0, 0, 1

def split_batch(x, y, rank, world_size):
    B = x.shape[0]
    if B % world_size != 0:
        raise ValueError("make sure the batch is divisible by world_size")
    b = B // world_size
    return x[rank*b:(rank+1)*b], y[rank*b:(rank+1)*b]

def average_gradients(parameters, world_size, reduce):
    # one bucket for everything
    params = [p for p in parameters if p.grad is not None]
    flat = torch.cat([p.grad.flatten() for p in params])
    reduce(flat)
    flat = flat / world_size
    i = 0
    for p in params:
        n = p.numel()
        p.grad = flat[i:i+n].view_as(p).clone()
        i += n

def parallel_step(model, optimizer, micro_batches, world_size, reduce, grad_clip=1.0):
    optimizer.zero_grad()
    loss_accum = accumulate_gradients(model, micro_batches)
    average_gradients(model.parameters(), world_size, reduce)
    norm = clip_grad_norm(model.parameters(), grad_clip)
    optimizer.step()
    loss_accum = torch.tensor([float(loss_accum)])
    loss_accum = reduce(loss_accum) / world_size
    return loss_accum.item(), norm



def logsoftmax(row):
    top = max(row)
    z = top + math.log(sum(math.exp(a - top) for a in row))
    return [a - z for a in row]


def score(model, ids):
    """ids -> list of log-probability rows"""
    with torch.no_grad():
        logits, _ = model(torch.tensor([list(ids)]))
    return [logsoftmax(row) for row in logits[0].tolist()]


def sliding_nll(model, tokens, max_length, stride):
    n = len(tokens)
    total, count = 0.0, 0
    for i in range(1, n):
        # the first window whose last target is not before i
        k = 0
        while k * stride + max_length < i:
            k = k + 1
        rows = score(model, tokens[k * stride : i])
        total = total - rows[-1][tokens[i]]
        count = count + 1
    return total, count


def perplexity(model, tokens, max_length, stride):
    total, count = sliding_nll(model, tokens, max_length, stride)
    return math.exp(total / count)


def bits_per_byte(total_nll, text):
    return total_nll / 0.6931471805599453 / len(list(text.encode("utf-8")))


def bits_per_character(total_nll, text):
    n = 0
    for _ in text:
        n += 1
    return total_nll / 0.6931471805599453 / n


def continuation_logprobs(model, context, continuation):
    result = []
    so_far = list(context)
    for token in continuation:
        result.append(score(model, so_far)[-1][token])
        so_far.append(token)
    return result


def last_word(model, items):
    right = 0
    total = 0.0
    for context, word in items:
        ok = True
        so_far = list(context)
        for token in word:
            row = score(model, so_far)[-1]
            total += row[token]
            if row.index(max(row)) != token:
                ok = False
            so_far.append(token)
        if ok:
            right += 1
    return right / len(items), math.exp(-total / len(items))


def choose(model, context, candidates, suffix=(), score="sum"):
    scores = []
    for candidate in candidates:
        a = continuation_logprobs(model, context, candidate)
        b = continuation_logprobs(model, list(context) + list(candidate), suffix)
        if score == "sum":
            scores.append(sum(a) + sum(b))
        if score == "mean":
            scores.append((sum(a) + sum(b)) / (len(a) + len(b)))
        if score == "partial":
            scores.append(sum(b))
    best = 0
    for i in range(len(scores)):
        if scores[i] > scores[best]:
            best = i
    return best


def acceptability(model, tokens):
    values = continuation_logprobs(model, [tokens[0]], tokens[1:])
    return sum(values) / len(values)


def matthews(predicted, truth):
    tp = tn = fp = fn = 0
    for p, t in zip(predicted, truth):
        if p and t:
            tp += 1
        elif p:
            fp += 1
        elif t:
            fn += 1
        else:
            tn += 1
    below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if below == 0:
        return 0
    return (tp * tn - fp * fn) / math.sqrt(below)


def choose_threshold(scores, labels):
    best, best_threshold = -2, None
    for threshold in scores:
        m = matthews([1 if s >= threshold else 0 for s in scores], labels)
        if m > best:
            best, best_threshold = m, threshold
    return best_threshold


def sentiment(model, tokens, very, positive, negative):
    context = list(tokens) + list(very)
    if sum(continuation_logprobs(model, context, positive)) > sum(continuation_logprobs(model, context, negative)):
        return 1
    return 0


def split_units(text, characters=False):
    text = text.lower()
    if characters:
        return list(filter(str.isalnum, text))
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(c if c in allowed else " " for c in text).split()


def overlap(test, train, n=8, characters=False):
    def grams(text):
        u = split_units(text, characters)
        return [u[i : i + n] for i in range(len(u) - n + 1)]

    seen = []
    for text in train:
        seen.extend(grams(text))
    asked = grams(test)
    if len(asked) == 0:
        return 0
    found = 0
    for g in asked:
        if g in seen:
            found += 1
    return found / len(asked)



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



def gpt2_parameters(n_layer, n_embd, vocab_size=50257, block_size=1024):
    out = dict()
    out["wpe"] = n_embd * block_size
    out["wte"] = n_embd * vocab_size
    out["ln"] = 2 * n_embd
    out["attn"] = n_embd * 3 * n_embd + 3 * n_embd + n_embd**2 + n_embd
    out["mlp"] = n_embd * 4 * n_embd + 4 * n_embd + 4 * n_embd * n_embd + n_embd
    block = 2 * out["ln"] + out["attn"] + out["mlp"]
    return out["wpe"] + out["wte"] + n_layer * block + out["ln"]


def kaplan_parameters(n_layer, n_embd):
    return n_layer * (4 * n_embd**2 + 8 * n_embd**2)


def flops_palm(n_layer, n_embd, vocab_size=50257, block_size=1024):
    N = gpt2_parameters(n_layer, n_embd, vocab_size, block_size) - block_size * n_embd
    L, H, Q, T = n_layer, 1, n_embd, block_size
    return 6 * N + 12 * L * H * Q * T


def flops_kaplan(n_layer, n_embd, block_size=1024):
    return 3 * (2 * kaplan_parameters(n_layer, n_embd) + 2 * n_layer * block_size * n_embd)


def flops_hoffmann(n_layer, n_embd, n_head, vocab_size=50257, block_size=1024):
    T, d, V = block_size, n_embd, vocab_size
    forward = 2 * T * V * d
    for _ in range(n_layer):
        forward += 2 * 3 * T * d * d + 2 * T * T * d + 3 * n_head * T * T + 2 * T * T * d + 2 * T * d * d
        forward += 2 * T * (d * 4 * d + 4 * d * d)
    forward += 2 * T * d * V
    return 3 * forward / T


def tokens_per_batch(rows, length, grad_accum_steps=1, world_size=1):
    return grad_accum_steps * world_size * rows * length


def training_memory(parameters):
    return parameters * (4 + 4 + 8)


def estimate_mfu(flops_per_token, tokens, seconds, peak_flops):
    flops_achieved = flops_per_token * tokens * (1.0 / seconds)
    return flops_achieved / peak_flops


def petaflop_days(flops):
    return flops / (1e15 * 24 * 3600)


def power_law(x, scale, exponent):
    return math.exp(exponent * (math.log(scale) - math.log(x)))


def kaplan_loss(parameters, tokens, n_c=6.4e13, d_c=1.8e13, alpha_n=0.076, alpha_d=0.103):
    return math.pow(math.pow(n_c / parameters, alpha_n / alpha_d) + d_c / tokens, alpha_d)


def kaplan_optimal(pf_days):
    return 1.3e9 * pf_days**0.73, 2e10 * pf_days**0.27


def hoffmann_loss(parameters, tokens, E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    return E + A * parameters ** (-alpha) + B * tokens ** (-beta)


def hoffmann_optimal(flops, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    G = (alpha * A / beta / B) ** (1 / (alpha + beta))
    a, b = beta / (alpha + beta), alpha / (alpha + beta)
    return G * (flops / 6) ** a, (flops / 6) ** b / G


def twenty_tokens(flops):
    n = math.sqrt(flops / 6 / 20)
    return n, 20 * n




def _grams(text, n, characters):
    u = split_units(text, characters)
    return Counter(tuple(u[i : i + n]) for i in range(len(u) - n + 1))


def rouge_n(candidate, reference, n, characters=False):
    c, r = _grams(candidate, n, characters), _grams(reference, n, characters)
    if not c or not r:
        return 0.0
    hit = sum(min(v, r[k]) for k, v in c.items())
    p, q = hit / sum(c.values()), hit / sum(r.values())
    return 2 * p * q / (p + q) if p + q else 0.0


def rouge_l(candidate, reference, characters=False):
    a, b = split_units(candidate, characters), split_units(reference, characters)
    if not a or not b:
        return 0.0
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            t[i + 1][j + 1] = t[i][j] + 1 if a[i] == b[j] else max(t[i][j + 1], t[i + 1][j])
    lcs = t[-1][-1]
    p, q = lcs / len(a), lcs / len(b)
    return 2 * p * q / (p + q) if lcs else 0.0


def summarise(generate, article):
    text = generate(article + "\n" + "TL;DR:").strip()
    seen = 0
    for i, ch in enumerate(text):
        if ch in ".!?。！？":
            seen += 1
            if seen == 3:
                return text[: i + 1]
    return text


def bloom_size(n, p):
    m = math.ceil(-(n * math.log(p)) / (math.log(2) ** 2))
    return m, max(int(round((m / n) * math.log(2))), 1)


class BloomFilter:
    def __init__(self, n, p):
        self.m, self.k = bloom_size(n, p)
        self.bits = [False] * self.m

    def _h(self, text):
        for i in range(self.k):
            yield int(hashlib.md5(f"{i}:{text}".encode("utf-8")).hexdigest(), 16) % self.m

    def add(self, text):
        for j in self._h(text):
            self.bits[j] = True

    def __contains__(self, text):
        return all(self.bits[j] for j in self._h(text))


def overlap_bloom(test, train, n=8, p=0.01, characters=False):
    def grams(t):
        u = split_units(t, characters)
        return [" ".join(u[i : i + n]) for i in range(len(u) - n + 1)]

    all_ = [g for t in train for g in grams(t)]
    b = BloomFilter(len(all_) or 1, p)
    for g in all_:
        b.add(g)
    q = grams(test)
    return sum(g in b for g in q) / len(q) if q else 0.0
