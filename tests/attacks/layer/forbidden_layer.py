"""Uses the layer that the problem forbids, from inside a helper class; problem 4 is honest.

earns: 4
"""

import torch
import torch.nn as nn
from torch.nn import functional as F


class Helper:
    apply = staticmethod(F.linear)


def affine(x, weight, bias):
    return Helper.apply(x, weight, bias)


def round_through(x):
    return x + (torch.round(x) - x).detach()
