"""Starters and notebooks are generated from the reference: nothing of a solution stays, everything else does."""

import ast
import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import starter
from autograder.course import Assignment, Problem
from autograder.errors import UserError
from autograder.text import Text

TITLE = Text(en="Demo", zh="演示")


def assignment(
    root: Path, problems: tuple[str, ...] = ("1",), exports: dict | None = None, **modules: str
) -> Assignment:
    """An assignment below `root` whose references are `modules`."""
    made = Assignment(
        name="demo",
        root=root,
        title=TITLE,
        modules=tuple(modules),
        problems=tuple(Problem(number, Text(en=f"P{number}", zh=f"题{number}"), 10) for number in problems),
        exports=exports or {},
    )
    made.folder.mkdir(parents=True)
    made.solution_folder.mkdir(parents=True)
    for module, source in modules.items():
        (made.solution_folder / f"{module}.py").write_text(source, encoding="utf-8")
    return made


def cells(made: Assignment) -> list[tuple[str, str]]:
    """(id, source) of every cell of the generated notebook."""
    text = starter.generated(made)[starter.notebook_path(made)]
    return [(cell["id"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]


def test_a_body_becomes_not_implemented():
    source = 'def f(x):\n    """Doc."""\n    # BEGIN SOLUTION\n    y = x\n    return y\n    # END SOLUTION\n'
    assert starter.starter_source(source) == 'def f(x):\n    """Doc."""\n    raise NotImplementedError("f")\n'


def test_a_method_is_named_with_its_class():
    source = "class Model:\n    def forward(self):\n        # BEGIN SOLUTION\n        pass\n        # END SOLUTION\n"
    assert 'raise NotImplementedError("Model.forward")' in starter.starter_source(source)


def test_later_regions_of_a_function_are_removed():
    source = (
        "def f(x):\n    a = 1\n    # BEGIN SOLUTION\n    a += x\n    # END SOLUTION\n\n    b = 2\n"
        "    # BEGIN SOLUTION\n    b += a\n    # END SOLUTION\n    return b\n"
    )
    expected = 'def f(x):\n    a = 1\n    raise NotImplementedError("f")\n\n    b = 2\n    return b\n'
    assert starter.starter_source(source) == expected


def test_a_later_region_that_fills_its_block_raises_too():
    source = (
        "def f(x):\n    if x:\n        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n"
        "    else:\n        # BEGIN SOLUTION\n        return 2\n        # END SOLUTION\n"
    )
    assert starter.starter_source(source).count('        raise NotImplementedError("f")\n') == 2


def test_module_level_regions_vanish_with_their_blank_lines():
    source = (
        "import os\n# BEGIN SOLUTION\nimport re\n# END SOLUTION\n\nX = os.sep\n\n\n# BEGIN SOLUTION\n"
        "def _helper():\n    return re.compile('a')\n\n\n# END SOLUTION\nY = 2\n"
    )
    assert starter.starter_source(source) == "import os\n\nX = os.sep\n\n\nY = 2\n"


def test_class_level_regions_vanish():
    source = (
        "class A:\n    x = 1\n\n    # BEGIN SOLUTION\n    def _help(self):\n        pass\n    # END SOLUTION\n\n"
        "    def go(self):\n        pass\n"
    )
    assert starter.starter_source(source) == "class A:\n    x = 1\n\n    def go(self):\n        pass\n"


def test_markers_inside_strings_are_text():
    source = 'X = """\n# BEGIN SOLUTION\n"""\n'
    assert starter.starter_source(source) == source


@pytest.mark.parametrize("start", ["\ufeff", ""])
def test_byte_order_marks_and_windows_line_ends_are_dropped(start):
    source = start + "def f():\r\n    # BEGIN SOLUTION\r\n    return 1\r\n    # END SOLUTION\r\n"
    assert starter.starter_source(source) == 'def f():\n    raise NotImplementedError("f")\n'


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f():\n    # BEGIN SOLUTION\n    return 1\n", "m.py:2: # BEGIN SOLUTION without"),
        ("def f():\n    return 1\n    # END SOLUTION\n", "m.py:3: # END SOLUTION without"),
        ("# BEGIN SOLUTION\nx = 1\n# BEGIN SOLUTION\ny = 1\n# END SOLUTION\n", "m.py:3: .*began in line 1"),
        ("# BEGIN SOLUTION\ndef f():\n    x = 1\n    # END SOLUTION\n    return x\n", "m.py:2: .*def f"),
        ("def f():\n    # BEGIN SOLUTION\n    x = 1\n\ny = 2\n# END SOLUTION\n", "m.py:2: .*one block into another"),
        (
            "if a:\n    # BEGIN SOLUTION\n    x = 1\nelse:\n    # END SOLUTION\n    y = 1\n",
            "m.py:4: the region from line 2 cuts .*else:",
        ),
        ("x = [\n    # BEGIN SOLUTION\n    1,\n    # END SOLUTION\n]\n", "m.py:2: the region holds no whole statement"),
        ("def f():\n    x = 1  # BEGIN SOLUTION\n", "m.py:2: write the marker"),
        ("# begin solution\nx = 1\n# end solution\n", "m.py:1: write the marker"),
        ("class A:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n", "m.py: .*does not compile"),
        ("def f(:\n", "m.py:1: this is not valid Python"),
    ],
)
def test_what_cannot_become_a_starter_is_refused_with_its_line(source, message):
    with pytest.raises(UserError, match=message):
        starter.starter_source(source, "m.py")


STATEMENTS = st.sampled_from(
    ["x = 1", "for i in x:\n    y = i", "return x", "def inner():\n    return 2", "# note\nx += 1"]
)


@given(
    given_lines=st.lists(st.sampled_from(["a = 1", "b = [\n    2,\n]", "if a:\n    c = 3"]), max_size=3),
    solution=st.lists(STATEMENTS, min_size=1, max_size=4),
    depth=st.integers(min_value=0, max_value=3),
)
def test_what_stands_outside_the_markers_survives_and_nothing_inside(given_lines, solution, depth):
    inside = "\n".join(["# BEGIN SOLUTION", "secret = 0", *solution, "# END SOLUTION"])
    body = "\n".join([*given_lines, inside])
    names = [f"f{level}" for level in range(depth + 1)]
    for name in reversed(names):
        body = f"def {name}():\n" + "\n".join("    " + line for line in body.split("\n"))
    raised = ast.parse(f'raise NotImplementedError("{".".join(names)}")').body

    tree = ast.parse(starter.starter_source(body + "\n")).body
    for _ in names:
        tree = tree[0].body
    expected = ast.parse("\n".join(given_lines)).body + raised
    assert list(map(ast.unparse, tree)) == list(map(ast.unparse, expected))


@given(st.lists(st.sampled_from(["x = 1", "\n\n", "def f():\n    return 1", "# a comment", "class A:\n    y = 2"])))
def test_a_module_without_markers_is_its_own_starter(parts):
    source = "\n".join(parts).strip("\n") + "\n"
    assert starter.starter_source(source) == source


TWO_FUNCTIONS = '''"""About the demo.

>>> double(1)
2
"""

import math

LIMIT = 3


# Problem 1
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


# Problem 2


# Used by the next cell.
def area(r):
    # BEGIN SOLUTION
    return math.pi * r**2
    # END SOLUTION


if __name__ == "__main__":
    print(area(1))
'''


def test_a_notebook_is_valid_and_written_as_nbformat_writes(tmp_path):
    made = assignment(tmp_path, ("1", "2"), demo=TWO_FUNCTIONS)
    text = starter.generated(made)[starter.notebook_path(made)]
    node = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(node)
    assert nbformat.writes(node) + "\n" == text


def test_a_notebook_has_a_heading_a_cell_per_function_and_a_check_for_each_problem(tmp_path):
    made = assignment(tmp_path, ("1", "2"), demo=TWO_FUNCTIONS)
    ids = [name for name, _ in cells(made)]
    problems = ["problem-1", "double", "check-1", "problem-2", "area", "check-2"]
    assert ids == ["title", "demo", "import", "LIMIT", *problems, "all-checks", "check-all"]
    sources = dict(cells(made))
    assert sources["check-2"] == 'from autograder.live import check\n\ncheck("2")'
    assert sources["area"] == '# Used by the next cell.\ndef area(r):\n    raise NotImplementedError("area")'


def test_headings_say_title_points_and_reading_in_both_languages(tmp_path):
    made = assignment(tmp_path, demo="# Problem 1\nx = 1\n")
    problem = Problem("1", Text(en="Doubling", zh="加倍"), 1, bonus=True, read=Text(en="section 1", zh="第 1 节"))
    made = Assignment(made.name, made.root, made.title, made.modules, (problem,))
    heading = dict(cells(made))["problem-1"]
    assert heading.split("\n\n") == [
        "## Problem 1: Doubling (1 bonus point)",
        "Read: section 1",
        "**第 1 题：加倍（附加题，1 分）**",
        "阅读：第 1 节",
    ]


def test_modules_share_one_namespace(tmp_path):
    first = "# Problem 1\nimport math\n\nN = 2\n\n\ndef f():\n    return math.pi\n"
    second = (
        "import math\nimport os\n\nfrom first import N, f\n\nN = 2\n\n\n# Problem 2\ndef g():\n    return f() * N\n"
    )
    made = assignment(tmp_path, ("1", "2"), first=first, second=second)
    code = [source for name, source in cells(made) if not name.startswith(("check", "problem", "title", "all"))]
    assert code == [
        "import math",
        "N = 2",
        "def f():\n    return math.pi",
        "import os",
        "def g():\n    return f() * N",
    ]


TOP_LEVEL = st.sampled_from(
    [
        "import os",
        "from math import (\n    pi,\n    tau,\n)",
        "# about X\nX = 1",
        "X: int = 2  # set again",
        "if X:\n    Y = '# Problem 9'",
        "@staticmethod\ndef f():\n    return 1\n    # the end",
        "class A:\n    x = 1\n\n    def g(self): ...",
        'TEXT = """a\n\nb"""',
        "for i in range(2):\n    print(i)",
    ]
)


@given(parts=st.lists(TOP_LEVEL, max_size=6, unique=True), blank_lines=st.integers(min_value=0, max_value=3))
def test_the_cells_of_a_module_hold_its_program(tmp_path_factory, parts, blank_lines):
    source = ("\n" * (blank_lines + 1)).join(['"""Doc."""', "# Problem 1", *parts, "LAST = 1"]) + "\n"
    made = assignment(tmp_path_factory.mktemp("course"), demo=source)
    code = [text for name, text in cells(made) if name not in ("title", "demo", "problem-1", "all-checks")]
    program = ast.parse("\n".join(text for text in code if "autograder.live" not in text))
    assert ast.dump(program) == ast.dump(ast.Module(ast.parse(source).body[1:], []))


def test_future_imports_come_first(tmp_path):
    made = assignment(tmp_path, first="# Problem 1\nX = 1\n", second="from __future__ import annotations\n\nY = 1\n")
    assert [name for name, _ in cells(made)][:3] == ["title", "future", "problem-1"]


def test_a_class_opens_the_problems_named_inside_it(tmp_path):
    model = "class A:\n    # Problem 2\n    def go(self): ...\n\n    # Problem 3\n    x = 1\n"
    source = "# Problem 1\ndef f(): ...\n\n\n" + model
    made = assignment(tmp_path, ("1", "2", "3"), demo=source)
    ids = [name for name, _ in cells(made)]
    assert ids[1:-2] == ["problem-1", "f", "check-1", "problem-2", "problem-3", "A", "check-2", "check-3"]


def test_a_problem_taken_up_again_is_continued_and_checked_once_at_its_end(tmp_path):
    made = assignment(tmp_path, ("1", "2"), a="# Problem 1\nX = 1\n# Problem 2\nY = 2\n", b="# Problem 1\nZ = 1\n")
    ids = [name for name, _ in cells(made)]
    assert ids[1:-2] == ["problem-1", "X", "problem-2", "Y", "check-2", "problem-1-2", "Z", "check-1"]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"a": "x = 1\n"}, "no comment `# Problem 1`"),
        ({"a": "# Problem 1\nx = 1\n# Problem 7\ny = 1\n"}, r"a\.py: the comment `# Problem 7`"),
        ({"a": "# Problem 1\nx = 1\n", "b": "x = 2\n"}, r"b\.py: 'x' is something else in a\.py"),
        ({"a": "# Problem 1\nx = 1\n", "b": "import a\n"}, r"b\.py:1: write `from module import name`"),
        ({"a": "# Problem 1\nx = 1\n", "b": "from a import x as y\n"}, r"b\.py:1: write `from module import name`"),
        (
            {"a": "# Problem 1\nx = 1\n", "b": "def f():\n    from a import x\n"},
            r"b\.py:2: import own modules at the top",
        ),
        ({"a": "# Problem 1\nx = 1; y = 2\n"}, r"a\.py:2: write one statement a line"),
    ],
)
def test_what_a_notebook_cannot_hold_is_refused(tmp_path, modules, message):
    with pytest.raises(UserError, match=message):
        starter.generated(assignment(tmp_path, **modules))


def test_written_files_do_not_drift_and_changed_ones_do(tmp_path):
    made = assignment(tmp_path, ("1", "2"), demo=TWO_FUNCTIONS)
    paths = [made.folder / "demo.py", made.folder / "demo.ipynb"]
    assert starter.drift(made) == paths
    assert starter.write(made) == paths
    assert starter.drift(made) == starter.write(made) == []
    paths[0].write_bytes(paths[0].read_bytes().replace(b"\n", b"\r\n"))
    assert starter.drift(made) == paths[:1]


def test_an_exported_name_inside_a_module_level_region_is_refused(tmp_path):
    source = "# Problem 1\nx = 1\n# BEGIN SOLUTION\ndef f():\n    return 1\n# END SOLUTION\n"
    with pytest.raises(UserError, match=r"demo\.py: the starter would lack the exported name 'f'"):
        starter.generated(assignment(tmp_path, exports={"demo": ("f",)}, demo=source))


def test_a_missing_reference_is_named(tmp_path):
    made = assignment(tmp_path, demo="# Problem 1\nx = 1\n")
    (made.solution_folder / "demo.py").unlink()
    with pytest.raises(UserError, match=r"demo\.py: no such file"):
        starter.drift(made)
