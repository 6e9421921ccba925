"""Chaffs are wrong on purpose, and exactly as their author wrote: whatever is off about one is said by name."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import chaffs
from autograder.authoring.chaffs import Chaff, Edit
from autograder.course import Assignment, Problem
from autograder.errors import UserError
from autograder.text import Text

REFERENCE = '''"""Two functions and a class."""

import functools


@functools.cache
def double(x):
    """Twice x."""
    return 2 * x


def triple(x):
    return 3 * x


class Model:
    def forward(self, x):
        y = double(x)
        return y

    def backward(self, x):
        y = triple(x)
        return y
'''
HINT = 'hint = { en = "Think.", zh = "想一想。" }\n'
GOOD = '[[chaff]]\nid = "two"\nproblem = "1"\nmodule = "demo"\nreplace = [{ old = "2 * x", new = "x" }]\n' + HINT


def assignment(root: Path, toml: str | None) -> Assignment:
    made = Assignment(
        name="demo",
        root=root,
        title=Text(en="Demo", zh="演示"),
        modules=("demo", "other"),
        problems=(Problem("1", Text(en="One", zh="一"), 100),),
    )
    made.solution_folder.mkdir(parents=True)
    (made.solution_folder / "demo.py").write_text(REFERENCE, encoding="utf-8")
    (made.solution_folder / "other.py").write_text("LIMIT = 3\n", encoding="utf-8")
    if toml is not None:
        chaffs.chaffs_path(made).write_text(toml, encoding="utf-8")
    return made


def applied(*edits: Edit, function: str | None = None, body: str | None = None) -> str:
    """The reference's text after a chaff with these changes."""
    chaff = Chaff("it", "1", "demo", Text(en="", zh=""), edits, function, body)
    return chaffs.apply(chaff, {"demo": REFERENCE, "other": "LIMIT = 3\n"})["demo"]


def difference(text: str) -> tuple[list[str], list[str]]:
    """Lines of the reference that are gone, and lines that are new."""
    old, new = REFERENCE.splitlines(), text.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_replacement_changes_its_text_and_nothing_else():
    assert applied(Edit("demo", "2 * x", "x ** 2")) == REFERENCE.replace("2 * x", "x ** 2")


def test_several_replacements_are_found_in_the_reference_not_in_what_the_others_leave():
    text = applied(Edit("demo", "3 * x", "2 * x"), Edit("demo", "2 * x", "3 * x"))
    assert 'def double(x):\n    """Twice x."""\n    return 3 * x' in text
    assert "def triple(x):\n    return 2 * x" in text


def test_a_function_narrows_where_the_text_is_looked_for():
    text = applied(Edit("demo", "return y", "return -y", function="Model.backward"))
    assert text == REFERENCE[: -len("return y\n")] + "return -y\n"


def test_a_body_replaces_a_function_with_its_decorators():
    text = applied(function="double", body="\ndef double(x):\n    return x\n")
    assert difference(text) == (["@functools.cache", '    """Twice x."""', "    return 2 * x"], ["    return x"])


def test_a_body_replaces_a_method_at_its_indentation():
    text = applied(function="Model.forward", body="def forward(self, x):\n    return 0\n")
    forward = ast.parse(text).body[-1].body[0]
    assert ast.unparse(forward) == "def forward(self, x):\n    return 0"
    assert "def backward(self, x):" in text


def test_one_chaff_may_change_several_modules():
    chaff = Chaff("it", "1", "demo", Text(en="", zh=""), (Edit("demo", "2 * x", "x"), Edit("other", "3", "4")))
    changed = chaffs.apply(chaff, {"demo": REFERENCE, "other": "LIMIT = 3\n"})
    assert changed == {"demo": REFERENCE.replace("2 * x", "x"), "other": "LIMIT = 4\n"}


@given(st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=1, unique=True), st.randoms())
def test_edits_commute(names, random):
    source = "alpha = 1\nbeta = 2\ngamma = 3\ndelta = 4\n"
    edits = [Edit("m", name, f"{name}_alpha_beta") for name in names]
    shuffled = random.sample(edits, len(edits))
    results = [
        chaffs.apply(Chaff("it", "1", "m", Text(en="", zh=""), tuple(order)), {"m": source})
        for order in (edits, shuffled)
    ]
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"edits": (Edit("demo", "5 * x", "x"),)}, "no longer applies to demo.py: its text '5 \\* x' occurs 0 times"),
        ({"edits": (Edit("demo", "return y", "pass"),)}, "its text 'return y' occurs 2 times"),
        ({"edits": (Edit("demo", "3 * x", "x", "double"),)}, "to demo.py, double: its text '3 \\* x' occurs 0 times"),
        ({"edits": (Edit("demo", "x", "y", "Model.run"),)}, "to demo.py: 'Model.run' is defined 0 times"),
        (
            {"edits": (Edit("demo", "2 * x", "x"), Edit("demo", "2 *", "3 *"))},
            "overlap, at '2 \\* x'|overlap, at '2 \\*'",
        ),
        ({"edits": (Edit("demo", "2 * x", "2 *"),)}, "does not compile: .*'return 2 \\*'"),
        ({"edits": (Edit("demo", "Twice x.", "Two x."),)}, "leaves the reference as it is"),
        ({"edits": (Edit("demo", "2 * x", "2 * x  # wrong"),)}, "leaves the reference as it is"),
        ({"function": "double", "body": "def twice(x):\n    return x\n"}, "a `body` that does not define 'double'"),
        ({"function": "double", "body": "def double(x:\n"}, "body:1: this is not valid Python"),
        ({"function": "quadruple", "body": "def quadruple(x):\n    return x\n"}, "'quadruple' is defined 0 times"),
        ({"edits": (Edit("demo", "import functools", "return 1"),)}, "does not compile: 'return' outside function"),
    ],
)
def test_a_chaff_that_does_not_apply_says_why(change, message):
    chaff = Chaff("it", "1", "demo", Text(en="", zh=""), **change)
    with pytest.raises(UserError, match=message) as raised:
        chaffs.apply(chaff, {"demo": REFERENCE, "other": "LIMIT = 3\n"})
    assert "chaff 'it'" in str(raised.value)


def test_a_file_of_chaffs_is_read_in_order(tmp_path):
    body = 'function = \'triple\'\nbody = """\ndef triple(x):\n    return x\n"""\n'
    body = "[[chaff]]\nid = 'three'\nproblem = '1'\nmodule = 'demo'\n" + body
    made = assignment(tmp_path, GOOD + body + HINT)
    first, second = chaffs.load(made)
    hint = Text(en="Think.", zh="想一想。")
    assert first == Chaff("two", "1", "demo", hint, edits=(Edit("demo", "2 * x", "x"),))
    assert second == Chaff("three", "1", "demo", hint, function="triple", body="def triple(x):\n    return x\n")
    assert first.path == chaffs.chaffs_path(made)


def test_a_chaffs_function_holds_for_its_own_module_only(tmp_path):
    replace = 'replace = [{ old = "2 * x", new = "x" }, { module = "other", old = "3", new = "4" }]'
    toml = GOOD.replace('replace = [{ old = "2 * x", new = "x" }]', f'function = "double"\n{replace}')
    (chaff,) = chaffs.load(assignment(tmp_path, toml))
    assert [edit.function for edit in chaff.edits] == ["double", None]


def test_a_course_without_secrets_has_no_chaffs(tmp_path):
    assert chaffs.load(assignment(tmp_path, None)) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "two"', 'id = "Two words"', "every chaff has an id"),
        ('id = "two"', "", "every chaff has an id"),
        ('problem = "1"', 'problem = "9"', "chaff 'two' belongs to problem '9'"),
        ('problem = "1"', "problem = 1", "chaff 'two' needs `problem`, a text"),
        ('module = "demo"', 'module = "nowhere"', "chaff 'two' is about module 'nowhere'"),
        ('module = "demo"', "", "chaff 'two' needs `module`"),
        ('module = "demo"', 'module = "demo"\nremark = "?"', "chaff 'two' has an unknown key 'remark'"),
        ('new = "x"', 'now = "x"', "chaff 'two' has an unknown key 'replace.now'"),
        (', new = "x"', "", "chaff 'two' has a replacement without `new`"),
        ('old = "2 * x"', 'old = ""', "chaff 'two' needs `old`"),
        ('[{ old = "2 * x", new = "x" }]', "[]", "chaff 'two' needs a list as `replace`"),
        ("replace =", 'body = "def double(x): pass"\nreplace =', "chaff 'two' needs either `replace`, or"),
        ('replace = [{ old = "2 * x", new = "x" }]', "", "chaff 'two' needs either `replace`, or"),
        ('replace = [{ old = "2 * x", new = "x" }]', 'body = "x"', "chaff 'two' has a `body` but no `function`"),
        (', zh = "想一想。"', "", "chaff 'two' lacks the hint in `zh`"),
        ('en = "Think."', 'en = " "', "chaff 'two' lacks the hint in `en`"),
        (HINT, "", "chaff 'two' lacks the hint in `en`"),
        ("2 * x", "7 * x", r"no longer applies to demo\.py: its text '7 \* x' occurs 0 times"),
        ("[[chaff]]", "[chaff]", r"write chaffs as \[\[chaff\]\] tables"),
        ("[[chaff]]", "[[chaf]]", "unknown key 'chaf'"),
        ("[[chaff]]", "[[chaff", "not valid TOML"),
        (HINT, HINT + GOOD, "chaff 'two' has the id of an earlier chaff"),
        (HINT, HINT + GOOD.replace('"two"', '"also-two"'), "chaff 'also-two' makes the same change as 'two'"),
    ],
)
def test_mistakes_in_the_file_are_named_with_its_path(tmp_path, old, new, message):
    assert old in GOOD
    made = assignment(tmp_path, GOOD.replace(old, new))
    with pytest.raises(UserError, match=message) as raised:
        chaffs.load(made)
    assert str(raised.value).startswith(str(chaffs.chaffs_path(made)))
