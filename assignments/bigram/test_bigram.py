"""Open checks for bigram: no secrets, read them freely. How they judge is in bigram_judging.py."""

import math
import warnings

import numpy as np
import pytest
from bigram_judging import (
    as_table,
    check_frequencies,
    check_near,
    check_possible,
    check_trained,
    check_two,
    check_words,
    judge_either,
    loss_of,
    numerical_gradient,
    reading,
    sampled,
)
from gradescope_utils.autograder_utils.decorators import number, weight
from hypothesis import given
from hypothesis import strategies as st

from autograder import Text, any_of, numeric, require, title, together

STOI = {".": 0, "a": 1, "b": 2}
ITOS = {0: ".", 1: "a", 2: "b"}
WORDS = ["aab", "b", "ab"]
COUNTS = np.array([[0, 2, 1], [0, 1, 2], [3, 0, 0]])
ROWS = np.array([[0.125, 0.5, 0.375], [0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])

TABLE = Text(en="stoi", zh="stoi")
BACK = Text(en="itos", zh="itos")
NLL = Text(en="the mean NLL", zh="平均负对数似然")
PPL = Text(en="the perplexity", zh="困惑度")
LOSS = Text(en="the loss", zh="损失")
GRADIENT = Text(en="the gradient with respect to W", zh="对 W 的梯度")


# ---- 1 names and symbols


@number("1.1")
@weight(2)
@title("Names from two files: first column, lower case, once each, sorted", "从两个文件读人名：首列、小写、去重、排序")
def test_names_known(submission):
    first = submission.file("one.first", "MARY           2.629  2.629      1\nZOË            0.010 90.001   1001\n")
    second = submission.file("two.first", "LEE            0.364  9.000     30\n\nMARY           0.009 80.000    900\n")
    numeric.check_equal(submission.bigram.read_names([first, second]), ["lee", "mary", "zoë"])


@number("1.2")
@weight(3)
@title(
    "The vocabulary: '.' is 0, then the letters in order, both ways",
    "词表：“.”的编号是 0，其后是排好序的字母，双向一致",
)
def test_vocab_known(submission):
    for words, symbols in ((["ba", "b"], ".ab"), (["zoe", "xi"], ".eioxz"), (["", "陈"], ".陈")):
        stoi, itos = check_two(submission.bigram.build_vocab(words))
        numeric.check_equal(stoi, {symbol: i for i, symbol in enumerate(symbols)}, what=TABLE)
        numeric.check_equal(as_table(itos), dict(enumerate(symbols)), what=BACK)


@number("1.3")
@weight(2)
@title("A word as ids, with the boundary at both ends; the empty word", "把词编码为编号，两端加边界；空词")
def test_encode_known(submission):
    for word, ids in (("ab", [0, 1, 2, 0]), ("bba", [0, 2, 2, 1, 0]), ("", [0, 0])):
        numeric.check_equal(submission.bigram.encode(word, STOI), ids)


@number("1.4")
@weight(1)
@title("A symbol outside the vocabulary is an error", "词表之外的符号应当报错")
def test_encode_unknown(submission):
    with pytest.raises((KeyError, ValueError)):
        submission.bigram.encode("axb", STOI)


@number("1.5")
@weight(1)
@title("An empty corpus has no vocabulary: ValueError", "空语料没有词表：ValueError")
def test_vocab_empty(submission):
    with pytest.raises(ValueError):
        submission.bigram.build_vocab([])


# ---- 2 counting


@number("2.1")
@weight(2)
@title("The pairs of two words, in order, none across words", "两个词的符号对：按顺序，不跨词")
def test_pairs_known(submission):
    words = ["ab", "b"]

    def judge(answer):
        xs, ys = check_two(answer)
        numeric.check_equal(xs, [0, 1, 2, 0, 2], what=Text(en="xs", zh="xs"))
        numeric.check_equal(ys, [1, 2, 0, 2, 0], what=Text(en="ys", zh="ys"))

    judge_either(
        judge,
        submission,
        "bigram",
        "bigram_pairs",
        (words, STOI),
        lambda: {"encode": reading(words, ".ab")["encode"]},
    )


@number("2.2")
@weight(4)
@title("The counts of three words: rows are what was read", "三个词的计数：行是已读的符号")
def test_counts_known(submission):
    judge_either(
        lambda counts: numeric.check_equal(counts, COUNTS),
        submission,
        "bigram",
        "count_bigrams",
        (WORDS, STOI),
        lambda: {"encode": reading(WORDS, ".ab")["encode"]},
    )


@number("2.3")
@weight(1)
@title("The empty word is one transition from the boundary to itself", "空词是从边界到边界的一次转移")
def test_counts_empty_word(submission):
    words = ["", "a", ""]
    judge_either(
        lambda counts: numeric.check_equal(counts, [[2, 1, 0], [1, 0, 0], [0, 0, 0]]),
        submission,
        "bigram",
        "count_bigrams",
        (words, STOI),
        lambda: {"encode": reading(words, ".ab")["encode"]},
    )


@number("2.4")
@weight(1)
@title("Nothing can be counted in an empty corpus: ValueError", "空语料无从计数：ValueError")
def test_counts_no_words(submission):
    for function in (submission.bigram.bigram_pairs, submission.bigram.count_bigrams):
        with pytest.raises(ValueError):
            function([], STOI)


@number("2.5")
@weight(1)
@title("Counting a symbol outside the vocabulary is an error", "计数时遇到词表之外的符号应当报错")
def test_counts_unknown(submission):
    for function in (submission.bigram.bigram_pairs, submission.bigram.count_bigrams):
        with pytest.raises((KeyError, ValueError)):
            function(["ab", "axb"], STOI)


@number("2.6")
@weight(2)
@title(
    "Laws of counting: one count a prediction; a symbol is left as often as it is entered",
    "计数的规律：每次预测计一次；每个符号的进出次数相等",
)
@given(words=st.lists(st.text("ab", max_size=4), min_size=1, max_size=5))
def test_counts_laws(submission, words):
    def judge(counts):
        numeric.check_shape(counts, (3, 3))
        counts = np.asarray(counts)
        predictions = sum(len(word) + 1 for word in words)
        numeric.check_equal(counts.sum(), predictions, what=Text(en="the sum of all counts", zh="计数总和"))
        columns = Text(en="column sums against row sums", zh="列和与行和")
        numeric.check_equal(counts.sum(axis=0), counts.sum(axis=1), what=columns)
        numeric.check_equal(counts[0].sum(), len(words), what=Text(en="the sum of row '.'", zh="“.”行之和"))

    judge_either(
        judge,
        submission,
        "bigram",
        "count_bigrams",
        (words, STOI),
        lambda: {"encode": reading(words, ".ab")["encode"]},
    )


# ---- 3 from counts to probabilities


@number("3.1")
@weight(3)
@title("Maximum likelihood: each row divided by its own sum", "最大似然：每一行除以本行之和")
def test_mle_known(submission):
    check_near(submission.bigram.mle_rows(COUNTS), [[0, 2 / 3, 1 / 3], [0, 1 / 3, 2 / 3], [1, 0, 0]])
    check_near(submission.bigram.mle_rows(np.array([[0, 1], [3, 1]])), [[0, 1], [0.75, 0.25]])


@number("3.2")
@weight(1)
@title("A row without counts is uniform, k = 0 included", "没有计数的行取均匀分布，k = 0 时也一样")
def test_rows_without_counts(submission):
    counts = np.array([[2, 0, 2], [0, 0, 0], [4, 0, 0]])
    expected = [[1 / 2, 0, 1 / 2], [1 / 3, 1 / 3, 1 / 3], [1, 0, 0]]
    check_near(submission.bigram.mle_rows(counts), expected)
    check_near(submission.bigram.add_k_rows(counts, 0), expected)


@number("3.3")
@weight(3)
@title("Add-1 and add-½", "加 1 平滑与加 ½ 平滑")
def test_add_k_known(submission):
    check_near(
        submission.bigram.add_k_rows(COUNTS, 1), [[1 / 6, 3 / 6, 2 / 6], [1 / 6, 2 / 6, 3 / 6], [4 / 6, 1 / 6, 1 / 6]]
    )
    check_near(submission.bigram.add_k_rows(np.array([[0, 1], [3, 1]]), 0.5), [[0.25, 0.75], [0.7, 0.3]])
    rare = submission.bigram.add_k_rows(np.array([[0, 0], [1, 3]]), 0.01)
    check_near(rare, [[0.5, 0.5], [1.01 / 4.02, 3.01 / 4.02]])


@number("3.4")
@weight(1)
@title("k = 0 is maximum likelihood", "k = 0 就是最大似然")
def test_add_zero(submission):
    check_near(submission.bigram.add_k_rows(COUNTS, 0), [[0, 2 / 3, 1 / 3], [0, 1 / 3, 2 / 3], [1, 0, 0]])


@number("3.5")
@weight(2)
@title("The unigram model: every row the same, the end counted", "一元模型：各行相同，结束符也计数")
def test_unigram_known(submission):
    check_near(submission.bigram.unigram_rows(np.array([[0, 1], [1, 2]])), [[0.25, 0.75], [0.25, 0.75]])
    check_near(submission.bigram.unigram_rows(COUNTS), [[1 / 3, 1 / 3, 1 / 3]] * 3)
    check_near(submission.bigram.unigram_rows(np.array([[0, 3, 0], [3, 0, 1], [1, 0, 2]])), [[0.4, 0.3, 0.3]] * 3)


@number("3.6")
@weight(1)
@together
@title("Rows sum to one; a larger count never has a smaller probability", "每行之和为 1；计数越大，概率不会越小")
@given(
    row=st.lists(st.integers(0, 9), min_size=3, max_size=3),
    k=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
)
def test_rows_laws(submission, row, k):
    counts = np.array([row, [0, 0, 7], [1, 0, 0]])
    rows = submission.bigram.add_k_rows(counts, k)
    numeric.check_shape(rows, (3, 3))
    numeric.check_distribution(rows)
    numeric.check_distribution(submission.bigram.mle_rows(counts))
    by_count = np.asarray(rows)[0][np.argsort(row)]
    require(
        np.all(np.diff(by_count) >= -1e-6),
        Text(en="a larger count has a smaller probability", zh="计数较大的反而概率较小"),
    )


# ---- 4 likelihood and perplexity


def log_probability(submission, word, rows, judge):
    judge_either(judge, submission, "bigram", "word_log_prob", (word, rows, STOI), lambda: reading([word], ".ab"))


def text_number(submission, name, words, rows, expected, what):
    """mean_nll or perplexity of some words."""
    judge_either(
        lambda value: check_near(value, expected, what=what),
        submission,
        "bigram",
        name,
        (words, rows, STOI),
        lambda: reading(words, ".ab"),
    )


@number("4.1")
@weight(3)
@title("ln P of a word: first and last transition included, natural logarithm", "词的 ln P：包括首尾转移，取自然对数")
def test_word_known(submission):
    for word, p in (("a", 1 / 4), ("ab", 1 / 8), ("b", 3 / 8), ("aab", 1 / 32)):
        log_probability(submission, word, ROWS, lambda value, p=p: check_near(value, math.log(p)))


@number("4.2")
@weight(1)
@title("A word with an impossible transition: minus infinity", "含有不可能转移的词：负无穷")
def test_word_impossible(submission):
    for word in ("ba", "bb", "abab"):
        log_probability(submission, word, ROWS, lambda value: check_near(value, -math.inf))


@number("4.3")
@weight(1)
@title(
    "The empty word is one transition; a symbol outside the vocabulary is an error",
    "空词是一次转移；词表之外的符号应当报错",
)
def test_word_empty_and_unknown(submission):
    log_probability(submission, "", ROWS, lambda value: check_near(value, math.log(1 / 8)))
    with pytest.raises((KeyError, ValueError)):
        submission.bigram.word_log_prob("axb", ROWS, STOI)


@number("4.4")
@weight(3)
@title("The mean NLL: nats a prediction, every end counted", "平均负对数似然：按每次预测平均，单位奈特，结束符计数")
def test_nll_known(submission):
    text_number(submission, "mean_nll", ["a", ""], ROWS, math.log(32) / 3, NLL)
    text_number(submission, "mean_nll", ["ab", "b", "b"], ROWS, (math.log(8) + 2 * math.log(8 / 3)) / 7, NLL)
    text_number(submission, "mean_nll", ["ab", "a"], np.full((3, 3), 1 / 3), math.log(3), NLL)


@number("4.5")
@weight(2)
@title(
    "Perplexity: V for the uniform model, otherwise e to the mean NLL", "困惑度：均匀模型为 V，一般为 e 的平均 NLL 次方"
)
def test_perplexity_known(submission):
    text_number(submission, "perplexity", ["ab", "a"], np.full((3, 3), 1 / 3), 3.0, PPL)
    text_number(submission, "perplexity", ["a", ""], ROWS, 32 ** (1 / 3), PPL)
    text_number(submission, "perplexity", ["aab"], np.array([[0, 1, 0], [0, 0.5, 0.5], [1, 0, 0.0]]), math.sqrt(2), PPL)


@number("4.6")
@weight(1)
@title("A transition that never occurred: NLL and perplexity are infinite", "出现从未见过的转移：NLL 与困惑度为无穷大")
def test_nll_infinite(submission):
    for name, what in (("mean_nll", NLL), ("perplexity", PPL)):
        text_number(submission, name, ["a", "bb", "ab"], ROWS, math.inf, what)


def warned(modules, calls, standins):
    """What the student's functions warn of."""
    names = vars(modules.bigram)
    own = dict(names)
    names.update(standins)
    try:
        with warnings.catch_warnings(record=True) as caught:
            for name, arguments in calls:
                names[name](*arguments)
        return [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]
    finally:
        names.clear()
        names.update(own)


@number("4.7")
@weight(1)
@title("Probability zero prints no warning", "概率为零时不打印警告")
def test_no_warning(submission):
    calls = [("word_log_prob", ("ba", ROWS, STOI)), ("mean_nll", (["ba"], ROWS, STOI))]
    calls.append(("perplexity", (["ba"], ROWS, STOI)))

    for name, _ in calls:
        written = callable(getattr(submission.bigram, name))
        require(written, Text(en=f"{name} is no function", zh=f"{name} 不是函数"))

    def attempt(standins):
        seen = submission.probe(warned, calls, standins)
        require(
            not seen,
            Text(en="a warning is printed", zh="打印了警告"),
            *(Text(en=message, zh=message) for message in seen[:1]),
        )

    any_of(lambda: attempt({}), lambda: attempt(reading(["ba"], ".ab")))


@number("4.8")
@weight(1)
@title("An empty corpus has no NLL and no perplexity: ValueError", "空语料没有 NLL 和困惑度：ValueError")
def test_nll_no_words(submission):
    for function in (submission.bigram.mean_nll, submission.bigram.perplexity):
        with pytest.raises(ValueError):
            function([], ROWS, STOI)


# ---- 5 sampling


@number("5.1")
@weight(2)
@title("Rows that leave no choice give one word", "没有选择余地时，只能采样出一个词")
def test_sample_forced(submission):
    forced = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0.0]])
    numeric.check_equal(sampled(submission, forced, ITOS, 1, 3), ["ba", "ba", "ba"])
    ended = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0.0]])
    numeric.check_equal(sampled(submission, ended, ITOS, 1, 2), ["", ""])


@number("5.2")
@weight(2)
@title("No impossible step is ever taken", "从不走概率为零的一步")
def test_sample_possible(submission):
    rows = np.array([[0.25, 0.5, 0.25, 0], [0, 0, 0.25, 0.75], [0.5, 0.5, 0, 0], [1, 0, 0, 0.0]])
    words = sampled(submission, rows, {0: ".", 1: "x", 2: "y", 3: "z"}, 5, 300)
    check_possible(words, rows, ".xyz")


@number("5.3")
@weight(3)
@title("Symbols and words come as often as their probabilities say", "符号与词的频率符合给定的概率")
def test_sample_frequencies(submission):
    words = sampled(submission, ROWS, ITOS, 7, 1500)
    check_possible(words, ROWS, ".ab")
    check_frequencies(words, ROWS, ".ab")
    check_words(words, {"": 1 / 8, "a": 1 / 4, "b": 3 / 8, "ab": 1 / 8, "aa": 1 / 16})


@number("5.4")
@weight(1)
@title("All randomness comes from the generator that is passed in", "所有随机性都来自传入的生成器")
def test_sample_generator(submission):
    one, same, other = (sampled(submission, ROWS, ITOS, seed, 40) for seed in (3, 3, 4))
    numeric.check_equal(
        same,
        one,
        what=Text(en="the words of a second generator with the same seed", zh="相同种子的第二个生成器给出的词"),
    )
    require(
        one != other,
        Text(en="generators with different seeds give the same words", zh="种子不同的生成器却给出了相同的词"),
    )


# ---- 6 the model as a network

W3 = np.array([[0.5, -1.0, 0.2], [0.0, 1.5, -0.3], [1.0, 0.1, -0.7]])
XS, YS = np.array([0, 1, 1, 0, 1]), np.array([1, 2, 1, 0, 1])
PAIRS = [(0, 1), (1, 2), (1, 1), (0, 0), (1, 1)]


@number("6.1")
@weight(2)
@title("One-hot rows", "one-hot 行向量")
def test_one_hot_known(submission):
    numeric.check_equal(submission.network.one_hot(np.array([2, 0, 2]), 4), [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]])
    numeric.check_equal(submission.network.one_hot(np.array([1]), 2), [[0, 1]])


@number("6.2")
@weight(2)
@title("Softmax of two rows", "两行的 softmax")
def test_softmax_known(submission):
    logits = np.log(np.array([[1.0, 2.0, 5.0], [6.0, 3.0, 1.0]]))
    expected = np.array([[1 / 8, 2 / 8, 5 / 8], [6 / 10, 3 / 10, 1 / 10]])
    check_near(submission.network.softmax(logits), expected)
    check_near(submission.network.softmax(logits + np.array([[3.0], [-2.0]])), expected)


@number("6.3")
@weight(1)
@title("Softmax of logits as large as ±1000", "±1000 的大 logits 的 softmax")
def test_softmax_large(submission):
    check_near(
        submission.network.softmax(np.array([[1000.0, 1000.0], [-1000.0, 1000.0], [-1000.0, -1002.0]])),
        np.array([[0.5, 0.5], [0.0, 1.0], [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(2))]]),
    )


@number("6.4")
@weight(3)
@title("The cross-entropy of known weights", "已知权重的交叉熵")
def test_loss_known(submission):
    check_near(submission.network.network_loss(np.zeros((4, 4)), np.array([0, 1]), np.array([1, 3])), math.log(4))
    W = np.log(np.array([[1.0, 2.0, 5.0], [6.0, 3.0, 1.0], [1.0, 1.0, 2.0]])) + 2
    value = submission.network.network_loss(W, np.array([0, 1, 2, 2]), np.array([2, 0, 2, 0]))
    check_near(value, -math.log(5 / 8 * 6 / 10 * 2 / 4 * 1 / 4) / 4, what=LOSS)


@number("6.5")
@weight(3)
@title("The gradient against central differences", "梯度与中心差分的比较")
def test_gradient_numerical(submission):
    gradient = submission.network.network_gradient(W3, XS, YS)
    numeric.check_gradient(lambda W: loss_of(W, PAIRS), gradient, W3, what=GRADIENT)
    known = submission.network.network_gradient(np.zeros((2, 2)), np.array([0, 0]), np.array([1, 1]))
    check_near(known, np.array([[0.5, -0.5], [0.0, 0.0]]), what=GRADIENT)


# ---- 7 training


@number("7.1")
@weight(4)
@title(
    "Training on nine pairs comes within 0.01 nat of the best possible loss",
    "在九个符号对上训练，损失与最优值相差不超过 0.01 奈特",
)
def test_train_known(submission):
    pairs = [(0, 1)] * 3 + [(1, 1)] * 2 + [(1, 0)] + [(1, 2)] + [(2, 0)] * 2
    xs, ys = np.array(pairs).T
    optimum = 4 / 9 * 1.5 * math.log(2)  # only after symbol 1 is there a choice: 1/2, 1/4, 1/4
    judge_either(
        lambda W: check_trained(W, pairs, optimum, 3),
        submission,
        "network",
        "train",
        (np.zeros((3, 3)), xs, ys, 400, 4.0),
        lambda: {"network_gradient": numerical_gradient},
    )
