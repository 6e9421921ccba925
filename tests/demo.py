"""`make demo`: sample submissions of every kind, graded.

A fresh starter, the reference, the wheats, a chaff of every problem, a zip, a notebook, a syntax error, an endless
loop and an `os._exit(0)` at import. Nothing that these programs do hurts the grader or each other.
"""

import shutil
import sys
import zipfile
from pathlib import Path

import nbformat

from autograder.authoring import chaffs, starter
from autograder.authoring.variants import Variants
from autograder.authoring.verify import wheats
from autograder.course import Assignment, Course
from autograder.job import Job
from autograder.output import grade_and_show
from autograder.text import default_language

ASSIGNMENT = "word2vec"


def main() -> None:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo")
    shutil.rmtree(out, ignore_errors=True)
    assignment = Course.find(Path(__file__).parent).assignment(ASSIGNMENT)
    paths = write_samples(assignment, out / "submissions")
    print(f"{len(paths)} sample submissions in {out / 'submissions'}; grading them all:\n")
    grade_and_show(Job(assignment), paths, 2, default_language(), report=None, folder=out / "reports")


def write_samples(assignment: Assignment, folder: Path) -> list[Path]:
    """Lay the samples out; their paths in the order of the table."""
    variants = Variants.of(assignment)
    first = assignment.modules[0]
    shutil.copytree(assignment.folder, folder / "starter")
    variants.reference.write(folder / "reference")
    paths = [folder / "starter", folder / "reference", _zip(folder), _notebook(assignment, folder)]
    for wheat in wheats(assignment):
        paths.append(Path(shutil.copytree(wheat, folder / f"wheat-{wheat.name}")))
    source = starter.reference_sources(assignment)[first]
    for name, text in {
        "syntax-error": source.replace("return", "return return", 1),
        "endless-loop": f"{source}\n\nwhile True:\n    pass\n",
        "exits-at-import": f"import os\n\nos._exit(0)\n\n{source}",
    }.items():
        variants.reference.write(folder / name)
        (folder / name / f"{first}.py").write_text(text, encoding="utf-8")
        paths.append(folder / name)
    for chaff in {chaff.problem: chaff for chaff in chaffs.load(assignment)}.values():
        variants.with_chaff(chaff).write(folder / f"chaff-{chaff.id}")
        paths.append(folder / f"chaff-{chaff.id}")
    return paths


def _zip(folder: Path) -> Path:
    path = folder / "handed-in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((folder / "reference").rglob("*.py")):
            archive.write(file, file.relative_to(folder))
    return path


def _notebook(assignment: Assignment, folder: Path) -> Path:
    """A notebook in which the whole reference was written, with a magic and a plot call in between."""
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell("%matplotlib inline\nprint('hello')")]
    for module, source in starter.reference_sources(assignment).items():
        book.cells += [nbformat.v4.new_markdown_cell(f"## {module}"), nbformat.v4.new_code_cell(source)]
    path = folder / "notebook.ipynb"
    nbformat.write(book, path)
    return path


if __name__ == "__main__":
    main()
