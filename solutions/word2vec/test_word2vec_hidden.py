"""Hidden checks for word2vec: random comparison with the reference over sizes and corner cases."""

import math

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from hypothesis import example, given
from hypothesis import strategies as st

from autograder import Text, any_of, numeric, require, title, together

LOSS = Text(en="the loss", zh="损失")
CENTER = Text(en="the gradient with respect to v_c", zh="对 v_c 的梯度")
CENTERS = Text(en="the gradient with respect to the centre vectors", zh="对全部中心词向量的梯度")
OUTSIDE = Text(en="the gradient with respect to U", zh="对 U 的梯度")
INPUT = Text(en="the gradient with respect to the input vectors", zh="对输入向量的梯度")
OUTPUT = Text(en="the gradient with respect to the output vectors", zh="对输出向量的梯度")


class Draws:
    """A dataset whose noise words come in a fixed order, over and over."""

    def __init__(self, order):
        self.order, self.drawn = tuple(order), 0

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


def numbers(*shape):
    """Arrays of this shape with entries -1.0, -0.9, ..., 1.0."""
    size = math.prod(shape)
    tenths = st.lists(st.integers(-10, 10), min_size=size, max_size=size)
    return tenths.map(lambda entries: np.array(entries).reshape(shape) / 10)


@st.composite
def pairs(draw):
    """A centre vector, the row of an outside word, outside vectors, an order of noise words (at least one not o), K."""
    words, size = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    outside = draw(st.integers(0, words - 1))
    order = draw(st.lists(st.integers(0, words - 1), min_size=1, max_size=6))
    other = draw(st.integers(1, words - 1))
    return draw(numbers(size)), outside, draw(numbers(words, size)), [*order, (outside + other) % words]


# ---- 0 warm-up

LETTERS = st.lists(st.sampled_from("abcdx"), max_size=8)
VOCABULARY = st.permutations("abcd")


@number("0.5")
@weight(1)
@visibility("hidden")
@together
@title("One-hot vectors and bags of words for any vocabulary", "任意词表的 one-hot 与词袋")
@given(words=LETTERS, vocabulary=VOCABULARY)
def test_bags(submission, reference, words, vocabulary):
    numeric.check_close(
        submission.warmup.bag_of_words(words, vocabulary), reference.warmup.bag_of_words(words, vocabulary)
    )
    for word in "abcd":
        numeric.check_close(submission.warmup.one_hot(word, vocabulary), reference.warmup.one_hot(word, vocabulary))
    with pytest.raises((ValueError, KeyError)):
        submission.warmup.one_hot("x", vocabulary)


@number("0.6")
@weight(1)
@visibility("hidden")
@together
@title("TF-IDF of any documents, with and without L2", "任意文档的 TF-IDF，带或不带 L2")
@given(documents=st.lists(LETTERS, min_size=1, max_size=5), vocabulary=VOCABULARY)
def test_tf_idf_random(submission, reference, documents, vocabulary):
    for l2 in (False, True):
        expected = reference.warmup.tf_idf(documents, vocabulary, l2)
        numeric.check_close(submission.warmup.tf_idf(documents, vocabulary, l2=l2), expected)


@number("0.7")
@weight(0.5)
@visibility("hidden")
@together
@title("The cosine of any two vectors, zero included", "任意两个向量的余弦，含零向量")
@example(a=np.array([0.1, 0.2, 0.0]), b=np.array([0.3, 0.1, 0.2]))
@given(a=numbers(3), b=numbers(3))
def test_cosine_random(submission, reference, a, b):
    numeric.check_close(submission.warmup.cosine(a, 7 * b), reference.warmup.cosine(a, b))
    numeric.check_close(submission.warmup.cosine(np.zeros(3), b), 0.0)


# ---- 1 sigmoid


@number("1.4")
@weight(2)
@visibility("hidden")
@together
@title("sigmoid of arrays of any shape, of whole numbers too", "任意形状数组的 sigmoid，包括整数数组")
@given(shape=st.lists(st.integers(1, 3), min_size=1, max_size=3), seed=st.integers(0, 99))
def test_sigmoid_random(submission, reference, shape, seed):
    x = np.random.default_rng(seed).normal(scale=4, size=shape).round(1)
    for numbers in (x, np.rint(x).astype(int)):
        close(submission.word2vec.sigmoid(numbers), reference.word2vec.sigmoid(numbers))


# ---- 2 naive softmax


def naive(side, pair):
    v, outside, vectors, order = pair
    return three(side.word2vec.naiveSoftmaxLossAndGradient(v, outside, vectors, Draws(order)))


@number("2.5")
@weight(3)
@visibility("hidden")
@title("Naive softmax: the loss for any vectors", "朴素 softmax：任意向量的损失")
@given(pair=pairs())
def test_naive_loss_random(submission, reference, pair):
    close(naive(submission, pair)[0], naive(reference, pair)[0], LOSS, "vector")


@number("2.6")
@weight(3)
@visibility("hidden")
@title("Naive softmax: the gradient for v_c for any vectors", "朴素 softmax：任意向量下对 v_c 的梯度")
@given(pair=pairs())
def test_naive_center_random(submission, reference, pair):
    close(naive(submission, pair)[1], naive(reference, pair)[1], CENTER, "vector")


@number("2.7")
@weight(4)
@visibility("hidden")
@title("Naive softmax: the gradient for U for any vectors", "朴素 softmax：任意向量下对 U 的梯度")
@given(pair=pairs())
def test_naive_outside_random(submission, reference, pair):
    close(naive(submission, pair)[2], naive(reference, pair)[2], OUTSIDE)


# ---- 3 negative sampling


def negative(side, pair, *K):
    v, outside, vectors, order = pair
    return three(side.word2vec.negSamplingLossAndGradient(v, outside, vectors, Draws(order), *K))


@number("3.6")
@weight(3)
@visibility("hidden")
@title("Negative sampling: the loss for any draws", "负采样：任意抽样下的损失")
@given(pair=pairs())
def test_negative_loss_random(submission, reference, pair):
    close(negative(submission, pair)[0], negative(reference, pair)[0], LOSS, "vector")


@number("3.7")
@weight(3)
@visibility("hidden")
@title("Negative sampling: the gradient for v_c for any draws", "负采样：任意抽样下对 v_c 的梯度")
@given(pair=pairs())
def test_negative_center_random(submission, reference, pair):
    close(negative(submission, pair)[1], negative(reference, pair)[1], CENTER, "vector")


@number("3.8")
@weight(3)
@visibility("hidden")
@title("Negative sampling: the gradient for U for any draws", "负采样：任意抽样下对 U 的梯度")
@given(pair=pairs())
def test_negative_outside_random(submission, reference, pair):
    close(negative(submission, pair)[2], negative(reference, pair)[2], OUTSIDE)


@number("3.9")
@weight(1)
@visibility("hidden")
@together
@title("Negative sampling: as many negatives as K says", "负采样：负样本的个数由 K 决定")
@given(pair=pairs(), K=st.integers(1, 12))
def test_negative_number(submission, reference, pair, K):
    for part, what, shape in ((0, LOSS, "vector"), (1, CENTER, "vector"), (2, OUTSIDE, "exact")):
        close(negative(submission, pair, K)[part], negative(reference, pair, K)[part], what, shape)


# ---- 4 skip-gram


@st.composite
def windows(draw):
    """The arguments of skip-gram before dataset and loss, and noise words that are not in the window.

    The order of noise words has 5 entries, so that ten draws are the same words whichever pair comes first.
    """
    size, m = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    outside = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=2 * m))
    rows = draw(st.permutations(range(4)))
    word2Ind = {**dict(zip("abcd", rows, strict=True)), "e": 4, "f": 5}
    order = [4, 5, *draw(st.lists(st.integers(4, 5), min_size=3, max_size=3))]
    center = draw(st.sampled_from("abcdef"))
    apart = np.arange(6 * size).reshape(6, size) / 100  # no vector is zero, no two are alike
    return (center, m, outside, word2Ind, draw(numbers(6, size)) + apart, draw(numbers(6, size)) - apart), order


def drawing_pair(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    """A stand-in for a loss that uses all it is given: the answers depend on every argument."""
    center = np.ravel(centerWordVec)
    noise = dataset.sampleTokenIdx()
    outside = np.zeros(outsideVectors.shape)
    outside[outsideWordIdx] = 1 + center
    outside[noise] += center
    return float(2 + outsideWordIdx + center.sum()), outsideVectors[outsideWordIdx] + 3 * center, outside


def parts_close(actual, expected, middle):
    """All three parts of an answer."""
    close(actual[0], expected[0], LOSS, "vector")
    close(actual[1], expected[1], middle)
    close(actual[2], expected[2], OUTSIDE)


def window_answer(side, window, loss):
    arguments, order = window
    return three(side.word2vec.skipgram(*arguments, Draws(order), loss))


def pairs_added(loss, window):
    """What the student's own loss says of the pairs of a window, taken together; they must be worth adding up."""
    (center, _, outside, word2Ind, centerVectors, outsideVectors), order = window
    row = word2Ind[center]
    answers = [three(loss(centerVectors[row], word2Ind[word], outsideVectors, Draws(order))) for word in outside]
    require(
        all(np.any(part) for answer in answers for part in answer)
        and all(np.size(answer[1]) == centerVectors.shape[1] for answer in answers)
        and all(np.shape(answer[2]) == outsideVectors.shape for answer in answers),
        Text(en="there is nothing to add up in your loss function", zh="你的损失函数没有给出可累加的结果"),
    )
    total = sum(float(np.ravel(answer[0])[0]) for answer in answers)
    centers = np.zeros(centerVectors.shape)
    centers[row] = sum(np.ravel(answer[1]) for answer in answers)
    return total, centers, sum(np.asarray(answer[2]) for answer in answers)


def check_window(submission, reference, window, name):
    """Skip-gram with a stand-in as its loss, or with the student's own loss `name`.

    With the own one it is right by the reference or, should that loss have a mistake itself, right as a sum of its
    answers.
    """
    own = getattr(submission.word2vec, name)
    stand_in = window_answer(reference, window, drawing_pair)
    right = window_answer(reference, window, getattr(reference.word2vec, name))
    any_of(
        lambda: parts_close(window_answer(submission, window, drawing_pair), stand_in, CENTERS),
        lambda: parts_close(window_answer(submission, window, own), right, CENTERS),
        lambda: parts_close(window_answer(submission, window, own), pairs_added(own, window), CENTERS),
    )


@number("4.6")
@weight(2)
@visibility("hidden")
@title("Skip-gram with naive softmax on any window", "任意窗口上用朴素 softmax 的 skip-gram")
@given(window=windows())
def test_skipgram_naive_random(submission, reference, window):
    check_window(submission, reference, window, "naiveSoftmaxLossAndGradient")


@number("4.7")
@weight(2)
@visibility("hidden")
@title("Skip-gram with negative sampling on any window", "任意窗口上用负采样的 skip-gram")
@given(window=windows())
def test_skipgram_negative_random(submission, reference, window):
    check_window(submission, reference, window, "negSamplingLossAndGradient")


# ---- 5 sgd


def bowl(a, b):
    """The quadratic sum of a (x - b)^2 / 2, with its gradient."""
    return lambda x: (float(np.sum(a * (x - b) ** 2) / 2), a * (x - b))


SHAPES = st.sampled_from([(1,), (3,), (2, 3), (2, 1, 2)])


@number("5.4")
@weight(1)
@visibility("hidden")
@title("SGD on quadratics in any dimension", "任意维度二次函数上的 SGD")
@given(shape=SHAPES, seed=st.integers(0, 99), step=st.sampled_from([0.05, 0.3, 1.1]), iterations=st.integers(1, 12))
def test_sgd_random(submission, reference, shape, seed, step, iterations):
    a, b, x0 = np.random.default_rng(seed).uniform(-1, 2, size=(3, *shape)).round(1)
    expected = reference.sgd.sgd(bowl(a, b), x0.copy(), step, iterations, PRINT_EVERY=100)
    close(submission.sgd.sgd(bowl(a, b), x0, step, iterations), expected)


@number("5.5")
@weight(1)
@visibility("hidden")
@title("SGD with a postprocessing in any dimension", "任意维度上带后处理的 SGD")
@given(seed=st.integers(0, 99), step=st.sampled_from([0.05, 0.3]), iterations=st.integers(1, 12))
def test_sgd_postprocessing_random(submission, reference, seed, step, iterations):
    def unit_rows(x):
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    a, b, x0 = np.random.default_rng(seed).uniform(0.5, 2, size=(3, 2, 3)).round(1)
    expected = reference.sgd.sgd(bowl(a, b), x0.copy(), step, iterations, unit_rows, PRINT_EVERY=100)
    close(submission.sgd.sgd(bowl(a, b), x0, step, iterations, postprocessing=unit_rows), expected)


# ---- 6 CBOW


@number("6.3")
@weight(2)
@visibility("hidden")
@title("CBOW on any window", "任意窗口上的 CBOW")
@given(window=windows())
def test_cbow_random(submission, reference, window):
    arguments, order = window

    def answer(side, loss):
        return three(side.cbow.cbow(*arguments, Draws(order), loss))

    parts_close(answer(submission, drawing_pair), answer(reference, drawing_pair), INPUT)


# ---- 7 the written part


@st.composite
def softmaxes(draw):
    """y one-hot, ŷ a softmax (or y itself), U, v_c."""
    words, size = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    y = np.eye(words)[draw(st.integers(0, words - 1))]
    scores = np.exp(2 * draw(numbers(words)))
    return y, scores / scores.sum(), draw(numbers(words, size)), draw(numbers(size))


@number("7.11")
@weight(0.5)
@visibility("hidden")
@together
@title("(a) The cross-entropy for any distribution", "(a) 任意分布的交叉熵")
@given(case=softmaxes())
def test_cross_entropy_random(submission, reference, case):
    y, y_hat, _, _ = case
    numeric.check_close(submission.written.cross_entropy(y, y_hat), reference.written.cross_entropy(y, y_hat))
    two = (y + np.roll(y, 1)) / 2
    for true in ((y + y_hat) / 2, two):
        numeric.check_close(submission.written.cross_entropy(true, y_hat), reference.written.cross_entropy(true, y_hat))


@number("7.12")
@weight(0.5)
@visibility("hidden")
@title("(b) The gradient for the centre vector, any ŷ and U", "(b) 任意 ŷ 与 U 下对中心词向量的梯度")
@given(case=softmaxes())
def test_center_gradient_random(submission, reference, case):
    y, y_hat, U, _ = case
    expected = reference.written.center_gradient(y, y_hat, U)
    numeric.check_close(submission.written.center_gradient(y, y_hat, U), expected, shape="vector")


@number("7.13")
@weight(1)
@visibility("hidden")
@together
@title("(b) When that gradient vanishes, any U", "(b) 任意 U 下这个梯度何时为零")
@given(case=softmaxes())
def test_center_gradient_vanishes_random(submission, reference, case):
    y, y_hat, U, v_c = case
    level = U - (y_hat @ U - U[y.argmax()]) * (1 - y)[:, None] / (1 - y_hat @ y)  # now Σ ŷ u_w = u_o
    balanced = U - U.mean(axis=1, keepdims=True)  # the entries of the gradient add up to zero
    same = np.tile(v_c, (len(y), 1))
    nearly = same + 1e-3 * U
    for vectors, *tolerance in ((U,), (level,), (balanced,), (same,), (nearly,), (nearly, 0.1)):
        expected = reference.written.center_gradient_vanishes(y, y_hat, vectors, *tolerance)
        numeric.check_equal(submission.written.center_gradient_vanishes(y, y_hat, vectors, *tolerance), expected)


@number("7.14")
@weight(0.5)
@visibility("hidden")
@title("(c) The gradient for the outside vectors, any ŷ", "(c) 任意 ŷ 下对外围词向量的梯度")
@given(case=softmaxes())
def test_outside_gradient_random(submission, reference, case):
    y, y_hat, _, v_c = case
    expected = reference.written.outside_gradient(y, y_hat, v_c)
    numeric.check_close(submission.written.outside_gradient(y, y_hat, v_c), expected)


@number("7.15")
@weight(0.5)
@visibility("hidden")
@title("(d) The derivative of the sigmoid, any values", "(d) 任意取值下 sigmoid 的导数")
@given(s=numbers(2, 2))
def test_sigmoid_derivative_random(submission, reference, s):
    s = (1 + 0.9 * s) / 2
    numeric.check_close(submission.written.sigmoid_derivative(s), reference.written.sigmoid_derivative(s))


@number("7.16")
@weight(1)
@visibility("hidden")
@title("(e) Negative sampling, any number of negatives", "(e) 任意个数负样本的负采样")
@given(case=softmaxes())
def test_negative_sampling_gradients_random(submission, reference, case):
    _, _, U, v_c = case
    got = three(submission.written.negative_sampling_gradients(v_c, U[0], U[1:]))
    expected = reference.written.negative_sampling_gradients(v_c, U[0], U[1:])
    numeric.check_close(got[0], expected[0], what=CENTER, shape="vector")
    numeric.check_close(got[1], expected[1], what=Text(en="the gradient for u_o", zh="对 u_o 的梯度"), shape="vector")
    numeric.check_close(got[2], expected[2], what=Text(en="the gradients for u_k", zh="对 u_k 的梯度"))


@number("7.17")
@weight(0.5)
@visibility("hidden")
@title("(f) A negative drawn any number of times", "(f) 被抽中任意次的负样本")
@given(case=softmaxes(), m=st.integers(1, 6))
def test_repeated_negative_gradient_random(submission, reference, case, m):
    _, _, U, v_c = case
    expected = reference.written.repeated_negative_gradient(v_c, U[0], m)
    numeric.check_close(submission.written.repeated_negative_gradient(v_c, U[0], m), expected, shape="vector")


@number("7.18")
@weight(0.5)
@visibility("hidden")
@title("(g) The cost for any sizes", "(g) 任意规模下的代价")
@given(d=st.integers(1, 500), V=st.integers(1, 10**6), K=st.integers(1, 50))
def test_score_multiplications_random(submission, reference, d, V, K):
    expected = reference.written.score_multiplications(d, V, K)
    numeric.check_equal(submission.written.score_multiplications(d, V, K), expected)


@number("7.19")
@weight(0.5)
@visibility("hidden")
@title("(h) All centre vectors, any window", "(h) 任意窗口对所有中心词向量的梯度")
@given(case=softmaxes(), V=st.integers(1, 5), c=st.integers(0, 4))
def test_center_gradients_random(submission, reference, case, V, c):
    expected = reference.written.center_gradients(c % V, case[2], V)
    numeric.check_close(submission.written.center_gradients(c % V, case[2], V), expected)


NOT_ZERO = numbers(3).map(lambda x: x + 0.05)


@number("7.20")
@weight(0.5)
@visibility("hidden")
@together
@title("(i) What L2-normalising hides, any two vectors", "(i) 任意两个向量：L2 归一化掩盖了什么")
@given(x=NOT_ZERO, y=NOT_ZERO, factor=st.sampled_from([0.25, 1.0, 3.0]))
def test_lost_by_normalising_random(submission, reference, x, y, factor):
    nearly = x + np.array([0.01, -0.02, 0.03])
    for other in (factor * x, -factor * x, y, nearly):
        expected, got = (side.written.lost_by_normalising(other, x) for side in (reference, submission))
        if expected is None:
            numeric.check_equal(got, None)
        else:
            numeric.check_close(got, expected)
    numeric.check_between(submission.written.lost_by_normalising(nearly, x, 2.0), 0.1, 10)  # any two are alike then


# ---- 8 analogies and bias


@st.composite
def lexicons(draw):
    """Six words with random vectors of very different lengths, none zero, in random order."""
    seed = draw(st.integers(0, 999))
    random = np.random.default_rng(seed)
    lengths = np.exp(random.normal(size=(6, 1)))
    return draw(st.permutations("abcdef")), (random.normal(size=(6, draw(st.integers(2, 4)))) * lengths).round(2) + 1e-3


@number("8.4")
@weight(0.5)
@visibility("hidden")
@title("Nearest neighbours among any vectors", "任意向量中的近邻")
@example(lexicon=("bac", np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 1.0]])), k=2)  # a's own direction, and earlier
@given(lexicon=lexicons(), k=st.integers(1, 5))
def test_most_similar_random(submission, reference, lexicon, k):
    words, vectors = list(lexicon[0]), lexicon[1]
    expected = reference.vectors.most_similar("a", words, vectors, k)
    numeric.check_equal(submission.vectors.most_similar("a", words, vectors, k), expected)


@number("8.5")
@weight(1.5)
@visibility("hidden")
@together
@title("Analogies among planted and among any vectors", "预设向量与任意向量中的类比")
@given(lexicon=lexicons())
def test_analogy_random(submission, reference, lexicon):
    words, vectors = lexicon
    planted = vectors.copy()
    a, b, c, d = (words.index(word) for word in "abcd")
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    planted[d] = 5 * (units[b] - units[a] + units[c])
    for table in (planted, vectors):
        expected = reference.vectors.analogy("a", "b", "c", words, table)
        numeric.check_equal(submission.vectors.analogy("a", "b", "c", words, table), expected)


@number("8.6")
@weight(1)
@visibility("hidden")
@title("The bias of any word", "任意词的偏向")
@given(lexicon=lexicons())
def test_bias_random(submission, reference, lexicon):
    words, vectors = lexicon
    expected = reference.vectors.bias("a", "b", "c", words, vectors)
    numeric.check_close(submission.vectors.bias("a", "b", "c", words, vectors), expected)


# ---- 9 sentence vectors and search


@number("9.5")
@weight(1)
@visibility("hidden")
@together
@title("Vectors of any sentence", "任意句子的向量")
@given(lexicon=lexicons(), tokens=st.lists(st.sampled_from("abcdefxy"), max_size=6), a=st.sampled_from([1e-3, 0.1]))
def test_sentence_random(submission, reference, lexicon, tokens, a):
    table = dict(zip(*lexicon, strict=True))
    for p in (None, {"a": 0.5, "b": 0.01, "c": 0.001, "x": 0.2}):
        expected = reference.search.sentence_vector(tokens, table, p, a)
        numeric.check_close(submission.search.sentence_vector(tokens, table, p, a), expected)


NOT_CONSTANT = st.lists(st.integers(-2, 2), min_size=5, max_size=5).map(lambda values: [*values, values[0] + 1])


@number("9.6")
@weight(1.5)
@visibility("hidden")
@together
@title("Spearman with ties", "有并列时的 Spearman")
@given(x=NOT_CONSTANT, y=NOT_CONSTANT)
def test_spearman_random(submission, reference, x, y):
    expected = reference.search.spearman(x, y)
    numeric.check_close(submission.search.spearman(x, y), expected)
    numeric.check_close(submission.search.spearman(np.array(x, float), [value / 4 for value in y]), expected)


@number("9.7")
@weight(1.5)
@visibility("hidden")
@title("Exact search over any vectors", "任意向量上的精确检索")
@given(
    seed=st.integers(0, 99), queries=st.integers(1, 3), d=st.integers(1, 4), n=st.integers(1, 8), k=st.integers(1, 8)
)
def test_top_k_random(submission, reference, seed, queries, d, n, k):
    random = np.random.default_rng(seed)
    asked, vectors = random.normal(size=(queries, d)), random.normal(size=(n, d))
    expected = reference.search.top_k(asked, vectors, min(k, n))
    got = submission.search.top_k(asked, vectors, min(k, n))
    require(
        isinstance(got, tuple | list) and len(got) == 2, Text(en="scores and ids are asked for", zh="应返回得分与编号")
    )
    numeric.check_close(got[0], expected[0], what=Text(en="the scores", zh="得分"))
    numeric.check_equal(got[1], expected[1], what=Text(en="the ids", zh="编号"))


# ---- 10 the client of an embedding API


def talk(modules, embed, texts, statuses, options, cache):
    """On the student's side: play a server. A text's embedding is (its length, the code of its first letter)."""
    sent, waits, statuses = [], [], list(statuses)

    def post(request):
        batch = list(request["input"])
        sent.append(batch)
        status = statuses.pop(0) if statuses else 200
        if status != 200:
            return status, {}
        data = [{"index": i, "embedding": [float(len(text)), ord(text[0]) - 90.0]} for i, text in enumerate(batch)]
        return 200, {"data": data[1::2] + data[::2]}

    rows, refused = None, False
    try:
        rows = embed(list(texts), post, wait=waits.append, cache=cache, **options)
    except NotImplementedError:
        raise
    except RuntimeError:
        refused = True
    return {"rows": rows, "sent": sent, "waits": waits, "cache": cache, "refused": refused}


SENT = Text(en="the requests", zh="发出的请求")
WAITS = Text(en="the waiting times", zh="等待时间")
TEXTS = st.lists(st.text("abcdef", min_size=1, max_size=2), min_size=1, max_size=9)


def units(texts):
    rows = np.array([[len(text), ord(text[0]) - 90.0] for text in texts])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@number("10.3")
@weight(1)
@visibility("hidden")
@together
@title("Embeddings: batches, each with its own attempts", "嵌入：分批请求，每一批各自重试")
@given(texts=TEXTS, size=st.integers(1, 4))
def test_embed_batches(submission, texts, size):
    distinct = list(dict.fromkeys(texts))
    seen = submission.probe(talk, submission.client.embed, texts, [], {"batch_size": size}, None)
    batches = [distinct[start : start + size] for start in range(0, len(distinct), size)]
    numeric.check_equal(seen["sent"], batches, what=SENT)
    numeric.check_close(seen["rows"], units(texts))
    busy = [429, 200] * len(batches)  # each batch has to be sent twice
    seen = submission.probe(talk, submission.client.embed, texts, busy, {"batch_size": size, "attempts": 2}, None)
    require(
        not seen["refused"],
        Text(en="every batch has attempts of its own", zh="每一批各有自己的重试次数"),
    )
    numeric.check_equal(seen["sent"], [batch for batch in batches for _ in range(2)], what=SENT)
    numeric.check_close(seen["waits"], [1] * len(batches), what=WAITS)
    numeric.check_close(seen["rows"], units(texts))


@number("10.4")
@weight(1)
@visibility("hidden")
@title("Embeddings: the cache", "嵌入：缓存")
@given(texts=TEXTS, known=TEXTS)
def test_embed_cache(submission, texts, known):
    cache = dict(zip(known, -units(known), strict=True))  # what the server would not say
    seen = submission.probe(talk, submission.client.embed, texts, [], {"batch_size": 100}, cache)
    missing = [text for text in dict.fromkeys(texts) if text not in cache]
    numeric.check_equal(seen["sent"], [missing] if missing else [], what=SENT)
    sign = np.array([-1 if text in cache else 1 for text in texts])
    numeric.check_close(seen["rows"], sign[:, None] * units(texts))
    numeric.check_equal(
        sorted(seen["cache"]), sorted({*texts, *known}), what=Text(en="the keys of the cache", zh="缓存的键")
    )
    for text in missing:
        numeric.check_close(seen["cache"][text], units([text])[0], what=Text(en="the cache", zh="缓存的内容"))


@number("10.5")
@weight(1)
@visibility("hidden")
@title("Embeddings: when the server keeps refusing", "嵌入：服务器一直拒绝时")
@example(busy=3, attempts=4, after=200)
@example(busy=0, attempts=2, after=500)
@given(busy=st.integers(0, 4), attempts=st.integers(1, 4), after=st.sampled_from([200, 0, 400, 500]))
def test_embed_refused(submission, busy, attempts, after):
    seen = submission.probe(
        talk,
        submission.client.embed,
        ["ab", "c"],
        [429] * busy + [after],
        {"attempts": attempts, "batch_size": 8},
        None,
    )
    posts = min(busy + 1, attempts)
    refused = busy >= attempts or after != 200
    require(
        seen["refused"] == refused,
        Text(
            en="RuntimeError is asked for exactly when no answer is to be had",
            zh="当且仅当得不到结果时才应抛出 RuntimeError",
        ),
    )
    numeric.check_equal(len(seen["sent"]), posts, what=Text(en="the number of requests", zh="请求的次数"))
    numeric.check_close(seen["waits"][: posts - 1], [2**i for i in range(posts - 1)], what=WAITS)
