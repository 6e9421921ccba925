"""Which of the notebooks in a submission counts, and what it stands for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from autograder.course import Assignment
from autograder.errors import Refusal
from autograder.intake.archive import listed
from autograder.intake.cells import code_cells, damage
from autograder.intake.notebook import Extract, extract
from autograder.text import Text


@dataclass(frozen=True)
class Book:
    """The notebook of a submission, if there is one that can be read; `problem` says why there is none."""

    assignment: Assignment
    name: str = ""
    sources: tuple[str, ...] = ()
    problem: Text | None = None
    data: bytes = b""

    @property
    def exists(self) -> bool:
        return bool(self.sources)

    @cached_property
    def _whole(self) -> Extract:
        return self._extract(self.assignment.modules)

    @cached_property
    def changed(self) -> bool:
        """Whether it has a cell that the course's own notebook has not."""
        return bool(_cells(self.sources) - _cells(_starter(self.assignment)))

    def defines(self, names: Iterable[str]) -> int:
        """How many of the names it defines."""
        return len(self._whole.names.intersection(names)) if self.exists else 0

    def stand_for(self, modules: tuple[str, ...], others: Sequence[str]) -> tuple[bytes, tuple[Text, ...]]:
        """One source for all of the modules, and what is to be said about it; `others` are notebooks left out."""
        found = self._whole if modules == self.assignment.modules else self._extract(modules)
        said = [*damage(self.data, self.name), *found.notes]
        if modules != self.assignment.modules or others:
            wanted = listed(f"{module}.py" for module in modules)
            said.insert(0, Text(en=f"{self.name} was graded as {wanted}", zh=f"{self.name} 被当作 {wanted} 评分"))
        if others:
            names = listed(others)
            said.append(Text(en=f"other notebooks were not graded: {names}", zh=f"未评分的其他 notebook：{names}"))
        return found.source.encode(), tuple(said)

    def _extract(self, modules: tuple[str, ...]) -> Extract:
        exports = [name for module in modules for name in self.assignment.exports.get(module, ())]
        return extract(self.sources, exports=exports, own=modules)


def choose_book(books: Mapping[str, bytes], assignment: Assignment) -> tuple[Book, tuple[str, ...]]:
    """The notebook that counts, and the names of others that were worked on.

    One that was worked on comes first, then one named as asked, then the one that defines most public names.
    """
    readable: list[Book] = []
    problem: Text | None = None
    for name, data in sorted(books.items()):
        try:
            readable.append(Book(assignment, name, code_cells(data, name), data=data))
        except Refusal as error:
            problem = problem or error.text
    if len(readable) < 2:
        return (readable[0] if readable else Book(assignment, problem=problem)), ()
    names = [name for module in assignment.modules for name in assignment.exports.get(module, ())]
    best = min(readable, key=lambda book: (not book.changed, not _is_named(book), -book.defines(names)))
    return best, tuple(book.name for book in readable if book is not best and book.changed)


def _starter(assignment: Assignment) -> tuple[str, ...]:
    """The cells of the notebook that the course hands out."""
    path = assignment.folder / f"{assignment.name}.ipynb"
    try:
        return code_cells(path.read_bytes(), str(path)) if path.is_file() else ()
    except Refusal:
        return ()


def _cells(sources: Sequence[str]) -> set[str]:
    return {source.strip() for source in sources} - {""}


def _is_named(book: Book) -> bool:
    stem = PurePosixPath(book.name).stem.lower()
    return stem in {name.lower() for name in (book.assignment.name, *book.assignment.modules)}
