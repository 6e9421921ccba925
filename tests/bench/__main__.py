"""`make bench`: every benchmark, one after the other; each is a ratio within its own run."""

import runpy

for name in ("grading", "bpe_training", "gpt2_training"):
    print(f"\n== {name}", flush=True)
    runpy.run_module(f"tests.bench.{name}", run_name="__main__", alter_sys=True)
