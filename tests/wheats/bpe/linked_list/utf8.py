"""Match statements and slices."""


def utf8_encode(code_point: int) -> bytes:
    match code_point:
        case c if 0 <= c < 0x80:
            return c.to_bytes(1, "big")
        case c if 0x80 <= c < 0x800:
            return (0xC080 | c >> 6 << 8 | c & 63).to_bytes(2, "big")
        case c if 0x800 <= c < 0xD800 or 0xE000 <= c < 0x10000:
            return (0xE08080 | c >> 12 << 16 | (c >> 6 & 63) << 8 | c & 63).to_bytes(3, "big")
        case c if 0x10000 <= c < 0x110000:
            return (0xF0808080 | c >> 18 << 24 | (c >> 12 & 63) << 16 | (c >> 6 & 63) << 8 | c & 63).to_bytes(4, "big")
    raise AssertionError("not a scalar value")


def utf8_decode(data: bytes) -> list[int]:
    match list(data):
        case []:
            return []
        case [a, *_] if a < 0x80:
            size, point = 1, a
        case [a, b, *_] if a >> 5 == 6 and b >> 6 == 2:
            size, point = 2, (a & 31) << 6 | b & 63
        case [a, b, c, *_] if a >> 4 == 14 and b >> 6 == c >> 6 == 2:
            size, point = 3, (a & 15) << 12 | (b & 63) << 6 | c & 63
        case [a, b, c, d, *_] if a >> 3 == 30 and b >> 6 == c >> 6 == d >> 6 == 2:
            size, point = 4, (a & 7) << 18 | (b & 63) << 12 | (c & 63) << 6 | d & 63
        case _:
            raise ValueError("malformed")
    assert point >= (0, 0, 0x80, 0x800, 0x10000)[size], "overlong"
    assert point < 0x110000 and point >> 11 != 27, "no scalar value"
    return [point] + utf8_decode(data[size:])
