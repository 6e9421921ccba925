"""Two processes train as one: the losses of `train.py` under torchrun (gloo, loopback) are those of one process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is an extra of its own")
if not torch.distributed.is_available():
    pytest.skip("this torch was built without torch.distributed", allow_module_level=True)

ROOT = Path(__file__).parents[1]
SOLUTION, GIVEN = ROOT / "solutions" / "gpt2", ROOT / "assignments" / "gpt2"
STEPS = 6
ALONE = {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}

if not SOLUTION.is_dir():
    pytest.skip("a release holds no solution to train with", allow_module_level=True)


@pytest.fixture
def folder(tmp_path):
    """The reference as a student would have it: beside train.py and the given files, with a text to train on."""
    for name in ("shards", "optim", "loop", "parallel", "scaling"):
        shutil.copy(SOLUTION / f"{name}.py", tmp_path)
    shutil.copy(GIVEN / "train.py", tmp_path)
    shutil.copytree(GIVEN / "gpt2_given", tmp_path / "gpt2_given", ignore=shutil.ignore_patterns("__pycache__"))
    words = ["to", "be", "or", "not", "to", "be", "that", "is", "the", "question", "whether", "tis", "nobler"]
    text = " ".join(words[i * i % 17 % len(words)] for i in range(6000))
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    return tmp_path


def losses(folder, *launcher):
    """The losses that one run of train.py writes."""
    path = folder / f"losses{len(launcher)}.txt"
    options = ["--preset", "tiny", "--text", "text.txt", "--steps", str(STEPS), "--losses", str(path)]
    command = [sys.executable, *launcher, "train.py", *options]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **ALONE}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return [float(line) for line in path.read_text(encoding="utf-8").split()]


def test_two_ranks_equal_one(folder):
    one = losses(folder)
    two = losses(folder, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    assert len(one) == STEPS
    assert one[-1] < one[0]
    assert two == pytest.approx(one, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--data", "."], "no shard, a .bin file with 'train' in its name"),
        (["--text", "nowhere.txt"], "nowhere.txt: No such file or directory"),
        (["--text", "short.txt"], "a step reads 1,025: give more text"),
    ],
)
def test_too_little_to_read_is_one_line(folder, options, said):
    (folder / "short.txt").write_text("To be.", encoding="utf-8")
    done = subprocess.run([sys.executable, "train.py", *options], cwd=folder, capture_output=True, text=True)
    assert done.returncode and said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
