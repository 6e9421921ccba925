"""The static check for library calls that a problem asks to do without.

From the functions that a rule lists, through whatever they use of the student's own, and nowhere else: a reference to a
forbidden call is a violation, a way round such a check (`eval`, a computed `getattr`, ...) is flagged for a person.
Nothing is executed.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring.outline import is_main_block
from autograder.course import Forbidden
from autograder.intake.source import running
from autograder.static.bindings import Function, Scope
from autograder.static.scopes import Meaning, Program

_DYNAMIC = frozenset(
    f"builtins.{name}" for name in ("eval", "exec", "compile", "__import__", "globals", "vars", "setattr")
) | {"sys.modules", "sys._getframe", "operator.attrgetter", "operator.methodcaller", "types.FunctionType"}
_DYNAMIC_PACKAGES = frozenset(
    {"importlib", "ctypes", "cffi", "gc", "inspect", "marshal", "pickle", "runpy", "subprocess"}
)
_DYNAMIC_ATTRIBUTES = frozenset(
    {"__dict__", "__globals__", "__builtins__", "__subclasses__", "__code__", "__getattribute__", "__loader__"}
)


_CLASSES = frozenset({"ndarray", "str", "bytes", "bytearray"})
"""Classes that are not written with a capital letter."""
_CODECS = {
    "builtins.bytes": "builtins.str.encode",
    "builtins.bytearray": "builtins.str.encode",
    "builtins.str": "builtins.bytes.decode",
}
"""What a class is called for when it is given an encoding."""


@dataclass(frozen=True, order=True)
class Violation:
    """A forbidden call in reach of a listed function."""

    file: str
    line: int
    call: str


@dataclass(frozen=True, order=True)
class Flag:
    """Something in reach that this check cannot see through: the source text for a person to look at."""

    file: str
    line: int
    what: str


def violations(program: Program, rule: Forbidden) -> tuple[list[Violation], list[Flag]]:
    """The forbidden calls in reach of the rule's functions, and what a person should look at, by file and line."""
    search = _Search(program, rule)
    try:
        search.run()
    except RecursionError:
        search.flags.add(Flag(search.file, 1, "RecursionError"))
    return sorted(search.violations), sorted(search.flags)


class _Search:
    """One walk over what is in reach; every definition and every bound expression is visited once."""

    def __init__(self, program: Program, rule: Forbidden) -> None:
        self.program = program
        self.rule = rule
        self.violations: set[Violation] = set()
        self.flags: set[Flag] = set()
        self.file = ""
        self._waiting: list[tuple[ast.AST, Scope]] = []
        self._seen: set[ast.AST] = set()
        self._scanned: set[str] = set()

    def run(self) -> None:
        for function in self.rule.functions:
            module = self.program.module(function.split(".")[0])
            self.file = module.file if module else ""
            meaning = self.program.lookup(function)
            self._take(meaning)
            for path in meaning.paths:
                if not meaning.through and self._is_forbidden(path):
                    self.violations.add(Violation(self.file, 1, path))
        while self._waiting:
            node, scope = self._waiting.pop()
            self.file = scope.module.file
            self._scan_module(scope)
            self._visit(node, scope)

    def _take(self, meaning: Meaning) -> None:
        """Put what an expression stands for in reach: the student's definitions, the expressions bound to it."""
        for bound in meaning.through:
            self._wait(bound.node, bound.scope)
        for path in meaning.paths:
            self._take_definition(path)

    def _take_definition(self, path: str) -> None:
        for found in self.program.definitions.get(path, ()):
            if self._wait(found.node, found.scope) and found.owner is not None:
                self._take(self.program.member(found.owner, "__init__"))

    def _wait(self, node: ast.AST, scope: Scope) -> bool:
        """Put a node in reach; False if it is already."""
        if node in self._seen:
            return False
        self._seen.add(node)
        self._waiting.append((node, scope))
        return True

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        """Look at a node and below it; types of arguments are no calls."""
        if isinstance(node, Function | ast.ClassDef):
            inner = self.program.scopes.get(node, scope)
            for child, place in _parts(node, scope, inner):
                self._visit(child, place)
            return
        if isinstance(node, ast.Call):
            self._look_at_call(node, scope)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            if self._look_at(node, scope):
                return
        elif isinstance(node, ast.Subscript):
            self._judge(self.program.meaning(node, scope), node)
        for child in ast.iter_child_nodes(node):
            if not (isinstance(node, ast.AnnAssign) and child is node.annotation):
                self._visit(child, scope)

    def _look_at(self, node: ast.Name | ast.Attribute, scope: Scope) -> bool:
        """Judge a name or attribute; True if nothing below it matters any more."""
        meaning = self.program.meaning(node, scope)
        self._take(meaning)
        if self._judge(meaning, node):
            return True
        if isinstance(node, ast.Name):
            if not meaning.known:
                self._flag(node)
            return True
        if node.attr in _DYNAMIC_ATTRIBUTES and not self._is_instance(node.value, scope):
            self._flag(node)
        if not meaning.paths and self._is_method_name(node.attr):
            self._flag(node)
        return any(path in self.program.definitions for path in meaning.paths)

    def _look_at_call(self, node: ast.Call, scope: Scope) -> None:
        called = self.program.meaning(node.func, scope)
        for path in called.paths:
            if path.endswith("()") and path.removesuffix("()") in self.program.definitions:
                for name in ("__call__", "forward"):
                    self._take(self.program.member(path, name))
        self._judge(self.program.meaning(node, scope), node)
        self._judge(Meaning(_spelt_otherwise(called.paths, node)), node)
        if "builtins.getattr" in called.paths and len(node.args) > 1:
            if self.program.text(node.args[1], scope) is None and not self._is_instance(node.args[0], scope):
                self._flag(node)
            self._take(self.program.meaning(node, scope))

    def _judge(self, meaning: Meaning, node: ast.expr) -> bool:
        """Note a forbidden or doubtful reference; True if it is forbidden. What a call gives is judged at the call."""
        for path in sorted(meaning.paths):
            if path.endswith("()"):
                continue
            if self._is_forbidden(path):
                self.violations.add(Violation(self.file, node.lineno, path))
                return True
            if _is_dynamic(path) or self._looks_alike(path):
                self._flag(node)
        return False

    def _is_forbidden(self, path: str) -> bool:
        return any(path == call or path.startswith(f"{call}.") for call in self.rule.calls)

    def _looks_alike(self, path: str) -> bool:
        """The same name elsewhere in the same package: `torch.ops.aten.relu` for `torch.nn.functional.relu`."""
        root, _, last = path.partition(".")[0], "", path.rpartition(".")[2]
        for call in self.rule.calls:
            same_root = call.partition(".")[0] == root
            if same_root and "." in path and last.strip("_").startswith(call.rpartition(".")[2].strip("_")):
                return True
        return False

    def _is_method_name(self, name: str) -> bool:
        """Whether a rule forbids a method of this name of some class, so that an unknown object's may be it."""
        parts = [call.split(".")[-2:] for call in self.rule.calls]
        return any(
            len(pair) == 2 and pair[1] == name and (pair[0][:1].isupper() or pair[0] in _CLASSES) for pair in parts
        )

    def _is_instance(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is an object of one of the student's own classes."""
        paths = self.program.meaning(node, scope).paths
        return bool(paths) and all(path.removesuffix("()") in self.program.definitions for path in paths)

    def _flag(self, node: ast.expr) -> None:
        self.flags.add(Flag(self.file, node.lineno, _shown(node)))

    def _scan_module(self, scope: Scope) -> None:
        """What a module in reach does to names while it is imported: only its dynamic tricks are of interest."""
        if scope.module.name in self._scanned:
            return
        self._scanned.add(scope.module.name)
        for node in _at_import(scope.module.tree):
            if isinstance(node, ast.Call):
                paths = self.program.meaning(node.func, scope.module.scope).paths
                if any(_is_dynamic(path) for path in paths):
                    self._flag(node)


def _parts(node: ast.AST, outer: Scope, inner: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    """The children of a function or class, each with the scope it is read in; annotations left aside."""
    if isinstance(node, ast.ClassDef):
        for child in (*node.bases, *node.keywords, *node.decorator_list):
            yield child, outer
    elif isinstance(node, Function):
        arguments = node.args
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        for child in (*decorators, *arguments.defaults, *filter(None, arguments.kw_defaults)):
            yield child, outer
    if isinstance(node, Function | ast.ClassDef):
        for child in node.body if isinstance(node.body, list) else [node.body]:
            yield child, inner


def _at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported, functions' bodies and main blocks left aside."""
    for statement in tree.body:
        if not is_main_block(statement):
            yield from running(statement)


def _is_dynamic(path: str) -> bool:
    path = path.removesuffix("()")
    return path in _DYNAMIC or path.partition(".")[0] in _DYNAMIC_PACKAGES


def _spelt_otherwise(called: frozenset[str], node: ast.Call) -> frozenset[str]:
    """`bytes(text, "utf-8")` is `text.encode("utf-8")`, `str(data, "utf-8")` is `data.decode("utf-8")`."""
    if len(node.args) < 2 and not any(keyword.arg in ("encoding", "errors") for keyword in node.keywords):
        return frozenset()
    return frozenset(_CODECS[path] for path in called if path in _CODECS)


def _shown(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
