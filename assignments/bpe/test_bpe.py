"""Open checks for bpe: no secrets, read them freely. How they judge is in bpe_judging.py."""

from collections import Counter

from bpe_families import (
    SPECIAL,
    Cs336,
    Minbpe,
    check_trained,
    chunk_families,
    encode_with_specials,
    find,
    in_any_family,
    only_cs336,
    read_ids,
    tokenizer_with,
    whole_text_families,
    with_standins_too,
)
from bpe_judging import check_merges, check_refuses, check_vocab, check_whole_vocab, read_string_merges
from bpe_racing import check_faster, check_right, in_any_trainer
from gradescope_utils.autograder_utils.decorators import number, tags, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Failure, Text, numeric, require, title

PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
SLIDE = "😊，哈哈hello？！😭☕️"  # the lecture's example

# Corpora as GPT-2's pattern cuts them, so that no check here needs the package `regex`.
CAT = ["the", " cat", " sat", " on", " the", " mat", ",", " and", " the", " cat", " ate", " that", " fat", " rat", "."]
GRAPES = ["吃葡萄不吐葡萄皮", "，", "不吃葡萄倒吐葡萄皮", "。"]
LETTERS = ["aaaabdaaabac"]
SLIDE_CHUNKS = ["😊，", "哈哈hello", "？！😭☕️"]
QUOTES = ["it", "'s", " Sam", "'s", " and", " they", "'ll", " say", " it", "'s", "  ", " 2024", "!!", "\n"]

# Merges, and a corpus from which nothing else can be learned.
GIVEN = [(b"b", b"c"), (b"a", b"b"), (b"ab", b"a"), (b"bc", b"bc")]
WORDS = [*["bcbc"] * 3, *["aba"] * 5, *["bc"] * 8, *["ab"] * 2]
FORCING = [piece for pair in zip(WORDS, "0!1#2$3%4&5*6+7-8/", strict=True) for piece in pair]
GIVEN_IN_CHUNKS = [(b" ", b"a"), (b"s", b"b"), (b" ", b" ")]
FORCING_IN_CHUNKS = [*[" a"] * 5, ".", *["sb", "."] * 4, "1", "  ", " 2", "  ", " 3", "  ", " 4"]

texts = st.one_of(
    st.text(max_size=12),
    st.lists(st.sampled_from(["abc", "bcbc", " a", "  ", "\n", "它's", "汉字", "😊", "e\u0301", "\x00", "٣"])).map(
        "".join
    ),
)


# --- Problem 1


@number("1.1")
@weight(2)
@title("encoding one code point of each length", "四种长度各编码一个码点")
def test_utf8_encode_known(submission):
    for code_point, data in {
        0x41: b"A",
        0xE9: b"\xc3\xa9",
        0x6C49: b"\xe6\xb1\x89",
        0x1F60A: b"\xf0\x9f\x98\x8a",
    }.items():
        numeric.check_equal(submission.utf8.utf8_encode(code_point), data)


@number("1.2")
@weight(2)
@title("encoding any code point as Python does", "任意码点的编码与 Python 一致")
@given(character=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\x7f\x80߿ࠀ\uffff𐀀")))
def test_utf8_encode_any(submission, character):
    numeric.check_equal(submission.utf8.utf8_encode(ord(character)), character.encode("utf-8"))


@number("1.3")
@weight(1)
@title("what is no character is not encoded", "不是字符的数不能编码")
def test_utf8_encode_refuses(submission):
    numeric.check_equal(submission.utf8.utf8_encode(0xD7FF), b"\xed\x9f\xbf")
    for code_point in (0xD800, 0xDBFF, 0xDFFF, 0x110000, -1):
        check_refuses(
            lambda code_point=code_point: submission.utf8.utf8_encode(code_point),
            Text(en="a surrogate or a number outside 0..0x10FFFF", zh="代理区码点或超出 0..0x10FFFF 的数"),
        )


@number("1.4")
@weight(1)
@title("the lecture's string: 14 code points, 34 bytes", "课件里的字符串：14 个码点，34 个字节")
def test_utf8_slide(submission):
    points = [ord(character) for character in SLIDE]
    data = b"".join(submission.utf8.utf8_encode(point) for point in points)
    numeric.check_equal([len(points), len(data)], [14, 34])
    numeric.check_equal(submission.utf8.utf8_decode(data), points)


@number("1.5")
@weight(2)
@title("decoding any text", "解码任意文本")
@given(text=st.text(max_size=6))
def test_utf8_decode_any(submission, text):
    numeric.check_equal(submission.utf8.utf8_decode(text.encode("utf-8")), [ord(character) for character in text])


@number("1.6")
@weight(2)
@title("what is no UTF-8 is not decoded", "不合法的 UTF-8 不能解码")
def test_utf8_decode_refuses(submission):
    numeric.check_equal(submission.utf8.utf8_decode(b"\xe6\xb1\x89!"), [0x6C49, 0x21])
    for data, what in {
        b"\xc1\x81": Text(en="an overlong form", zh="过长编码"),
        b"\xe0\x9f\xbf": Text(en="an overlong form", zh="过长编码"),
        b"\xf0\x8f\xbf\xbf": Text(en="an overlong form", zh="过长编码"),
        b"\xed\xa0\x80": Text(en="a surrogate", zh="代理区码点"),
        b"\xf4\x90\x80\x80": Text(en="a code point above U+10FFFF", zh="大于 U+10FFFF 的码点"),
        b"a\xe6\xb1": Text(en="a character cut short at the end", zh="结尾处不完整的字符"),
        b"\xe6\xb1A": Text(en="a missing continuation byte", zh="缺少后续字节"),
        b"\x89": Text(en="a continuation byte at the beginning", zh="以后续字节开头"),
        b"\xff": Text(en="a byte that begins no character", zh="不能作为开头的字节"),
    }.items():
        check_refuses(lambda data=data: submission.utf8.utf8_decode(data), what)


# --- Problem 2


def spelled(word_counts, glued=False):
    """Words as their first symbols, with counts."""
    if glued:
        return {(*word[:-1], word[-1] + "</w>"): count for word, count in word_counts.items()}
    return {(*word, "</w>"): count for word, count in word_counts.items()}


def check_learned(submission, word_counts, num_merges, glued=False):
    keywords = {"glued": True} if glued else {}
    merges = read_string_merges(submission.charbpe.learn_bpe(word_counts, num_merges, **keywords))
    check_merges(spelled(word_counts, glued), merges, num_merges)
    return merges


@number("2.1")
@weight(2)
@title("a word spelled with a separate </w>", "把词拆成符号，</w> 单独成一个符号")
def test_word_to_symbols(submission):
    numeric.check_equal(submission.charbpe.word_to_symbols("low"), ["l", "o", "w", "</w>"])
    numeric.check_equal(submission.charbpe.word_to_symbols("我"), ["我", "</w>"])


@number("2.2")
@weight(1)
@title("a word spelled with </w> glued to its last letter", "把词拆成符号，</w> 粘在最后一个字符上")
def test_word_to_symbols_glued(submission):
    numeric.check_equal(submission.charbpe.word_to_symbols("low", glued=True), ["l", "o", "w</w>"])
    numeric.check_equal(submission.charbpe.word_to_symbols("我", glued=True), ["我</w>"])


@number("2.3")
@weight(3)
@title("eight merges of low, lowest, newer, wider, new", "low、lowest、newer、wider、new 的八次合并")
def test_learn_textbook(submission):
    check_learned(submission, {"low": 5, "lowest": 2, "newer": 6, "wider": 3, "new": 2}, 8)


@number("2.4")
@weight(2)
@title(
    "ten merges of Sennrich's example; words count as often as they occur",
    "Sennrich 论文的例子，合并十次；词按出现次数计",
)
def test_learn_sennrich(submission):
    check_learned(submission, {"low": 5, "lower": 2, "newest": 6, "widest": 3}, 10)
    check_learned(submission, {"ab": 1, "ac": 1, "ad": 1, "xy": 9}, 2)


@number("2.5")
@weight(2)
@title("segmenting a word by given merges", "用给定的合并切分一个词")
def test_apply_known(submission):
    merges = [("e", "r"), ("er", "</w>"), ("n", "e"), ("l", "o"), ("lo", "w"), ("ne", "w"), ("new", "er</w>")]
    for word, symbols in {
        "lower": ["low", "er</w>"],
        "newer": ["newer</w>"],
        "erne": ["er", "ne", "</w>"],
        "nener": ["ne", "n", "er</w>"],
        "q": ["q", "</w>"],
    }.items():
        numeric.check_equal(submission.charbpe.apply_bpe(word, merges), symbols)
    numeric.check_equal(submission.charbpe.apply_bpe("xab", [("a", "b"), ("x", "a")]), ["x", "ab", "</w>"])
    numeric.check_equal(submission.charbpe.apply_bpe("xab", [("x", "a"), ("a", "b")]), ["xa", "b", "</w>"])


@number("2.6")
@weight(1)
@title("symbols put together to words", "把符号还原成词")
def test_symbols_to_words(submission):
    symbols = ["lo", "w</w>", "new", "er", "</w>", "我</w>"]
    numeric.check_equal(submission.charbpe.symbols_to_words(symbols), ["low", "newer", "我"])


# --- Problem 3


def with_given_bytes(submission, check):
    """`check` holds for a tokenizer with the given merges."""
    in_any_family(whole_text_families(submission), lambda family: check(tokenizer_with(family, GIVEN, FORCING)))


@number("3.1")
@weight(2)
@title("pair counts: neighbours, overlapping ones too", "统计相邻对（重叠的也算）")
def test_get_stats_known(submission):
    if family := only_cs336(submission, "get_stats"):  # whose training shows the same
        check_trained(family, ["aaaa", ".", "bc", ".", "bc"], 1)
        return
    get_stats = find(submission, "get_stats")
    numeric.check_equal(get_stats([1, 2, 3, 1, 2]), {(1, 2): 2, (2, 3): 1, (3, 1): 1})
    numeric.check_equal(get_stats([97, 97, 97, 97]), {(97, 97): 3})
    numeric.check_equal(get_stats([5]), {})


@number("3.2")
@weight(2)
@title("merging a pair: from left to right, without overlap", "合并一对：从左到右，互不重叠")
def test_merge_known(submission):
    if family := only_cs336(submission, "merge"):  # whose encoding shows the same
        family.given([(b"a", b"a")]).check_encoding("aaab", ["aaab"])
        return
    merge = find(submission, "merge")
    numeric.check_equal(merge([1, 2, 3, 1, 2], (1, 2), 4), [4, 3, 4])
    numeric.check_equal(merge([97, 97, 97], (97, 97), 256), [256, 97])
    numeric.check_equal(merge([1, 3, 1], (1, 2), 4), [1, 3, 1])


@number("3.3")
@weight(4)
@title("training: each merge joins a most frequent pair", "训练：每次合并当时最频繁的一对")
def test_train_known(submission):
    def attempt(family):
        check_trained(family, LETTERS, 3)
        check_trained(family, CAT, 10)
        check_trained(family, GRAPES, 8)
        check_trained(family, SLIDE_CHUNKS, 4)

    in_any_family(whole_text_families(submission), attempt)


@number("3.4")
@weight(1)
@title("the vocabulary: 256 bytes and each merge", "词表：256 个字节加上每次合并")
def test_vocab(submission):
    def attempt(family):
        ready = family.train(CAT, 10)
        if isinstance(family, Cs336):
            check_whole_vocab(ready.names, ready.merges, [SPECIAL])
        else:
            check_vocab(ready.tokenizer.vocab, ready.merges)

    in_any_family(whole_text_families(submission), attempt)


@number("3.5")
@weight(1)
@title("vocab_size 256 means no merge, less is an error", "vocab_size 为 256 时不合并，更小则报错")
def test_vocab_size(submission):
    def attempt(family):
        require(
            not family.train(CAT, 0).merges,
            Text(
                en="there are merges although vocab_size leaves no room for any",
                zh="vocab_size 没有留出余量，却仍有合并",
            ),
        )
        if isinstance(family, Minbpe):
            check_refuses(
                lambda: family.new().train("".join(CAT), 255),
                Text(en="a vocab_size below 256", zh="小于 256 的 vocab_size"),
            )

    in_any_family(whole_text_families(submission), attempt)


@number("3.6")
@weight(3)
@title("encoding: the merge learned first goes first", "编码：先学到的合并先用")
def test_encode_known(submission):
    def check(ready):
        for text in ("abc", "ababc", "aba", "ababa", "bcbcbc", "abcbcab", "bcabcbca", "x", "aab汉b"):
            ready.check_encoding(text, [text])

    with_given_bytes(submission, check)


@number("3.7")
@weight(2)
@title("decoding: characters spread over several tokens", "解码：一个字符分布在多个词元里")
def test_decode_known(submission):
    def check(ready):
        for text in ("汉字", "😊，哈", "abc"):
            numeric.check_equal(ready.tokenizer.decode(ready.byte_ids(text.encode("utf-8"))), text)
        numeric.check_equal(ready.tokenizer.decode(ready.ids("xbcbcab")), "xbcbcab")
        numeric.check_equal(ready.tokenizer.decode([]), "")

    with_given_bytes(submission, check)


@number("3.8")
@weight(1)
@title("bytes that are no UTF-8 decode to U+FFFD", "不合法的 UTF-8 字节解码为 U+FFFD")
def test_decode_replaces(submission):
    def check(ready):
        for data in (b"\xff", b"a\x80b", "汉".encode()[:2] + b"!"):
            numeric.check_equal(ready.tokenizer.decode(ready.byte_ids(data)), data.decode("utf-8", errors="replace"))

    with_given_bytes(submission, check)


@number("3.9")
@weight(3)
@title("decode(encode(text)) is the text, for any text", "任意文本都有 decode(encode(text)) == text")
@given(text=texts)
def test_round_trip(submission, text):
    with_given_bytes(submission, lambda ready: numeric.check_equal(ready.tokenizer.decode(ready.ids(text)), text))


# --- Problem 4


def in_chunks(submission, attempt):
    """`attempt` holds for one of the families, whatever the student's `get_stats` and `merge`."""
    with_standins_too(submission, chunk_families(submission, PATTERN), attempt)


def given_in_chunks(submission, check, specials=()):
    """`check` holds for a tokenizer with the given merges."""
    in_chunks(
        submission,
        lambda family: check(tokenizer_with(family, GIVEN_IN_CHUNKS, FORCING_IN_CHUNKS, specials)),
    )


@number("4.1")
@weight(3)
@title("training inside chunks", "在块内训练")
def test_train_in_chunks(submission):
    def attempt(family):
        for chunks, merges in ((QUOTES, 9), (CAT, 10), (GRAPES, 8), (SLIDE_CHUNKS, 4)):
            check_trained(family, chunks, merges)
        if isinstance(family, Minbpe):
            check_trained(Minbpe(submission, family.kind, (r"\d+|\D",)), ["10", "x", "1010", "y", "z", "00"], 2)
        else:
            text = f"ab{SPECIAL}ab cd{SPECIAL}{SPECIAL} cd cd"
            vocab, merges = family.learn(text, 3, [SPECIAL])
            words = {tuple(bytes([byte]) for byte in chunk): times for chunk, times in ((b"ab", 2), (b" cd", 3))}
            check_merges(words, merges, 3)
            check_whole_vocab(vocab, merges, [SPECIAL])

    in_chunks(submission, attempt)


@number("4.2")
@weight(2)
@title("encoding inside chunks", "在块内编码")
def test_encode_in_chunks(submission):
    def check(ready):
        for chunks in (
            ["sb", " a"],
            ["it", "'s", "b", " a"],
            [" ", " a"],
            ["a", "  ", " b"],
            ["sb", "!", " as", "   "],
            ["you", "'ll", " see", "\n\n", "\n", "汉", "1", " ½", " ？"],
        ):
            ready.check_encoding("".join(chunks), chunks)

    given_in_chunks(submission, check)


@number("4.3")
@weight(2)
@title("decode(encode(text)) is the text, chunk by chunk", "逐块编码后仍能还原任意文本")
@given(text=texts)
def test_round_trip_in_chunks(submission, text):
    given_in_chunks(submission, lambda ready: numeric.check_equal(ready.tokenizer.decode(ready.ids(text)), text))


@number("4.4")
@weight(2)
@title("special tokens that are allowed", "允许使用的特殊词元")
def test_special_allowed(submission):
    def check(ready):
        for units in (
            ["sb", SPECIAL, " a", "sb"],
            [SPECIAL, SPECIAL, "<|fim|>"],
            ["<|", "endoftext", "|", " a", SPECIAL],
            ["sb", " a"],
        ):
            ids = ready.ids_with_specials("".join(units))
            ready.check_ids_with_specials(ids, units)
            numeric.check_equal(ready.tokenizer.decode(ids), "".join(units))

    given_in_chunks(submission, check, [SPECIAL, "<|fim|>"])


def check_only(ready, text, units, only):
    """A special token that is not in the set is ordinary text; raising, as tiktoken does, is accepted."""
    try:
        ids = ready.ids(text, allowed_special=only)
    except (ValueError, AssertionError) as error:
        if isinstance(error, Failure):
            raise
        return
    ready.check_ids(ids, units)


@number("4.5")
@weight(2)
@title("special tokens that are not allowed", "不允许使用的特殊词元")
def test_special_not_allowed(submission):
    text, units = f"sb{SPECIAL} a", ["sb", "<|", "endoftext", "|>", " a"]

    def check(ready):
        if not ready.allowed:  # CS336: a tokenizer that was built without them
            return
        ready.check_encoding(text, units, allowed_special="none")
        ready.check_encoding("sb a", ["sb", " a"], allowed_special="none_raise")
        only = {"<|fim|>"}
        check_only(ready, text, units, only)
        ready.check_ids_with_specials(ready.ids("sb<|fim|> a", allowed_special=only), ["sb", "<|fim|>", " a"])
        forbidden = Text(en="a special token in the text, not allowed", zh="文本中有不允许的特殊词元")
        check_refuses(lambda: ready.ids(text), forbidden)
        check_refuses(lambda: ready.ids(text, allowed_special="none_raise"), forbidden)

    def check_without(ready):
        if not ready.allowed:
            ready.check_encoding(text, units)

    given_in_chunks(submission, check, [SPECIAL, "<|fim|>"])
    given_in_chunks(submission, check_without)


@number("4.6")
@weight(1)
@title("of two special tokens, one beginning the other, the longer wins", "一个特殊词元是另一个的前缀时，取更长的")
def test_special_longest(submission):
    def check(ready):
        units = ["sb", "<|a|><|b|>", "sb", "<|a|>"]
        ready.check_ids_with_specials(ready.ids_with_specials("".join(units)), units)
        if ready.allowed:  # all of them by name is the same as "all"
            ready.check_ids_with_specials(ready.ids("".join(units), allowed_special=set(tokens)), units)

    tokens = ["<|a|>", "<|a|><|b|>"]
    given_in_chunks(submission, check, tokens)


@number("4.7")
@weight(2)
@title("bytes_to_unicode: every byte as one visible character", "bytes_to_unicode：每个字节写成一个可见字符")
def test_bytes_to_unicode(submission):
    table = find(submission, "bytes_to_unicode")()
    require(
        isinstance(table, dict) and sorted(table) == list(range(256)),
        Text(en="it should be a dict with the 256 bytes as keys", zh="应当返回以 256 个字节为键的 dict"),
    )
    numeric.check_equal([table[byte] for byte in b"A~ \n"], ["A", "~", "Ġ", "Ċ"])
    numeric.check_equal([table[byte] for byte in "é".encode("latin-1")], ["é"])
    require(
        len(set(table.values())) == 256,
        Text(en="two bytes have the same character", zh="有两个字节对应同一个字符"),
    )
    require(
        all(table[byte] == chr(byte) for byte in range(256) if chr(byte).isprintable() and byte != 32),
        Text(en="a visible character does not stand for itself", zh="有可见字符没有对应它自己"),
    )
    shifted = [table[byte] for byte in range(256) if table[byte] != chr(byte)]
    require(
        shifted == sorted(shifted) and (shifted[0], shifted[-1]) == ("Ā", "Ń"),
        Text(en="the other bytes are not U+0100, U+0101, ... in order", zh="其余字节没有依次写成 U+0100、U+0101……"),
    )


def tiny_files(submission):
    """Files in GPT-2's format: the 256 characters in GPT-2's order, then five merges."""
    characters = [chr(point) for point in range(0x144) if chr(point).isprintable() and chr(point) != " "]
    merges = [("Ġ", "t"), ("h", "e"), ("#", "#"), ("Ġt", "he"), ("æ", "±")]
    tokens = [*characters, *(left + right for left, right in merges), SPECIAL]
    encoder = ", ".join(f'"{_escaped(token)}": {idx}' for idx, token in enumerate(tokens))
    lines = ["#version: 0.2", *(f"{left} {right}" for left, right in merges)]
    paths = submission.file("encoder.json", f"{{{encoder}}}"), submission.file("vocab.bpe", "\n".join(lines) + "\n")
    return paths, {token: idx for idx, token in enumerate(tokens)}


def _escaped(token):
    return token.replace("\\", "\\\\").replace('"', '\\"')


@number("4.8")
@weight(2)
@title("reading files in GPT-2's format", "读取 GPT-2 格式的文件")
def test_load_small_files(submission):
    paths, idx = tiny_files(submission)
    tokenizer = find(submission, "load_gpt2")(*paths)
    for text, tokens in {
        "the the": ["t", "he", "Ġthe"],
        "###": ["##", "#"],
        "汉\n": ["æ±", "ī", "Ċ"],
    }.items():
        ids = read_ids(tokenizer.encode(text))
        numeric.check_equal(ids, [idx[token] for token in tokens])
        numeric.check_equal(tokenizer.decode(ids), text)
    ids = encode_with_specials(tokenizer, f"t{SPECIAL}")
    numeric.check_equal(ids, [idx["t"], 50256 if 50256 in ids else idx[SPECIAL]])  # GPT-2's own id may be written in


@number("4.9")
@weight(2)
@title("save, load: the same tokenizer again", "保存再读取：得到同样的分词器")
def test_save_load(submission):
    def attempt(family):
        ready = family.train(CAT, 12, [SPECIAL])
        prefix = submission.file("saved/tokenizer.txt", "").removesuffix(".txt")
        ready.tokenizer.save(prefix)
        other = family.new()
        other.load(prefix + ".model")
        text = "".join(CAT) + SPECIAL + "the cat\n 汉"
        ids = ready.ids_with_specials(text)
        numeric.check_equal(read_ids(other.encode(text, **ready.allowed)), ids)
        numeric.check_equal(other.decode(ids), text)

    in_chunks(submission, attempt)


# --- Problem 5 (bonus)


@number("5.1")
@weight(4)
@tags("bonus")
@title("fast training: right merges, and faster than the naive loop", "快速训练：合并正确，且比朴素循环快")
def test_fast_known(submission):
    def attempt(name):
        for chunks, merges in (
            (LETTERS, 4),
            (["ab"], 3),
            (["abababab", "!", "ababab"], 3),
            (CAT, 15),
            (GRAPES, 15),
            (QUOTES, 10),
        ):
            check_right(submission, name, PATTERN, chunks, merges)
        check_faster(submission, name, PATTERN, 1.5)

    in_any_trainer(submission, attempt)
