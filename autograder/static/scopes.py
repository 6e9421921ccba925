"""What the names in a submission's sources may stand for, found by reading: imports, aliases, definitions.

The order of statements is left aside: a name stands for everything that is ever bound to it. A reference is a dotted
path ("torch.nn.functional.relu", or "helpers.Block.forward" for the student's own); one that ends in "()" is what
calling it gives, for a class an instance.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from autograder.intake.source import parse
from autograder.static.bindings import Bound, Definition, Module, Named, Scope, collect

MOST_REFERENCES = 64
"""A name that could stand for more things than this is followed no further."""
LONGEST_PATH = 300
"""Likewise an attribute of an attribute of ... (in characters)."""
DEEPEST_CLASS = 16
"""Likewise a class of a class of ..."""


@dataclass(frozen=True)
class Meaning:
    """What an expression may stand for, and the expressions that were bound to the name or attribute that it is."""

    paths: frozenset[str] = frozenset()
    through: frozenset[Bound] = frozenset()
    known: bool = True


class Program:
    """All sources of one submission; each is parsed when it is first needed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {_module_name(name): name for name in files if name.endswith(".py")}
        self._sources = files
        self._modules: dict[str, Module | None] = {}
        self._meanings: dict[tuple[ast.expr, Scope], Meaning] = {}
        self._names: dict[tuple[str, Scope], Meaning] = {}
        self.definitions: dict[str, list[Definition]] = {}
        self.attributes: dict[str, dict[str, list[Bound]]] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.patches: list[tuple[ast.Attribute, Bound]] = []

    def module(self, name: str) -> Module | None:
        """A module of the student's; None for a library's, and for one that does not parse."""
        if name not in self._modules:
            self._modules[name] = None
            if name in self._files:
                try:
                    tree = parse(self._sources[self._files[name]])
                except SyntaxError:
                    return None
                self._modules[name] = module = Module(name, self._files[name], tree)
                collect(module, self)
                self._place_patches()
        return self._modules[name]

    def _place_patches(self) -> None:
        """`self.f = v`, `Block.forward = v`, `helpers.f = v` give attributes to classes and modules."""
        patches, self.patches = self.patches, []
        for target, bound in patches:
            for path in self.meaning(target.value, bound.scope).paths:
                owner = path.removesuffix("()")
                module = self.module(owner)
                if module is not None:
                    module.scope.names.setdefault(target.attr, []).append(bound)
                elif owner in self.definitions:
                    self.attributes.setdefault(owner, {}).setdefault(target.attr, []).append(bound)
        self._meanings.clear()
        self._names.clear()

    def modules(self) -> Iterator[Module]:
        """The modules read so far."""
        return (module for module in list(self._modules.values()) if module is not None)

    def lookup(self, path: str) -> Meaning:
        """What a dotted path stands for, followed through the student's own modules and classes."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            head = ".".join(parts[:length])
            if head in self._files:
                meaning = Meaning(frozenset({head}))
                for part in parts[length:]:
                    meaning = self._members(meaning, part)
                return meaning
        return Meaning(frozenset({path}))

    def meaning(self, node: ast.expr, scope: Scope) -> Meaning:
        """What an expression may stand for."""
        key = (node, scope)
        if key not in self._meanings:
            self._meanings[key] = Meaning()
            self._meanings[key] = self._meaning(node, scope)
        return self._meanings[key]

    def _meaning(self, node: ast.expr, scope: Scope) -> Meaning:
        match node:
            case ast.Name(id=name):
                return self._name(name, scope)
            case ast.Attribute(value=value, attr=name):
                return self._members(self.meaning(value, scope), name)
            case ast.IfExp(body=first, orelse=second):
                return union([self.meaning(first, scope), self.meaning(second, scope)])
            case ast.BoolOp(values=values):
                return union(self.meaning(value, scope) for value in values)
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.meaning(value, scope)
            case ast.Subscript(value=value, slice=key):
                return self._item(self.meaning(value, scope), self.text(key, scope), scope)
            case ast.Call():
                return self._call(node, scope)
            case _:
                return Meaning()

    def _name(self, name: str, scope: Scope) -> Meaning:
        place: Scope | None = scope
        while place is not None:
            if name in place.names:
                if (name, place) not in self._names:
                    self._names[name, place] = self._bound(place.names[name])
                return self._names[name, place]
            place = place.parent
        starred = union(self.lookup(f"{star}.{name}") for star in scope.module.stars)
        if hasattr(builtins, name):
            return union([starred, Meaning(frozenset({f"builtins.{name}"}))])
        return Meaning(starred.paths, starred.through, known=bool(scope.module.stars))

    def _bound(self, bindings: Iterable[Named | Bound]) -> Meaning:
        found = []
        for binding in bindings:
            if isinstance(binding, Named):
                own = binding.path.removesuffix("()") in self.definitions
                found.append(Meaning(frozenset({binding.path})) if own else self.lookup(binding.path))
            else:
                found.append(Meaning(self.meaning(binding.node, binding.scope).paths, frozenset({binding})))
        return union(found)

    def _members(self, meaning: Meaning, name: str) -> Meaning:
        return union(self.member(path, name) for path in sorted(meaning.paths))

    def member(self, path: str, name: str, depth: int = 0) -> Meaning:
        """What attribute `name` of a module, class or instance stands for."""
        path = path.removesuffix("()")
        module = self.module(path)
        if module is not None:
            if name in module.scope.names:
                return self._bound(module.scope.names[name])
            if f"{path}.{name}" in self._files:
                return Meaning(frozenset({f"{path}.{name}"}))
            return union(self.lookup(f"{star}.{name}") for star in module.stars)
        classes = [found for found in self.definitions.get(path, ()) if isinstance(found.node, ast.ClassDef)]
        if not classes:
            return Meaning(frozenset({f"{path}.{name}"}))
        found = [self._bound(self.attributes.get(path, {}).get(name, ()))]
        if f"{path}.{name}" in self.definitions:
            found.append(Meaning(frozenset({f"{path}.{name}"})))
        if not any(meaning.paths or meaning.through for meaning in found) and depth < DEEPEST_CLASS:
            bases = {base for each in classes for base in self._bases_of(each).paths}
            found = [self.member(base, name, depth + 1) for base in sorted(bases)]
        return union(found)

    def _item(self, meaning: Meaning, key: str | None, scope: Scope) -> Meaning:
        """`vars(m)["f"]`, `m.__dict__["f"]`, `globals()["f"]`, `sys.modules["m"]`; no other container."""
        if key is None:
            return Meaning()
        found = [Meaning()]
        for path in meaning.paths:
            if path == "sys.modules":
                found.append(self.lookup(key))
            elif path == "builtins.globals()":
                found.append(self._name(key, scope.module.scope))
            elif path.endswith(".__dict__"):
                found.append(self.member(path.removesuffix(".__dict__"), key))
        return union(found)

    def _call(self, node: ast.Call, scope: Scope) -> Meaning:
        """What a call gives: known for a few built-in ways to reach a name; otherwise an instance."""
        called = self.meaning(node.func, scope)
        first = node.args[0] if node.args else None
        found = [Meaning(frozenset(f"{path}()" for path in called.paths if len(path) < LONGEST_PATH))]
        if first is not None and "builtins.getattr" in called.paths and len(node.args) > 1:
            name = self.text(node.args[1], scope)
            if name is not None:
                found.append(self._members(self.meaning(first, scope), name))
        if first is not None and "builtins.vars" in called.paths:
            found.append(Meaning(frozenset(f"{path}.__dict__" for path in self.meaning(first, scope).paths)))
        if first is not None and called.paths & {"builtins.__import__", "importlib.import_module"}:
            name = self.text(first, scope)
            if name is not None:
                found.append(self.lookup(name.split(".")[0] if "builtins.__import__" in called.paths else name))
        if first is not None and "functools.partial" in called.paths:
            found.append(self.meaning(first, scope))
        if "builtins.super" in called.paths:
            found.append(self._bases(scope))
        return union(found)

    def _bases(self, scope: Scope) -> Meaning:
        """The base classes of the class whose method `super()` is called in."""
        place: Scope | None = scope
        while place is not None:
            named = [b for bindings in place.names.values() for b in bindings if isinstance(b, Named)]
            owners = [binding.path.removesuffix("()") for binding in named if binding.path.endswith("()")]
            if owners:
                classes = [found for owner in owners for found in self.definitions.get(owner, ())]
                return union(self._bases_of(found) for found in classes)
            place = place.parent
        return Meaning()

    def _bases_of(self, found: Definition) -> Meaning:
        bases = found.node.bases if isinstance(found.node, ast.ClassDef) else []
        return union(self.meaning(base, found.scope) for base in bases)

    def text(self, node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
        """The string that an expression spells, if it can be read off: constants, sums, joins, names of such."""
        if depth > 20:
            return None
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _joined("", [self.text(left, scope, depth + 1), self.text(right, scope, depth + 1)])
            case ast.JoinedStr(values=values):
                return _joined("", [self.text(value, scope, depth + 1) for value in values])
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.text(value, scope, depth + 1)
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(glue)), attr="join"), args=[ast.List() as parts]
            ):
                return _joined(glue, [self.text(part, scope, depth + 1) for part in parts.elts])
            case ast.Name():
                through = self.meaning(node, scope).through
                texts = {self.text(bound.node, bound.scope, depth + 1) for bound in through}
                return texts.pop() if len(texts) == 1 else None
            case _:
                return None


def _joined(glue: str, parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return glue.join(known) if len(known) == len(parts) else None


def union(meanings: Iterable[Meaning]) -> Meaning:
    """All that several meanings may stand for, up to MOST_REFERENCES."""
    paths: set[str] = set()
    through: set[Bound] = set()
    known = True
    for meaning in meanings:
        paths |= meaning.paths
        through |= meaning.through
        known = known and meaning.known
    return Meaning(frozenset(sorted(paths)[:MOST_REFERENCES]), frozenset(through), known)


def _module_name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
