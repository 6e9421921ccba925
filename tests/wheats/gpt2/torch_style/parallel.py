import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from optim import accumulate_gradients, clip_grad_norm


def read_rank(environ):
    return tuple(int(environ.get(name, default)) for name, default in (("RANK", 0), ("LOCAL_RANK", 0), ("WORLD_SIZE", 1)))


def split_batch(x, y, rank, world_size):
    if x.shape[0] % world_size:
        raise ValueError("uneven")
    return x.unflatten(0, (world_size, -1))[rank], y.unflatten(0, (world_size, -1))[rank]


@torch.no_grad()
def average_gradients(parameters, world_size, reduce):
    grads = [p.grad for p in parameters if p.grad is not None]
    flat = parameters_to_vector(grads)
    vector_to_parameters(reduce(flat) / world_size, grads)


def parallel_step(model, optimizer, micro_batches, world_size, reduce, grad_clip=1.0):
    loss = torch.as_tensor(accumulate_gradients(model, micro_batches)).double().reshape(1)
    average_gradients(model.parameters(), world_size, reduce)
    reduce(loss)
    norm = clip_grad_norm(model.parameters(), grad_clip)
    optimizer.step()
    return loss / world_size, norm
