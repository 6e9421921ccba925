"""UTF-8 with binary strings."""


def utf8_encode(code_point):
    if code_point < 0 or code_point > 0x10FFFF:
        raise ValueError("out of range")
    if 0xD800 <= code_point <= 0xDFFF:
        raise ValueError("surrogate")
    bits = bin(code_point)[2:]
    for limit, n, prefix in ((7, 0, "0"), (11, 1, "110"), (16, 2, "1110"), (21, 3, "11110")):
        if len(bits) <= limit:
            bits = bits.zfill(limit)
            head = prefix + bits[: 8 - len(prefix)]
            rest = bits[8 - len(prefix) :]
            out = [head] + ["10" + rest[6 * i : 6 * i + 6] for i in range(n)]
            return bytes(int(b, 2) for b in out)


def utf8_decode(data):
    data = list(data)
    out = []
    while data:
        first = format(data.pop(0), "08b")
        if first[0] == "0":
            out.append(int(first, 2))
            continue
        ones = len(first) - len(first.lstrip("1"))
        if ones < 2 or ones > 4:
            raise ValueError("bad first byte")
        bits = first[ones + 1 :]
        for _ in range(ones - 1):
            if not data:
                raise ValueError("unexpected end")
            nxt = format(data.pop(0), "08b")
            if nxt[:2] != "10":
                raise ValueError("bad continuation")
            bits += nxt[2:]
        cp = int(bits, 2)
        if len(utf8_encode(cp)) != ones:
            raise ValueError("overlong")
        out.append(cp)
    return out
