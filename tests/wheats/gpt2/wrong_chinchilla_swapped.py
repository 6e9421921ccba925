"""Chinchilla's exponents swapped: a = α/(α+β) is taken for N.

chaff: exponents-swapped
"""


def hoffmann_optimal(flops, A=406.4, B=410.7, alpha=0.34, beta=0.28):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    N = G * (flops / 6) ** (alpha / (alpha + beta))
    return N, flops / 6 / N
