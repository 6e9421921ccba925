"""Starting, choosing and refusing a tier; what a child finds."""

import ctypes
import mmap
import os
import random
import sys

import pytest

from autograder.course import Limits
from autograder.errors import UserError
from autograder.sandbox import client, forked, kernel, tiers, warm
from autograder.sandbox.interrupts import Death, TimeOut

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the confinement is Linux's")


def run(child, program: str, cpu: float = 5.0) -> str:
    return child.request(program.encode(), cpu=cpu).decode()


@LINUX
def test_the_strongest_tier_comes_first() -> None:
    found = client.probe()
    strengths = [tiers.STRENGTH.index(tier.name) for tier in found]
    assert strengths == sorted(strengths)
    assert found[-1].name == "rlimits"


@LINUX
def test_the_strongest_tier_is_taken(start) -> None:
    with start() as zygote:
        assert zygote.tier.name == client.probe()[0].name


@LINUX
def test_memory_on_huge_pages_is_what_it_was(monkeypatch) -> None:
    given = []
    monkeypatch.setattr(kernel, "use_huge_pages", lambda *place: given.append(place))
    warm.memory(
        [
            "00400000-00500000 r-xp 00000000 fe:00 17 /usr/bin/python3\n",
            "00600000-00700000 rw-p 00000000 00:00 0 [heap]\n",
            "7f0000000000-7f0000600000 rw-p 00000000 00:00 0 \n",
            "7f0000600000-7f0000700000 rw-p 00001000 fe:00 18 /usr/lib/x y.so\n",
            "7ffc00000000-7ffc00100000 rw-p 00000000 00:00 0 [stack]\n",
        ]
    )
    assert given == [(0x600000, 0x700000), (0x7F0000000000, 0x7F0000600000)]
    monkeypatch.undo()
    written = random.Random(1).randbytes(3 * kernel.HUGE_PAGE)
    with mmap.mmap(-1, len(written), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.write(written)
        place = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        warm.memory([f"{place:x}-{place + len(written):x} rw-p 00000000 00:00 0"])
        assert memory[:] == written


@LINUX
def test_what_is_missing_is_named_with_its_remedy(start) -> None:
    with start("rlimits", without=("seccomp",)) as zygote:
        [line] = [line for line in zygote.tier.missing if line.startswith("seccomp")]
    assert "switched off" in line
    assert tiers.REMEDIES["seccomp"] in line


@LINUX
def test_a_tier_without_its_layers_is_refused(start) -> None:
    with start("landlock", without=("landlock",)) as zygote, pytest.raises(UserError, match="landlock"):
        _ = zygote.tier


@LINUX
def test_the_next_tier_is_taken_where_one_is_refused(start) -> None:
    with start(without=("namespaces", "landlock")) as zygote:
        assert zygote.tier.name == "rlimits"
        assert zygote.tier.warning is not None


def test_an_unknown_tier_is_refused(start) -> None:
    with start("moat") as zygote, pytest.raises(UserError, match="bubblewrap, landlock, rlimits, subprocess"):
        _ = zygote.tier


@LINUX
def test_a_missing_import_is_one_line(start) -> None:
    with start(preload=["no_such_module"]) as zygote, pytest.raises(UserError, match="no_such_module") as caught:
        zygote.spawn({})
    assert "\n" not in str(caught.value)


def test_a_submission_that_is_too_large_is_refused(start) -> None:
    with start() as zygote, pytest.raises(UserError, match="files_mb"):
        zygote.spawn({"big.txt": bytes(9 << 20)})


@pytest.mark.parametrize("tier", [None, "landlock", "rlimits", "subprocess"])
def test_files_lie_in_the_working_folder(start, tier: str | None) -> None:
    if tier in ("landlock", "rlimits") and sys.platform != "linux":
        pytest.skip("the confinement is Linux's")
    with start(tier) as zygote:
        child = zygote.spawn({"a.py": b"one", "given/b.txt": b"two"})
        assert run(child, "answer = open('a.py').read() + open('given/b.txt').read()") == "'onetwo'"
        child.kill()


@pytest.mark.parametrize("tier", [None, "subprocess"])
def test_a_child_dies_and_another_serves(start, tier: str | None) -> None:
    with start(tier) as zygote:
        with pytest.raises(Death):
            run(zygote.spawn({}), "import os; os._exit(3)")
        with pytest.raises(TimeOut):
            run(zygote.spawn({}), "import time; time.sleep(1000)", cpu=0.05)
        assert run(zygote.spawn({}), "answer = 1") == "1"


@LINUX
def test_the_preload_is_there_and_single_threaded(start) -> None:
    with start(preload=["numpy"]) as zygote:
        child = zygote.spawn({})
        assert (
            run(child, "import sys, os; answer = 'numpy' in sys.modules, os.environ['OMP_NUM_THREADS']")
            == "(True, '1')"
        )
        assert (
            run(child, "import numpy; answer = float((numpy.ones((300, 300)) @ numpy.ones((300, 300)))[0, 0])")
            == "300.0"
        )


@LINUX
def test_hashes_are_the_same_in_every_zygote(start) -> None:
    hashes = set()
    for _ in range(2):
        with start() as zygote:
            hashes.add(run(zygote.spawn({}), "answer = hash('determinism')"))
    assert len(hashes) == 1


@LINUX
def test_cpu_time_is_limited_in_all(start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "WALL", 10_000)  # a busy machine must not decide
    busy = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    with start(limits=Limits(cpu=0.5)) as zygote:
        child = zygote.spawn({})
        with pytest.raises(TimeOut) as caught:
            for _ in range(20):
                run(child, busy)
    assert caught.value.seconds == 0.5


@LINUX
def test_many_children_live_side_by_side(start) -> None:
    with start() as zygote:
        children = [zygote.spawn({}) for _ in range(5)]
        for number, child in enumerate(children):
            run(child, f"x = {number}")
        assert [run(child, "answer = x") for child in children] == ["0", "1", "2", "3", "4"]


@LINUX
@pytest.mark.parametrize("tier", [None, "landlock"])
def test_nothing_of_the_sandbox_is_left_after_closing(start, tier: str | None) -> None:
    with start(tier) as zygote:
        child = zygote.spawn({})
        pids = [zygote._link._started.process.pid, child._pid]
        work = zygote._link._work
    assert work is None or not work.exists()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_closed_sandbox_says_so(start) -> None:
    with start() as zygote:
        zygote.spawn({}).kill()
    with pytest.raises(UserError):
        zygote.spawn({})
