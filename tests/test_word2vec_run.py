"""`llm101 run word2vec`, without its minute of training: the pieces around a student's code."""

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "assignments" / "word2vec"


def load(path):
    spec = importlib.util.spec_from_file_location(f"word2vec_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def run():
    """The assignment's run.py."""
    return load(FOLDER / "run.py")


@pytest.fixture(scope="module")
def modules():
    """The reference's modules, as a student's."""
    sys.path.insert(0, str(FOLDER))
    try:
        names = ("warmup", "word2vec", "sgd", "vectors", "search")
        yield SimpleNamespace(**{name: load(ROOT / "solutions" / "word2vec" / f"{name}.py") for name in names})
    finally:
        sys.path.remove(str(FOLDER))
        for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
            del sys.modules[name]


def test_there_are_sixty_abstracts_in_two_languages():
    abstracts = json.loads((FOLDER / "abstracts.json").read_text(encoding="utf-8"))
    assert len(abstracts) == len({abstract["title"] for abstract in abstracts}) == 60
    assert sum(abstract["text"].isascii() for abstract in abstracts) == 30


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("how do word vectors learn gender bias", "Man is to doctor as woman is to nurse"),
        ("中文分词", "中文分词与语言模型"),
    ],
)
def test_a_query_finds_its_abstract(run, modules, query, title):
    score, abstract = run.ranked(modules, [query], 3)[0][0]
    assert abstract["title"] == title
    assert 0 < score <= 1


def test_training_moves_neighbours_together_and_draws_a_picture(run, modules, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SECONDS", 2)
    np.random.seed(0)
    pairs = [f"{word} {word}'s" for word in run.PLANE.split()]
    text = [token for i in np.random.randint(len(pairs), size=9000) for token in pairs[i].split()]
    vectors, words, costs = run.train(modules, run.Corpus(text), Console(quiet=True), "en")
    assert vectors.shape == (len(words), run.SIZE)
    assert np.mean(costs[-20:]) < np.mean(costs[:20])
    run.draw(words, vectors, costs, tmp_path, Console(quiet=True), "en")
    assert (tmp_path / "word2vec.png").stat().st_size > 10_000


def test_what_is_not_written_yet_is_left_out(run, capsys):
    def unwritten():
        raise NotImplementedError("analogy")

    run.if_written(Console(), "zh", unwritten)
    assert "尚未完成" in capsys.readouterr().out
