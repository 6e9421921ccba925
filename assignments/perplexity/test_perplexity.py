"""Open checks for perplexity: nothing secret, made for reading. Known answers are worked by hand in the comments."""

import math
from fractions import Fraction

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, partial_credit, tags, weight
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import Text, any_of, failure_of, numeric, require, title, together

# J&M's corpus: 11 outcomes (ten words and </s>), 17 predictions (14 words and three </s>).
SAM = [line.split() for line in ("I am Sam", "Sam I am", "I do not like green eggs and ham")]
V_SAM = {word for sentence in SAM for word in sentence} | {"</s>"}


def close(actual, expected, what=None, shape="exact"):
    """Equal up to what single precision may change."""
    numeric.check_close(actual, expected, rtol=1e-5, atol=1e-7, what=what, shape=shape)


def number_in(loss):
    """A loss that came as an array of one number, whatever its shape, as that number."""
    return np.ravel(loss)[0] if np.size(loss) == 1 else loss


def ask_all(modules, model, queries):
    """On the student's side: P(word | history) for each; a Decimal, which would not travel, as a float."""
    answers = [model(word, list(history)) for word, history in queries]
    plain = (type(None), int, float, Fraction, np.ndarray, np.generic)
    return [answer if isinstance(answer, plain) or hasattr(answer, "detach") else float(answer) for answer in answers]


def fit(submission, name, arguments):
    """The model `ngram.name(*arguments)`."""
    model = getattr(submission.ngram, name)(*arguments)
    require(
        callable(model),
        Text(en=f"{name} returns no model: it must be callable", zh=f"{name} 返回的不是模型：它应当可以被调用"),
    )
    return model


def probabilities(submission, name, arguments, queries):
    """P(word | history) of the model `ngram.name(*arguments)` for each (word, history)."""
    model = fit(submission, name, arguments)
    return [numeric.as_scalar(answer) for answer in submission.probe(ask_all, model, queries)]


def words_of(submission, vocabulary):
    """The words of a vocabulary, whatever kind of collection it is, in order."""
    if not isinstance(vocabulary, set | list | tuple | dict):
        vocabulary = submission.probe(lambda modules, vocabulary: list(vocabulary), vocabulary)
    return sorted(set(vocabulary))


def check_answers(submission, name, arguments, answers):
    """`answers`: {(word, history): probability}, the history as one string."""
    found = probabilities(submission, name, arguments, [(word, history.split()) for word, history in answers])
    for (word, history), probability in zip(answers, found, strict=True):
        what = f"P({word} | {history or '<s>'}), {name}"
        close(probability, answers[word, history], Text(en=what, zh=what))


def vectors(*shape):
    """Arrays of this shape with entries -1.0, -0.9, ..., 1.0."""
    size = math.prod(shape)
    tenths = st.lists(st.integers(-10, 10), min_size=size, max_size=size)
    return tenths.map(lambda entries: np.array(entries).reshape(shape) / 10)


corpora = st.lists(st.lists(st.sampled_from("abc"), max_size=4), min_size=1, max_size=4)

# ---- 1 the mathematics


@number("1.1")
@weight(1)
@title("The chain rule", "链式法则")
def test_chain_rule(submission):
    # P(<s> I am Sam </s>) = 2/3 * 2/3 * 1/2 * 1/2 = 1/9
    close(submission.measures.log_probability([2 / 3, 2 / 3, 1 / 2, 1 / 2]), -math.log(9))
    close(submission.measures.log_probability([0.5, 0.25, 1.0], 2), -3)
    close(submission.measures.log_probability([]), 0)


@number("1.2")
@weight(0.5)
@title("Bad input: a probability of zero has the logarithm −inf", "异常输入：零概率的对数是 −inf")
def test_chain_rule_zero(submission):
    close(submission.measures.log_probability([0.5, 0.0]), -math.inf)


@number("1.3")
@weight(1.5)
@title("Entropy, cross-entropy, KL divergence", "熵、交叉熵、KL 散度")
def test_entropies(submission):
    p, q = [0.5, 0.25, 0.25], [0.25, 0.5, 0.25]
    close(submission.measures.entropy(p, 2), 1.5)
    # 0.5 * 2 + 0.25 * 1 + 0.25 * 2 = 1.75
    close(submission.measures.cross_entropy(p, q, 2), 1.75)
    close(submission.measures.kl_divergence(p, q, 2), 0.25)
    close(submission.measures.entropy([0.2] * 5), math.log(5))
    # D(p || q) is not D(q || p): 0.5 ln 2 and ln 4/3 - 0.5 ln ... differ
    close(submission.measures.kl_divergence([0.5, 0.5], [0.25, 0.75]), math.log(2 / math.sqrt(3)))
    close(submission.measures.kl_divergence([0.25, 0.75], [0.5, 0.5]), 0.75 * math.log(3) - math.log(2))


@number("1.4")
@weight(1)
@title("0 log 0 = 0; what a model holds impossible costs inf", "0 log 0 = 0；模型认为不可能的事代价无穷大")
def test_entropies_zero(submission):
    close(submission.measures.entropy([1.0, 0.0]), 0)
    close(submission.measures.kl_divergence([1.0, 0.0], [0.5, 0.5], 2), 1)
    close(submission.measures.cross_entropy([1.0, 0.0], [1.0, 0.0]), 0)
    close(submission.measures.cross_entropy([0.5, 0.5], [1.0, 0.0]), math.inf)


@number("1.5")
@weight(1.5)
@title("Perplexity from log-probabilities in any base", "由任意底数的对数概率求困惑度")
def test_perplexity(submission):
    logs = [math.log(p) for p in (2 / 3, 2 / 3, 1 / 2, 1 / 2)]
    close(submission.measures.perplexity(logs), math.sqrt(3))  # (1/9) ** (-1/4)
    close(submission.measures.perplexity([-1.0, -3.0], 2), 4)
    close(submission.measures.perplexity([-2.0], 10), 100)


@number("1.6")
@weight(1)
@title("Bad input: perplexity of an impossible text, and of no text", "异常输入：不可能的文本与空文本的困惑度")
def test_perplexity_edges(submission):
    close(submission.measures.perplexity([-1.0, -math.inf]), math.inf)
    with pytest.raises(ValueError):
        submission.measures.perplexity([])


@number("1.7")
@weight(0.5)
@title("Bits per character and per byte", "每字符、每字节的比特数")
def test_bits(submission):
    numeric.check_equal(submission.measures.text_size("😊，哈哈hello？！😭☕️"), (14, 34))
    numeric.check_equal(submission.measures.text_size(""), (0, 0))
    close(submission.measures.bits_per_unit(20 * math.log(2), 10), 2)


@number("1.8")
@weight(0.5)
@title("The same text in other tokens", "同一文本换一种切分")
def test_convert(submission):
    # 4 ** 6 = 8 ** 4: the probability of the text stays the same
    close(submission.measures.convert_perplexity(4.0, 6, 4), 8)
    close(submission.measures.convert_perplexity(8.0, 4, 6), 4)


@number("1.9")
@weight(1)
@title("Free parameters and the mixture's bound", "自由参数个数与混合模型的上界")
def test_counts_and_bounds(submission):
    close(submission.measures.free_parameters(10, 1), 9)
    close(submission.measures.free_parameters(10, 3), 900)
    close(submission.measures.mixture_bound([2.0, 3.0], [0.5, 0.5]), 2.5)  # Jensen's is the smaller one
    close(submission.measures.mixture_bound([9.0, 1.0], [0.5, 0.5]), 1 + math.log(2))  # the good model's is


@number("1.10")
@weight(0.5)
@title("The facts: every question has an answer of the right kind", "事实题：每一问都有类型正确的回答")
def test_facts_form(submission):
    answers = submission.measures.facts()
    require(isinstance(answers, dict), Text(en="facts() returns a dictionary", zh="facts() 应返回一个字典"))
    for name in ("vocabulary", "predictions", "uniform", "coin", "unseen_bigram", "mixture", "merged_tokens"):
        require(name in answers, Text(en=f"the answer {name!r} is missing", zh=f"缺少 {name!r} 的回答"))
        what = Text(en=f"the answer {name!r}", zh=f"{name!r} 的回答")
        numeric.check_between(answers[name], 0, math.inf, what=what)
    require(
        isinstance(answers.get("can_exceed_vocabulary"), bool | np.bool_),
        Text(en="'can_exceed_vocabulary' is True or False", zh="'can_exceed_vocabulary' 应为 True 或 False"),
    )


# ---- 2 n-grams


@number("2.1")
@weight(1)
@title("The vocabulary: a cut-off, </s>, <unk>", "词表：频次阈值、</s>、<unk>")
def test_vocabulary(submission):
    what = Text(en="the vocabulary", zh="词表")
    text = [["a", "b", "a"], ["c", "b", "a"]]
    numeric.check_equal(words_of(submission, submission.ngram.vocabulary(SAM, 1)), sorted(V_SAM), what)
    numeric.check_equal(words_of(submission, submission.ngram.vocabulary(text, 1)), ["</s>", "a", "b", "c"], what)
    numeric.check_equal(words_of(submission, submission.ngram.vocabulary(text, 2)), ["</s>", "<unk>", "a", "b"], what)
    numeric.check_equal(words_of(submission, submission.ngram.vocabulary(text, 3)), ["</s>", "<unk>", "a"], what)
    numeric.check_equal(
        words_of(submission, submission.ngram.vocabulary([["a", "a"]], 2)), ["</s>", "<unk>", "a"], what
    )


@number("2.2")
@weight(1)
@title("Unknown words become <unk>", "未知词替换为 <unk>")
def test_replace_unknown(submission):
    vocab = {"a", "b", "</s>", "<unk>"}
    answer = submission.ngram.replace_unknown([["a", "x", "b"], [], ["y", "y", "a"]], vocab)
    numeric.check_equal(answer, [["a", "<unk>", "b"], [], ["<unk>", "<unk>", "a"]])


@number("2.3")
@weight(1.5)
@title("n-grams with n − 1 <s> and one </s>", "n 元组：前面 n − 1 个 <s>，末尾一个 </s>")
def test_ngrams(submission):
    numeric.check_equal(submission.ngram.ngrams(["I", "am"], 1), [("I",), ("am",), ("</s>",)])
    numeric.check_equal(submission.ngram.ngrams(["I", "am"], 2), [("<s>", "I"), ("I", "am"), ("am", "</s>")])
    numeric.check_equal(
        submission.ngram.ngrams(["I", "am"], 3), [("<s>", "<s>", "I"), ("<s>", "I", "am"), ("I", "am", "</s>")]
    )


@number("2.4")
@weight(1.5)
@title("Maximum likelihood on “I am Sam”", "“I am Sam” 上的极大似然")
def test_mle(submission):
    bigrams = {("I", ""): 2 / 3, ("Sam", ""): 1 / 3, ("am", "I"): 2 / 3, ("</s>", "Sam"): 1 / 2, ("ham", "I"): 0}
    check_answers(submission, "mle", (SAM, 2), bigrams)
    check_answers(submission, "mle", (SAM, 2), {("am", "Sam I"): 2 / 3, ("Sam", "do I am"): 1 / 2})
    check_answers(submission, "mle", (SAM, 1), {("I", "am"): 3 / 17, ("</s>", ""): 3 / 17, ("<s>", ""): 0})
    # after "<s> <s>" three sentences begin, two of them with I; after "<s> I" come am and do
    check_answers(submission, "mle", (SAM, 3), {("I", ""): 2 / 3, ("am", "I"): 1 / 2, ("am", "Sam I"): 1})


@number("2.5")
@weight(1.5)
@title("Log-probabilities of a sentence, </s> among them", "句子的对数概率，包括 </s>")
def test_token_log_probabilities(submission):
    def model(word, history):  # depends on the word and on the whole history
        words = [w for w in history if w != "<s>"]
        return {"I": 0.5, "am": 0.25, "</s>": 0.75}[word] / (1 + len(words))

    answer = submission.ngram.token_log_probabilities(model, ["I", "am"])
    close(answer, np.log([0.5, 0.25 / 2, 0.75 / 3]), shape="vector")


@number("2.6")
@weight(1.5)
@title("Perplexity of a corpus: all tokens together", "语料的困惑度：所有词一起算")
def test_corpus_perplexity(submission):
    bigrams = {"I": 2 / 3, "am": 2 / 3, "Sam": 1 / 2, "</s>": 1 / 2}
    close(submission.ngram.corpus_perplexity(lambda word, history: bigrams[word], [["I", "am", "Sam"]]), math.sqrt(3))
    # two "a" and two </s>: exp of the mean over these four, not the mean of two perplexities
    model = {"a": 1 / 16, "</s>": 1.0}
    close(submission.ngram.corpus_perplexity(lambda word, history: model[word], [["a", "a"], []]), 4)


@number("2.7")
@weight(1)
@title("Training perplexity of “I am Sam” over 17 predictions", "“I am Sam” 在 17 次预测上的训练困惑度")
def test_training_perplexity(submission):
    # ln PPL = -(ln of the product of 17 bigram probabilities) / 17
    close(submission.ngram.corpus_perplexity(submission.ngram.mle(SAM, 2), SAM), 1.4736553872)


@number("2.8")
@weight(1.5)
@title("Add-k smoothing", "加 k 平滑")
def test_add_k(submission):
    # (2 + 1) / (3 + 11) = 3/14; with k = 1/2: 2.5 / 8.5 = 5/17
    check_answers(submission, "add_k", (SAM, 2, V_SAM, 1), {("am", "I"): 3 / 14, ("ham", "I"): 1 / 14})
    check_answers(submission, "add_k", (SAM, 2, V_SAM, 0.5), {("am", "I"): 5 / 17, ("I", ""): 2.5 / 8.5})
    wider = V_SAM | {"<unk>"}
    check_answers(submission, "add_k", (SAM, 2, wider, 1), {("am", "I"): 3 / 15, ("<unk>", "I"): 1 / 15})
    check_answers(submission, "add_k", (SAM, 2, V_SAM, 1), {("am", "zebra"): 1 / 11})


@number("2.9")
@weight(1.5)
@title("Linear interpolation", "线性插值")
def test_interpolated(submission):
    # 2/17 / 2 + 2/3 / 2 = 20/51
    check_answers(submission, "interpolated", (SAM, 2, V_SAM, [0, 0.5, 0.5]), {("am", "I"): 20 / 51})
    thirds = {("am", "I"): (1 / 11 + 2 / 17 + 2 / 3) / 3, ("ham", "I"): (1 / 11 + 1 / 17) / 3}
    check_answers(submission, "interpolated", (SAM, 2, V_SAM, [1 / 3, 1 / 3, 1 / 3]), thirds)
    check_answers(submission, "interpolated", (SAM, 2, V_SAM, [0.2, 0, 0.8]), {("Sam", ""): 0.2 / 11 + 0.8 / 3})
    # a history that never occurred: the bigram takes the unigram's value
    check_answers(submission, "interpolated", (SAM, 2, V_SAM, [0, 0.5, 0.5]), {("am", "zebra"): 2 / 17})


@number("2.10")
@weight(1)
@title("One step of EM", "EM 的一步")
def test_em_step(submission):
    # shares of model 1: 0.5/(0.5 + 0) = 1 and 0.25/(0.25 + 0.75) = 1/4; their mean is 5/8
    close(submission.ngram.em_step(np.array([[0.5, 0.0], [0.25, 0.75]]), [0.5, 0.5]), [5 / 8, 3 / 8], shape="vector")
    # weights (1/4, 3/4): shares 0.1/(0.1 + 0.3) = 1/4, 0.05/(0.05 + 0.45) = 1/10, 0.2/(0.2 + 0) = 1
    rows = np.array([[0.4, 0.4], [0.2, 0.6], [0.8, 0.0]])
    close(submission.ngram.em_step(rows, [0.25, 0.75]), [0.45, 0.55], shape="vector")


@number("2.11")
@weight(1)
@title("Interpolation weights come from held-out text", "插值权重来自留出文本")
def test_fit_weights(submission):
    # On the training text the unigram explains everything; held out, words that it never saw need the uniform model.
    train, vocab = [["a"], ["a"]], {"a", "b", "c", "</s>"}
    held_out = [["a"], ["b"], ["c"], ["b"]]
    # half of the 8 tokens are </s>, one is a, three are unseen: maximise 5 ln(w/4 + (1-w)/2) + 3 ln(w/4): w = 0.75
    weights = np.ravel(submission.ngram.fit_weights(train, held_out, 1, vocab))
    numeric.check_distribution(weights, what=Text(en="the weights", zh="权重"))
    numeric.check_close(weights, [0.75, 0.25], rtol=0, atol=0.02, shape="vector")


@number("2.12")
@weight(1.5)
@title("Absolute discounting", "绝对折扣")
def test_absolute_discounting(submission):
    # (2 - 3/4)/3 + 3/4 * 2/3 * 2/17 = 97/204;   unseen after I: 3/4 * 2/3 * 1/17 = 1/34
    check_answers(submission, "absolute_discounting", (SAM, 2, 0.75), {("am", "I"): 97 / 204, ("ham", "I"): 1 / 34})
    # after Sam: I and </s>, once each: unseen "am" gets 0.5 * 2/2 * 2/17
    check_answers(submission, "absolute_discounting", (SAM, 2, 0.5), {("am", "Sam"): 1 / 17, ("I", "Sam"): 23 / 68})
    # a history that never occurred leaves everything to the unigram; a discount of 1 takes all of a count of 1
    check_answers(submission, "absolute_discounting", (SAM, 2, 0.75), {("am", "zebra"): 2 / 17})
    check_answers(submission, "absolute_discounting", (SAM, 2, 1), {("I", "Sam"): 3 / 17})


@number("2.13")
@weight(1.5)
@title("Kneser–Ney for bigrams", "二元 Kneser–Ney")
def test_kneser_ney(submission):
    # 15 bigram types. am follows only I: 5/12 + 1/2 * 1/15 = 9/20. I follows <s> and Sam: 5/12 + 1/2 * 2/15 = 29/60
    bigrams = {("am", "I"): 9 / 20, ("ham", "I"): 1 / 30, ("I", ""): 29 / 60, ("am", "zebra"): 1 / 15}
    check_answers(submission, "kneser_ney", (SAM, 2, 0.75), bigrams)
    # </s> follows Sam, am, ham: P = 1/2 - 1/4 + 1/2 * 3/15
    check_answers(submission, "kneser_ney", (SAM, 2, 0.5), {("</s>", "Sam"): 7 / 20})


@number("2.14")
@weight(1)
@title("Stupid back-off, which is not a distribution", "Stupid back-off：它不是概率分布")
def test_stupid_backoff(submission):
    check_answers(submission, "stupid_backoff", (SAM, 2, 0.4), {("am", "I"): 2 / 3, ("ham", "I"): 2 / 85})
    # two steps down: 0.4 * 0.4 * 1/17; one step down: 0.4 * P(am | I) = 0.4 * 2/3
    trigrams = {("ham", "Sam I"): 0.16 / 17, ("am", "do I"): 0.4 * 2 / 3, ("am", "zebra zebra"): 0.16 * 2 / 17}
    check_answers(submission, "stupid_backoff", (SAM, 3, 0.4), trigrams)
    row = probabilities(
        submission,
        "stupid_backoff",
        (SAM, 2, 0.4),
        [(word, ["I"]) for word in sorted(V_SAM)],
    )
    close(sum(row), 113 / 85, Text(en="the sum of the row after I", zh="历史 I 的一行之和"))


FITS = {
    "mle": lambda sentences: (sentences, 2),
    "add_k": lambda sentences: (sentences, 2, {"a", "b", "c", "</s>"}, 1),
    "interpolated": lambda sentences: (sentences, 2, {"a", "b", "c", "</s>"}, [0.2, 0.3, 0.5]),
    "absolute_discounting": lambda sentences: (sentences, 2, 0.75),
    "kneser_ney": lambda sentences: (sentences, 2, 0.75),
    "stupid_backoff": lambda sentences: (sentences, 2, 0.4),
}


def every_model(set_score, attempt, *names):
    """One point, shared among the models in `names`: what one of them lacks costs only its share."""
    failures = [failure for name in names if (failure := failure_of(lambda name=name: attempt(name)))]
    set_score(1 - len(failures) / len(names))
    if failures:
        raise failures[0]


@number("2.15")
@partial_credit(1)
@title("Bad input: an empty corpus is a ValueError", "异常输入：空语料应抛出 ValueError")
def test_empty_corpus(submission, set_score=None):
    def attempt(name):
        arguments = FITS[name]([]) if name in FITS else (lambda word, history: 1.0, [])
        with pytest.raises(ValueError):
            getattr(submission.ngram, name)(*arguments)

    every_model(set_score, attempt, *FITS, "corpus_perplexity")


@number("2.16")
@partial_credit(1)
@title("Bad input: a word that is not in V has probability 0", "异常输入：词表 V 之外的词概率为 0")
def test_word_never_seen(submission, set_score=None):
    answers = {("zebra", "a"): 0, ("zebra", "zebra"): 0}
    every_model(
        set_score, lambda name: check_answers(submission, name, FITS[name]([["a", "b"], ["c"]]), answers), *FITS
    )


@number("2.17")
@partial_credit(1)
@title("Bad input: a sentence without words is one prediction", "异常输入：没有词的句子也有一次预测")
def test_empty_sentence(submission, set_score=None):
    def attempt(name):
        if name == "token_log_probabilities":
            answer = submission.ngram.token_log_probabilities(lambda word, history: 0.25, [])
            close(answer, [-math.log(4)], shape="vector")
        else:
            check_answers(submission, name, FITS[name]([[]]), {("</s>", ""): 1})

    unsmoothed = [name for name in FITS if name not in ("add_k", "interpolated")]
    every_model(set_score, attempt, "token_log_probabilities", *unsmoothed)


@number("2.18")
@weight(1)
@title("Bad input: a probability of zero", "异常输入：零概率")
def test_zero_probability(submission):
    def model(word, history):
        return 0.0 if word == "b" else 0.5

    answer = submission.ngram.token_log_probabilities(model, ["a", "b"])
    close(answer, [-math.log(2), -math.inf, -math.log(2)], shape="vector")
    close(submission.ngram.corpus_perplexity(model, [["a", "b"], ["a"]]), math.inf)


@number("2.19")
@weight(0.5)
@title("Bad input: k = 0 is maximum likelihood", "异常输入：k = 0 就是极大似然")
def test_k_zero(submission):
    check_answers(submission, "add_k", (SAM, 2, V_SAM, 0), {("am", "I"): 2 / 3, ("ham", "I"): 0, ("am", "zebra"): 0})


def check_rows(submission, sentences, *names):
    """After every history the probabilities of all outcomes sum to one."""
    seen = sorted({word for sentence in sentences for word in sentence})
    for name in names:
        words = ["a", "b", "c", "</s>"] if name in ("add_k", "interpolated") else [*seen, "</s>"]
        histories = [[], *([word] for word in (seen if name == "mle" else "abc"))]
        queries = [(word, history) for history in histories for word in words]
        rows = probabilities(submission, name, FITS[name](sentences), queries)
        what = Text(en=f"{name} on {sentences}", zh=f"{name}，语料 {sentences}")
        numeric.check_distribution(np.reshape(rows, (len(histories), -1)), what=what)


@number("2.20")
@weight(0.5)
@title("Law: probabilities sum to one (MLE, add-k, interpolation)", "规律：概率之和为 1（极大似然、加 k、插值）")
@settings(max_examples=15)
@given(sentences=corpora)
def test_rows_sum_to_one(submission, sentences):
    check_rows(submission, sentences, "mle", "add_k", "interpolated")


@number("2.21")
@weight(0.5)
@title("Law: probabilities sum to one (discounting, Kneser–Ney)", "规律：概率之和为 1（绝对折扣、Kneser–Ney）")
@settings(max_examples=15)
@given(sentences=corpora)
def test_discounted_rows_sum_to_one(submission, sentences):
    check_rows(submission, sentences, "absolute_discounting", "kneser_ney")


# ---- 3 Chinese segmentation

# 研究生命的起源, "study the origin of life": P(研究 生命) = 60/1000 * 50/1000 beats P(研究生 命) = 30/1000 * 20/1000
WORDS = {"研究": 60, "研究生": 30, "生命": 50, "命": 20, "的": 200, "起源": 10, "起": 20, "源": 5}


@number("3.1")
@weight(1)
@title("The most probable words", "概率最大的切分")
def test_most_probable_words(submission):
    answer = submission.segment.most_probable_words("研究生命的起源", WORDS, 1000)
    numeric.check_equal(answer, ["研究", "生命", "的", "起源"])
    # 龙 is not in the dictionary: a single character counts once
    answer = submission.segment.most_probable_words("研究龙的起源", WORDS, 1000)
    numeric.check_equal(answer, ["研究", "龙", "的", "起源"])
    # fewer words are not always better: 0.3 * 0.3 > 0.05
    counts = {"a": 300, "b": 300, "ab": 50}
    numeric.check_equal(submission.segment.most_probable_words("ab", counts, 1000), ["a", "b"])
    numeric.check_equal(submission.segment.most_probable_words("", WORDS, 1000), [])


@number("3.2")
@weight(1)
@title("Forward maximum matching, the foil", "正向最大匹配（对照）")
def test_longest_words(submission):
    words = sorted(WORDS)
    numeric.check_equal(submission.segment.longest_words("研究生命的起源", words), ["研究生", "命", "的", "起源"])
    numeric.check_equal(submission.segment.longest_words("龙的起", words), ["龙", "的", "起"])
    # 语言模型 is a word, 语言模 is not: the longest word, not the longest chain of words
    numeric.check_equal(submission.segment.longest_words("大语言模型", ["语言", "语言模型"]), ["大", "语言模型"])
    numeric.check_equal(submission.segment.longest_words("", words), [])


@number("3.3")
@weight(1)
@title("Span precision, recall and F1", "按词的位置计算准确率、召回率与 F1")
def test_span_scores(submission):
    gold = ["研究", "生命", "的", "起源"]
    numeric.check_equal(
        sorted(tuple(span) for span in submission.segment.word_spans(gold)),
        [(0, 2), (2, 4), (4, 5), (5, 7)],
    )
    close(submission.segment.span_scores(["研究生", "命", "的", "起源"], gold), [0.5, 0.5, 0.5])
    # 5 spans, 3 of them right, of 4: P = 3/5, R = 3/4, F1 = 2/3
    close(submission.segment.span_scores(["研究", "生命", "的", "起", "源"], gold), [3 / 5, 3 / 4, 2 / 3])
    # the same words at other places are not the same spans
    close(submission.segment.span_scores(["ab", "a"], ["a", "ba"]), [0, 0, 0])


# ---- 4 the feed-forward model

# One-dimensional word vectors 0, ln 2, ln 3. W sends the nearest word to output 1 and the one before it to output 2;
# the hidden unit is tanh(d + nearest) with tanh(ln 2) = 3/5.
TINY = {
    "C": np.log([[1.0], [2.0], [3.0]]),
    "H": np.array([[1.0, 0.0]]),
    "d": np.zeros(1),
    "U": np.zeros((3, 1)),
    "b": np.zeros(3),
    "W": np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
}
FFNN_SHAPES = {"C": (4, 2), "H": (3, 4), "d": (3,), "U": (4, 3), "b": (4,), "W": (4, 4)}
ffnn_parameters = st.fixed_dictionaries({name: vectors(*shape) for name, shape in FFNN_SHAPES.items()})


@number("4.1")
@weight(1)
@title("Parameter count: Bengio's 11,904,264", "参数个数：Bengio 的 11 904 264")
def test_parameter_count(submission):
    numeric.check_equal(submission.feedforward.feedforward_parameter_count(17_964, 6, 100, 60), 11_904_264)
    # C 3, H 2, d 1, U 3, b 3, W 6
    numeric.check_equal(submission.feedforward.feedforward_parameter_count(3, 3, 1, 1), 18)
    numeric.check_equal(submission.feedforward.feedforward_parameter_count(3, 3, 1, 1, False), 12)


@number("4.2")
@weight(1)
@title("Contexts and targets, the nearest word first", "上下文与目标，最近的词在前")
def test_context_windows(submission):
    contexts, targets = submission.feedforward.context_windows([[5, 6, 7], [8]], 3, 0)
    numeric.check_equal(contexts, [[0, 0], [5, 0], [6, 5], [7, 6], [0, 0], [8, 0]])
    numeric.check_equal(targets, [5, 6, 7, 0, 8, 0])
    contexts, targets = submission.feedforward.context_windows([[5], []], 2, 0)
    numeric.check_equal(contexts, [[0], [5], [0]])
    numeric.check_equal(targets, [5, 0, 0])


@number("4.3")
@weight(1.5)
@title("Forward: b + Wx + U tanh(d + Hx), softmax", "前向：b + Wx + U tanh(d + Hx)，softmax")
def test_forward(submission):
    forward = submission.feedforward.feedforward_probabilities
    # the nearest word is 2 (ln 3), the one before it 1 (ln 2): logits 0, ln 3, ln 2
    close(forward(TINY, np.array([[2, 1], [0, 0]])), [[1 / 6, 3 / 6, 2 / 6], [1 / 3, 1 / 3, 1 / 3]])
    hidden = {**TINY, "W": None, "U": np.log([[1.0], [2.0], [4.0]]) * 5 / 3}
    close(forward(hidden, np.array([[1, 2]])), [[1 / 7, 2 / 7, 4 / 7]])
    biased = {**TINY, "W": None, "b": np.log([1.0, 2.0, 5.0])}
    close(forward(biased, np.array([[0, 1]])), [[1 / 8, 2 / 8, 5 / 8]])


@number("4.4")
@weight(0.5)
@title("The loss: mean of −ln P(target)", "损失：−ln P(目标) 的平均")
def test_loss(submission):
    loss = submission.feedforward.feedforward_loss
    close(loss(TINY, np.array([[2, 1]]), np.array([1])), math.log(2))
    close(loss(TINY, np.array([[2, 1], [0, 0]]), np.array([1, 2])), (math.log(2) + math.log(3)) / 2)


@number("4.5")
@weight(0.5)
@title("Softmax of logits in the thousands", "logits 上千时的 softmax")
def test_softmax_is_stable(submission):
    huge = {**TINY, "b": np.array([5000.0, 5000.0, -5000.0])}
    answer = submission.feedforward.feedforward_probabilities(huge, np.array([[0, 0]]))
    close(answer, [[0.5, 0.5, 0.0]])
    # scores (0, 2) and (3000, 3002): no row may suffer from another
    apart = {"C": [[0.0], [1.0]], "H": [[0.0]], "d": [0.0], "U": [[0.0], [0.0]], "b": [0.0, 2.0], "W": [[3e3], [3e3]]}
    apart = {name: np.array(value) for name, value in apart.items()}
    answer = submission.feedforward.feedforward_probabilities(apart, np.array([[0], [1]]))
    close(answer, [[1 / (1 + math.exp(2)), 1 / (1 + math.exp(-2))]] * 2)


@number("4.6")
@weight(2.5)
@together
@title("All gradients against central differences", "全部梯度与中心差分比较")
@settings(max_examples=3)
@given(parameters=ffnn_parameters, targets=st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_gradients(submission, parameters, targets):
    contexts, targets = np.array([[0, 1], [2, 1], [2, 2], [3, 0]]), np.array(targets)
    gradients = submission.feedforward.feedforward_gradients(parameters, contexts, targets)
    for name, value in parameters.items():

        def loss(x, name=name):
            return number_in(submission.feedforward.feedforward_loss({**parameters, name: x}, contexts, targets))

        what = Text(en=f"the gradient with respect to {name}", zh=f"对 {name} 的梯度")
        numeric.check_gradient(loss, gradients[name], value, eps=1e-2, rtol=1e-3, atol=2e-4, what=what)


@number("4.7")
@weight(1)
@title("A gradient by hand, without W", "没有 W 时手算的梯度")
def test_gradient_by_hand(submission):
    parameters = {**TINY, "W": None, "b": np.log([1.0, 2.0, 5.0])}
    gradients = submission.feedforward.feedforward_gradients(parameters, np.array([[1, 2], [0, 2]]), np.array([2, 0]))
    # p = (1, 2, 5)/8 twice; targets 2 and 0: the mean of p minus the mean of the one-hot vectors
    close(gradients["b"], np.array([1, 2, 5]) / 8 - np.array([0.5, 0, 0.5]), Text(en="the gradient b", zh="b 的梯度"))
    # tanh is 3/5 for the first context and 0 for the second
    close(gradients["U"], np.array([[1], [2], [-3]]) / 8 * 0.6 / 2, Text(en="the gradient U", zh="U 的梯度"))
    require(
        gradients.get("W") is None,
        Text(en="a network without W has no gradient for it (None)", zh="没有 W 的网络也没有 W 的梯度（None）"),
    )


def sums(count, seed):
    """Sentences over 0 ... 4 in which, four times in five, each word is the sum of the two before it modulo 5.

    One word before says nothing about the next: no bigram model can do better than ln 5. The text's entropy is
    -0.84 ln 0.84 - 0.16 ln 0.04 = 0.66 nats.
    """
    rng = np.random.default_rng(seed)
    text = list(rng.integers(5, size=2))
    while len(text) < count + 2:
        text.append((text[-1] + text[-2]) % 5 if rng.random() < 0.8 else rng.integers(5))
    text = np.array(text)
    return np.stack([text[1:-1], text[:-2]], axis=1), text[2:]


def start(seed=3):
    rng = np.random.default_rng(seed)
    return {name: 0.3 * rng.standard_normal(shape) for name, shape in
            {"C": (5, 6), "H": (24, 12), "d": (24,), "U": (5, 24), "b": (5,), "W": (5, 12)}.items()}  # fmt: skip


@number("4.8")
@weight(1)
@title("Training beats every bigram model on held-out text", "训练后在留出文本上胜过任何二元模型")
def test_training(submission):
    contexts, targets = sums(1000, seed=1)
    train = submission.feedforward.train_feedforward
    trained = train(start(), contexts, targets, 15, 0.2, 20, np.random.default_rng(0))
    loss = number_in(submission.feedforward.feedforward_loss(trained, *sums(1000, seed=2)))
    what = Text(en="the loss on held-out text", zh="留出文本上的损失")
    numeric.check_between(loss, 0.6, math.log(5) - 0.5, what=what)


# ---- 5 the recurrent model

# Two words, one hidden unit: U = (column of word 0, column of word 1, column of the state).
RNN = {"U": np.array([[math.log(3), 0.0, 2.0]]), "V": np.array([[0.0], [4 * math.log(3)]])}
rnn_parameters = st.fixed_dictionaries({"U": vectors(2, 5), "V": vectors(3, 2)})


def rnn_what(name):
    return Text(en=f"the gradient with respect to {name}", zh=f"对 {name} 的梯度")


@number("5.1")
@weight(1.5)
@title("One step forward", "前向一步")
def test_recurrent_step(submission):
    # sigmoid(ln 3) = 3/4, logits (0, 3 ln 3): probabilities 1/28, 27/28
    state, probabilities = submission.recurrent.recurrent_step(RNN, 0, np.array([0.0]))
    close(state, [3 / 4], Text(en="the new state", zh="新的状态"), shape="vector")
    close(probabilities, [1 / 28, 27 / 28], Text(en="the probabilities", zh="概率"), shape="vector")
    # word 1: sigmoid(2 * ln 3 / 2) = 3/4 as well
    state, _ = submission.recurrent.recurrent_step(RNN, 1, np.array([math.log(3) / 2]))
    close(state, [3 / 4], Text(en="the new state", zh="新的状态"), shape="vector")


@number("5.2")
@weight(1)
@title("A text: the state goes on, the loss is a mean", "一段文本：状态向前传，损失取平均")
def test_recurrent_loss(submission):
    flat = {"U": np.array([[0.0, math.log(3), 0.0]]), "V": RNN["V"]}
    # states 3/4, 1/2; P(1) = 27/28, then logits (0, 2 ln 3): P(0) = 1/10
    loss, state = submission.recurrent.recurrent_loss(flat, [1, 0], [1, 0], np.array([0.3]))
    close(loss, (math.log(28 / 27) + math.log(10)) / 2, Text(en="the loss", zh="损失"))
    close(state, [1 / 2], Text(en="the last state", zh="最后的状态"), shape="vector")
    carried = {"U": np.array([[0.0, 0.0, 4 * math.log(3)]]), "V": RNN["V"]}
    # from 0.25: sigmoid(ln 3) = 3/4, then sigmoid(3 ln 3) = 27/28
    _, state = submission.recurrent.recurrent_loss(carried, [0, 1], [0, 1], np.array([0.25]))
    close(state, [27 / 28], Text(en="the last state", zh="最后的状态"), shape="vector")


@number("5.3")
@weight(2)
@together
@title("One step backward against central differences", "反向一步，与中心差分比较")
@settings(max_examples=4)
@given(parameters=rnn_parameters, state=vectors(2), word=st.integers(0, 2), target=st.integers(0, 2))
def test_recurrent_gradients(submission, parameters, state, word, target):
    gradients = submission.recurrent.recurrent_step_gradients(parameters, word, target, state)

    def loss(values):
        given = {**parameters, **values}
        _, probabilities = submission.recurrent.recurrent_step(given, word, values.get("state", state))
        return -math.log(np.ravel(probabilities)[target])

    for name in ("U", "V"):
        numeric.check_gradient(
            lambda x, name=name: loss({name: x}), gradients[name], parameters[name],
            eps=1e-2, rtol=1e-3, atol=2e-4, what=rnn_what(name),
        )  # fmt: skip
    numeric.check_gradient(
        lambda x: loss({"state": x}), gradients["state"], state,
        eps=1e-2, rtol=1e-3, atol=2e-4, shape="vector", what=rnn_what("the state"),
    )  # fmt: skip


@number("5.4")
@weight(1)
@title("Clipping by the common norm", "按总范数裁剪")
def test_clip(submission):
    gradients = {"U": np.array([[3.0, 0.0]]), "V": np.array([[0.0], [4.0]])}  # norm 5
    clipped = submission.recurrent.clip_gradients(gradients, 1.0)
    close(clipped["U"], [[0.6, 0.0]], Text(en="U after clipping", zh="裁剪后的 U"))
    close(clipped["V"], [[0.0], [0.8]], Text(en="V after clipping", zh="裁剪后的 V"))
    kept = submission.recurrent.clip_gradients(gradients, 6.0)
    close(kept["V"], gradients["V"], Text(en="a gradient that is short enough", zh="本来就不超长的梯度"))


# ---- 6 evaluation


@number("6.1")
@weight(1)
@title("Train, dev and test are kept apart", "训练集、开发集、测试集互不相交")
@settings(max_examples=8)
@given(size=st.integers(10, 40), seed=st.integers(0, 9))
def test_split(submission, size, seed):
    sentences = [[f"w{i}"] for i in range(size)]
    parts = submission.evaluate.split_corpus(sentences, 0.2, 0.1, np.random.default_rng(seed))
    require(len(parts) == 3, Text(en="three parts are asked for", zh="应返回三部分"))
    dealt = sorted(word for part in parts for sentence in part for word in sentence)
    require(
        dealt == sorted(word for (word,) in sentences),
        Text(en="every sentence goes to exactly one part", zh="每个句子应恰好属于一部分"),
    )
    for part, share in ((parts[1], 0.2), (parts[2], 0.1)):
        numeric.check_between(
            len(part), share * size - 1, share * size + 1, Text(en="a part's size", zh="某部分的句数")
        )


def with_ngram(modules, stand_ins, name, *arguments):
    """Call `experiment.name` with these functions in place of the student's ngram module."""
    import importlib
    import sys
    import types

    def other(name):
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_ins["vocabulary"]  # imported, perhaps, but not needed here

    fake = types.ModuleType("ngram")
    vars(fake).update(BOS="<s>", EOS="</s>", UNK="<unk>", __getattr__=other, **stand_ins)
    own = {module: sys.modules.pop(module, None) for module in ("ngram", "experiment")}
    sys.modules["ngram"] = fake
    try:
        return getattr(importlib.import_module("experiment"), name)(*arguments)
    finally:
        for module, kept in own.items():
            sys.modules.pop(module, None)
            if kept is not None:
                sys.modules[module] = kept


def curve_or_table(submission, stand_ins, name, *arguments):
    """`experiment.name` with the student's own ngram module, or with stand-ins for it."""
    if stand_ins:
        return submission.probe(with_ngram, stand_ins, name, *arguments)
    return getattr(submission.experiment, name)(*arguments)


# If your own ngram.py is not right yet, these take its place: nonsense whose answers tell who was given what.
NONSENSE = {
    "vocabulary": lambda sentences, cutoff=1: {f"{cutoff}.{i}" for i in range(len(sentences))},
    "replace_unknown": lambda sentences, vocab: [[str(len(vocab))] * len(sentences) for _ in sentences],
    "corpus_perplexity": lambda model, sentences: 1 / model("a", []) + 100 * len(sentences[0]),
}


@number("6.2")
@weight(1)
@title("The table: one perplexity per model", "困惑度表：每个模型一个数")
def test_table(submission):
    fits = {
        "uniform": lambda train, dev, vocab: lambda word, history: 1 / len(vocab),
        "sizes": lambda train, dev, vocab: lambda word, history: 1 / (10 * len(train) + len(dev)),
    }
    train, dev, test = [["a", "a", "b"], ["a"]], [["b"], ["c"], ["a"]], [["a", "d"], ["a"], ["e"], ["f"]]

    def check(stand_ins, uniform, sizes):
        table = curve_or_table(submission, stand_ins, "perplexity_table", fits, train, dev, test, 2)
        require(
            isinstance(table, dict) and sorted(table) == ["sizes", "uniform"],
            Text(en="a dictionary with the models' names is asked for", zh="应返回以模型名为键的字典"),
        )
        close(table["uniform"], uniform, Text(en="the uniform model's perplexity", zh="均匀模型的困惑度"))
        close(
            table["sizes"],
            sizes,
            Text(
                en="the perplexity of a model that measures train and dev", zh="一个数训练集、开发集句数的模型的困惑度"
            ),
        )

    # V = a, </s>, <unk>; two sentences in train and three in dev
    any_of(lambda: check({}, 3, 23), lambda: check(NONSENSE, 402, 423))


@number("6.3")
@weight(0.5)
@title("A bootstrap interval of a constant difference", "差恒定时的自助法区间")
def test_bootstrap_constant(submission):
    lengths = np.array([1, 2, 5, 3])
    a, b = 3.0 * lengths, 2.5 * lengths  # every token costs half a nat more under a
    answer = submission.evaluate.bootstrap_interval(a, b, lengths, np.random.default_rng(0), 200, 0.9)
    close(answer, [0.5, 0.5], shape="vector")


@number("6.4")
@weight(0.5)
@title("Zipf: ranks, frequencies and the slope", "Zipf：排名、频次与斜率")
def test_zipf(submission):
    numeric.check_equal(submission.evaluate.rank_frequencies([["a", "b", "a"], ["c", "a", "b"]]), [3, 2, 1])
    close(submission.evaluate.zipf_slope([60, 30, 20, 15, 12]), -1)
    close(submission.evaluate.zipf_slope([16, 4]), -2)


@number("6.5")
@weight(1)
@title("A learning curve by fractions of the training text", "按训练文本比例的学习曲线")
def test_learning_curve(submission):
    def fit(part):
        """Knows how long its text is and where it begins; "b" is four times as probable as "a"."""
        size = len(part) + 10 * int(part[0][0])
        return lambda word, history: 1 / (4 * size if word == "a" else size)

    def check(stand_ins, *curve):
        train, test = [[str(i), "a"] for i in range(8)], [["b", "b", "b"], []]
        answer = curve_or_table(submission, stand_ins, "learning_curve", train, test, [0.25, 0.5, 1.0], fit)
        close(answer, curve, Text(en="the learning curve", zh="学习曲线"), shape="vector")

    any_of(lambda: check({}, 2, 4, 8), lambda: check(NONSENSE, 308, 316, 332))


# ---- 7 bonus


@number("7.1")
@weight(2)
@tags("bonus")
@title("Katz back-off", "Katz 回退")
def test_katz(submission):
    # I: (2 - 1/2)/3 = 1/2; the left-over third goes to the 14 of 17 tokens whose words were not seen after I
    check_answers(
        submission, "katz", (SAM, 2, 0.5), {("am", "I"): 1 / 2, ("ham", "I"): 1 / 42, ("am", "zebra"): 2 / 17}
    )
    close(
        submission.ngram.corpus_perplexity(submission.ngram.katz(SAM, 2, 0.5), [["I", "am", "Sam"]]), 2 * math.sqrt(2)
    )
    # after a every word of V was seen: maximum likelihood, no discount
    every = [["a", "a", "b"], ["a"]]
    check_answers(submission, "katz", (every, 2, 0.5), {("a", "a"): 1 / 3, ("b", "a"): 1 / 3, ("</s>", "a"): 1 / 3})


def check_any_answers(submission, name, arguments, *choices):
    any_of(*(lambda answers=answers: check_answers(submission, name, arguments, answers) for answers in choices))


@number("7.2")
@weight(2)
@tags("bonus")
@title("Kneser–Ney with longer histories", "更长历史的 Kneser–Ney")
def test_kneser_ney_trigrams(submission):
    # P(I | <s><s>) = 5/12 + 1/2 P(I | <s>). The bigram "<s> I" has one continuation (<s>), "<s> Sam" one:
    # P(I | <s>) = 1/8 + 3/4 * 2/15 = 9/40, so 127/240. KenLM counts bigrams that begin with <s> raw: 29/60 and 79/120.
    check_any_answers(submission, "kneser_ney", (SAM, 3, 0.75), {("I", ""): 127 / 240}, {("I", ""): 79 / 120})
    # after "I am": Sam, </s>, once each. Below: N1+(. am Sam) = N1+(. am </s>) = 1, so P(Sam | am) = 1/8 + 3/4 * 2/15
    check_answers(submission, "kneser_ney", (SAM, 3, 0.75), {("Sam", "I am"): 1 / 8 + 3 / 4 * (1 / 8 + 3 / 4 * 2 / 15)})


@number("7.3")
@weight(4)
@tags("bonus")
@title("Backpropagation through a chunk", "在一块文本内反向传播")
@settings(max_examples=3)
@given(parameters=rnn_parameters, state=vectors(2))
def test_chunk(submission, parameters, state):
    words, targets = [0, 2, 2, 1], [2, 2, 1, 0]
    loss, gradients, last = submission.recurrent.recurrent_chunk_gradients(parameters, words, targets, state)
    whole, end = submission.recurrent.recurrent_loss(parameters, words, targets, state)
    close(loss, whole, Text(en="the loss of the chunk", zh="这一块的损失"))
    close(last, end, Text(en="the last state", zh="最后的状态"), shape="vector")
    for name in ("U", "V"):
        numeric.check_gradient(
            lambda x, name=name: submission.recurrent.recurrent_loss({**parameters, name: x}, words, targets, state)[0],
            gradients[name], parameters[name], eps=1e-2, rtol=1e-3, atol=2e-4, what=rnn_what(name),
        )  # fmt: skip
