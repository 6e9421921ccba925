"""`llm101 run bigram`: the student's own model of first names: counted, trained, sampled and drawn."""

import importlib.util
import math
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder import Text
from autograder.errors import UserError

SEED = 2147483647
ROUNDS, STEPS = 20, 25

MODEL = Text(en="model", zh="模型")
NLL = Text(en="mean NLL (nats)", zh="平均 NLL（奈特）")
PPL = Text(en="perplexity", zh="困惑度")
UNIFORM = Text(en="uniform", zh="均匀分布")
UNIGRAM = Text(en="unigram", zh="一元")
COUNTED = Text(en="bigram, maximum likelihood", zh="二元，最大似然")
SMOOTHED = Text(en="bigram, add-1", zh="二元，加 1 平滑")
NETWORK = Text(en=f"network, {ROUNDS * STEPS} steps", zh=f"神经网络，{ROUNDS * STEPS} 步")
TRAINING = Text(en="training the network", zh="训练神经网络")
COUNTING = Text(en="counting and measuring", zh="计数与评估")
SAMPLES = Text(en="Names from the counted model", zh="由计数模型采样的人名")
FROM_NETWORK = Text(en="Names from the network", zh="由神经网络采样的人名")
HEAT_MAP = Text(en="How often each symbol follows each other: {path}", zh="各符号相继出现的次数：{path}")
CURVE = Text(en="The loss during training: {path}", zh="训练中的损失：{path}")


def main(modules: Any, out: Path, lang: str) -> None:
    """Print a table of models and sampled names; draw the table of counts and the loss curve into `out`."""
    _need_matplotlib()
    console = Console()
    bigram = modules.bigram
    words = bigram.read_names(_name_files())
    stoi, itos = bigram.build_vocab(words)
    with console.status(COUNTING.lang(lang)):
        counts = np.asarray(bigram.count_bigrams(words, stoi))
        rows = _measure(bigram, words, stoi, counts)
    weights, losses = _train(modules.network, *map(np.asarray, bigram.bigram_pairs(words, stoi)), len(stoi), lang)
    console.print(_table(rows, losses[-1], lang))
    network_rows = np.asarray(modules.network.softmax(weights))
    for heading, P in ((SAMPLES, np.asarray(bigram.mle_rows(counts))), (FROM_NETWORK, network_rows)):
        rng = np.random.default_rng(SEED)
        sampled = [bigram.sample_word(P, itos, rng) or "''" for _ in range(12)]
        console.print(f"[bold]{heading.lang(lang)}[/bold]: {', '.join(sampled)}")
    symbols = [itos[i] for i in range(len(stoi))]
    console.print(HEAT_MAP.lang(lang).format(path=_draw_counts(counts, symbols, out / "counts.png")), soft_wrap=True)
    console.print(CURVE.lang(lang).format(path=_draw_losses(losses, rows[2][1], out / "loss.png")), soft_wrap=True)


def _need_matplotlib() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise UserError("the pictures need matplotlib: pip install matplotlib")


def _name_files() -> list[str]:
    try:
        package = distribution("names")
    except PackageNotFoundError:
        raise UserError("the names are not installed: run `llm101 data` (or pip install names==0.3.0)") from None
    return [str(package.locate_file(f"names/dist.{kind}.first")) for kind in ("female", "male")]


def _measure(bigram: Any, words: Any, stoi: Any, counts: Any) -> list[tuple[Text, float]]:
    """Each model's mean NLL on the names."""
    models = (
        (UNIFORM, np.full(counts.shape, 1 / len(counts))),
        (UNIGRAM, bigram.unigram_rows(counts)),
        (COUNTED, bigram.mle_rows(counts)),
        (SMOOTHED, bigram.add_k_rows(counts, 1)),
    )
    return [(name, _number(bigram.mean_nll(words, np.asarray(P), stoi))) for name, P in models]


def _train(network: Any, xs: Any, ys: Any, size: int, lang: str) -> tuple[Any, list[float]]:
    """The weights after all rounds, and the loss before the first round and after each."""
    weights = np.zeros((size, size))
    losses = [_number(network.network_loss(weights, xs, ys))]
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[loss]}"), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(TRAINING.lang(lang), total=ROUNDS, loss=f"{losses[0]:.4f}")
        for _ in range(ROUNDS):
            weights = np.asarray(network.train(weights, xs, ys, STEPS, 50.0))
            losses.append(_number(network.network_loss(weights, xs, ys)))
            progress.update(task, advance=1, loss=f"{losses[-1]:.4f}")
    return weights, losses


def _number(value: Any) -> float:
    return float(np.asarray(value).reshape(-1)[0])


def _table(rows: list[tuple[Text, float]], trained: float, lang: str) -> Table:
    table = Table(box=None)
    table.add_column(MODEL.lang(lang))
    table.add_column(NLL.lang(lang), justify="right")
    table.add_column(PPL.lang(lang), justify="right")
    for name, nll in [*rows, (NETWORK, trained)]:
        table.add_row(name.lang(lang), f"{nll:.6f}", f"{math.exp(nll):.3f}")
    return table


def _draw_counts(counts: Any, symbols: list[str], path: Path) -> Path:
    """The table of counts as a heat map; darker is more, on a scale of roots so that rare pairs show as well."""
    import matplotlib.pyplot as plt

    size = len(symbols)
    figure, axes = plt.subplots(figsize=(0.55 * size + 1.5, 0.55 * size + 1), layout="constrained")
    axes.imshow(np.sqrt(counts), cmap="Blues")
    dark = counts.max() / 3
    for (i, j), n in np.ndenumerate(counts):
        if n:
            axes.text(j, i + 0.28, f"{int(n)}", ha="center", va="center", size=6, color="w" if n > dark else "0.35")
            axes.text(
                j, i - 0.18, symbols[i] + symbols[j], ha="center", va="center", size=9, color="w" if n > dark else "k"
            )
    axes.set_xticks(range(size), symbols)
    axes.set_yticks(range(size), symbols)
    axes.xaxis.tick_top()
    axes.set_title(f"{int(counts.sum()):,} bigrams: row = symbol read, column = symbol that comes next", pad=14)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def _draw_losses(losses: list[float], optimum: float, path: Path) -> Path:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    axes.plot(np.arange(len(losses)) * STEPS, losses, marker="o", markersize=3, label="network")
    axes.axhline(optimum, color="0.5", linestyle="--", label=f"count model: {optimum:.4f}")
    axes.set_xlabel("steps of gradient descent")
    axes.set_ylabel("mean NLL (nats)")
    axes.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path
