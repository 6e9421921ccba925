import torch
from optim import accumulate_gradients, clip_grad_norm


def read_rank(environ):
    rank, local, world = 0, 0, 1
    if "RANK" in environ:
        rank = int(environ["RANK"])
    if "LOCAL_RANK" in environ:
        local = int(environ["LOCAL_RANK"])
    if "WORLD_SIZE" in environ:
        world = int(environ["WORLD_SIZE"])
    return [rank, local, world]


def split_batch(x, y, rank, world_size):
    if len(x) % world_size:
        raise ValueError("cannot be divided")
    xs, ys = [], []
    for i in range(len(x)):
        if i // (len(x) // world_size) == rank:
            xs.append(x[i])
            ys.append(y[i])
    return torch.stack(xs), torch.stack(ys)


def average_gradients(parameters, world_size, reduce):
    for p in parameters:
        if p.grad is not None:
            p.grad = reduce(p.grad.clone()) / world_size


def parallel_step(model, optimizer, micro_batches, world_size, reduce, grad_clip=1.0):
    loss = accumulate_gradients(model, micro_batches)
    loss = float(reduce(torch.tensor([float(loss)], dtype=torch.float64))) / world_size
    average_gradients(model.parameters(), world_size, reduce)
    norm = clip_grad_norm(model.parameters(), grad_clip)
    optimizer.step()
    return loss, norm
