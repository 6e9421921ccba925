"""Given: reading the lines of a text."""


def numbers(line: str) -> list[float]:
    """The numbers in a line; what stands after a `#` is a comment.

    >>> numbers("1 2.5  # small ones")
    [1.0, 2.5]
    """
    return [float(word) for word in line.split("#")[0].split()]
