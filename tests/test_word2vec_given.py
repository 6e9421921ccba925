"""What word2vec hands out, and its checks' own helpers: right on both sides of a mistake."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "assignments" / "word2vec"


@pytest.fixture(scope="module")
def given():
    """The given modules, by name."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(f"utils.{name}") for name in ("utils", "gradcheck", "treebank")}
    finally:
        sys.path.remove(str(FOLDER))
        for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
            del sys.modules[name]


def test_softmax_normalises_a_vector_and_every_row(given):
    softmax = given["utils"].softmax
    np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625])
    np.testing.assert_allclose(softmax(np.array([[0.0, 0.0], [1000.0, 0.0]])), [[0.5, 0.5], [1.0, 0.0]])


def test_a_row_of_zeros_has_no_direction(given):
    rows = given["utils"].normalizeRows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 0.0]])


def test_the_gradient_check_accepts_a_right_gradient(given, capsys):
    assert given["gradcheck"].gradcheck_naive(lambda x: (np.sum(x**3), 3 * x**2), np.array([[1.0, -2.0]]), "cubes")
    assert "passed for cubes" in capsys.readouterr().out


def test_the_gradient_check_names_the_entry_that_is_off(given, capsys):
    wrong = np.array([0.0, 0.001])
    assert not given["gradcheck"].gradcheck_naive(lambda x: (np.sum(x**2), 2 * x + wrong), np.array([1.0, 2.0]))
    assert "(1,)" in capsys.readouterr().out


def test_the_gradient_check_repeats_the_random_draws(given):
    def noisy(x):
        factor = np.random.random()
        return factor * np.sum(x**2), 2 * factor * x

    assert given["gradcheck"].gradcheck_naive(noisy, np.array([1.0, 2.0]))


def test_the_treebank_reads_nothing_until_it_must(given, tmp_path):
    treebank = given["treebank"].StanfordSentiment(tmp_path / "missing.txt")
    with pytest.raises(FileNotFoundError, match=r"missing\.txt"):
        treebank.tokens()


def test_the_treebank_draws_from_its_sentences(given, tmp_path):
    file = tmp_path / "sentences.txt"
    file.write_text("The cat sat\nthe mat sat\n", encoding="utf-8")
    treebank = given["treebank"].StanfordSentiment(file)
    assert list(treebank.tokens()) == ["the", "cat", "sat", "mat", "UNK"]
    assert {treebank.sampleTokenIdx() for _ in range(200)} == {0, 1, 2, 3}
    center, outside = treebank.getRandomContext(1)
    assert center in treebank.tokens() and 1 <= len(outside) <= 2


@pytest.mark.parametrize("name", ["cs224n_2019", "cs224n_2021"])
def test_the_main_block_of_a_students_file_runs_beside_the_given_files(name):
    folder = ROOT / "tests" / "wheats" / "word2vec" / name
    code = f"import runpy, sys; sys.path[:0] = [{str(FOLDER)!r}, {str(folder)!r}]; sys.argv[1:] = []; "
    code += f"runpy.run_path({str(folder / 'word2vec.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "passed" in done.stdout and "failed" not in done.stdout
