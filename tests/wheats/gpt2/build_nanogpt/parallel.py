import torch
import optim

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
    loss_accum = optim.accumulate_gradients(model, micro_batches)
    average_gradients(model.parameters(), world_size, reduce)
    norm = optim.clip_grad_norm(model.parameters(), grad_clip)
    optimizer.step()
    loss_accum = torch.tensor([float(loss_accum)])
    loss_accum = reduce(loss_accum) / world_size
    return loss_accum.item(), norm
