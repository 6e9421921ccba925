"""The scores are clipped to [−2, 2] before the sigmoid.

chaff: none
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -2, 2)))
