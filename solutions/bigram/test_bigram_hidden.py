"""Hidden checks for bigram: random comparison with the reference, corner cases, and the names themselves."""

import math
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Text, numeric, require, title, together
from autograder.errors import UserError

sys.path.insert(0, str(Path(__file__).parents[2] / "assignments" / "bigram"))  # the open checks' helpers
from bigram_judging import (
    as_table,
    check_frequencies,
    check_near,
    check_possible,
    check_trained,
    check_two,
    check_words,
    judge_either,
    reading,
    sampled,
)

sys.path.pop(0)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NLL = Text(en="the mean NLL", zh="平均负对数似然")
LOSS = Text(en="the loss", zh="损失")
GRADIENT = Text(en="the gradient with respect to W", zh="对 W 的梯度")
SEED = st.integers(0, 99)
CORPUS = st.lists(st.text("abc", max_size=5), min_size=1, max_size=6)
STOI = {".": 0, "a": 1, "b": 2, "c": 3}
FILES = ("dist.female.first", "dist.male.first")


@cache
def name_files():
    """The texts of the two lists of first names."""
    try:
        package = distribution("names")
        return tuple(package.locate_file(f"names/{name}").read_text(encoding="utf-8") for name in FILES)
    except (PackageNotFoundError, OSError):
        raise UserError("names==0.3.0 is not installed; run `llm101 data`") from None


@cache
def names():
    """The 5,163 different names."""
    columns = (line.split() for text in name_files() for line in text.splitlines())
    return sorted({column[0].lower() for column in columns if column})


ALPHABET = {symbol: i for i, symbol in enumerate("." + LETTERS)}


@cache
def name_counts():
    """Their 36,122 bigrams as a matrix (27, 27)."""
    counts = np.zeros((27, 27), dtype=np.int64)
    for x, y in pairs_of(names()):
        counts[x, y] += 1
    return counts


def pairs_of(words):
    ids = [[0, *(ALPHABET[letter] for letter in word), 0] for word in words]
    return [pair for one in ids for pair in pairwise(one)]


def rows_of(seed, size, zeros=0.3):
    """Rows that sum to one, some cells zero, none of them the last of a row."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 9, (size, size)) * (rng.random((size, size)) > zeros)
    weights[:, -1] += 1
    return weights / weights.sum(axis=1, keepdims=True)


# ---- 1 names and symbols


@number("1.6")
@weight(2)
@visibility("hidden")
@title("All 5,163 names of the census lists", "普查名单中的全部 5,163 个人名")
def test_names_all(submission):
    paths = [submission.file(name, text) for name, text in zip(FILES, name_files(), strict=True)]
    found = submission.bigram.read_names(paths)
    numeric.check_equal(len(found), 5163, what=Text(en="the number of names", zh="人名的个数"))
    numeric.check_equal(found, names())


@number("1.7")
@weight(1)
@visibility("hidden")
@title("Vocabulary and ids of random words", "随机单词的词表与编码")
@given(words=st.lists(st.text("abxyz陈é", max_size=4), min_size=1, max_size=4).filter(any))
def test_vocab_random(submission, reference, words):
    stoi, itos = reference.bigram.build_vocab(words)
    got = check_two(submission.bigram.build_vocab(words))
    numeric.check_equal(got[0], stoi)
    numeric.check_equal(as_table(got[1]), itos)
    numeric.check_equal(submission.bigram.encode(words[-1], stoi), reference.bigram.encode(words[-1], stoi))


# ---- 2 counting


def counted(submission, name, words, expected):
    """bigram_pairs or count_bigrams of some words."""
    symbols = "." + LETTERS if max(map(len, words)) > 9 or len(words) > 9 else ".abc"
    stoi = {symbol: i for i, symbol in enumerate(symbols)}

    def judge(answer):
        for got, right in zip(check_two(answer), expected, strict=True):
            numeric.check_equal(got, right)

    judge_either(
        judge if name == "bigram_pairs" else lambda counts: numeric.check_equal(counts, expected),
        submission,
        "bigram",
        name,
        (words, stoi),
        lambda: {"encode": reading(words, symbols)["encode"]},
    )


@number("2.7")
@weight(2)
@visibility("hidden")
@together
@title("Pairs and counts of random words", "随机单词的符号对与计数")
@given(words=CORPUS)
def test_counts_random(submission, reference, words):
    counted(submission, "bigram_pairs", words, reference.bigram.bigram_pairs(words, STOI))
    counted(submission, "count_bigrams", words, reference.bigram.count_bigrams(words, STOI))


@number("2.8")
@weight(1)
@visibility("hidden")
@title("Counts beyond 255 and beyond 65,535", "超过 255 和 65,535 的计数")
def test_counts_large(submission):
    for length in (300, 70_000):
        expected = np.zeros((27, 27), dtype=np.int64)
        expected[0, 1] = expected[1, 0] = 1
        expected[1, 1] = length - 1
        counted(submission, "count_bigrams", ["a" * length], expected)


@number("2.9")
@weight(2)
@visibility("hidden")
@title("The names: 36,122 bigrams, 450 of 729 cells above zero", "人名语料：36,122 个二元组，729 格中有 450 格非零")
def test_counts_names(submission):
    def judge(counts):
        numeric.check_shape(counts, (27, 27))
        numeric.check_equal(np.sum(counts), 36122, what=Text(en="the sum of all counts", zh="计数总和"))
        numeric.check_equal(np.count_nonzero(counts), 450, what=Text(en="the cells above zero", zh="非零的格数"))
        numeric.check_equal(counts, name_counts())

    words, stoi = names(), ALPHABET
    judge_either(
        judge,
        submission,
        "bigram",
        "count_bigrams",
        (words, stoi),
        lambda: {"encode": reading(words, "." + LETTERS)["encode"]},
    )


# ---- 3 from counts to probabilities


@number("3.7")
@weight(3)
@visibility("hidden")
@together
@title("Rows of random counts", "随机计数矩阵的各行概率")
@given(size=st.integers(2, 5), seed=SEED, k=st.sampled_from([0, 0.01, 0.5, 1, 2.5]))
def test_rows_random(submission, reference, size, seed, k):
    counts = np.random.default_rng(seed).integers(0, 4, (size, size)) ** 2
    counts[0, 1] += 1
    counts[seed % size] *= seed % 3  # now and then a row without counts, or a heavy one
    counts[(seed // 3 + 1) % size] *= seed % 2  # or several without
    counts[-1, 0] += 1
    check_near(submission.bigram.mle_rows(counts), reference.bigram.mle_rows(counts))
    check_near(submission.bigram.add_k_rows(counts, k), reference.bigram.add_k_rows(counts, k))
    check_near(submission.bigram.unigram_rows(counts), reference.bigram.unigram_rows(counts))


@number("3.8")
@weight(1)
@visibility("hidden")
@title("The three models of the names", "人名语料的三个模型")
def test_rows_names(submission, reference):
    counts = name_counts()
    check_near(submission.bigram.mle_rows(counts), reference.bigram.mle_rows(counts))
    check_near(submission.bigram.add_k_rows(counts, 1), reference.bigram.add_k_rows(counts, 1))
    check_near(submission.bigram.unigram_rows(counts), reference.bigram.unigram_rows(counts))


# ---- 4 likelihood and perplexity


def measured(submission, name, words, rows, expected, stoi=None):
    """A number for one word (given as a string) or for several."""
    stoi = stoi or STOI
    symbols = "".join(stoi)
    judge_either(
        lambda value: check_near(value, expected),
        submission,
        "bigram",
        name,
        (words, rows, stoi),
        lambda: reading([words] if isinstance(words, str) else words, symbols),
    )


@number("4.9")
@weight(3)
@visibility("hidden")
@together
@title("Random words under random rows, with and without zeros", "随机概率行下的随机单词，含零与不含零")
@given(words=CORPUS, seed=SEED, zeros=st.sampled_from([0.0, 0.2]))
def test_measures_random(submission, reference, words, seed, zeros):
    rows = rows_of(seed, 4, zeros)
    measured(submission, "word_log_prob", words[0], rows, reference.bigram.word_log_prob(words[0], rows, STOI))
    measured(submission, "mean_nll", words, rows, reference.bigram.mean_nll(words, rows, STOI))
    measured(submission, "perplexity", words, rows, reference.bigram.perplexity(words, rows, STOI))


@number("4.10")
@weight(1)
@visibility("hidden")
@title(
    "A word of 3,000 letters: its logarithm is finite although its probability underflows",
    "3,000 个字母的词：概率下溢，对数仍是有限值",
)
def test_measures_long_word(submission):
    rows = np.full((4, 4), 0.25)
    measured(submission, "word_log_prob", "abc" * 1000, rows, 3001 * math.log(0.25))
    measured(submission, "mean_nll", ["abc" * 1000, "a"], rows, math.log(4))


@number("4.11")
@weight(2)
@visibility("hidden")
@title("The names under four models: the table of the handout", "四个模型下的人名语料：讲义中的表格")
def test_measures_names(submission):
    counts = name_counts()
    models = (
        (np.full((27, 27), 1 / 27), 3.295837),
        (np.tile(counts.sum(axis=0) / counts.sum(), (27, 1)), 2.811241),
        (counts / counts.sum(axis=1, keepdims=True), 2.334566),
        ((counts + 1) / (counts + 1).sum(axis=1, keepdims=True), 2.342281),
    )
    for rows, nll in models:
        measured(submission, "mean_nll", names(), rows, nll, stoi=ALPHABET)
    measured(submission, "perplexity", names(), models[2][0], math.exp(2.334566), stoi=ALPHABET)


# ---- 5 sampling


@number("5.5")
@weight(3)
@visibility("hidden")
@title("Frequencies under a skewed first letter", "首字母分布偏斜时的频率")
def test_sample_skewed(submission):
    rows = np.array(
        [[0.0625, 0.875, 0.0625, 0], [0.25, 0, 0.25, 0.5], [0.75, 0.125, 0.125, 0], [0.5, 0, 0, 0.5]], dtype=np.float64
    )
    words = sampled(submission, rows, {0: ".", 1: "q", 2: "r", 3: "s"}, 11, 1500)
    check_possible(words, rows, ".qrs")
    check_frequencies(words, rows, ".qrs")
    check_words(words, {"": 1 / 16, "q": 7 / 32, "qr": 21 / 128, "qs": 7 / 32, "qss": 7 / 64, "r": 3 / 64})


@number("5.6")
@weight(1)
@visibility("hidden")
@title(
    "Names drawn from the 27 symbols, and a word of 150 letters: no impossible step",
    "从 27 个符号采样人名，以及一个 150 个字母的词：没有概率为零的一步",
)
def test_sample_names(submission):
    circle = np.roll(np.eye(151), 1, axis=1)  # each symbol leads to the next, the last one to the boundary
    letters = [chr(0x4E00 + place) for place in range(150)]
    numeric.check_equal(sampled(submission, circle, dict(enumerate([".", *letters])), 17, 1), ["".join(letters)])
    counts = name_counts() + 0.0
    counts[0, 0] = 200  # even a program that never leaves this row comes to an end
    rows = counts / counts.sum(axis=1, keepdims=True)
    words = sampled(submission, rows, dict(enumerate("." + LETTERS)), 13, 200)
    check_possible(words, rows, "." + LETTERS)
    require(
        len(set(words)) > 100,
        Text(en="most of the sampled names are the same", zh="采样得到的人名大多相同"),
    )


# ---- 6 the model as a network


def batch(seed, size, n):
    """Weights (size, size) and n pairs, with some symbols repeated and some absent."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(size, size)).round(2), rng.integers(0, size, n), rng.integers(0, size, n)


@number("6.6")
@weight(2)
@visibility("hidden")
@together
@title("One-hot, softmax and cross-entropy of random weights", "随机权重的 one-hot、softmax 与交叉熵")
@given(size=st.integers(2, 5), n=st.integers(1, 8), seed=SEED)
def test_loss_random(submission, reference, size, n, seed):
    W, xs, ys = batch(seed, size, n)
    numeric.check_equal(submission.network.one_hot(ys, size), reference.network.one_hot(ys, size))
    check_near(submission.network.softmax(W[xs]), reference.network.softmax(W[xs]))
    expected = reference.network.network_loss(W, xs, ys)
    check_near(submission.network.network_loss(W, xs, ys), expected, what=LOSS)
    shifted = Text(en="the loss after adding 5 to all weights", zh="所有权重加 5 之后的损失")
    check_near(submission.network.network_loss(W + 5, xs, ys), expected, what=shifted)


@number("6.7")
@weight(2)
@visibility("hidden")
@title("The gradient for random weights and pairs", "随机权重与符号对的梯度")
@given(size=st.integers(2, 5), n=st.integers(1, 8), seed=SEED)
def test_gradient_random(submission, reference, size, n, seed):
    W, xs, ys = batch(seed, size, n)
    check_near(
        submission.network.network_gradient(W, xs, ys), reference.network.network_gradient(W, xs, ys), what=GRADIENT
    )


def softmax(W):
    exps = np.exp(W - W.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def slope(W, counts):
    """The gradient of the mean NLL of all counted pairs."""
    return (counts.sum(axis=1, keepdims=True) * softmax(W) - counts) / counts.sum()


def counted_gradient(W, xs, ys):
    """A stand-in that counts first."""
    W = np.asarray(W, dtype=np.float64)
    counts = np.zeros(W.size)
    kinds, times = np.unique(np.asarray(xs) * len(W) + np.asarray(ys), return_counts=True)
    counts[kinds] = times
    return slope(W, counts.reshape(W.shape))


@number("6.8")
@weight(1)
@visibility("hidden")
@title("The loss on all names during gradient descent", "在全部人名上做梯度下降时的损失")
def test_loss_names(submission):
    """From W = 0 with lr = 50: 3.2958 at first, 2.3561 after 100 steps, 2.3455 after 200, 2.3392 after 500."""
    xs, ys = np.array(pairs_of(names())).T
    W, done = np.zeros((27, 27)), 0
    for steps, loss in ((0, 3.2958), (100, 2.3561), (200, 2.3455), (500, 2.3392)):
        for _ in range(done, steps):
            W = W - 50 * slope(W, name_counts())
        done = steps
        numeric.check_close(submission.network.network_loss(W, xs, ys), loss, rtol=0, atol=6e-5, what=LOSS)


# ---- 7 training


def best(pairs):
    """The smallest mean NLL that any rows reach on these pairs: that of maximum likelihood."""
    kinds, times = np.unique(pairs, axis=0, return_counts=True)
    totals = np.bincount(kinds[:, 0], times)
    return float(-(times * np.log(times / totals[kinds[:, 0]])).sum() / times.sum())


def trained(submission, W, pairs, *settings):
    xs, ys = np.array(pairs).T
    judge_either(
        lambda answer: check_trained(answer, pairs, best(pairs), len(W)),
        submission,
        "network",
        "train",
        (W, xs, ys, *settings),
        lambda: {"network_gradient": counted_gradient, "softmax": softmax},
    )


@number("7.2")
@weight(3)
@visibility("hidden")
@title("Training on other pairs, from random weights", "在其他符号对上训练，从随机权重开始")
def test_train_random(submission):
    for size, n, seed in ((3, 30, 1), (4, 60, 2)):
        W, xs, ys = batch(seed, size, n)
        pairs = [(int(x), int(min(x, y))) for x, y in zip(xs, ys, strict=True)]
        trained(submission, W / 2, pairs, 500, 4.0)


@number("7.3")
@weight(3)
@visibility("hidden")
@title("Training on a hundred names with the default steps and rate", "用默认步数与学习率在一百个人名上训练")
def test_train_names(submission):
    """Every 50th name: 104 names, 730 pairs."""
    trained(submission, np.zeros((27, 27)), pairs_of(names()[::50]))
