"""The names of a source file and what binds them: one scope for a module, for each class body and each function.

The order of statements is left aside: a name keeps everything that is ever bound to it.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Named:
    """A name bound to a dotted path by an import, a `def` or a `class`, or to the instance a method runs on."""

    path: str
    line: int


@dataclass(frozen=True, eq=False)
class Bound:
    """A name bound to the value of an expression."""

    node: ast.expr
    scope: "Scope"


@dataclass(eq=False)
class Scope:
    """The names of one module, class body or function; a name bound to nothing known has no bindings."""

    module: "Module"
    parent: "Scope | None" = None
    names: dict[str, list[Named | Bound]] = field(default_factory=dict)


@dataclass(eq=False)
class Module:
    """One source file: its dotted name, its tree, its names, and the modules it star-imports."""

    name: str
    file: str
    tree: ast.Module
    stars: list[str] = field(default_factory=list)
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        self.scope = Scope(self)


@dataclass(frozen=True, eq=False)
class Definition:
    """A function or class of the student's, where it stands; `owner` is the class that a method belongs to."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    scope: Scope
    owner: str | None = None


class Program(Protocol):
    """Where definitions, scopes and attributes are noted while a module is read."""

    definitions: dict[str, list[Definition]]
    attributes: dict[str, dict[str, list[Bound]]]
    scopes: dict[ast.AST, Scope]
    patches: list[tuple[ast.Attribute, Bound]]


def collect(module: Module, program: Program) -> None:
    """Note every binding in a module."""
    _Collector(module, program).block(module.tree.body, module.scope, module.name, None)


@dataclass(frozen=True)
class _Collector:
    module: Module
    program: Program

    def block(self, body: Sequence[ast.AST], scope: Scope, prefix: str, owner: str | None) -> None:
        """Note the bindings of some statements; `owner` is the class whose body they are."""
        for node in _same_scope(body):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    self._definition(node, scope, f"{prefix}.{node.name}", owner)
                case ast.Lambda():
                    self._function(node, scope, f"{prefix}.<lambda>", None)
                case ast.Import(names=aliases):
                    for alias in aliases:
                        path = alias.name if alias.asname else alias.name.split(".")[0]
                        _bind(scope, alias.asname or path, Named(path, node.lineno))
                case ast.ImportFrom():
                    self._import_from(node, scope)
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._assign(target, value, scope)
                case (
                    ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value)
                ):
                    self._assign(target, value, scope)
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    self._assign(target, value, scope)
                case (
                    ast.Name(id=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name))
                ):
                    scope.names.setdefault(name, [])
                case ast.Global(names=names):
                    for name in names:
                        scope.names[name] = self.module.scope.names.setdefault(name, [])
                case _:
                    pass
        if owner is not None:
            for name, bindings in scope.names.items():
                bound = [binding for binding in bindings if isinstance(binding, Bound)]
                self.program.attributes.setdefault(owner, {}).setdefault(name, []).extend(bound)

    def _definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope, path: str, owner: str | None
    ) -> None:
        _bind(scope, node.name, Named(path, node.lineno))
        self.program.definitions.setdefault(path, []).append(Definition(node, scope, owner))
        if isinstance(node, ast.ClassDef):
            inner = self.program.scopes[node] = Scope(self.module, scope)
            self.block(node.body, inner, path, path)
            self.block([*node.bases, *node.keywords, *node.decorator_list], scope, path, None)
        else:
            self._function(node, scope, path, owner)
            self.block(node.decorator_list, scope, path, None)

    def _function(self, node: Function, scope: Scope, path: str, owner: str | None) -> None:
        """A function sees the scope around it, but not the names of the class body it stands in."""
        around = scope.parent if owner is not None and scope.parent is not None else scope
        inner = self.program.scopes[node] = Scope(self.module, around)
        arguments = node.args
        ordered = [*arguments.posonlyargs, *arguments.args]
        for argument in (*ordered, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if argument is not None:
                inner.names[argument.arg] = []
        if owner is not None and ordered and not _is_static(node):
            inner.names[ordered[0].arg] = [Named(f"{owner}()", node.lineno)]
        self.block([*arguments.defaults, *filter(None, arguments.kw_defaults)], scope, path, None)
        self.block(node.body if isinstance(node.body, list) else [node.body], inner, path, None)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        source = node.module or ""
        if node.level:
            package = self.module.name.split(".")
            if not self.module.file.endswith("__init__.py"):
                package = package[:-1]
            package = package[: len(package) - (node.level - 1)]
            source = ".".join([*package, *([source] if source else [])])
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append(source)
            else:
                path = f"{source}.{alias.name}" if source else alias.name
                _bind(scope, alias.asname or alias.name, Named(path, node.lineno))

    def _assign(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            _bind(scope, target.id, Bound(value, scope))
        elif isinstance(target, ast.Attribute):
            self.program.patches.append((target, Bound(value, scope)))
        elif isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            for index, part in enumerate(target.elts):
                self._assign(part, values[index] if len(values) == len(target.elts) else value, scope)


def _bind(scope: Scope, name: str, binding: Named | Bound) -> None:
    scope.names.setdefault(name, []).append(binding)


def _is_static(node: Function) -> bool:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return any(isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in decorators)


def _same_scope(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of some statements in order, without what lies inside functions, lambdas and classes."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))
