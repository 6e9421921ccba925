"""Each rank clips its own gradients before they are averaged, and reports its own loss.

chaff: none
"""


def average_gradients(parameters, world_size, reduce):
    for p in parameters:
        if p.grad is not None:
            reduce(p.grad)
            p.grad /= world_size


def parallel_step(model, optimizer, micro_batches, world_size, reduce, grad_clip=1.0):
    import torch

    optimizer.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = model(x, y)[1] / len(micro_batches)
        loss.backward()
        total += loss.item()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
    average_gradients(model.parameters(), world_size, reduce)
    optimizer.step()
    return total, float(norm)
