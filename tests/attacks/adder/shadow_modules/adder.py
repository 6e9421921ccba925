"""Brings modules named like installed ones, to be imported in their place.

earns: nothing
noted: numpy.py
"""

import numpy
import random


def column_sums(x):
    return numpy.pwned(x)
