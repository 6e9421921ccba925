"""Work spread over processes grades: in processes where a namespace holds them, otherwise in threads."""

import importlib.util
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the confinement is Linux's")

WORK = b"""
import concurrent.futures, multiprocessing, os, threading

def square(x):
    return x * x

def place(_):
    return os.getpid()

def with_pool():
    with multiprocessing.Pool(2) as pool:
        return pool.map(square, range(5))

def with_context():
    with multiprocessing.get_context("fork").Pool(processes=2) as pool:
        return pool.starmap(pow, [(2, 3), (3, 2)])

def with_executor():
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        return list(pool.map(square, range(5), chunksize=2))

def tell(queue):
    queue.put(7)

def with_process():
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=tell, args=(queue,))
    process.start()
    got = queue.get()
    process.join()
    return got

def places():
    with multiprocessing.Pool(2) as pool:
        return len(set(pool.map(place, range(20))) - {os.getpid()})
"""
BEGIN = "import sys; sys.path.insert(0, '.'); import work; "
LOADER = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(12.0))
answer = sorted(float(x) for batch in DataLoader(data, batch_size=4, num_workers=2) for x in batch[0])
"""
TRAINING = """
import torch
model = torch.nn.Linear(2, 1)
optimiser = torch.optim.AdamW(model.parameters(), lr=0.1)
before = model(torch.ones(8, 2)).sum()
before.backward()
optimiser.step()
answer = bool(model(torch.ones(8, 2)).sum() != before)
"""


@pytest.fixture
def worker(zygote):
    """A child that has the module `work`."""
    child = zygote.spawn({"work.py": WORK})
    yield lambda program: child.request((BEGIN + program).encode(), cpu=5).decode()
    child.kill()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("with_pool", [0, 1, 4, 9, 16]),
        ("with_context", [8, 9]),
        ("with_executor", [0, 1, 4, 9, 16]),
        ("with_process", 7),
    ],
)
def test_work_in_processes_is_done(worker, call: str, expected: object) -> None:
    assert worker(f"answer = work.{call}()") == repr(expected)


def test_processes_are_processes_where_a_tree_can_be_held(zygote, worker) -> None:
    threads = "namespaces" not in zygote.tier.layers
    assert (worker("answer = work.places()") == "0") == threads


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
@pytest.mark.parametrize("tier", ["bubblewrap", "landlock"])
def test_a_data_loader_with_workers_and_a_training_step(start, tier: str) -> None:
    with start(tier, preload=["torch"]) as zygote:
        if zygote.tier.name != tier:
            pytest.skip(f"not on this machine: {zygote.tier.missing}")
        child = zygote.spawn({})
        assert child.request(LOADER.encode(), cpu=5).decode() == repr([float(x) for x in range(12)])
        assert child.request(TRAINING.encode(), cpu=5).decode() == "True"
