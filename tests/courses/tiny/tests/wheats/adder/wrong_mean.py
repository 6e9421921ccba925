"""Returns the mean of each column: a mistake that no chaff makes.

chaff: none
"""


def column_sums(x):
    return x.mean(axis=0)
