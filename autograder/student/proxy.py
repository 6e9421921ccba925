"""The `submission` fixture: a student's modules as an author of checks sees them.

A call means `plain(f(*copies))`: arguments are copied in, the answer is reduced to base types, an exception arrives as
the nearest built-in class with its text. Where `f` runs is the `Side`'s business.
"""

import builtins
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, Protocol

from autograder.checking import messages
from autograder.checking.messages import Raised
from autograder.checks import Failure, latest_call
from autograder.intake import notebook
from autograder.legible import GivenPath
from autograder.sandbox import host
from autograder.sandbox.build import Undecodable, build
from autograder.sandbox.codes import HandleInfo
from autograder.sandbox.interrupts import Broken, GivenUp, Interrupt
from autograder.student.payload import dumps
from autograder.submission import Submission
from autograder.text import Text

MOST_LOGGED = 2000
"""Calls of one check that are kept for comparing with known mistakes."""

IMPORT = "import"
SIDE_ISSUES = (IMPORT, "get")
"""Operations that a check makes once a submission, on its way to the first question."""


class Side(Protocol):
    """Where a student's code runs: in this process (self-check) or in the sandbox (grading)."""

    def ask(self, request: bytes, ahead: Iterable[bytes] = ()) -> bytes:
        """Send one request; an `Interrupt` says that no answer came. `ahead`: what is going to be asked next."""

    @property
    def restarts(self) -> int:
        """How often the student's process was replaced; modules are imported anew after each."""

    @property
    def raised(self) -> BaseException | None:
        """The very exception of the last answer, where it happened in this process: for a debugger."""

    def close(self) -> None: ...


class Unusable(Failure):
    """A module that is missing or cannot be imported: every check that needs it fails with this message.

    A hidden check shows `in_hidden` instead.
    """

    def __init__(self, headline: Text, in_hidden: Text) -> None:
        super().__init__(headline)
        self.in_hidden = in_hidden


@dataclass(frozen=True)
class Call:
    """One request of a check: as it was made, for messages; as bytes with its answer, for replaying it.

    `label` is the name of the student's function that was called ("sigmoid"), or of the check's probe; `begins` says
    that an example begins here, with fresh generators and no handle of the example before.
    """

    operation: str
    label: str | None
    request: bytes
    answer: bytes | None = None
    operands: tuple[object, ...] = ()
    begins: bool = False


class Conversation:
    """All that is said between the checks and one submission's side.

    `calls` are those of the running example, `log` all of the running check; `kept_objects` says whether an answer to
    the check was an object that stays on the student's side.
    """

    def __init__(self, side: Side, submission: Submission, packages: Sequence[str] = ()) -> None:
        """`packages` are those that the course preloads: what a failed import is told to use."""
        self.side = side
        self._packages = packages or ("numpy",)
        self._files = submission.files
        self.calls: list[Call] = []
        self.log: list[Call] = []
        self.kept_objects = False
        self._foreseen: deque[bytes] = deque()
        self._unusable = {module: (why, why) for module, why in submission.problems.items()}
        self._fresh_seed: int | None = None
        self._known: dict[host.Path_, Proxy] = {}
        self._imported: set[str] = set()
        self._restarts = side.restarts

    def begin_check(self, foreseen: Iterable[bytes] = ()) -> None:
        """Forget the check before. `foreseen`: the requests that its examples will make, if they are the usual ones."""
        self.log = []
        self.kept_objects = False
        self._foreseen = deque(foreseen)

    def begin_example(self, seed: int) -> None:
        """The next request seeds the student's generators and drops the handles of the example before."""
        self._fresh_seed = seed
        self.calls = []
        latest_call.set(None)

    def ask(self, operation: str, *operands: object) -> object:
        """One request and its answer as a value, or as the exception the student's code raised."""
        request = dumps((operation, self._fresh_seed, *operands))
        begins = self._fresh_seed is not None
        if operation != IMPORT:  # what an import draws is nothing to the question after it
            self._fresh_seed = None
        label = _label(operation, operands)
        call = Call(operation, label, request, None, operands, begins)
        self.calls.append(call)
        if operation in ("call", "probe"):
            latest_call.set(call if operation == "call" else None)
        answer = None
        try:
            answer = self.side.ask(request, self._ahead(operation, request))
        finally:  # a call without an answer is evidence, too: whoever never answers behaves like no known mistake
            self.calls[-1] = replace(call, answer=answer)
            if len(self.log) < MOST_LOGGED:
                self.log.append(replace(call, answer=answer, operands=()))
        kept = self.kept_objects
        value = self._read(answer)
        if operation in SIDE_ISSUES:  # of a module's functions nothing is kept
            self.kept_objects = kept
        return value

    def _ahead(self, operation: str, request: bytes) -> Iterable[bytes]:
        """What is going to be asked after `request`, as far as it is what was foreseen."""
        if operation == IMPORT:
            return self._foreseen
        if operation in SIDE_ISSUES or request not in self._foreseen:
            return ()
        while self._foreseen.popleft() != request:
            pass
        return self._foreseen

    def need(self, module: str) -> None:
        """Make sure that `module` can be imported; otherwise say why not, the same words every time."""
        if self._restarts != self.side.restarts:
            self._restarts = self.side.restarts
            self._imported.clear()
            self._known.clear()
        if module in self._unusable:
            raise Unusable(*self._unusable[module])
        if module not in self._imported:
            try:
                found = self.ask(IMPORT, module)
            except Unusable as error:
                self._unusable[module] = (error.headline, error.in_hidden)
                raise
            except GivenUp:
                raise
            except Interrupt as interrupt:
                why = messages.import_interrupted(module, interrupt)
                self._unusable[module] = (why, why)
                raise Unusable(why, why) from interrupt
            self._imported.add(module)
            names = found[: host.MAX_NAMES] if isinstance(found, list) else []
            self._known.update({(module, name): Proxy(self, (module, name)) for name in map(_name, names) if name})

    def look(self, path: host.Path_) -> object:
        """The value at `path`, or a proxy for what is not plain."""
        if path in self._known:
            return self._known[path]
        found = self.ask("get", path)
        if not isinstance(found, Proxy):
            return found
        if isinstance(path[0], str):  # a module's functions stay where they are; an object's number is an example's
            self._known[path] = Proxy(self, path)
        return Proxy(self, path)

    def _read(self, answer: bytes) -> object:
        try:
            reply = build(answer, self._handle)
        except Undecodable as error:
            raise Broken(str(error)) from None
        match reply:
            case ("value", value):
                return value
            case ("absent", str(name)):
                raise AttributeError(name)
            case ("missing", str(module), str(name)):
                raise _missing((_name(module) or "?",), _name(name) or "?")
            case ("raised", tuple(fields)) if len(fields) == 7:
                raise rebuild(self._raised(fields)) from self.side.raised
            case ("unimportable", tuple(fields)) if len(fields) == 7:
                raised = self._raised(fields)
                texts = (messages.unimportable(raised, self._packages, hidden=hidden) for hidden in (False, True))
                raise Unusable(*texts) from self.side.raised
        raise Broken("an answer of a form that is not the host's")

    def _raised(self, fields: tuple[Any, ...]) -> Raised:
        """The exception; one in a notebook is placed in its cell.

        A place that the submission does not have is dropped: it could be a number or a text from a hidden check.
        """
        raised = _checked(fields)
        source = self._files.get(raised.file or "")
        if source is None or raised.line is None:
            return replace(raised, file=raised.file if source is not None else None, line=None, source=None)
        lines = source.decode("utf-8", "replace").split("\n")
        if not 0 < raised.line <= len(lines):
            return replace(raised, line=None, source=None)
        raised = replace(raised, source=lines[raised.line - 1].strip())
        cell = notebook.place(source, raised.line or 0)
        return replace(raised, cell=cell[0], line=cell[1]) if cell else raised

    def _handle(self, info: HandleInfo) -> "Proxy":
        self.kept_objects = True
        return Proxy(self, (info.id,), info.type_name)


class Proxy:
    """An object that stays on the student's side; it can be called and read, and passed back as an argument."""

    __slots__ = ("_conversation", "_path", "_type_name")

    def __init__(self, conversation: Conversation, path: host.Path_, type_name: str = "") -> None:
        object.__setattr__(self, "_conversation", conversation)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_type_name", type_name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        conversation: Conversation = object.__getattribute__(self, "_conversation")
        path: host.Path_ = object.__getattribute__(self, "_path")
        try:
            return conversation.look((*path, name))
        except AttributeError:
            raise _missing(path, name) from None

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        return self._conversation.ask("call", self._path, arguments, keywords)

    def __reduce__(self) -> tuple[Callable[[host.Path_], Any], tuple[host.Path_]]:
        return host.resolve, (self._path,)

    def __repr__(self) -> str:
        return ".".join(str(part) for part in self._path if isinstance(part, str)) or f"<{self._type_name} object>"

    def _refuse(self, what: str) -> NoReturn:
        raise TypeError(f"{what} an object of the submission from outside; do it on its side: submission.probe(...)")

    def __setattr__(self, name: str, value: object) -> None:
        self._refuse("a check cannot assign to")

    def __getitem__(self, key: object) -> NoReturn:
        self._refuse("a check cannot index")

    def __iter__(self) -> NoReturn:
        self._refuse("a check cannot iterate over")

    def __len__(self) -> NoReturn:
        self._refuse("a check cannot measure")

    def __enter__(self) -> NoReturn:
        self._refuse("a check cannot enter")

    def __exit__(self, *_: object) -> None:
        self._refuse("a check cannot leave")


class SubmissionProxy:
    """`submission.<module>.<name>(...)`, `submission.probe(...)`, `submission.file(...)`."""

    def __init__(self, conversation: Conversation, modules: tuple[str, ...]) -> None:
        self._conversation = conversation
        self._modules = modules

    def __getattr__(self, name: str) -> Proxy:
        if name not in self._modules:
            raise AttributeError(f"the assignment has no module {name!r}; it has {', '.join(self._modules)}")
        self._conversation.need(name)
        return Proxy(self._conversation, (name,))

    def probe(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Run `function(modules, *arguments)` on the student's side; plain data comes back."""
        return self._conversation.ask("probe", function, arguments)

    def file(self, name: str, data: bytes | str) -> str:
        """A path that exists on the student's side and holds `data` (text as UTF-8)."""
        content = data.encode("utf-8") if isinstance(data, str) else data
        return GivenPath(self._conversation.ask("file", name, content), name)


def rebuild(raised: Raised) -> Any:
    """The student's exception as the nearest built-in class, carrying where it came from as `.raised`."""
    kind = getattr(builtins, raised.builtin, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or issubclass(kind, StopIteration):
        kind = RuntimeError  # SystemExit must not end the grader, nor StopIteration a loop in a check
    error: Any
    while True:
        try:
            error = kind(raised.text)
            break
        except TypeError:  # some want more arguments than a text: UnicodeDecodeError
            kind = kind.__bases__[0]
    error.raised = raised
    return error


def _checked(fields: tuple[Any, ...]) -> Raised:
    """Seven fields of an untrusted answer, each of the type it should have."""
    builtin, kind, text, file, line, source, function = fields
    nearest = builtin if _is_exception(getattr(builtins, str(builtin), None)) else "Exception"
    return Raised(
        builtin=nearest,
        kind=_name(kind) or nearest,
        text=text if isinstance(text, str) else "",
        file=_word(file),
        line=line if type(line) is int else None,
        source=_word(source),
        function=_name(function),
    )


def _label(operation: str, operands: tuple[object, ...]) -> str | None:
    if operation == "probe":
        return getattr(operands[0], "__qualname__", None)
    path = operands[0] if operation in ("call", "get") else None
    names = [part for part in path if isinstance(part, str)] if isinstance(path, tuple) else []
    return names[-1] if names else None


def _is_exception(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _word(value: object) -> str | None:
    return value[:200] if isinstance(value, str) else None


def _name(value: object) -> str | None:
    return value[:60] if isinstance(value, str) and value.isidentifier() else None


def _missing(path: host.Path_, name: str) -> AttributeError:
    if len(path) == 1 and isinstance(path[0], str):
        return MissingName(Text(en=f"{path[0]}.py defines no `{name}`", zh=f"{path[0]}.py 里没有定义 `{name}`"))
    return MissingName(Text(en=f"the object has no `{name}`", zh=f"对象没有 `{name}` 这个属性"))


class MissingName(AttributeError):
    """A public name that the submission does not have; `hasattr` sees it, a check fails with the text."""

    def __init__(self, headline: Text) -> None:
        super().__init__(headline.en)
        self.headline = headline
