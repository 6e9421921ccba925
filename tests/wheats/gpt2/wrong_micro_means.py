"""Gradient accumulation by the mean of the micro-batches' means: wrong as soon as their targets are not equally many.

chaff: mean-of-micro-means
"""


def accumulate_gradients(model, micro_batches, ignore_index=-1):
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = model(x, y)[1] / len(micro_batches)
        loss.backward()
        total += loss.item()
    return total
