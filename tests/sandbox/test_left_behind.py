"""Nothing of a submission is there for the next one, or for the machine."""

import os
from pathlib import Path

import pytest

from autograder.sandbox import meter
from autograder.sandbox.client import Zygote
from autograder.sandbox.interrupts import Death

WRITE_EVERYWHERE = """
import os, stat
answer = []
for top in ("/tmp", "/dev/shm", "/var/tmp", os.environ["HOME"], os.getcwd(), "/", "/dev", "/run"):
    try:
        with open(os.path.join(top, "left-by-llm101-test"), "w") as file:
            file.write("secret")
        answer.append(top)
    except OSError:
        pass
"""
FIND = """
import os
answer = [top for top in ("/tmp", "/dev/shm", "/var/tmp", os.environ["HOME"], os.getcwd(), "/", "/dev", "/run")
          if os.path.exists(os.path.join(top, "left-by-llm101-test"))]
"""


def descriptors() -> int:
    """How many descriptors this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def running(child) -> set[int]:
    """The numbers of a child's processes that are still there."""
    return {pid for pid in meter.tree(child.child._pid) if Path(f"/proc/{pid}").exists()}


def test_files_are_gone(zygote: Zygote, child, spawn) -> None:
    if not {"namespaces", "landlock"} & set(zygote.tier.layers):
        pytest.skip(f"{zygote.tier.name} without Landlock lets a child write where everybody may")
    assert child.ask(WRITE_EVERYWHERE) != "[]"
    assert spawn().ask(FIND) == "[]"
    child.child.kill()
    assert spawn().ask(FIND) == "[]"
    for top in ("/tmp", "/dev/shm", "/var/tmp", "/"):
        assert not Path(top, "left-by-llm101-test").exists()


def test_the_folder_is_removed_however_closed(child) -> None:
    root = child.child._spawned.root
    child.ask("import os; os.makedirs('a/b'); open('a/b/c', 'w').close(); os.chmod('a/b', 0); os.chmod('a', 0)")
    child.child.kill()
    assert root is None or not root.exists()


def test_processes_are_gone(zygote: Zygote, child) -> None:
    program = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()
"""
    reply = child.ask(program)
    if reply.startswith("PermissionError"):
        assert "seccomp" in zygote.tier.layers
        return
    everything = running(child) | set(meter.tree(zygote._link._started.process.pid))
    before = {pid for pid in everything if Path(f"/proc/{pid}/stat").read_text().split()[3] != str(os.getpid())}
    child.child.kill()
    left = {pid for pid in before if Path(f"/proc/{pid}").exists()}
    assert not left & running_sleepers()


def running_sleepers() -> set[int]:
    """Processes whose session leader is gone: daemons that got away."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                session = (entry / "stat").read_text().rpartition(")")[2].split()[3]
            except OSError:
                continue
            if session != "0" and not Path(f"/proc/{session}").exists():
                found.add(int(entry.name))
    return found


def test_shared_memory_is_gone(zygote: Zygote, child, spawn) -> None:
    if not {"namespaces", "landlock", "user"} & set(zygote.tier.layers):
        pytest.skip(f"{zygote.tier.name} without Landlock lets a user's child write where that user may")
    child.ask("import _posixshmem, os; _posixshmem.shm_open('/left-by-llm101', os.O_CREAT | os.O_RDWR, mode=0o666)")
    child.child.kill()
    assert spawn().ask("import os; answer = os.path.exists('/dev/shm/left-by-llm101')") == "False"
    assert not Path("/dev/shm/left-by-llm101").exists()


def test_a_folder_too_deep_to_name_is_removed(child) -> None:
    root = child.child._spawned.root
    program = """
import os
for _ in range(1500):
    os.mkdir("deep"); os.chdir("deep")
"""
    try:
        child.ask(program, cpu=20)
    except Death as death:
        assert death.reason == "files"
    child.child.kill()
    assert root is None or not root.exists()


def test_a_changed_module_is_whole_again(child, spawn) -> None:
    assert child.ask("import math; math.sqrt = lambda x: 0; answer = math.sqrt(4)") == "0"
    assert spawn().ask("import math; answer = math.sqrt(4)") == "2.0"


def test_a_batch_leaves_no_descriptors(zygote: Zygote) -> None:
    zygote.spawn({}).kill()
    before = descriptors()
    for _ in range(3):
        child = zygote.spawn({"module.py": b"x = 1"})
        child.request(b"answer = 1", cpu=5)
        child.kill()
    assert descriptors() == before


def test_closing_ends_every_child(zygote: Zygote, child) -> None:
    pid = child.child._pid
    child.child.kill()
    assert not Path(f"/proc/{pid}").exists()
