"""The judges of bpe's checks: every rule for ties is right, and what is wrong is named."""

import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import Failure

sys.path.insert(0, str(Path(__file__).parents[1] / "assignments" / "bpe"))
import bpe_families
import bpe_judging as judging

sys.path.pop(0)

PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def learn(words, number, choose):
    """A plain trainer on tuples of ids: `choose(pairs)` breaks ties."""
    merges = []
    words = [(list(word), times) for word, times in words.items()]
    while len(merges) < number:
        counts = Counter()
        for word, times in words:
            for pair in pairwise(word):
                counts[pair] += times
        if not counts:
            break
        best = choose([pair for pair, count in counts.items() if count == max(counts.values())])
        for word, _ in words:
            place = 0
            while place < len(word) - 1:
                if (word[place], word[place + 1]) == best:
                    word[place : place + 2] = [256 + len(merges)]
                place += 1
        merges.append(best)
    return merges


words = st.dictionaries(st.lists(st.integers(97, 99), min_size=1, max_size=8).map(tuple), st.integers(1, 3), max_size=4)


@given(words=words, number=st.integers(0, 6), choose=st.sampled_from([min, max, lambda pairs: pairs[0]]))
def test_every_rule_for_ties_is_right(words, number, choose):
    judging.check_merges(words, learn(words, number, choose), number)


@given(words=words, number=st.integers(1, 6))
def test_a_pair_that_is_less_frequent_is_wrong(words, number):
    merges = learn(words, number, max)
    counts = Counter()
    for word, times in words.items():
        for pair in pairwise(word):
            counts[pair] += times
    rare = [pair for pair, count in counts.items() if count < max(counts.values())]
    if rare:
        with pytest.raises(Failure, match="most frequent"):
            judging.check_merges(words, [rare[0], *merges[1:]], number)


@pytest.mark.parametrize(
    ("merges", "wanted", "what"),
    [
        ([(97, 97), (256, 256)], 1, "more merges than asked"),
        ([(97, 97)], 2, "ended although pairs are left"),
        ([(97, 300)], 1, "neither is a first symbol nor"),
        ([(97, 98)], 1, "neighbours nowhere"),
        ([], 1, "ended although pairs are left"),
    ],
)
def test_wrong_merges_are_named(merges, wanted, what):
    with pytest.raises(Failure, match=what):
        judging.check_merges({(97, 97, 97, 97): 1}, merges, wanted)


def test_one_string_made_twice_may_count_once():
    words = {(b"a", b"b", b"c", b"!"): 1, (b"a", b"b", b"?"): 9, (b"b", b"c", b"~"): 5}
    merges = [(b"a", b"b"), (b"ab", b"?"), (b"b", b"c"), (b"bc", b"~"), (b"ab", b"c"), (b"abc", b"!")]
    judging.check_merges(words, merges, 6)


@pytest.mark.parametrize(
    "merges",
    [
        {(97, 98): 256, (256, 99): 257},
        {(256, 99): 257, (97, 98): 256},
        {(97, 98): 0, (256, 99): 1},
        {256: (97, 98), 257: (256, 99)},
        [(97, 98), (256, 99)],
        [[97, 98], [256, 99]],
        [((97, 98), 256), ((256, 99), 257)],
        [(97, 98, 256), (256, 99, 257)],
    ],
)
def test_merges_are_read_in_any_form(merges):
    assert judging.read_merges(merges) == ((97, 98), (256, 99))


@pytest.mark.parametrize("merges", [None, 3, {"a": "b"}, [(1, 2, 3, 4)], {(1, 2): 256, (3, 4): 258}, ["ab"]])
def test_what_is_no_merges_is_refused(merges):
    with pytest.raises(Failure):
        judging.read_merges(merges)


def test_the_order_of_merges_decides_the_segments():
    merges = [(98, 99), (97, 98)]
    judging.check_segments([97, 256], [list(b"abc")], merges)
    with pytest.raises(Failure, match="otherwise than the merges say"):
        judging.check_segments([257, 99], [list(b"abc")], merges)
    with pytest.raises(Failure, match="do not spell"):
        judging.check_segments([256], [list(b"abc")], merges)


def test_corpora_are_cut_as_the_pattern_cuts_them():
    regex = pytest.importorskip("regex", reason="regex is not installed")
    sys.path.insert(0, str(Path(__file__).parents[1] / "assignments" / "bpe"))
    try:
        import test_bpe as checks
    finally:
        sys.path.pop(0)
    for name in ("CAT", "GRAPES", "LETTERS", "SLIDE_CHUNKS", "QUOTES", "FORCING", "FORCING_IN_CHUNKS"):
        chunks = getattr(checks, name)
        assert regex.findall(PATTERN, "".join(chunks)) == chunks, name
    for pairs, chunks in ((checks.GIVEN, checks.FORCING), (checks.GIVEN_IN_CHUNKS, checks.FORCING_IN_CHUNKS)):
        for choose in (min, max):
            learned = learn(Counter(tuple(chunk.encode()) for chunk in chunks), len(pairs), choose)
            spelled = [tuple(bytes(judging.spelling([token], learned)) for token in pair) for pair in learned]
            assert spelled == pairs


def test_of_several_ways_the_first_real_reason_is_told():
    def unfit():
        raise bpe_families.Unfit(judging.Text(en="does not apply", zh="不适用"))

    def wrong():
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        bpe_families.shown_by(unfit, wrong, unfit)
    bpe_families.shown_by(unfit, wrong, lambda: None)
