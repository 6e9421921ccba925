"""From the files that were handed in to the modules that an assignment asks for.

The way: find the folder that holds the modules; set aside what must not run; mend encodings; let a notebook, a package
or a file of another name stand for a module that is missing; lay the course's given files underneath.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.course import Assignment
from autograder.intake import setaside
from autograder.intake.archive import is_ignored, listed
from autograder.intake.books import Book, choose_book
from autograder.intake.source import NotUtf8, defined_names, mended
from autograder.text import Text

Files = dict[str, bytes]


@dataclass
class Said:
    """What the stages have to say: notes on what was mended, and why a module cannot be used."""

    notes: list[Text] = field(default_factory=list)
    problems: dict[str, Text] = field(default_factory=dict)


def arrange(raw: Mapping[str, bytes], assignment: Assignment) -> tuple[Files, Said]:
    """The modules, their helpers and the given files by relative path; `raw` is all that was handed in."""
    said = Said()
    books = {name: data for name, data in raw.items() if name.lower().endswith(".ipynb")}
    others = {name: data for name, data in raw.items() if name not in books}
    root = find_root(others, assignment.modules)
    files = {name.removeprefix(root): data for name, data in others.items() if name.startswith(root)}
    files = _lifted(files, others, assignment.modules, said)
    if not books:
        files = _renamed(files, assignment.modules, said, quietly=len(raw) == 1)
    files, notes = setaside.kept(files, assignment)
    said.notes.extend(notes)
    files = _mended(files, assignment.modules, said)
    _fill(files, books, assignment, said)
    _lay_given(files, assignment, said)
    return _without_clashes(files, said), said


def find_root(files: Mapping[str, bytes], modules: tuple[str, ...]) -> str:
    """The folder that holds most of the modules, the least deep among equals, as a prefix ("" or "a/b/").

    Without any module it is the folder that all Python files share; a folder named like a module is a package then,
    if its files import each other as one.

    >>> find_root({"hw/sgd.py": b"", "hw/old/sgd.py": b""}, ("sgd",))
    'hw/'
    """
    found: dict[PurePosixPath, set[str]] = {}
    for name, data in files.items():
        path = PurePosixPath(name)
        if path.suffix == ".py" and path.stem in modules:
            found.setdefault(path.parent, set()).add(path.stem)
        elif path.name == "__init__.py" and data.strip() and path.parent.name in modules:
            found.setdefault(path.parent.parent, set()).add(path.parent.name)
    best = min(found, key=lambda folder: (-len(found[folder]), len(folder.parts), str(folder)), default=None)
    return _prefix(_shared(files, modules) if best is None else best)


def _prefix(folder: PurePosixPath) -> str:
    return "" if folder == PurePosixPath() else f"{folder}/"


def _shared(files: Mapping[str, bytes], modules: tuple[str, ...]) -> PurePosixPath:
    parents = [PurePosixPath(name).parent for name in files if name.endswith(".py")]
    if not parents:
        return PurePosixPath()
    shared = min(parents, key=lambda folder: len(folder.parts))
    while not all(parent.is_relative_to(shared) for parent in parents):
        shared = shared.parent
    if shared.name in modules and any(_imports_siblings(data) for name, data in files.items() if name.endswith(".py")):
        return shared.parent
    return shared


def _imports_siblings(data: bytes) -> bool:
    return re.search(rb"^\s*from\s+\.", data, re.MULTILINE) is not None


def _lifted(files: Files, everything: Mapping[str, bytes], modules: tuple[str, ...], said: Said) -> Files:
    """A module in another folder than the rest is brought to the others, if there is only one of that name."""
    files = dict(files)
    for module in modules:
        if _has(files, module):
            continue
        places = [name for name in everything if PurePosixPath(name).name == f"{module}.py"]
        if len(places) == 1:
            files[f"{module}.py"] = everything[places[0]]
            said.notes.append(Text(en=f"{module}.py was taken from {places[0]}", zh=f"{module}.py 取自 {places[0]}"))
    return files


def _renamed(files: Files, modules: tuple[str, ...], said: Said, *, quietly: bool) -> Files:
    """A single source file of another name stands for every module."""
    sources = [name for name in files if name.endswith(".py") and "/" not in name]
    if len(files) > 1:
        sources = [name for name in sources if not setaside.is_test(name)]
    if len(sources) != 1 or any(_has(files, module) for module in modules):
        return files
    data = files[sources[0]]
    if not quietly:
        said.notes.append(_stands_for(sources[0], modules))
    rest = {name: data for name, data in files.items() if name != sources[0]}
    return {**rest, **{f"{module}.py": data for module in modules}}


def _has(files: Mapping[str, bytes], module: str) -> bool:
    return f"{module}.py" in files or bool(files.get(f"{module}/__init__.py", b"").strip())


def _mended(files: Files, modules: tuple[str, ...], said: Said) -> Files:
    """Every source in UTF-8 with plain line ends; one that cannot be read is a problem or, for a helper, a note."""
    good: Files = {}
    for name, data in files.items():
        if not name.endswith(".py"):
            good[name] = data
            continue
        try:
            good[name] = mended(name, data)
        except NotUtf8 as error:
            module = name.split("/")[0].removesuffix(".py")
            if module in modules:
                said.problems[module] = error.text
            else:
                said.notes.append(error.text)
    return good


def _fill(files: Files, books: Mapping[str, bytes], assignment: Assignment, said: Said) -> None:
    """Let something stand for each module that is missing; a module for which nothing can is a problem."""
    untouched = [m for m in assignment.modules if _is_starter(m, files, assignment)] if books else []
    missing = [m for m in assignment.modules if not _has(files, m) and m not in said.problems]
    if not untouched and not missing:
        return
    book, others = choose_book(books, assignment)
    for module in untouched:
        if book.changed and book.defines(assignment.exports.get(module, ())):
            del files[f"{module}.py"]
            missing.append(module)
    by_file = {module: _provider(module, files, book, assignment) for module in missing}
    sources = dict(files)
    for module, name in by_file.items():
        if name is not None:
            files[f"{module}.py"] = sources[name]
            said.notes.append(_stands_for(name, (module,)))
    rest = tuple(module for module in assignment.modules if module in by_file and by_file[module] is None)
    if rest and book.exists:
        source, notes = book.stand_for(rest, others)
        files.update({f"{module}.py": source for module in rest})
        said.notes.extend(notes)
    for module in rest:
        if not _has(files, module) and not _packaged(module, files, assignment, said):
            said.problems[module] = book.problem or _missing(module)


def _is_starter(module: str, files: Mapping[str, bytes], assignment: Assignment) -> bool:
    """Whether a module is as the course handed it out."""
    starter = assignment.folder / f"{module}.py"
    handed_in = files.get(f"{module}.py")
    return handed_in is not None and starter.is_file() and handed_in == mended(starter.name, starter.read_bytes())


def _provider(module: str, files: Mapping[str, bytes], book: Book, assignment: Assignment) -> str | None:
    """The file that defines most of a module's public names, if it defines no fewer than the notebook."""
    wanted = set(assignment.exports.get(module, ()))
    scores = {
        name: len(wanted & defined_names(data))
        for name, data in sorted(files.items())
        if name.endswith(".py") and "/" not in name
    }
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None or scores[best] == 0 or scores[best] < book.defines(tuple(wanted)):
        return None
    return best


def _packaged(module: str, files: Files, assignment: Assignment, said: Said) -> bool:
    """A folder of files without `__init__.py`, named like the module, becomes a package with its public names."""
    lines = []
    inside = {name: data for name, data in sorted(files.items()) if PurePosixPath(name).parent == PurePosixPath(module)}
    for name, data in inside.items():
        stem = PurePosixPath(name).stem
        names = sorted(defined_names(data).intersection(assignment.exports.get(module, ())))
        if names and stem.isidentifier():
            lines.append(f"from .{stem} import {', '.join(names)}\n")
    if lines:
        files[f"{module}/__init__.py"] = "".join(lines).encode()
        said.notes.append(_stands_for(f"{module}/", (module,)))
    return bool(lines)


def _lay_given(files: Files, assignment: Assignment, said: Said) -> None:
    """The course's given files, over a student's copies of them; what a student added beside them stays."""
    different = []
    for name, data in given_files(assignment).items():
        if name in files and files[name].replace(b"\r\n", b"\n") != data.replace(b"\r\n", b"\n"):
            different.append(name)
        files[name] = data
    if different:
        names = listed(different)
        said.notes.append(
            Text(
                en=f"the course's own version is used instead of yours: {names}",
                zh=f"以下文件使用课程提供的版本，而不是你的版本：{names}",
            )
        )


def _without_clashes(files: Files, said: Said) -> Files:
    """No file in a folder that has the name of another file: the folder cannot be there, too."""
    inside = [name for name in files if any(str(parent) in files for parent in PurePosixPath(name).parents)]
    if inside:
        names = listed(inside)
        said.notes.append(
            Text(en=f"set aside, in a folder named like a file: {names}", zh=f"所在文件夹与文件重名，已略过：{names}")
        )
    return {name: data for name, data in files.items() if name not in inside}


def given_files(assignment: Assignment) -> Files:
    """The files that the course hands out beside the modules, by path relative to the assignment's folder."""
    files: Files = {}
    for given in assignment.given:
        place = assignment.folder / given
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            name = path.relative_to(assignment.folder).as_posix()
            if path.is_file() and not is_ignored(name) and path.suffix != ".pyc":
                data = path.read_bytes()
                files[name] = mended(name, data) if path.suffix == ".py" else data
    return files


def _stands_for(name: str, modules: tuple[str, ...]) -> Text:
    wanted = listed(f"{module}.py" for module in modules)
    return Text(en=f"{name} was graded as {wanted}", zh=f"{name} 被当作 {wanted} 评分")


def _missing(module: str) -> Text:
    return Text(
        en=f"{module}.py is missing: hand in {module}.py or the notebook that defines its functions",
        zh=f"缺少 {module}.py：请提交 {module}.py，或定义了其中函数的 notebook",
    )
