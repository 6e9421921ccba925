"""The open checks from a notebook cell, in a real kernel."""

import json
from pathlib import Path

import nbformat
import pytest

from autograder.authoring import generated, starter
from autograder.authoring.notebook_writer import notebook
from autograder.course import Assignment
from tests.toy import REFERENCE, make_course

nbclient = pytest.importorskip("nbclient", reason="running a notebook needs nbclient and ipykernel, of the dev extra")


def outputs(assignment: Assignment, book: nbformat.NotebookNode) -> str:
    """Run a notebook in the assignment's folder; all that its cells printed."""
    client = nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(assignment.folder)}})
    client.execute()
    return "".join(output.get("text", "") for cell in book.cells if cell.cell_type == "code" for output in cell.outputs)


@pytest.fixture()
def assignment(tmp_path: Path) -> Assignment:
    made = make_course(tmp_path)
    generated.write(made)
    return made


def test_generated_notebook_with_the_reference_in_its_cells_passes(assignment: Assignment) -> None:
    text = notebook(assignment, starter.reference_sources(assignment))
    printed = outputs(assignment, nbformat.reads(text, as_version=4))
    assert "70 / 70 (100 %)" in printed


def test_cells_count_in_the_order_in_which_they_were_run(assignment: Assignment) -> None:
    wrong, right = REFERENCE.replace("2 * x", "3 * x"), REFERENCE
    check = "from autograder.live import check\n\ncheck('1', lang='en')"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (wrong, check, right, check)])
    outputs(assignment, book)
    first, second = ("".join(out.text for out in book.cells[place].outputs) for place in (1, 3))
    assert "0 / 20" in first and "Twice is not thrice" not in first
    assert "20 / 20 (100 %)" in second


def test_committed_notebook_has_no_outputs(assignment: Assignment) -> None:
    data = json.loads(starter.notebook_path(assignment).read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in data["cells"])
