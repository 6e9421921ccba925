"""Open checks for word2vec: nothing secret, made for reading. Known answers are worked by hand in the comments."""

import math

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import Text, any_of, numeric, require, title, together

LOSS = Text(en="the loss", zh="损失")
CENTER = Text(en="the gradient with respect to v_c", zh="对 v_c 的梯度")
OUTSIDE = Text(en="the gradient with respect to U", zh="对 U 的梯度")

# With v_c = (1, 0) the scores U v_c are (ln 1, ln 2, ln 5) and the probabilities (1/8, 2/8, 5/8).
V_C = np.array([1.0, 0.0])
U = np.array([[0.0, 1.0], [math.log(2), 2.0], [math.log(5), -1.0]])
P = np.array([1, 2, 5]) / 8


class Draws:
    """A dataset whose noise words come in a fixed order, over and over."""

    def __init__(self, *order):
        self.order, self.drawn = order, 0

    def sampleTokenIdx(self):
        self.drawn += 1
        return self.order[(self.drawn - 1) % len(self.order)]

    def getRandomContext(self, C=5):
        return "a", ["b"] * (2 * C)


def three(answer):
    """The loss and the two gradients of an answer."""
    require(
        isinstance(answer, tuple | list) and len(answer) == 3,
        Text(en="three values are asked for: loss, gradient, gradient", zh="应返回三个值：损失、梯度、梯度"),
    )
    return answer


def close(actual, expected, what=None, shape="exact"):
    """Equal up to what single precision, or a 1e-8 inside a logarithm, may change."""
    numeric.check_close(actual, expected, rtol=5e-5, atol=5e-6, what=what, shape=shape)


def check_slope(loss, gradient, at, what, shape="exact"):
    """Central differences, so coarse that a loss in single precision still shows its slope."""
    numeric.check_gradient(
        lambda x: float(np.ravel(loss(x))[0]), gradient, at, eps=1e-2, rtol=1e-3, atol=1e-3, what=what, shape=shape
    )


def numbers(*shape):
    """Arrays of this shape with entries close to -1.0, -0.9, ..., 1.0, no two of them alike."""
    size = math.prod(shape)
    tenths = st.lists(st.integers(-10, 10), min_size=size, max_size=size)
    return tenths.map(lambda entries: (np.array(entries) / 10 + np.arange(1, size + 1) / 200).reshape(shape))


# ---- 0 warm-up


@number("0.1")
@weight(0.5)
@together
@title("One-hot vectors", "one-hot 向量")
def test_one_hot(submission):
    vocabulary = ["一起", "学习", "大", "语言", "模型"]
    numeric.check_close(submission.warmup.one_hot("学习", vocabulary), [0, 1, 0, 0, 0])
    with pytest.raises((ValueError, KeyError)):
        submission.warmup.one_hot("猫", vocabulary)


@number("0.2")
@weight(0.5)
@together
@title("A bag of words", "词袋")
def test_bag_of_words(submission):
    vocabulary = ["一起", "学习", "大", "语言", "模型"]
    numeric.check_close(submission.warmup.bag_of_words(["一起", "大", "模型"], vocabulary), [1, 0, 1, 0, 1])
    numeric.check_close(submission.warmup.bag_of_words(["大", "猫", "大"], vocabulary), [0, 0, 2, 0, 0])


@number("0.3")
@weight(1)
@title("TF-IDF of three small documents", "三篇短文档的 TF-IDF")
def test_tf_idf(submission):
    documents = [["cat", "cat", "sat"], ["sat", "mat"], ["sat"]]
    # df: cat 1, sat 3, mat 1, dog 0 of N = 3 documents; idf: ln 3, 0, ln 3, -
    expected = np.array([[2, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]) * math.log(3)
    numeric.check_close(submission.warmup.tf_idf(documents, ["cat", "sat", "mat", "dog"]), expected)


@number("0.4")
@weight(0.5)
@together
@title("The cosine of two vectors", "两个向量的余弦")
def test_cosine(submission):
    numeric.check_close(submission.warmup.cosine(np.array([3.0, 4.0]), np.array([4.0, 3.0])), 24 / 25)
    numeric.check_close(submission.warmup.cosine(np.array([1.0, 2.0]), np.array([-2.0, 1.0])), 0.0)
    numeric.check_close(submission.warmup.cosine(np.array([1.0, 2.0]), np.array([-3.0, -6.0])), -1.0)


# ---- 1 sigmoid


@number("1.1")
@weight(2)
@title("sigmoid at 0, ln 3 and -ln 3", "sigmoid 在 0、ln 3、−ln 3 处的值")
def test_sigmoid_known(submission):
    x = np.array([[0.0, math.log(3)], [-math.log(3), 0.0]])
    close(submission.word2vec.sigmoid(x), np.array([[0.5, 0.75], [0.25, 0.5]]))


@number("1.2")
@weight(1)
@together
@title("sigmoid of a number", "单个数的 sigmoid")
def test_sigmoid_number(submission):
    close(submission.word2vec.sigmoid(math.log(3)), 0.75)
    close(submission.word2vec.sigmoid(0), 0.5)


@number("1.3")
@weight(1)
@title("The log-odds of sigmoid(x) are x", "sigmoid(x) 的对数几率就是 x")
@given(x=numbers(4))
@settings(max_examples=10)
def test_sigmoid_log_odds(submission, x):
    s = np.asarray(submission.word2vec.sigmoid(5 * x))
    numeric.check_between(s, 0.001, 0.999)
    what = Text(en="the log-odds of your answer", zh="你的结果的对数几率")
    numeric.check_close(np.log(s / (1 - s)), 5 * x, rtol=1e-4, atol=1e-4, what=what)


# ---- 2 naive softmax


@number("2.1")
@weight(2)
@together
@title("Naive softmax: the loss on an example worked by hand", "朴素 softmax：手算例子的损失")
def test_naive_loss(submission):
    for outside, probability in enumerate(P):
        loss, _, _ = three(submission.word2vec.naiveSoftmaxLossAndGradient(V_C, outside, U, Draws(0, 1, 2)))
        close(loss, -math.log(probability), LOSS, "vector")


@number("2.2")
@weight(2)
@together
@title("Naive softmax: the gradient for v_c, by hand", "朴素 softmax：手算例子中对 v_c 的梯度")
def test_naive_center(submission):
    for outside in range(3):
        _, center, _ = three(submission.word2vec.naiveSoftmaxLossAndGradient(V_C, outside, U, Draws(0, 1, 2)))
        expected = P[0] * U[0] + P[1] * U[1] + P[2] * U[2] - U[outside]
        close(center, expected, CENTER, "vector")


@number("2.3")
@weight(2)
@title("Naive softmax: the gradient for U, by hand", "朴素 softmax：手算例子中对 U 的梯度")
def test_naive_outside(submission):
    _, _, outside = three(submission.word2vec.naiveSoftmaxLossAndGradient(V_C, 1, U, Draws(0, 1, 2)))
    close(outside, np.array([[1 / 8, 0], [-6 / 8, 0], [5 / 8, 0]]), OUTSIDE)


@number("2.4")
@weight(2)
@together
@title("Naive softmax: the gradients are the slopes of your loss", "朴素 softmax：梯度就是你的损失的斜率")
@given(v=numbers(3), vectors=numbers(4, 3), outside=st.integers(0, 3))
@settings(max_examples=3)
def test_naive_gradients(submission, v, vectors, outside):
    def answer(v, vectors):
        return three(submission.word2vec.naiveSoftmaxLossAndGradient(v, outside, vectors, Draws(0, 1, 2)))

    _, center, outsides = answer(v, vectors)
    check_slope(lambda moved: answer(moved, vectors)[0], center, v, CENTER, "vector")
    check_slope(lambda moved: answer(v, moved)[0], outsides, vectors, OUTSIDE)


# ---- 3 negative sampling

# With v_c = (1, 0) the scores of these four words are ln 3, ln 4, 0 and -ln 2; their sigmoids 3/4, 4/5, 1/2 and 1/3.
WORDS = np.array([[math.log(3), 1.0], [math.log(4), 0.0], [0.0, 1.0], [-math.log(2), 2.0]])


@number("3.1")
@weight(2)
@title("Negative sampling: the loss with different negatives", "负采样：负样本互不相同时的损失")
def test_negative_loss(submission):
    loss, _, _ = three(submission.word2vec.negSamplingLossAndGradient(V_C, 0, WORDS, Draws(1, 2), 2))
    close(loss, -math.log(3 / 4) - math.log(1 / 5) - math.log(1 / 2), LOSS, "vector")


@number("3.2")
@weight(2)
@title("Negative sampling: the gradients with different negatives", "负采样：负样本互不相同时的梯度")
def test_negative_gradients_known(submission):
    _, center, outside = three(submission.word2vec.negSamplingLossAndGradient(V_C, 0, WORDS, Draws(1, 2), 2))
    close(center, -1 / 4 * WORDS[0] + 4 / 5 * WORDS[1] + 1 / 2 * WORDS[2], CENTER, "vector")
    close(outside, np.array([[-1 / 4, 0], [4 / 5, 0], [1 / 2, 0], [0, 0]]), OUTSIDE)


@number("3.3")
@weight(1)
@title("Negative sampling: drawn three times, counted three times in the loss", "负采样：抽中三次，在损失中就计三次")
def test_negative_loss_repeated(submission):
    loss, _, _ = three(submission.word2vec.negSamplingLossAndGradient(V_C, 2, WORDS, Draws(3, 0, 3, 3), 4))
    close(loss, -math.log(1 / 2) - 3 * math.log(2 / 3) - math.log(1 / 4), LOSS, "vector")


@number("3.4")
@weight(1)
@title("Negative sampling: ... and three times in the gradients", "负采样：……在梯度中也计三次")
def test_negative_gradients_repeated(submission):
    _, center, outside = three(submission.word2vec.negSamplingLossAndGradient(V_C, 2, WORDS, Draws(3, 0, 3, 3), 4))
    close(center, -1 / 2 * WORDS[2] + 3 * 1 / 3 * WORDS[3] + 3 / 4 * WORDS[0], CENTER, "vector")
    close(outside, np.array([[3 / 4, 0], [0, 0], [-1 / 2, 0], [3 * 1 / 3, 0]]), OUTSIDE)


@number("3.5")
@weight(2)
@together
@title("Negative sampling: the gradients are the slopes of your loss", "负采样：梯度就是你的损失的斜率")
@given(v=numbers(3), vectors=numbers(4, 3), order=st.lists(st.integers(1, 3), min_size=1, max_size=3))
@settings(max_examples=3)
def test_negative_gradients(submission, v, vectors, order):
    def answer(v, vectors):
        return three(submission.word2vec.negSamplingLossAndGradient(v, 0, vectors, Draws(*order)))

    _, center, outsides = answer(v, vectors)
    check_slope(lambda moved: answer(moved, vectors)[0], center, v, CENTER, "vector")
    check_slope(lambda moved: answer(v, moved)[0], outsides, vectors, OUTSIDE)


# ---- 4 skip-gram

TOKENS = {"a": 0, "b": 1, "c": 2}
CENTERS = np.array([[0.3, -0.2], V_C, [0.5, 0.7]])
WINDOW = ["a", "c", "a", "a"]


def simple_pair(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    """A stand-in for a loss: outside word number o has the loss o + 1 and gradients that are easy to follow."""
    center = np.ravel(centerWordVec)
    outside = np.zeros(outsideVectors.shape)
    outside[outsideWordIdx] = 10 * center
    return float(outsideWordIdx + 1), (outsideWordIdx + 2) * center, outside


def skipgram(submission, loss, m=2):
    """The answer for the window a c *b* a a."""
    return three(submission.word2vec.skipgram("b", m, WINDOW, TOKENS, CENTERS, U, Draws(0, 1, 2), loss))


def pairs_added(submission):
    """What the student's own naive softmax says of the four pairs, taken together."""
    own = submission.word2vec.naiveSoftmaxLossAndGradient
    pairs = [three(own(V_C, TOKENS[word], U, Draws(0, 1, 2))) for word in WINDOW]
    require(
        all(np.any(part) for pair in pairs for part in pair) and not np.allclose(pairs[0][2], pairs[1][2]),
        Text(en="there is nothing to add up in your naive softmax", zh="你的朴素 softmax 没有给出可累加的结果"),
    )
    centers = np.zeros(CENTERS.shape)
    centers[1] = sum(np.ravel(center) for _, center, _ in pairs)
    return sum(float(np.ravel(loss)[0]) for loss, _, _ in pairs), centers, sum(np.asarray(pair[2]) for pair in pairs)


def check_skipgram(submission, part, with_stand_in, by_hand, what, shape="exact"):
    """One part of skip-gram's answer, with a stand-in as its loss or with the student's own naive softmax.

    With the own one it is right by hand or, should that loss have a mistake itself, right as a sum of its answers.
    """
    own = submission.word2vec.naiveSoftmaxLossAndGradient
    any_of(
        lambda: close(skipgram(submission, simple_pair)[part], with_stand_in, what, shape),
        lambda: close(skipgram(submission, own)[part], by_hand, what, shape),
        lambda: close(skipgram(submission, own)[part], pairs_added(submission)[part], what, shape),
    )


@number("4.1")
@weight(2)
@title("Skip-gram: the loss of a window", "skip-gram：一个窗口的损失")
def test_skipgram_loss(submission):
    check_skipgram(submission, 0, 1 + 3 + 1 + 1, 3 * math.log(8) + math.log(8 / 5), LOSS, "vector")


@number("4.2")
@weight(2)
@title("Skip-gram: the gradients for the centre vectors", "skip-gram：对中心词向量的梯度")
def test_skipgram_centers(submission):
    zero = np.zeros(2)
    by_hand = 4 * (P[0] * U[0] + P[1] * U[1] + P[2] * U[2]) - 3 * U[0] - U[2]
    what = Text(en="the gradient with respect to the centre vectors", zh="对全部中心词向量的梯度")
    check_skipgram(submission, 1, np.array([zero, 10 * V_C, zero]), np.array([zero, by_hand, zero]), what)


@number("4.3")
@weight(2)
@title("Skip-gram: the gradients for the outside vectors", "skip-gram：对外围词向量的梯度")
def test_skipgram_outsides(submission):
    by_hand = np.array([[4 / 8 - 3, 0], [8 / 8, 0], [20 / 8 - 1, 0]])
    check_skipgram(submission, 2, np.array([30 * V_C, 0 * V_C, 10 * V_C]), by_hand, OUTSIDE)


@number("4.4")
@weight(1)
@title("Skip-gram: the loss function passed in is the one used", "skip-gram：使用传入的损失函数")
def test_skipgram_loss_function(submission):
    naive = submission.word2vec.naiveSoftmaxLossAndGradient
    negative = submission.word2vec.negSamplingLossAndGradient

    def with_own():
        first, second = (float(np.ravel(skipgram(submission, loss)[0])[0]) for loss in (naive, negative))
        require(
            abs(first - second) > 1e-3,
            Text(en="both of your losses give the same value", zh="换用另一个损失函数，结果却没有变"),
        )

    any_of(lambda: close(skipgram(submission, simple_pair)[0], 1 + 3 + 1 + 1, LOSS, "vector"), with_own)


@number("4.5")
@weight(1)
@title("Skip-gram: a window with fewer than 2m words", "skip-gram：不足 2m 个词的窗口")
def test_skipgram_short(submission):
    naive = submission.word2vec.naiveSoftmaxLossAndGradient
    any_of(
        lambda: close(skipgram(submission, simple_pair, m=5)[0], 1 + 3 + 1 + 1, LOSS, "vector"),
        lambda: close(skipgram(submission, naive, m=5)[0], 3 * math.log(8) + math.log(8 / 5), LOSS, "vector"),
        lambda: close(skipgram(submission, naive, m=5)[0], pairs_added(submission)[0], LOSS, "vector"),
    )


# ---- 5 sgd


@number("5.1")
@weight(1)
@title("SGD on a number", "对单个数做 SGD")
def test_sgd_number(submission):
    # each step multiplies x by 1 - 2 * 0.01
    x = submission.sgd.sgd(lambda x: (x**2, 2 * x), 0.5, 0.01, 50, PRINT_EVERY=20)
    close(x, 0.5 * 0.98**50)


@number("5.2")
@weight(2)
@title("SGD on a matrix", "对矩阵做 SGD")
def test_sgd_matrix(submission):
    # f(x) = sum of a (x - 1)^2 / 2: the distance of every entry to 1 shrinks by 1 - a / 10 in each step
    a = np.array([[1.0, 2.0, 3.0], [0.5, 4.0, 0.0]])
    x0 = np.array([[3.0, -1.0, 0.0], [2.0, 5.0, -2.0]])
    x = submission.sgd.sgd(lambda x: (float(np.sum(a * (x - 1) ** 2) / 2), a * (x - 1)), x0, 0.1, 3)
    close(x, 1 + (x0 - 1) * (1 - a / 10) ** 3)


@number("5.3")
@weight(1)
@title("SGD: the postprocessing follows every step", "SGD：每一步之后都做后处理")
def test_sgd_postprocessing(submission):
    # a step takes half of x away, the postprocessing then adds 1: 8 -> 4 + 1 -> 2.5 + 1 -> 1.75 + 1
    f, plus_one = (lambda x: (float(np.sum(x**2) / 2), x)), (lambda x: x + 1)
    close(submission.sgd.sgd(f, np.array([8.0]), 0.5, 3, postprocessing=plus_one), np.array([2.75]))


# ---- 6 CBOW

INPUTS = np.array([[4.0, 0.0], [9.0, 9.0], [0.0, 8.0]])


def cbow(submission, words):
    return three(submission.cbow.cbow("b", 2, words, TOKENS, INPUTS, U, Draws(0, 1, 2), simple_pair))


@number("6.1")
@weight(2)
@title("CBOW: the loss function is asked about the mean vector", "CBOW：以均值向量去问损失函数")
def test_cbow_mean(submission):
    # the mean of (4, 0) and (0, 8) is (2, 4); the word to predict is row 1
    loss, _, output = cbow(submission, ["a", "c"])
    close(loss, 2, LOSS, "vector")
    close(output, np.array([[0, 0], [20, 40], [0, 0]]), OUTSIDE)


@number("6.2")
@weight(2)
@together
@title("CBOW: each word around receives its share of the gradient", "CBOW：周围每个词各得一份梯度")
def test_cbow_share(submission):
    what = Text(en="the gradient with respect to the input vectors", zh="对输入向量的梯度")
    # the stand-in's gradient for the mean vector is 3 times the mean: (6, 12)
    close(cbow(submission, ["a", "c"])[1], np.array([[3, 6], [0, 0], [3, 6]]), what)
    # a, a, c, c: the same mean, each word counts twice with a quarter
    close(cbow(submission, ["a", "c", "c", "a"])[1], np.array([[3, 6], [0, 0], [3, 6]]), what)


# ---- 7 the written part


@number("7.1")
@weight(0.5)
@together
@title("(a) The cross-entropy of a one-hot distribution", "(a) one-hot 分布的交叉熵")
def test_cross_entropy(submission):
    numeric.check_close(submission.written.cross_entropy(np.array([0, 1, 0]), P), math.log(4))
    numeric.check_close(submission.written.cross_entropy(np.array([0, 1, 0]), np.array([0.5, 0.5, 0])), math.log(2))


@number("7.2")
@weight(0.5)
@title("(b) The gradient for the centre vector", "(b) 对中心词向量的梯度")
def test_center_gradient(submission):
    y = np.array([0.0, 0.0, 1.0])
    numeric.check_close(submission.written.center_gradient(y, P, U), P @ U - U[2], shape="vector")


@number("7.3")
@weight(0.5)
@together
@title("(b) When that gradient vanishes", "(b) 这个梯度何时为零")
def test_center_gradient_vanishes(submission):
    y, half = np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.0, 0.5])
    line = np.array([[1.0, 5.0], [2.0, 3.0], [3.0, 1.0]])  # the middle row is the mean of the others
    numeric.check_equal(submission.written.center_gradient_vanishes(y, y, U), True)
    numeric.check_equal(submission.written.center_gradient_vanishes(y, P, U), False)
    numeric.check_equal(submission.written.center_gradient_vanishes(y, half, line), True)


@number("7.4")
@weight(0.5)
@title("(c) The gradient for the outside vectors", "(c) 对外围词向量的梯度")
def test_outside_gradient(submission):
    gradient = submission.written.outside_gradient(np.array([0.0, 1.0, 0.0]), P, np.array([8.0, 16.0]))
    numeric.check_close(gradient, np.array([[1, 2], [-6, -12], [5, 10]]))


@number("7.5")
@weight(0.5)
@title("(d) The derivative of the sigmoid in terms of its value", "(d) 用函数值表示 sigmoid 的导数")
def test_sigmoid_derivative(submission):
    numeric.check_close(submission.written.sigmoid_derivative(np.array([0.5, 0.8, 0.2])), [0.25, 0.16, 0.16])


@number("7.6")
@weight(0.5)
@title("(e) Negative sampling with distinct negatives", "(e) 负样本互不相同时的负采样")
def test_negative_sampling_gradients(submission):
    center, true, negatives = three(submission.written.negative_sampling_gradients(V_C, WORDS[0], WORDS[1:3]))
    numeric.check_close(center, -1 / 4 * WORDS[0] + 4 / 5 * WORDS[1] + 1 / 2 * WORDS[2], what=CENTER, shape="vector")
    numeric.check_close(true, [-1 / 4, 0], what=Text(en="the gradient for u_o", zh="对 u_o 的梯度"), shape="vector")
    numeric.check_close(negatives, [[4 / 5, 0], [1 / 2, 0]], what=Text(en="the gradients for u_k", zh="对 u_k 的梯度"))


@number("7.7")
@weight(0.5)
@title("(f) The gradient of a negative that was drawn three times", "(f) 被抽中三次的负样本的梯度")
def test_repeated_negative_gradient(submission):
    gradient = submission.written.repeated_negative_gradient(np.array([1.0, 0.0]), WORDS[1], 3)
    numeric.check_close(gradient, [12 / 5, 0], shape="vector")


@number("7.8")
@weight(0.5)
@title("(g) What the scores cost", "(g) 计算得分的代价")
def test_score_multiplications(submission):
    numeric.check_equal(submission.written.score_multiplications(300, 50_000, 10), (15_000_000, 3_300))


@number("7.9")
@weight(0.5)
@title("(h) The gradients for all centre vectors of a window", "(h) 一个窗口对所有中心词向量的梯度")
def test_center_gradients(submission):
    gradient = submission.written.center_gradients(2, np.array([[1.0, 2.0], [3.0, 5.0], [0.0, 1.0]]), 4)
    numeric.check_close(gradient, [[0, 0], [0, 0], [4, 8], [0, 0]])


@number("7.10")
@weight(0.5)
@together
@title("(i) What L2-normalising hides", "(i) L2 归一化掩盖了什么")
def test_lost_by_normalising(submission):
    x, y = np.array([1.5, -3.0, 3.0]), np.array([1.0, -2.0, 2.0])
    numeric.check_close(submission.written.lost_by_normalising(x, y), 1.5)
    numeric.check_equal(submission.written.lost_by_normalising(x, np.array([1.0, 2.0, 2.0])), None)


# ---- 8 analogies and bias


@number("8.1")
@weight(0.5)
@title("The nearest neighbours of a word", "一个词的近邻")
def test_most_similar(submission):
    words = ["cat", "dog", "car", "cart"]
    vectors = np.array([[1.0, 0.0], [4.0, 1.0], [0.0, 1.0], [9.0, 9.0]])
    numeric.check_equal(submission.vectors.most_similar("cat", words, vectors, 2), ["dog", "cart"])


@number("8.2")
@weight(1)
@title("man is to king as woman is to ...", "man 之于 king，如同 woman 之于……")
def test_analogy(submission):
    words = ["man", "king", "woman", "queen", "child"]
    vectors = np.array([[1.0, 0, 0], [1.0, 0, 1], [0, 1.0, 0], [0, 1.0, 1], [1.0, 1, 0]])
    numeric.check_equal(submission.vectors.analogy("man", "king", "woman", words, vectors), "queen")


@number("8.3")
@weight(0.5)
@together
@title("Where a word stands between he and she", "一个词在 he 与 she 之间的位置")
def test_bias(submission):
    words, vectors = ["she", "doctor", "he", "nurse"], np.array([[-1.0, 0], [3, 4], [1, 0], [-0.8, 0.6]])
    numeric.check_close(submission.vectors.bias("doctor", "he", "she", words, vectors), 0.6)
    numeric.check_close(submission.vectors.bias("nurse", "he", "she", words, vectors), -0.8)


# ---- 9 sentence vectors and search

LEXICON = {"the": np.array([4.0, 0.0]), "cat": np.array([0.0, 4.0]), "sat": np.array([2.0, 2.0])}


@number("9.1")
@weight(1)
@together
@title("A sentence as the mean of its word vectors", "句子向量：词向量的均值")
def test_sentence_mean(submission):
    numeric.check_close(submission.search.sentence_vector(["the", "cat"], LEXICON), [2, 2])
    numeric.check_close(submission.search.sentence_vector(["the", "grumpy", "cat", "cat", "sat"], LEXICON), [1.5, 2.5])


@number("9.2")
@weight(1)
@together
@title("A sentence with SIF weights", "SIF 加权的句子向量")
def test_sentence_sif(submission):
    # a / (a + p): the 1/4, cat 1/2, sat 1
    p = {"the": 0.3, "cat": 0.1}
    numeric.check_close(submission.search.sentence_vector(["the", "cat"], LEXICON, p, 0.1), [0.5, 1])
    numeric.check_close(submission.search.sentence_vector(["sat"], LEXICON, p, 0.1), [2, 2])


@number("9.3")
@weight(1)
@together
@title("Spearman's rank correlation", "Spearman 等级相关系数")
def test_spearman(submission):
    numeric.check_close(submission.search.spearman([1, 2, 3, 4], [10, 100, 1000, 1]), -0.2)
    numeric.check_close(submission.search.spearman([0.1, 0.2, 0.9], [1, 4, 5]), 1.0)
    # ranks 1.5, 1.5, 3 and 1, 2, 3
    numeric.check_close(submission.search.spearman([5, 5, 7], [1, 2, 3]), math.sqrt(3) / 2)


@number("9.4")
@weight(1)
@title("Exact search by inner product", "按内积做精确检索")
def test_top_k(submission):
    vectors = np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 5.0], [-1.0, 1.0]])
    answer = submission.search.top_k(np.array([[1.0, 0.0], [0.0, -1.0]]), vectors, 2)
    require(
        isinstance(answer, tuple | list) and len(answer) == 2,
        Text(en="scores and ids are asked for", zh="应返回得分与编号两项"),
    )
    numeric.check_close(answer[0][0], [3, 2], what=Text(en="the scores", zh="得分"))
    numeric.check_equal(answer[1][0], [1, 2], what=Text(en="the ids", zh="编号"))
    numeric.check_close(answer[0][1], [0, 0], what=Text(en="the scores", zh="得分"))


# ---- 10 the client of an embedding API


def talk(modules, embed, texts, table, statuses, batch_size):
    """On the student's side: play a server that knows `table`, answers first with `statuses`, entries back to front."""
    sent, waits, statuses = [], [], list(statuses)

    def post(request):
        batch = list(request["input"])
        sent.append(batch)
        status = statuses.pop(0) if statuses else 200
        if status != 200:
            return status, {}
        data = [{"index": i, "embedding": list(table[text])} for i, text in enumerate(batch)]
        return 200, {"data": data[::-1]}

    rows = embed(list(texts), post, batch_size=batch_size, wait=waits.append)
    return {"rows": rows, "sent": sent, "waits": waits}


TABLE = {"cat": [3.0, 4.0], "猫": [0.0, 2.0], "dog": [-5.0, 0.0]}
UNITS = {"cat": [0.6, 0.8], "猫": [0.0, 1.0], "dog": [-1.0, 0.0]}


@number("10.1")
@weight(1)
@title("Embeddings: in the order of the texts, at unit length", "嵌入：与文本同序，且为单位长度")
def test_embed_order(submission):
    seen = submission.probe(talk, submission.client.embed, ["cat", "猫", "dog"], TABLE, [], 16)
    numeric.check_close(seen["rows"], [UNITS["cat"], UNITS["猫"], UNITS["dog"]])


@number("10.2")
@weight(1)
@title("Embeddings: status 429 is waited out", "嵌入：遇到 429 就等待重试")
def test_embed_retry(submission):
    seen = submission.probe(talk, submission.client.embed, ["cat", "dog"], TABLE, [429, 429], 16)
    numeric.check_equal(seen["sent"], [["cat", "dog"]] * 3, what=Text(en="the requests", zh="发出的请求"))
    numeric.check_close(seen["waits"], [1, 2], what=Text(en="the waiting times", zh="等待时间"))
    numeric.check_close(seen["rows"], [UNITS["cat"], UNITS["dog"]])
