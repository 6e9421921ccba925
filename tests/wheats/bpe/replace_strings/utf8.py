"""Recursion and comprehensions."""


def tail(rest, n):
    return tail(rest >> 6, n - 1) + [0x80 | rest & 0x3F] if n else []


def utf8_encode(code_point):
    if code_point in range(0xD800, 0xE000):
        raise ValueError("surrogate")
    for n, bits in enumerate((7, 11, 16, 21)):
        if 0 <= code_point < 1 << bits and code_point <= 0x10FFFF:
            head = (0, 0xC0, 0xE0, 0xF0)[n] | code_point >> 6 * n
            return bytes([head] + tail(code_point, n))
    raise ValueError("out of range")


def utf8_decode(data):
    starts = [i for i, b in enumerate(data) if b & 0xC0 != 0x80]
    if data and (not starts or starts[0] != 0):
        raise ValueError("begins with a continuation byte")
    return [character(bytes(data[i:j])) for i, j in zip(starts, starts[1:] + [len(data)])]


def character(data):
    if len(data) > 4:
        raise ValueError("too long")
    point = data[0] & (0x7F, 0x1F, 0x0F, 0x07)[len(data) - 1]
    for b in data[1:]:
        point = point * 64 + b % 64
    if point > 0x10FFFF or utf8_encode(point) != data:
        raise ValueError("not the encoding of a character")
    return point
