"""The student's side: imports the submission's modules and answers requests about them.

It runs in two places with one meaning: inside the sandbox when grading, and in the student's own process for a
self-check. A request comes in as a pickle (this side need not distrust the grader); an answer goes out as plain data
(`plain.reduce`), for the grader trusts no byte of it.

A request is `(operation, seed, *operands)`; an answer is one of

    ("value", value)
    ("raised", Raised-as-tuple)     the student's code raised
    ("absent", name)                the module or object has no such attribute
    ("missing", module, name)       a probe named what the submission's module does not define
    ("unimportable", Raised-as-tuple)
"""

import builtins
import importlib
import linecache
import os
import pickle
import random
import sys
import traceback
from collections.abc import Callable, Set
from pathlib import Path
from types import FunctionType, ModuleType, TracebackType
from typing import Any, Protocol

from autograder.sandbox.interrupts import Interrupt
from autograder.sandbox.plain import reduce

MAX_TEXT = 2000
MAX_NAMES = 500
Path_ = tuple[str | int, ...]
"""Where an object is on this side: a module's name or a handle's number, then attribute names."""


class Channel(Protocol):
    """What `serve` talks through."""

    def receive(self) -> bytes | None: ...

    def send(self, payload: bytes) -> None: ...


def serve(channel: Channel, folder: Path) -> None:
    """Answer requests about the submission in `folder` until the grader hangs up."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    sys.argv = [""]
    sys.path.insert(0, str(folder))
    host = Host(folder)
    while (request := channel.receive()) is not None:
        channel.send(host.answer(request))


class Modules:
    """What a probe sees: the submission's modules as attributes, imported when first named."""

    def __init__(self, host: "Host") -> None:
        self._host = host

    def __getattr__(self, name: str) -> ModuleType:
        return self._host.module(name)


class Unimportable(Exception):
    """A module of the submission could not be imported; `cause` is why."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(type(cause)))
        self.cause = cause


class Host:
    """One submission's modules, the objects kept for the grader, and the way to ask about them."""

    def __init__(self, folder: Path, files: Path | None = None) -> None:
        """`folder` holds the submission; what `_do_file` is given goes to `files` (default: a folder inside)."""
        self.folder = folder.resolve()
        self._files = files or self.folder / ".files"
        self.raised: BaseException | None = None
        self._imported: dict[str, ModuleType | Unimportable] = {}
        self._kept: dict[int, object] = {}
        self._modules = Modules(self)

    def answer(self, request: bytes) -> bytes:
        """Do what `request` asks and say what came of it; only an `Interrupt` of the grader's own gets out."""
        global _active
        _active = self
        self.raised = None
        try:
            operation, seed, *operands = pickle.loads(request)
            if seed is not None:
                self._begin(seed)
            operate: Callable[..., object] = getattr(self, f"_do_{operation}")
            answer = ("value", operate(*operands))
            return reduce(answer, self._keep)
        except Interrupt:
            raise
        except Unimportable as error:
            self.raised = error.cause
            return reduce(("unimportable", self._describe(error.cause)), self._keep)
        except _Absent as error:
            return reduce(("absent", str(error)), self._keep)
        except AttributeError as error:
            self.raised = error
            module = self._lacking(error)
            said: tuple[object, ...] = ("missing", module, error.name) if module else ("raised", self._describe(error))
            return reduce(said, self._keep)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are a student's mistakes like any other
            self.raised = error
            return reduce(("raised", self._describe(error)), self._keep)
        finally:
            sys.stdout.flush()

    def module(self, name: str) -> ModuleType:
        """The submission's module, imported once; a failed import stays failed.

        Raises:
            Unimportable: whatever the import raised.
        """
        if name not in self._imported:
            try:
                self._imported[name] = importlib.import_module(name)
            except Interrupt:
                raise
            except BaseException as error:
                self._imported[name] = Unimportable(error)
        found = self._imported[name]
        if isinstance(found, Unimportable):
            raise found
        return found

    def forget(self, before: Set[str]) -> None:
        """Take the submission's modules out of this interpreter again; those named in `before` were there already."""
        below = f"{self.folder}{os.sep}"
        for name in sys.modules.keys() - before:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and file.startswith(below):
                del sys.modules[name]

    def resolve(self, path: Path_) -> Any:
        """The object at `path`."""
        root, *names = path
        found = self._kept[root] if isinstance(root, int) else self.module(root)
        for name in names:
            try:
                found = getattr(found, str(name))
            except AttributeError:
                raise _Absent(name) from None
        return found

    def given(self, name: str) -> Path:
        """Where the file `name` of the grader's lies."""
        return self._files / name

    def _do_import(self, name: str) -> list[str]:
        """The names of the module's functions and classes: what needs no question of its own."""
        named = vars(self.module(name)).items()
        return [name for name, value in named if isinstance(value, FunctionType | type)][:MAX_NAMES]

    def _do_get(self, path: Path_) -> object:
        return self.resolve(path)

    def _do_call(self, path: Path_, arguments: tuple[object, ...], keywords: dict[str, object]) -> object:
        return self.resolve(path)(*arguments, **keywords)

    def _do_probe(self, function: Callable[..., object], arguments: tuple[object, ...]) -> object:
        return function(self._modules, *arguments)

    def _do_file(self, name: str, data: bytes) -> str:
        path = self.given(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return str(path)

    def _begin(self, seed: int) -> None:
        """A new check: the same random numbers whatever ran before, and no object of an earlier check."""
        self._kept.clear()
        random.seed(seed)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed(seed)
        if torch := sys.modules.get("torch"):
            torch.default_generator.manual_seed(seed)  # no GPU's: torch notes the whole stack for each of them

    def _keep(self, value: object) -> int:
        number = len(self._kept)
        self._kept[number] = value
        return number

    def _describe(self, error: BaseException) -> tuple[object, ...]:
        """(nearest built-in class, own class, text, file, line, source line, function) of a student's exception."""
        nearest = next(kind for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind)
        file, line, source, function = self._place(error)
        text = _text_of(error).replace(f"{self._files}{os.sep}", "").replace(f"{self.folder}{os.sep}", "")
        return (nearest.__name__, type(error).__name__, text, file, line, source, function)

    def _lacking(self, error: AttributeError) -> str | None:
        """The module of the submission in which a probe, not the student's own code, looked for a name in vain."""
        named = [name for name, module in self._imported.items() if module is error.obj]
        return named[0] if named and self._place(error)[0] is None else None

    def _place(self, error: BaseException) -> tuple[str | None, int | None, str | None, str | None]:
        """The last line of the student's own code that the exception passed through."""
        if isinstance(error, SyntaxError) and error.filename and self._own(error.filename):
            return self._own(error.filename), error.lineno, (error.text or "").strip(), None
        place: tuple[str | None, int | None, str | None, str | None] = (None, None, None, None)
        for frame, line in traceback.walk_tb(_traceback(error)):
            if own := self._own(frame.f_code.co_filename):
                source = linecache.getline(frame.f_code.co_filename, line).strip()
                place = (own, line, source, frame.f_code.co_name)
        return place

    def _own(self, filename: str) -> str | None:
        """`filename` relative to the submission, or None for a file that is not the student's."""
        path = Path(filename)
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else None


class _Absent(Exception):
    """An attribute that is not there."""


_active: Host | None = None


def resolve(path: Path_) -> Any:
    """What a proxy passed as an argument stands for; called while a request is unpickled."""
    if _active is None:
        raise RuntimeError("no submission is being asked")
    return _active.resolve(path)


def given(name: str) -> str:
    """What the path of a given file stands for, as `resolve`."""
    if _active is None:
        raise RuntimeError("no submission is being asked")
    return str(_active.given(name))


def tensor(values: Any) -> Any:
    """The tensor that an array came from."""
    return importlib.import_module("torch").from_numpy(values)


_definitions: dict[str, Any] = {}


def definition(key: str, pickled: bytes) -> Any:
    """A function or class of a check file, unpickled when it first comes; called while a request is unpickled."""
    if key not in _definitions:
        _definitions[key] = pickle.loads(pickled)
    return _definitions[key]


def _traceback(error: BaseException) -> TracebackType | None:
    return error.__traceback__


def _text_of(error: BaseException) -> str:
    """`str(error)`, whatever the student's class makes of it."""
    try:
        return str.__str__(str(error))[:MAX_TEXT]
    except Interrupt:
        raise
    except BaseException:  # a student's __str__ may do anything
        return ""
