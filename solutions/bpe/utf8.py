"""Problem 1 · UTF-8 by hand: code points to bytes and back, from the table alone (RFC 3629, section 3).

    from      to          bytes
    U+0000    U+007F      0xxxxxxx
    U+0080    U+07FF      110xxxxx 10xxxxxx
    U+0800    U+FFFF      1110xxxx 10xxxxxx 10xxxxxx
    U+10000   U+10FFFF    11110xxx 10xxxxxx 10xxxxxx 10xxxxxx

Do without `str.encode`, `bytes.decode` and `codecs` here: you are writing them.
"""

# Problem 1


def utf8_encode(code_point: int) -> bytes:
    """The UTF-8 bytes of one code point.

    >>> utf8_encode(0x6C49).hex(" ")  # 汉
    'e6 b1 89'

    Raises:
        ValueError: `code_point` is no Unicode scalar value, that is, not in 0..0x10FFFF or a surrogate
            (0xD800..0xDFFF).
    """
    # BEGIN SOLUTION
    if not _is_scalar_value(code_point):
        raise ValueError(f"{code_point:#x} is no Unicode scalar value")
    if code_point < 0x80:
        return bytes([code_point])
    if code_point < 0x800:
        return bytes([0xC0 | code_point >> 6, _continuation(code_point)])
    if code_point < 0x10000:
        return bytes([0xE0 | code_point >> 12, _continuation(code_point >> 6), _continuation(code_point)])
    return bytes(
        [
            0xF0 | code_point >> 18,
            _continuation(code_point >> 12),
            _continuation(code_point >> 6),
            _continuation(code_point),
        ]
    )
    # END SOLUTION


def utf8_decode(data: bytes) -> list[int]:
    """The code points that `data` encodes, in order.

    >>> [hex(point) for point in utf8_decode(b"A\\xe6\\xb1\\x89")]
    ['0x41', '0x6c49']

    Raises:
        ValueError: `data` is not UTF-8: a continuation byte where a character should begin, a byte that begins none
            (0xF8..0xFF), too few continuation bytes, an overlong form (more bytes than the table gives), a surrogate,
            or a code point above 0x10FFFF.
    """
    # BEGIN SOLUTION
    points = []
    position = 0
    while position < len(data):
        length, payload, least = _lead(data[position])
        tail = data[position + 1 : position + length]
        if len(tail) < length - 1 or any(byte >> 6 != 0b10 for byte in tail):
            raise ValueError(f"byte {position} begins {length} bytes, but continuation bytes are missing")
        point = payload
        for byte in tail:
            point = point << 6 | byte & 0x3F
        if point < least or not _is_scalar_value(point):
            raise ValueError(f"byte {position} begins an overlong form, a surrogate or something above U+10FFFF")
        points.append(point)
        position += length
    return points
    # END SOLUTION


# BEGIN SOLUTION
def _is_scalar_value(code_point: int) -> bool:
    return 0 <= code_point <= 0x10FFFF and not 0xD800 <= code_point <= 0xDFFF


def _continuation(bits: int) -> int:
    """The low six bits as a continuation byte."""
    return 0x80 | bits & 0x3F


def _lead(byte: int) -> tuple[int, int, int]:
    """Of a character's first byte: how many bytes it begins, its payload, and the least code point of that length."""
    if byte < 0x80:
        return 1, byte, 0
    if 0xC0 <= byte < 0xE0:
        return 2, byte & 0x1F, 0x80
    if 0xE0 <= byte < 0xF0:
        return 3, byte & 0x0F, 0x800
    if 0xF0 <= byte < 0xF8:
        return 4, byte & 0x07, 0x10000
    raise ValueError(f"the byte {byte:#x} begins no character")


# END SOLUTION
