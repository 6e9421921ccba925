"""Given: the small texts of this folder, written for the course."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def sentiment_set(split: str) -> list[tuple[str, int]]:
    """Chinese reviews and whether they are positive (1) or negative (0). split: "train" (48) or "test" (16)."""
    lines = (FOLDER / "sentiment.zh.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line]
    return [(text, int(label)) for part, label, text in rows if part == split]


def evaluation_sets() -> dict[str, Any]:
    """The evaluation sets in English: "last_word", "cloze", "winograd", "acceptability", "sentiment", "summaries"."""
    return json.loads((FOLDER / "evaluation.json").read_text(encoding="utf-8"))
