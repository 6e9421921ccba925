"""Decodes overlong forms: the number of bytes is believed, whatever the code point.

chaff: utf8-overlong
"""


def utf8_encode(code_point):
    if code_point > 0x10FFFF or code_point < 0 or 0xD7FF < code_point < 0xE000:
        raise ValueError("no character")
    n = sum(code_point >= limit for limit in (0x80, 0x800, 0x10000))
    if n == 0:
        return bytes([code_point])
    out = []
    for _ in range(n):
        out.insert(0, code_point % 64 + 128)
        code_point //= 64
    return bytes([[0, 192, 224, 240][n] + code_point] + out)


def utf8_decode(data):
    points = []
    queue = list(data)
    while queue:
        first = queue.pop(0)
        if first < 128:
            points.append(first)
            continue
        n = 1 if 192 <= first < 224 else 2 if 224 <= first < 240 else 3 if 240 <= first < 248 else 0
        if n == 0 or len(queue) < n:
            raise ValueError("bad lead or too short")
        value = first % (64 >> n)
        for _ in range(n):
            b = queue.pop(0)
            if not 128 <= b < 192:
                raise ValueError("bad continuation")
            value = value * 64 + b - 128
        if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
            raise ValueError("no character")
        points.append(value)
    return points
