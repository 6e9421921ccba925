"""Which of the notebooks in a submission counts, and what it stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from autograder.archive import listed
from autograder.course import Assignment
from autograder.errors import Refusal
from autograder.notebook import Cells, Extract, code_cells, extract
from autograder.text import Text


@dataclass(frozen=True)
class Book:
    """The notebook of a submission, if there is one that can be read; `problem` says why there is none."""

    assignment: Assignment
    name: str = ""
    cells: Cells | None = None
    problem: Text | None = None
    others: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        return self.cells is not None

    @cached_property
    def _whole(self) -> Extract:
        return self._extract(self.assignment.modules)

    @cached_property
    def changed(self) -> bool:
        """Whether its code differs from that of the notebook which the course handed out."""
        if self.cells is None:
            return False
        starter = self.assignment.folder / f"{self.assignment.name}.ipynb"
        if not starter.is_file():
            return True
        try:
            cells = code_cells(starter.read_bytes(), str(starter))
        except Refusal:
            return True
        return Book(self.assignment, starter.name, cells)._program != self._program

    @cached_property
    def _program(self) -> list[str]:
        """The lines of its source that do something."""
        lines = (line.rstrip() for line in self._whole.source.split("\n"))
        return [line for line in lines if line not in ("", "pass") and not line.startswith("# %%")]

    def defines(self, names: Sequence[str]) -> int:
        """How many of the names it defines."""
        return len(self._whole.names.intersection(names)) if self.exists else 0

    def source_for(self, modules: tuple[str, ...]) -> bytes:
        """One source that stands for each of the modules."""
        return self._extract(modules).source.encode()

    def notes(self, modules: tuple[str, ...]) -> tuple[Text, ...]:
        """What is to be said when it stands for `modules`."""
        said = list(self.cells.notes if self.cells else ())
        said.extend(self._extract(modules).notes)
        if modules != self.assignment.modules or self.others:
            wanted = listed(f"{module}.py" for module in modules)
            said.insert(0, Text(en=f"{self.name} was graded as {wanted}", zh=f"{self.name} 被当作 {wanted} 评分"))
        if self.others:
            names = listed(self.others)
            said.insert(1, Text(en=f"other notebooks were not graded: {names}", zh=f"未评分的其他 notebook：{names}"))
        return tuple(said)

    def _extract(self, modules: tuple[str, ...]) -> Extract:
        exports = [name for module in modules for name in self.assignment.exports.get(module, ())]
        return extract(self.cells.sources if self.cells else (), exports=exports, own=modules)


def choose_book(books: Mapping[str, bytes], assignment: Assignment) -> Book:
    """The notebook that counts: one that was worked on, then one named as asked, then the one that defines most."""
    readable: list[Book] = []
    problem: Text | None = None
    for name, data in sorted(books.items()):
        try:
            readable.append(Book(assignment, name, code_cells(data, name)))
        except Refusal as error:
            problem = problem or error.text
    if not readable:
        return Book(assignment, problem=problem)
    names = [name for module in assignment.modules for name in assignment.exports.get(module, ())]
    best = min(readable, key=lambda book: (not book.changed, not _is_named(book), -book.defines(names)))
    others = tuple(book.name for book in readable if book is not best and book.changed)
    return Book(assignment, best.name, best.cells, others=others)


def _is_named(book: Book) -> bool:
    stem = PurePosixPath(book.name).stem.lower()
    return stem in {name.lower() for name in (book.assignment.name, *book.assignment.modules)}


def unchanged(data: bytes | None, starter: Path) -> bool:
    """Whether a file is as the course handed it out."""
    return data is not None and starter.is_file() and data == starter.read_bytes().replace(b"\r\n", b"\n")
