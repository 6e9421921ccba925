import torch
from optim import accumulate_gradients, clip_grad_norm


def read_rank(environ):
    ddp = int(environ.get("RANK", -1)) != -1
    if ddp:
        return int(environ["RANK"]), int(environ["LOCAL_RANK"]), int(environ["WORLD_SIZE"])
    return 0, 0, 1


def split_batch(x, y, rank, world_size):
    assert x.size(0) % world_size == 0
    return x.chunk(world_size)[rank], y.chunk(world_size)[rank]


def average_gradients(parameters, world_size, reduce):
    for p in parameters:
        if p.grad is None:
            continue
        p.grad.div_(world_size)
        reduce(p.grad)


def parallel_step(model, optimizer, micro_batches, world_size, reduce, grad_clip=1.0):
    loss = accumulate_gradients(model, micro_batches)
    loss = torch.as_tensor(loss).clone()
    reduce(loss)
    average_gradients(list(model.parameters()), world_size, reduce)
    norm = clip_grad_norm(model.parameters(), grad_clip)
    optimizer.step()
    optimizer.zero_grad()
    return loss / world_size, norm
