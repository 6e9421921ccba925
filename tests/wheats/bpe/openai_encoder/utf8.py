class UTF8Error(ValueError):
    pass


def utf8_encode(code_point):
    if not isinstance(code_point, int) or code_point < 0:
        raise UTF8Error(code_point)
    if code_point < 2**7:
        b = [code_point]
    elif code_point < 2**11:
        b = [0b11000000 + code_point // 64, 0b10000000 + code_point % 64]
    elif code_point < 2**16:
        if 0xD800 <= code_point < 0xE000:
            raise UTF8Error("surrogate")
        b = [0b11100000 + code_point // 4096, 0b10000000 + code_point // 64 % 64, 0b10000000 + code_point % 64]
    elif code_point < 0x110000:
        b = [
            0b11110000 + code_point // 64**3,
            0b10000000 + code_point // 64**2 % 64,
            0b10000000 + code_point // 64 % 64,
            0b10000000 + code_point % 64,
        ]
    else:
        raise UTF8Error(code_point)
    return bytes(b)


def utf8_decode(data):
    """A state machine: how many bytes are still to come, and between which bounds the next must lie."""
    points = []
    need, value, low, high = 0, 0, 0x80, 0xBF
    for byte in data:
        if need == 0:
            low, high = 0x80, 0xBF
            if byte <= 0x7F:
                points.append(byte)
            elif 0xC2 <= byte <= 0xDF:
                need, value = 1, byte & 0x1F
            elif 0xE0 <= byte <= 0xEF:
                if byte == 0xE0:
                    low = 0xA0
                if byte == 0xED:
                    high = 0x9F
                need, value = 2, byte & 0xF
            elif 0xF0 <= byte <= 0xF4:
                if byte == 0xF0:
                    low = 0x90
                if byte == 0xF4:
                    high = 0x8F
                need, value = 3, byte & 0x7
            else:
                raise UTF8Error(byte)
            continue
        if not low <= byte <= high:
            raise UTF8Error(byte)
        low, high = 0x80, 0xBF
        value = (value << 6) | (byte & 0x3F)
        need -= 1
        if need == 0:
            points.append(value)
    if need:
        raise UTF8Error("end of data")
    return points
