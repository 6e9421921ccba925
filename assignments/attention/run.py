"""`llm101 run attention`: who attends to whom in your own model, and three models in numbers."""

import math
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder import Text
from autograder.text import Language

LINES = {
    "en": "the cat sat on the mat. the dog sat on the log. the cat saw the dog. the dog saw the mat. ",
    "zh": "小猫坐在垫子上。小狗坐在木头上。小猫看见了小狗。小狗看见了垫子。",
}
SENTENCE = {"en": "the cat saw the dog.", "zh": "小猫看见了小狗。"}
TITLE = Text(en="who attends to whom (rows: queries)", zh="谁在关注谁（行：查询）")
HEAD = Text(en="layer {}, head {}", zh="第 {} 层，第 {} 个头")
TRAINING = Text(en="training your GPT", zh="正在训练你的 GPT")
COLUMNS = (
    Text(en="model", zh="模型"),
    Text(en="parameters", zh="参数"),
    Text(en="context", zh="上下文"),
    Text(en="vocabulary", zh="词表"),
    Text(en="tokens a batch", zh="每批词元"),
)
LOSSES = Text(
    en="loss before {:.2f} (ln V = {:.2f}), after {:.2f}", zh="损失：训练前 {:.2f}（ln V = {:.2f}），训练后 {:.2f}"
)
CONTINUED = Text(en="your model goes on:", zh="你的模型接着写：")
BLOCK = 24


def main(modules: Any, out: Path, lang: Language) -> None:
    """Train the student's GPT on a few lines, draw its attention maps into `out`, print the table of counts."""
    console = Console()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    text = LINES[lang] * 8
    letters = sorted(set(text))
    model = _model(modules, len(letters))
    data = torch.tensor([letters.index(letter) for letter in text])
    before, after = _train(model, data, TRAINING.lang(lang))
    console.print(LOSSES.lang(lang).format(before, math.log(len(letters)), after))
    sentence = SENTENCE[lang]
    idx = torch.tensor([[letters.index(letter) for letter in sentence]])
    path = out / "attention.png"
    _draw(_maps(model, idx), sentence, path, lang)
    console.print(str(path))
    new = model.generate(idx[:, :5], 30, temperature=0.5)[0].tolist()
    console.print(CONTINUED.lang(lang), "".join(letters[i] for i in new), markup=False)
    console.print(_table(modules, lang))


def _model(modules: Any, vocabulary: int) -> Any:
    sizes = {"block_size": BLOCK, "vocab_size": vocabulary, "n_layer": 2, "n_head": 2, "n_embd": 32}
    return modules.model.GPT(modules.model.GPTConfig(**sizes))


def _train(model: Any, data: torch.Tensor, label: str) -> tuple[float, float]:
    """Loss at the first and at the last of 200 steps."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in track(range(200), description=label):
        starts = torch.randint(len(data) - BLOCK, (16,))
        batch = torch.stack([data[start : start + BLOCK + 1] for start in starts])
        _, loss = model(batch[:, :-1].contiguous(), batch[:, 1:].contiguous())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses[0], losses[-1]


def _maps(model: Any, idx: torch.Tensor) -> list[list[torch.Tensor]]:
    """The attention weights (T, T) of each layer and head, read off what c_attn gives."""
    model.eval()
    caught: list[torch.Tensor] = []
    hooks = [
        block.attn.c_attn.register_forward_hook(lambda layer, inputs, output: caught.append(output.detach()))
        for block in model.transformer.h
    ]
    with torch.no_grad():
        model(idx, idx)
    for hook in hooks:
        hook.remove()
    return [_weights(output[0], heads=2) for output in caught]


def _weights(qkv: torch.Tensor, heads: int) -> list[torch.Tensor]:
    """(T, 3C) -> a causal map of weights (T, T) for each head."""
    queries, keys, _ = qkv.tensor_split(3, dim=1)
    later = torch.ones(len(qkv), len(qkv)).triu(1).bool()
    found = []
    for query, key in zip(queries.tensor_split(heads, dim=1), keys.tensor_split(heads, dim=1), strict=True):
        scores = (query @ key.T / query.shape[1] ** 0.5).masked_fill(later, -math.inf)
        found.append(scores.softmax(dim=1))
    return found


def _draw(maps: list[list[torch.Tensor]], sentence: str, path: Path, lang: Language) -> None:
    """A picture with a row of maps for each layer."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei", "DejaVu Sans"]
    figure, axes = pyplot.subplots(len(maps), len(maps[0]), figsize=(9, 9), layout="constrained", squeeze=False)
    for layer, row in enumerate(maps):
        for head, weights in enumerate(row):
            axis = axes[layer][head]
            axis.imshow(weights.numpy(), cmap="viridis", vmin=0, vmax=1)
            axis.set_title(HEAD.lang(lang).format(layer, head))
            axis.set_xticks(range(len(sentence)), list(sentence))
            axis.set_yticks(range(len(sentence)), list(sentence))
    figure.suptitle(TITLE.lang(lang))
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _table(modules: Any, lang: Language) -> Table:
    table = Table(*(column.lang(lang) for column in COLUMNS))
    for name, row in modules.counts.comparison().items():
        table.add_row(name, *(f"{int(number):,}" for number in row))
    return table
