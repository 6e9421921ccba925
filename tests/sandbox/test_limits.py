"""Each limit, exceeded in each way a student might: one named exception, and the sandbox goes on."""

import struct

import pytest

from autograder.sandbox import forked
from autograder.sandbox.client import Zygote
from autograder.sandbox.interrupts import Broken, Death, TimeOut

SEGFAULT = "import ctypes; ctypes.string_at(0)"
IN_C_WITH_SIGNALS_BLOCKED = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
sum(range(10**12))
"""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wall clock: a machine that is busy with other things must not decide these tests."""
    monkeypatch.setattr(forked, "WALL", 10_000)


@pytest.mark.usefixtures("patient")
def test_a_loop_is_stopped_by_its_cpu_time(child) -> None:
    with pytest.raises(TimeOut) as caught:
        child.ask("while True: pass", cpu=0.2)
    assert (caught.value.clock, caught.value.seconds) == ("cpu", 0.2)
    assert child.child.cpu_seconds >= 0.2


def test_a_loop_in_c_with_signals_blocked_is_stopped(child) -> None:
    with pytest.raises(TimeOut):
        child.ask(IN_C_WITH_SIGNALS_BLOCKED, cpu=0.2)


def test_waiting_is_stopped_by_the_wall_clock(child) -> None:
    with pytest.raises(TimeOut) as caught:
        child.ask("import time; time.sleep(1000)", cpu=0.05)
    assert (caught.value.clock, caught.value.seconds) == ("wall", 0.25)


@pytest.mark.usefixtures("patient")
def test_time_in_a_process_of_its_own_counts(zygote: Zygote, child) -> None:
    if "namespaces" not in zygote.tier.layers:
        pytest.skip(f"{zygote.tier.name} lets a child have no processes, or kills them when it ends")
    program = """
import os
if os.fork() == 0:
    while True: pass
os.wait()
"""
    with pytest.raises(TimeOut) as caught:
        child.ask(program, cpu=0.3)
    assert caught.value.clock == "cpu"


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("program", ["bytearray(100 << 30)", "x = []\nwhile True: x.append(bytearray(1 << 24))"])
def test_memory_that_is_not_there_is_an_ordinary_error(child, program: str) -> None:
    assert child.ask(program).startswith("MemoryError")
    assert child.ask("x = None; answer = 1 + 1") == "2"


def test_memory_counts_over_all_processes(zygote: Zygote, child) -> None:
    if "namespaces" not in zygote.tier.layers:
        pytest.skip(f"{zygote.tier.name} lets a child have no processes, or kills them when it ends")
    program = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        block = bytearray(b"x") * (150 << 20)
        time.sleep(1000)
time.sleep(1000)
"""
    with pytest.raises(Death, match="memory"):
        child.ask(program, cpu=20)


def test_a_fork_bomb_goes_off_in_a_box(zygote: Zygote, child, spawn) -> None:
    if not {"namespaces", "seccomp", "user"} & set(zygote.tier.layers):
        pytest.skip(f"{zygote.tier.name} counts all that the user runs, so it cannot limit a child's processes")
    reply = child.ask("import os\nfor _ in range(1000):\n    if os.fork() == 0:\n        import time; time.sleep(1000)")
    assert reply.startswith(("BlockingIOError", "PermissionError"))
    assert spawn().ask("answer = 1") == "1"


def test_threads_are_limited(zygote: Zygote, child) -> None:
    program = """
import threading, time
for _ in range(10000):
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
"""
    assert child.ask(program, cpu=20).startswith(("RuntimeError", "MemoryError"))


def test_a_file_is_limited(child) -> None:
    reply = child.ask("f = open('big', 'wb')\nfor _ in range(64): f.write(bytes(1 << 20)); f.flush()")
    assert reply.startswith("OSError")


def test_files_are_limited_together(child) -> None:
    program = """
import os, time
for number in range(16):
    with open(f"part{number}", "wb") as file:
        file.write(os.urandom(1 << 20))
time.sleep(1000)
"""
    try:
        assert child.ask(program, cpu=5).startswith("OSError: [Errno 28]")
    except Death as death:
        assert death.reason == "files"


def test_open_files_are_limited(child) -> None:
    assert child.ask("x = [open('/dev/null') for _ in range(10000)]").startswith("OSError: [Errno 24]")


def test_a_reply_is_limited(child) -> None:
    with pytest.raises(Broken, match="2 MB"):
        child.ask("answer = 'x' * (4 << 20)")


def test_a_declared_terabyte_is_refused(child) -> None:
    with pytest.raises(Broken, match="2 MB"):
        child.ask(f"channel._connection.sendall(channel._nonce + {struct.pack('!I', 0xFFFFFFFF)!r})")


@pytest.mark.parametrize("junk", [b"\0" * 100, b"HTTP/1.1 200 OK\r\n\r\n", b"\xff" * 12])
def test_junk_is_refused(child, junk: bytes) -> None:
    with pytest.raises(Broken):
        child.ask(f"channel._connection.sendall({junk!r})")


def test_a_reply_that_drips_runs_into_the_wall_clock(child) -> None:
    program = """
import time
channel._connection.sendall(channel._nonce + b"\\0\\0\\xff\\xff")
while True:
    channel._connection.send(b"x"); time.sleep(0.01)
"""
    with pytest.raises(TimeOut) as caught:
        child.ask(program, cpu=0.1)
    assert caught.value.clock == "wall"


def test_a_second_reply_is_no_answer_to_the_next_question(child) -> None:
    assert child.ask("channel.send(b'first')") == "first"
    with pytest.raises(Broken):
        child.ask("import time; time.sleep(0.5)")


@pytest.mark.parametrize(("program", "reason"), [("import os; os._exit(0)", "exit 0"), (SEGFAULT, "signal SIGSEGV")])
def test_a_death_is_named(child, program: str, reason: str) -> None:
    with pytest.raises(Death) as caught:
        child.ask(program)
    assert caught.value.reason == reason


def test_a_closed_connection_is_named(child) -> None:
    with pytest.raises(Broken):
        child.ask("import time; channel._connection.shutdown(2); time.sleep(1000)", cpu=5)


def test_nothing_can_be_asked_of_the_dead(child) -> None:
    child.child.kill()
    with pytest.raises(Death):
        child.ask("answer = 1")


def test_after_every_death_comes_another_child(spawn) -> None:
    for _ in range(3):
        with pytest.raises(Death):
            spawn().ask("import os; os._exit(1)")
    assert spawn().ask("answer = 1") == "1"
