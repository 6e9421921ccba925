"""From notebook to module: magics, slices, broken cells, later definitions, damaged metadata, places."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import Refusal
from autograder.intake.cells import code_cells, damage, python_of
from autograder.intake.notebook import extract, modules_source, place
from autograder.intake.source import MAX_SOURCE, parse


def kept(*cells: str, exports: tuple[str, ...] = ("f",), own: tuple[str, ...] = ()) -> list[str]:
    """The lines of the module that do something."""
    source = extract(cells, exports=exports, own=own).source
    parse(source, scopes=True)
    return [line for line in source.split("\n") if line.strip() not in ("", "pass") and not line.startswith("#")]


def namespace(*cells: str, exports: tuple[str, ...] = ("f",)) -> dict[str, Any]:
    """The module that the cells become, imported."""
    names: dict[str, Any] = {"__name__": "module"}
    exec(compile(extract(cells, exports=exports).source, "module.py", "exec"), names)
    return names


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%time f(1)",
        "!pip install numpy",
        "!pip install a \\\n    b",
        "?print",
        "print?",
        "np.dot??",
        "files = !ls",
        "t = %timeit -o f(1)",
        "!echo \"it's",
    ],
)
def test_lines_for_ipython_are_dropped(line: str) -> None:
    assert kept(line, f"x = 3\n{line}\ndef f():\n    return x\n{line}") == ["x = 3", "def f():", "    return x"]


def test_lines_for_ipython_inside_a_block_leave_the_block_whole() -> None:
    assert python_of("if x:\n    !ls\nelse:\n\t%time f()") == "if x:\n    pass\nelse:\n\tpass"


@pytest.mark.parametrize(
    "source",
    [
        'text = """\n%d items\n!important\n"""',
        "x = (1\n  % 2)",
        "x = 7 \\\n  % 2",
        "x = [\n  '''\n!a''',\n]",
        "x = 3  # right?",
        "s = 'a\\\n%b'",
        "x = {'?': 1}",
        "a != b",
        "f'''\n%{x}\n'''",
    ],
)
def test_what_only_looks_like_magic_stays(source: str) -> None:
    assert python_of(source) == source


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "%%capture out", "%%writefile alpha.py"])
def test_a_cell_magic_that_runs_python_costs_only_its_line(magic: str) -> None:
    assert python_of(f"\n{magic}\nx = 1") == "\n\nx = 1"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%", "%%unheard_of"])
def test_a_cell_in_another_language_is_dropped(magic: str) -> None:
    assert python_of(f"{magic}\nx = 1") == ""


@pytest.mark.parametrize(
    "line",
    [
        "print(f())",
        "f()",
        "plt.show()",
        "display(f())",
        "assert f() == 1, (\n    'no')",
        "'a note'",
        "for i in range(10**9):\n    print(f())",
        "while True:\n    f()",
        "model = train(f)",
        "y = f()",
        "with open('nothing.txt') as file:\n    text = file.read()",
        "import seaborn as sns\nsns.set_theme()",
        "from google.colab import drive\ndrive.mount('/content')",
        "if __name__ == '__main__':\n    f()",
        "try:\n    f()\nexcept Exception:\n    pass",
        "del f",
        "np.random.seed(0)",
        "W = 0\nfor _ in range(10**9):\n    W += f()",
        "from autograder.live import check\ncheck('1')",
    ],
)
def test_what_only_runs_or_shows_things_is_dropped(line: str) -> None:
    assert kept("def f():\n    return 1", line) == ["def f():", "    return 1"]


@pytest.mark.parametrize(
    "constant",
    [
        "x = 3",
        "x: int = 3",
        "(x, y) = 3, 4",
        "if True:\n    x = 3\nelse:\n    x = 4",
        "try:\n    import nothing\n    x = 4\nexcept ImportError:\n    x = 3",
        "x = {}\nfor i in range(3):\n    x[i] = i\nx = len(x)",
        "x = []\nx.append(1)\nx.extend([2, 3])\nx = len(x)",
        "import math\nx = math.floor(3.5)",
        "from math import *\nx = floor(pi)",
        "y = 2\nx = y + 1",
        "def g():\n    return 3\nx = g()",
        "x = 1\nx += 2",
        "for x in range(4):\n    pass",
        "x = [y for y in range(4)][-1]",
        "(x := 3)",
        "print('hi'); x = 3; print('there')",
        "print(\n    'hi'); x = 3",
        "class A:\n    pass\nA.x = 3\nx = A.x",
    ],
)
def test_what_a_definition_needs_is_kept(constant: str) -> None:
    assert namespace(constant, "def f():\n    return x", "print(nothing)")["f"]() == 3


def test_needs_are_followed_through_helpers_defaults_decorators_bases_and_lambdas() -> None:
    cells = (
        "import functools\nBASE = 1\nSTEP = 2\nunused = undefined",
        "def keep(g):\n    return functools.wraps(g)(g)\nclass Base:\n    start = BASE",
        "add = lambda x: x + STEP",
        "class Net(Base):\n    @keep\n    def run(self, by=STEP):\n        return add(self.start) + by",
        "def f():\n    return Net().run()",
    )
    assert namespace(*cells)["f"]() == 5


def test_a_public_name_that_is_assigned_is_kept() -> None:
    assert namespace("def make():\n    return len", "f = make()")["f"]("abc") == 3


def test_a_local_name_needs_nothing_outside() -> None:
    cells = (
        "data = undefined()",
        "def f(data):\n    total = 0\n    for x in data:\n        total += x\n    return total",
    )
    assert namespace(*cells)["f"]([1, 2]) == 3


def test_other_definitions_stay_unless_defining_them_needs_something_dropped() -> None:
    lines = kept(
        "import ipywidgets", "def f(): return 1", "def g(): return h()", "@ipywidgets.interact\ndef show(): pass"
    )
    assert lines == ["def f(): return 1", "def g(): return h()"]


def test_a_table_that_training_fills_is_left_as_it_began() -> None:
    cells = (
        "W = [0]",
        "def step():\n    return 1",
        "for _ in range(10**9):\n    W[0] += step()",
        "def f():\n    return W",
    )
    assert namespace(*cells)["f"]() == [0]


def test_a_method_put_into_a_class_later_is_kept() -> None:
    assert namespace("class f:\n    pass", "def run(self):\n    return 3\nf.run = run")["f"]().run() == 3


def test_later_definitions_win() -> None:
    assert namespace("def f():\n    return 1", "def f():\n    return 2")["f"]() == 2


def test_without_public_names_every_definition_is_kept() -> None:
    assert kept("x = 1\ndef a():\n    return x", "print(a())", exports=()) == ["x = 1", "def a():", "    return x"]


def test_imports_of_the_modules_that_it_stands_for_are_dropped() -> None:
    cells = ("from alpha import f\nimport beta\nfrom beta import *", "def f():\n    return 1")
    assert kept(*cells, own=("alpha", "beta")) == ["def f():", "    return 1"]


def test_future_imports_come_first() -> None:
    source = extract(["x = 1", "from __future__ import annotations\ndef f(a: Nothing):\n    return x"]).source
    assert source.split("\n")[1] == "from __future__ import annotations"
    names: dict[str, Any] = {}
    exec(compile(source, "module.py", "exec", dont_inherit=True), names)
    assert names["f"](0) == 1


def test_globals_and_eval_keep_every_cheap_assignment() -> None:
    assert namespace("x = 3", "def f():\n    return globals()['x']")["f"]() == 3


def test_a_broken_cell_costs_only_itself_and_says_where() -> None:
    result = extract(
        ["def f():\n    return 1", "def g(x)\n    return 2", "def h():\n    return 3"], exports=("f", "g", "h")
    )
    assert [note.en for note in result.notes] == ["cell 2, line 1 was left out: not valid Python: expected ':'"]
    assert result.names == {"f", "h"}
    names: dict[str, Any] = {}
    exec(result.source, names)
    assert (names["f"](), names["h"]()) == (1, 3)
    with pytest.raises(SyntaxError, match="cell 2, line 1: expected ':'"):
        names["g"](1, y=2)


def test_a_broken_cell_does_not_hide_a_whole_definition_of_the_same_name() -> None:
    assert namespace("def f():\n    return 1", "def f(:\n    return 2")["f"]() == 1


def test_full_width_punctuation_in_a_cell_is_explained() -> None:
    notes = extract(["def f（x):\n    return x"]).notes
    assert "全角标点" in notes[0].zh and notes[0].zh.startswith("单元 1 第 1 行")


def test_a_statement_that_only_functions_may_hold_costs_only_itself() -> None:
    result = extract(["def f():\n    return 1\nreturn 2\nx = await g()", "def h():\n    return 3"], exports=("f", "h"))
    assert len(result.notes) == 2
    names: dict[str, Any] = {}
    exec(result.source, names)
    assert (names["f"](), names["h"]()) == (1, 3)


def test_a_line_of_the_module_is_found_again_in_its_cell() -> None:
    cells = ["print(1)\nprint(\n2)", "%time\nx = (\n  1)\n\ndef f():\n    '''二'''\n    return x"]
    source = modules_source(cells, exports=("f",))
    line = source.split("\n").index("    return x") + 1
    assert place(source.encode(), line) == (2, 7)
    assert place(b"x = 1\n# %% cell 1\ny = 2\n", 3) is None
    assert place(source.encode(), 1) is None
    assert place(b"", 5) is None


def notebook(cells: list[dict[str, Any]], **changes: Any) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **changes}).encode()


def cell(source: Any, **changes: Any) -> dict[str, Any]:
    whole = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return {**whole, **changes}


def test_code_cells_are_read_in_order() -> None:
    text = cell("# A title", cell_type="markdown")
    data = notebook([cell("x = 1"), text, cell(["y = 2\n", "z = 3"], id="b")])
    assert code_cells(b"\xef\xbb\xbf" + data, "n.ipynb") == ("x = 1", "y = 2\nz = 3")
    assert damage(data, "n.ipynb") == ()


def test_outputs_are_nobodys_business() -> None:
    assert damage(notebook([cell("x = 1", outputs=[{"what": "ever"}, 3])]), "n.ipynb") == ()


@pytest.mark.parametrize(
    "data",
    [
        notebook([cell("x = 1")], metadata=3),
        notebook([cell("x = 1")], nbformat="four"),
        notebook([cell("x = 1", metadata=None)]),
        notebook([cell("x = 1", cell_type="code", execution_count="In")]),
        notebook([cell("x = 1"), {"cell_type": "cod"}, 7, None]),
        notebook([cell("x = 1"), cell(7), cell([3, None])]),
        json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}).encode(),
    ],
)
def test_damaged_metadata_costs_a_note(data: bytes) -> None:
    assert [source for source in code_cells(data, "n.ipynb") if source] == ["x = 1"]
    notes = [note.en for note in damage(data, "n.ipynb")]
    assert notes == ["n.ipynb: its metadata is damaged; the code cells were graded all the same"]


@pytest.mark.parametrize("changes", [{"nbformat_minor": 4}, {"nbformat_minor": 0}, {"nbformat_minor": 99}])
def test_missing_ids_and_other_minor_versions_are_fine(changes: dict[str, Any]) -> None:
    plain = cell("x = 1")
    del plain["id"]
    assert code_cells(notebook([plain], **changes), "n.ipynb") == ("x = 1",)
    assert damage(notebook([plain], **changes), "n.ipynb") == ()


def test_the_third_version_of_the_format_is_read() -> None:
    old = {"cell_type": "code", "input": ["x = 1"], "language": "python", "outputs": [], "collapsed": False}
    data = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [old]}]})
    assert code_cells(data.encode(), "n.ipynb") == ("x = 1",)
    assert damage(data.encode(), "n.ipynb") == ()


@pytest.mark.parametrize("cells", [[], [cell("")], [cell("# A title", cell_type="markdown")], "cells", {"a": 1}])
def test_a_notebook_without_code_is_refused(cells: Any) -> None:
    with pytest.raises(Refusal, match=r"n\.ipynb: no code cells found"):
        code_cells(notebook(cells), "n.ipynb")


def test_a_notebook_with_too_much_code_is_refused() -> None:
    with pytest.raises(Refusal, match="kB of code"):
        code_cells(notebook([cell("#" * MAX_SOURCE), cell("#")]), "n.ipynb")


STATEMENTS = r"""
x = 1|def f():+    return x|print(x)|%time|!ls|x?|(|'''|'|\|for i in y:+    z|class A: pass|@d|f(1); y = 2|return
await a|from a import *|a = b = c|del x|一 = 2|	|#|%%time|x[0] = 1|async def g():+    await x|if x:+    import y
"""
PIECES = st.sampled_from([piece.replace("+", "\n") for line in STATEMENTS.split("\n") for piece in line.split("|")])


@settings(deadline=None)
@given(st.lists(st.lists(PIECES, max_size=5).map("\n".join), max_size=4))
def test_any_cells_give_a_module_that_parses_with_every_line_in_place(cells: list[str]) -> None:
    source = extract(cells).source
    parse(source, scopes=True)
    for number, text in enumerate(cells, start=1):
        marker = source.split("\n").index(f"# %% cell {number}") + 1
        assert place(source.encode(), marker + text.count("\n") + 1) == (number, text.count("\n") + 1)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(), max_size=40), max_size=3))
def test_any_text_gives_a_module_that_parses(cells: list[str]) -> None:
    parse(extract(cells).source)
