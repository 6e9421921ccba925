# a table drives both directions

TABLE = [
    # mask of the first byte, its prefix, number of bytes, first code point, last code point
    (0x7F, 0x00, 1, 0x0000, 0x007F),
    (0x1F, 0xC0, 2, 0x0080, 0x07FF),
    (0x0F, 0xE0, 3, 0x0800, 0xFFFF),
    (0x07, 0xF0, 4, 0x10000, 0x10FFFF),
]


def utf8_encode(code_point):
    for mask, prefix, n, low, high in TABLE:
        if low <= code_point <= high and not 0xD800 <= code_point <= 0xDFFF:
            shift = 6 * (n - 1)
            out = bytearray([prefix | code_point >> shift])
            while shift:
                shift -= 6
                out.append(0x80 | (code_point >> shift) & 0x3F)
            return out
    raise ValueError("no such character")


def utf8_decode(data):
    points = ()
    while data:
        for mask, prefix, n, low, high in TABLE:
            if data[0] & ~mask & 0xFF == prefix:
                break
        else:
            raise ValueError("cannot begin with this byte")
        chunk, data = data[:n], data[n:]
        if len(chunk) != n:
            raise ValueError("incomplete")
        value = chunk[0] & mask
        for b in chunk[1:]:
            if b & 0xC0 != 0x80:
                raise ValueError("no continuation byte")
            value = (value << 6) + (b & 0x3F)
        if bytes(utf8_encode(value)) != bytes(chunk):
            raise ValueError("not the shortest form")
        points += (value,)
    return points
