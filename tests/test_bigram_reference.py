"""The numbers of bigram's handout that no check grades: what goes wrong, and by how much."""

import importlib.metadata
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reference():
    """The reference's modules `bigram` and `network`."""
    sys.path.insert(0, str(ROOT / "solutions" / "bigram"))
    hidden = {name: sys.modules.pop(name) for name in ("bigram", "network") if name in sys.modules}
    try:
        yield {name: __import__(name) for name in ("bigram", "network")}
    finally:
        sys.path.pop(0)
        for name in ("bigram", "network"):
            sys.modules.pop(name, None)
        sys.modules.update(hidden)


@pytest.fixture(scope="module")
def files():
    found = importlib.metadata.distribution("names").files or []
    return [str(file.locate()) for file in found if file.name in ("dist.female.first", "dist.male.first")]


@pytest.fixture(scope="module")
def counts(reference, files):
    names = reference["bigram"].read_names(files)
    return reference["bigram"].count_bigrams(names, reference["bigram"].build_vocab(names)[0])


def mean_nll(counts, rows):
    """Nats a prediction of the corpus that gave `counts`."""
    seen = counts > 0
    return -float((counts[seen] * np.log(rows[seen])).sum() / counts.sum())


def test_each_name_counts_once(reference, files):
    every = [name for file in files for name in reference["bigram"].read_names([file])]
    doubled = reference["bigram"].count_bigrams(every, reference["bigram"].build_vocab(every)[0])
    assert (len(every), doubled.sum()) == (5494, 38235)
    assert mean_nll(doubled, reference["bigram"].mle_rows(doubled)) == pytest.approx(2.338629, abs=5e-7)


def test_the_end_of_a_name_is_predicted_too(counts):
    letters = counts.sum(axis=0)[1:]
    share = letters / letters.sum()
    assert -float((share * np.log(share)).sum()) == pytest.approx(2.801401, abs=5e-7)


def trained_loss(reference, counts, steps, lr):
    """Gradient descent on the counts: the same steps as on the 36,122 pairs, in a fortieth of the time."""
    W = np.zeros(counts.shape)
    given = counts.sum(axis=1, keepdims=True)
    for _ in range(steps):
        W -= lr * (reference["network"].softmax(W) * given - counts) / counts.sum()
    return mean_nll(counts, reference["network"].softmax(W))


@pytest.mark.parametrize(("steps", "loss"), [(100, 2.3561), (200, 2.3455), (500, 2.3392), (2000, 2.3359)])
def test_training_at_rate_50(reference, counts, steps, loss):
    assert trained_loss(reference, counts, steps, 50.0) == pytest.approx(loss, abs=6e-5)


def test_rate_10_needs_more_than_1000_steps_and_100_diverges(reference, counts):
    within = mean_nll(counts, reference["bigram"].mle_rows(counts)) + 0.01
    assert trained_loss(reference, counts, 1000, 10.0) > within
    assert trained_loss(reference, counts, 500, 100.0) == pytest.approx(2.54, abs=0.02)
