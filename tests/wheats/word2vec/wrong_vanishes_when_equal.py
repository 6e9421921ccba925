"""Takes ŷ = y as the only case in which the gradient for v_c vanishes.

chaff: vanishes-only-when-equal
"""


def center_gradient_vanishes(y, y_hat, U, tolerance=1e-9):
    return all(abs(p - q) <= tolerance for p, q in zip(y, y_hat))
