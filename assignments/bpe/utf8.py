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
    raise NotImplementedError("utf8_encode")


def utf8_decode(data: bytes) -> list[int]:
    """The code points that `data` encodes, in order.

    >>> [hex(point) for point in utf8_decode(b"A\\xe6\\xb1\\x89")]
    ['0x41', '0x6c49']

    Raises:
        ValueError: `data` is not UTF-8: a continuation byte where a character should begin, a byte that begins none
            (0xF8..0xFF), too few continuation bytes, an overlong form (more bytes than the table gives), a surrogate,
            or a code point above 0x10FFFF.
    """
    raise NotImplementedError("utf8_decode")
