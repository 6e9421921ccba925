"""The real thing: the modules of this folder, at any size, in one process or many.

    python train.py --preset tiny --text play.txt                  # a minute on a CPU
    python train.py --preset gpt2-124m --dry-run                   # the plan alone
    python -m torch.distributed.run --standalone --nproc-per-node 8 train.py --preset gpt2-124m --data edu_fineweb10B

Shards come from --data (llm.c's .bin files, "train" and "val" in their names). On GPUs: bfloat16 autocast, the fused
AdamW, torch.compile, flash attention (torch's own choice inside scaled_dot_product_attention), and the gradients all-
reduced by DistributedDataParallel over nccl; without GPUs float32 and gloo.
"""

import argparse
import contextlib
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from gpt2_given.model import GPT, GPTConfig
from torch import nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Preset:
    """A model, and how it is trained; tokens are counted over all processes."""

    model: GPTConfig
    rows: int  # of a micro-batch, in each process
    batch_tokens: int  # of an optimiser step
    max_steps: int
    warmup_steps: int
    max_lr: float
    min_lr: float
    eval_every: int
    eval_iters: int = 20
    checkpoint_every: int = 0
    weight_decay: float = 0.1


PRESETS = {
    "gpt2-124m": Preset(GPTConfig(), 16, 2**19, 19073, 715, 6e-4, 6e-5, 250, checkpoint_every=1000),
    "tiny": Preset(GPTConfig(64, 256, 2, 4, 64), 16, 16 * 64, 600, 30, 5e-3, 5e-4, 100),
}


class Placed(nn.Module):
    """A model on its device: batches are moved there, and computed in bfloat16 where that is fast."""

    def __init__(self, module: nn.Module, device: torch.device) -> None:
        super().__init__()
        self.module, self.device = module, device

    def forward(self, idx: torch.Tensor, targets: torch.Tensor | None = None) -> tuple[torch.Tensor, Any]:
        idx = idx.to(self.device, non_blocking=True)
        targets = None if targets is None else targets.to(self.device, non_blocking=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            return self.module(idx, targets)


@dataclass(frozen=True)
class Place:
    """Which process this is, and where it computes."""

    rank: int
    local_rank: int
    world_size: int
    device: torch.device

    @property
    def chief(self) -> bool:
        return self.rank == 0


@contextlib.contextmanager
def joined(modules: Any) -> Any:
    """This process's place among those that torchrun started; the group is left at the end."""
    rank, local_rank, world_size = modules.parallel.read_rank(os.environ)
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", local_rank) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
        torch.set_float32_matmul_precision("high")
    if world_size > 1:
        dist.init_process_group("nccl" if cuda else "gloo")
    try:
        yield Place(rank, local_rank, world_size, device)
    finally:
        if world_size > 1:
            dist.destroy_process_group()


def plan(modules: Any, preset: Preset, world_size: int, flops_per_second: float) -> dict[str, float]:
    """What a run will cost, before it costs anything."""
    shape, scaling = preset.model, modules.scaling
    parameters = scaling.gpt2_parameters(shape.n_layer, shape.n_embd, shape.vocab_size, shape.block_size)
    flops = scaling.flops_palm(shape.n_layer, shape.n_embd, shape.vocab_size, shape.block_size)
    tokens = preset.batch_tokens * preset.max_steps
    return {
        "parameters": parameters,
        "tokens a step": preset.batch_tokens,
        "micro-batches a step": accumulation(preset, world_size),
        "steps": preset.max_steps,
        "tokens": tokens,
        "memory for weights, gradients and moments (GB)": round(scaling.training_memory(parameters) / 1e9, 3),
        "FLOPs a token": flops,
        "PF-days": scaling.petaflop_days(flops * tokens),
        f"hours at {flops_per_second:.3g} FLOPs a second": flops * tokens / flops_per_second / 3600,
    }


def micro_rows(preset: Preset, world_size: int) -> int:
    """Rows of a micro-batch; fewer than the preset's where so many processes would see too many tokens in a step."""
    return max(1, min(preset.rows, preset.batch_tokens // (preset.model.block_size * world_size)))


def accumulation(preset: Preset, world_size: int) -> int:
    """Micro-batches of each process in a step."""
    together = micro_rows(preset, world_size) * preset.model.block_size * world_size
    if preset.batch_tokens % together:
        raise SystemExit(f"{preset.batch_tokens} tokens a step cannot be divided into micro-batches of {together}")
    return preset.batch_tokens // together


def text_shards(modules: Any, text: str, folder: Path) -> int:
    """The characters of a text as shards in `folder`, a tenth of them "val"; returns the size of the vocabulary."""
    known = {character: place for place, character in enumerate(sorted(set(text)))}
    ids = np.array([known[character] for character in text], dtype=np.uint16)
    cut = len(ids) * 9 // 10
    modules.shards.write_shard(folder / "text_train_000000.bin", ids[:cut])
    modules.shards.write_shard(folder / "text_val_000000.bin", ids[cut:])
    return len(known)


def check_shards(data: Path, preset: Preset, world_size: int) -> None:
    """One line and the end where there is too little to read: every shard must hold what a step reads, and a token."""
    needed = micro_rows(preset, world_size) * preset.model.block_size * world_size + 1
    for split in SPLITS:
        shards = sorted(path for path in data.glob("*.bin") if split in path.name)
        if not shards:
            raise SystemExit(
                f"{data}: no shard, a .bin file with {split!r} in its name; write some, or say --text FILE"
            )
        for shard in shards:
            tokens = (shard.stat().st_size - HEADER_BYTES) // 2
            if tokens < needed:
                raise SystemExit(
                    f"{shard.name} holds {max(tokens, 0):,} tokens; a step reads {needed:,}: give more text"
                )


SPLITS = ("train", "val")
HEADER_BYTES = 256 * 4


def run(modules: Any, preset: Preset, data: Path, checkpoint: Path | None = None, seed: int = 1337) -> Any:
    """Train as the preset says; every process calls this. Returns (model, history), losses averaged over processes."""
    with joined(modules) as place:
        torch.manual_seed(seed)  # all processes begin with the same weights
        model: nn.Module = GPT(preset.model).to(place.device)
        optimizer = modules.optim.configure_optimizers(
            model, preset.weight_decay, preset.max_lr, (0.9, 0.95), place.device.type
        )
        shape = micro_rows(preset, place.world_size), preset.model.block_size
        among = place.rank, place.world_size
        loaders = {split: modules.shards.DataLoaderLite(*shape, *among, split, data) for split in SPLITS}
        trained = wrapped(model, place)
        config = modules.loop.TrainConfig(
            max_steps=preset.max_steps,
            max_lr=preset.max_lr,
            min_lr=preset.min_lr,
            warmup_steps=preset.warmup_steps,
            grad_accum_steps=accumulation(preset, place.world_size),
            eval_every=preset.eval_every,
            checkpoint_every=preset.checkpoint_every,
            checkpoint=checkpoint and checkpoint.with_name(f"{checkpoint.name}.rank{place.rank}"),
        )
        started = time.perf_counter()

        def evaluate(model: nn.Module) -> float:
            loaders["val"].reset()
            losses = modules.loop.estimate_loss(
                model, lambda split: loaders[split].next_batch(), preset.eval_iters, ["val"]
            )
            loss = over_ranks([float(losses["val"])], place)[0]
            if place.chief:
                print(f"validation loss {loss:.4f} after {time.perf_counter() - started:.1f} s", flush=True)
            return loss

        history = modules.loop.train(trained, optimizer, loaders["train"], config, evaluate)
        means = over_ranks([float(entry["loss"]) for entry in history], place)
        return model, [{**entry, "loss": loss} for entry, loss in zip(history, means, strict=True)]


def wrapped(model: nn.Module, place: Place) -> nn.Module:
    """The model compiled (on GPUs), placed, and with its gradients averaged over the processes."""
    if place.device.type == "cuda":
        model = torch.compile(model)  # type: ignore[assignment]
    placed: nn.Module = Placed(model, place.device)
    if place.world_size > 1:
        ids = [place.local_rank] if place.device.type == "cuda" else None
        placed = DistributedDataParallel(placed, device_ids=ids)
    return placed


def over_ranks(values: Sequence[float], place: Place) -> list[float]:
    """The mean of each value over all processes."""
    if place.world_size == 1:
        return list(values)
    tensor = torch.tensor(values, dtype=torch.float64, device=place.device)
    dist.all_reduce(tensor)
    return (tensor / place.world_size).tolist()


def own_modules() -> SimpleNamespace:
    """The modules of this folder."""
    names = ("shards", "optim", "loop", "parallel", "scaling")
    found: dict[str, ModuleType] = {name: __import__(name) for name in names}
    return SimpleNamespace(**found)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=PRESETS, default="tiny")
    parser.add_argument("--data", type=Path, help="folder with shards")
    parser.add_argument(
        "--text", type=text_of, metavar="FILE", help="a text file (UTF-8) to train on, character by character"
    )
    parser.add_argument("--steps", type=at_least_one, metavar="N", help="other than the preset's")
    parser.add_argument("--checkpoint", type=Path, help="written every so many steps, and resumed from")
    parser.add_argument("--losses", type=Path, help="where to write the losses, one a line")
    parser.add_argument("--dry-run", action="store_true", help="print the plan and stop")
    parser.add_argument("--flops", type=float, default=1e14, help="FLOPs a second of all processes, for the plan")
    options = parser.parse_args(arguments)
    if options.data is None and options.text is None and not options.dry_run:
        parser.error("say --data FOLDER or --text FILE")
    try:
        follow(options)
    except NotImplementedError as error:
        raise SystemExit(
            f"{error} is not written yet: train.py runs your shards, optim, loop, parallel, scaling"
        ) from None


def text_of(name: str) -> str:
    """A text file's content, for argparse."""
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{name}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None


def at_least_one(number: str) -> int:
    """A positive whole number, for argparse."""
    if not number.isdecimal() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"{number}: not a whole number above zero")
    return int(number)


def follow(options: argparse.Namespace) -> None:
    """Do what the command line says."""
    modules, preset = own_modules(), PRESETS[options.preset]
    if options.steps:
        preset = replace(preset, max_steps=options.steps)
    rank, _, world_size = modules.parallel.read_rank(os.environ)
    if options.dry_run:
        for name, value in plan(modules, preset, world_size, options.flops).items():
            print(f"{name:>50}  {value:,.6g}" if isinstance(value, float) else f"{name:>50}  {value:,}")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder)
        if options.text is not None:
            vocab = text_shards(modules, options.text, Path(folder))
            preset = replace(preset, model=replace(preset.model, vocab_size=vocab))
        check_shards(data, preset, world_size)
        _, history = run(modules, preset, data, options.checkpoint)
    if rank == 0:
        print(f"loss {history[0]['loss']:.4f} → {history[-1]['loss']:.4f} in {len(history)} steps")
        if options.losses:
            options.losses.write_text("".join(f"{entry['loss']!r}\n" for entry in history), encoding="utf-8")


if __name__ == "__main__":
    main()
