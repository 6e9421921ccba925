"""A plain subprocess for each submission, for systems without the confinement that Linux has: macOS and Windows.

Limits are what is left: the wall clock, and rlimits where the system has them. The two sides talk over a loopback
connection, for which the child shows a token.
"""

import importlib
import os
import pickle
import secrets
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.errors import UserError
from autograder.sandbox import jail, warm
from autograder.sandbox.frames import Channel, Exchange
from autograder.sandbox.interrupts import Broken, Death, TimeOut
from autograder.sandbox.link import Request
from autograder.sandbox.rubbish import remove

BOOT = jail.BOOT.replace("zygote import main", "alone import main").replace("int(sys.argv[2])", "sys.argv[2:]")
TOKEN = 32
WALL = 5
PATIENCE = 120.0
INHERITED = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT")
"""Without some of these nothing starts on Windows."""


class Alone:
    """A child that is a process of its own from the start; see `client.Child`."""

    foreseen: Sequence[bytes] = ()

    def __init__(self, files: Mapping[str, bytes], request: Request) -> None:
        self._limits = request.limits
        self._root = Path(tempfile.mkdtemp(prefix="llm101-"))
        self._answered = True
        self.cpu_seconds = 0.0
        self.gone = False
        for name, data in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self._folder.mkdir(exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._process = self._start(request, listener.getsockname()[1])
            self._connection = self._accept(listener)
        self._exchange = Exchange(self._connection, self._limits.reply_mb << 20)

    @property
    def _folder(self) -> Path:
        return self._root / "submission"

    def at_hand(self, payload: bytes) -> bytes | None:
        """As `client.Child.at_hand`; nothing ever is."""
        return None

    def request(self, payload: bytes, *, cpu: float, ahead: Iterable[bytes] = ()) -> bytes:
        """As `client.Child.request`; the wall clock stands in for the CPU's, and nothing goes out ahead of time."""
        if self.gone:
            raise Death("it had ended before")
        self._answered = False
        self._exchange.ask(payload)
        began = time.monotonic()
        try:
            while (reply := self._exchange.reply()) is None:
                self._step()
                if time.monotonic() - began > WALL * cpu:
                    raise TimeOut(WALL * cpu, "wall")
            self._answered = True
            return reply
        except EOFError:
            raise self._end() from None
        finally:
            self.cpu_seconds += time.monotonic() - began
            if not self._answered:
                self.kill()

    def kill(self) -> None:
        """End the process and remove its folder. What it started itself is out of reach here."""
        if self.gone:
            return
        self.gone = True
        self._connection.close()
        self._process.kill()
        self._process.wait()
        remove(self._root)

    def _step(self) -> None:
        exchange = self._exchange
        writing = [self._connection] if exchange.sending else []
        readable, writable, _ = select.select([self._connection], writing, [], 0.25)
        if readable:
            exchange.receive()
        if writable:
            exchange.send()

    def _end(self) -> BaseException:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        code = self._process.poll()
        self.kill()
        return Broken("it closed the connection") if code is None else Death(f"exit {code}")

    def _start(self, request: Request, port: int) -> subprocess.Popen[bytes]:
        env = jail.environment(str(self._root)) | {k: os.environ[k] for k in INHERITED if k in os.environ}
        command = [sys.executable, "-s", "-P", "-c", BOOT, str(jail.ENGINE), str(port)]
        process = subprocess.Popen(
            command, cwd=self._folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._token = secrets.token_bytes(TOKEN)
        path = [*jail.packages(), *request.beside]
        assert process.stdin is not None
        with process.stdin as pipe:
            limits = request.limits
            pipe.write(self._token + pickle.dumps((path, request.preload, request.host, limits.cpu, limits.files_mb)))
        return process

    def _accept(self, listener: socket.socket) -> socket.socket:
        """The child's connection: the one that shows the token."""
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            if select.select([listener], [], [], 0.1)[0]:
                connection, _ = listener.accept()
                connection.settimeout(1.0)
                with suppress(OSError):
                    if secrets.compare_digest(connection.recv(TOKEN, socket.MSG_WAITALL), self._token):
                        return connection
                connection.close()
        self._process.kill()
        self._process.wait()
        remove(self._root)
        raise UserError("the sandbox cannot start: the student's process ended before it was ready")


def main(arguments: list[str]) -> None:
    """The child: connect, import, serve."""
    with sys.stdin.buffer as pipe:
        token = pipe.read(TOKEN)
        path, preload, host, cpu, files_mb = pickle.loads(pipe.read())
    sys.path += [folder for folder in path if folder not in sys.path]
    warm.preload(preload)
    module, _, name = host.rpartition(".")
    serve = getattr(importlib.import_module(module), name)
    connection = socket.create_connection(("127.0.0.1", int(arguments[0])))
    connection.sendall(token)
    _limit(cpu, files_mb)
    serve(Channel(connection), Path.cwd())


def _limit(cpu: float, files_mb: int) -> None:
    """What rlimits the system has; Windows has none."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_CPU, int(cpu) + 2), (resource.RLIMIT_FSIZE, files_mb << 20)):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
