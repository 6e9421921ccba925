"""UTF-8 by division and remainder."""


def utf8_encode(code_point: int) -> bytes:
    if code_point in range(0xD800, 0xE000) or code_point not in range(0x110000):
        raise ValueError(code_point)
    if code_point <= 127:
        return bytes((code_point,))
    tail = []
    rest = code_point
    room = 64  # what the first byte of a two-byte form would leave
    first = 0
    for n, room in ((1, 32), (2, 16), (3, 8)):
        rest, six = divmod(rest, 64)
        tail.insert(0, 128 + six)
        if rest < room:
            first = 256 - 2 * room + rest
            break
    return bytes([first] + tail)


MINIMUM = {2: 0x80, 3: 0x800, 4: 0x10000}


def utf8_decode(data: bytes) -> list[int]:
    result: list[int] = []
    i = 0
    n = len(data)
    while i < n:
        byte = data[i]
        if byte < 128:
            result.append(byte)
            i += 1
            continue
        if 194 <= byte <= 223:
            size = 2
        elif 224 <= byte <= 239:
            size = 3
        elif 240 <= byte <= 244:
            size = 4
        else:
            raise ValueError(f"invalid start byte at {i}")
        if i + size > n:
            raise ValueError("truncated")
        value = byte % (128 >> size)
        for k in range(i + 1, i + size):
            if not 128 <= data[k] <= 191:
                raise ValueError(f"invalid continuation byte at {k}")
            value = value * 64 + data[k] - 128
        if value < MINIMUM[size] or 0xD800 <= value < 0xE000 or value > 0x10FFFF:
            raise ValueError(f"invalid code point at {i}")
        result.append(value)
        i += size
    return result
