"""One meaning in two modes: what a call, a handle, a probe and an exception are, in this process and in the sandbox."""

import pickle
import random
import sys
from collections import Counter, namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

from autograder import Failure, numeric
from autograder.checking.reference import Reference
from autograder.errors import UserError
from autograder.grading import Grader
from autograder.sandbox.side import SandboxSide
from autograder.student.local import LocalSide
from autograder.student.payload import dumps
from autograder.student.proxy import Conversation, MissingName, Proxy, Side, SubmissionProxy, Unusable
from autograder.submission import Submission, read

MODULE = """
import collections
import random
import sys
from fractions import Fraction

CONSTANT = [1, 2]
random.seed(random.random())


def draw():
    return random.random()


class Odd(ValueError):
    pass


class Liar(float):
    def __eq__(self, other):
        return True


def same(x):
    return x


def is_same_function(f):
    return f is same


def spoil(array):
    array[:] = 0
    return array


def fail(kind):
    raise {"odd": Odd("odd text"), "key": KeyError("k"), "exit": SystemExit(3)}[kind]


def bad_bytes():
    return b"\\xff".decode("utf-8")


def liar():
    return Liar(0.25)


def apply(f, x):
    return f(x)


def named():
    return collections.namedtuple("Point", "x y")(1, 2), collections.Counter("aab"), Fraction(1, 3)


class Model:
    def __init__(self, size):
        self.size = size
        self.inner = collections.deque([size])

    def grow(self, by):
        self.size += by
        return self.size

    def __call__(self, x):
        return self.size * x
"""


@pytest.fixture(params=["here", "sandbox"])
def student(request: pytest.FixtureRequest, toy_grader: Grader, tmp_path: Path) -> Iterator[SubmissionProxy]:
    """A submission whose `toy` is the module above, on either side."""
    (tmp_path / "toy.py").write_text(MODULE, encoding="utf-8")
    submission = read(tmp_path, toy_grader.assignment)
    side = _side(request.param, toy_grader, submission, tmp_path)
    yield SubmissionProxy(Conversation(side, submission), toy_grader.assignment.modules)
    side.close()


def _side(where: str, grader: Grader, submission: Submission, folder: Path) -> Side:
    if where == "here":
        return LocalSide(folder, grader.assignment.limits, grader.assignment.preload)
    return SandboxSide(grader._zygote, submission.files, grader.assignment.limits)


def test_values_come_back_as_they_are(student: SubmissionProxy) -> None:
    for value in (None, True, 3, 2**200, 0.5, 1j, "汉字\n", b"\0", [1, [2]], (1,), {1, 2}, {"a": (1,)}):
        back = student.toy.same(value)
        assert back == value and type(back) is type(value)


def test_arrays_come_back_with_dtype_and_shape(student: SubmissionProxy) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    back = student.toy.same(array)
    assert back.dtype == array.dtype and np.array_equal(back, array)


def test_subclasses_count_as_their_base_type(student: SubmissionProxy) -> None:
    liar = student.toy.liar()
    assert type(liar) is float and liar == 0.25 and liar != 1
    point, counts, third = student.toy.named()
    assert type(point) is tuple and type(counts) is dict and third.denominator == 3
    assert student.toy.same(namedtuple("P", "x")(1)) == (1,) and student.toy.same(Counter("a")) == {"a": 1}


def test_what_an_import_draws_changes_no_question_after_it(student: SubmissionProxy) -> None:
    conversation = student._conversation
    conversation.begin_example(7)
    assert student.toy.draw() == random.Random(7).random()
    assert [call.operation for call in conversation.log] == ["import", "call"]
    assert all(call.begins for call in conversation.log)


def test_what_stays_there_is_shown_by_its_type(student: SubmissionProxy) -> None:
    with pytest.raises(Failure, match="wrong type: an object or a function instead of an array") as caught:
        numeric.check_close(student.toy.Model(2), np.ones(2))
    assert [line.en for line in caught.value.details] == ["got: <Model object>"]


def test_arguments_are_copies(student: SubmissionProxy) -> None:
    mine = np.ones(3)
    assert not student.toy.spoil(mine).any()
    assert mine.all()


def test_exception_arrives_as_the_nearest_builtin_class(student: SubmissionProxy) -> None:
    with pytest.raises(ValueError, match="odd text") as caught:
        student.toy.fail("odd")
    assert type(caught.value) is ValueError
    raised: Any = caught.value
    assert (raised.raised.kind, raised.raised.file, raised.raised.function) == ("Odd", "toy.py", "fail")
    with pytest.raises(KeyError):
        student.toy.fail("key")
    with pytest.raises(UnicodeError):
        student.toy.bad_bytes()


def test_exit_is_an_error_of_the_students_and_not_of_the_graders(student: SubmissionProxy) -> None:
    with pytest.raises(RuntimeError):
        student.toy.fail("exit")


def test_functions_travel_inward_by_value(student: SubmissionProxy) -> None:
    offset = 10
    assert student.toy.apply(lambda x: x + offset, 1) == 11


def test_students_own_function_passed_back_is_that_very_function(student: SubmissionProxy) -> None:
    assert student.toy.is_same_function(student.toy.same) is True


def test_constants_are_values_and_objects_are_handles(student: SubmissionProxy) -> None:
    assert student.toy.CONSTANT == [1, 2]
    model = student.toy.Model(3)
    assert isinstance(model, Proxy)
    assert (model.size, model.grow(2), model.size, model(2), model.inner) == (3, 5, 5, 10, [3])


def test_handles_refuse_what_belongs_in_a_probe(student: SubmissionProxy) -> None:
    model = student.toy.Model(3)
    for misuse in (
        lambda: setattr(model, "size", 4),
        lambda: model[0],
        lambda: list(model),
        lambda: len(model),
        lambda: model.__enter__(),
    ):
        with pytest.raises(TypeError, match="probe"):
            misuse()
    assert model.size == 3


def test_probe_runs_on_the_students_side_with_handles(student: SubmissionProxy) -> None:
    model = student.toy.Model(3)

    def assign(modules: Any, it: Any, value: int) -> tuple[int, str]:
        it.size = value
        return it.grow(1), modules.toy.Model.__name__

    assert student.probe(assign, model, 7) == (8, "Model")
    assert model.size == 8


def test_file_exists_on_the_students_side(student: SubmissionProxy) -> None:
    path = student.file("words/汉字.txt", "一起\n学习")
    assert student.probe(lambda modules, name: Path(name).read_text(encoding="utf-8"), path) == "一起\n学习"


def test_missing_names_are_seen_by_hasattr_and_named(student: SubmissionProxy) -> None:
    assert hasattr(student.toy, "same") and not hasattr(student.toy, "differs")
    with pytest.raises(MissingName, match=r"toy\.py defines no `differs`"):
        student.toy.differs(1)
    with pytest.raises(MissingName, match="no `weight`"):
        _ = student.toy.Model(1).weight


def test_missing_module_fails_with_the_same_words_every_time(student: SubmissionProxy) -> None:
    for _ in range(2):
        with pytest.raises(Unusable, match=r"extra\.py"):
            student.extra.half(2)


def test_module_that_the_assignment_does_not_have_is_the_checks_mistake(student: SubmissionProxy) -> None:
    with pytest.raises(AttributeError, match="no module 'numpy'"):
        _ = student.numpy


def test_nothing_of_the_reference_travels(student: SubmissionProxy, toy_grader: Grader) -> None:
    reference: Any = Reference.of(toy_grader.assignment)
    for secret in (reference.toy.double, reference.toy.Box, reference.toy.Box(1), lambda: reference.toy.double):
        with pytest.raises((UserError, ImportError), match="reference"):
            student.toy.same(secret)


class Node:
    """A class that refers to itself and to a function that refers to it."""

    def again(self) -> "Node":
        return make_node()


def make_node() -> Node:
    return Node()


def made_anew(kept: object = None) -> Any:
    """A function without anything of its own, or one that holds on to `kept`."""

    def bare(x: float) -> float:
        return x + 1

    def holding() -> object:
        return kept

    return bare if kept is None else holding


@pytest.fixture
def by_value() -> Iterator[None]:
    """This file's definitions are pickled as those of a check file are."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


@pytest.mark.usefixtures("by_value")
def test_a_function_inside_another_is_defined_once_unless_it_holds_something() -> None:
    bare = [pickle.loads(dumps(made_anew())) for _ in range(2)]
    assert bare[0] is bare[1] and bare[0](1) == 2
    assert [pickle.loads(dumps(made_anew(kept)))() for kept in ("one", "two")] == ["one", "two"]


@pytest.mark.usefixtures("by_value")
def test_the_same_code_read_twice_is_two_definitions() -> None:
    """A check file that was edited between two runs has other globals behind the same words."""
    functions = []
    for constant in (1, 2):
        space: dict[str, Any] = {"__name__": __name__, "CONSTANT": constant}
        exec("def outer():\n    def inner():\n        return CONSTANT\n    return inner\n", space)
        functions.append(space["outer"]())
    assert [pickle.loads(dumps(function))() for function in functions] == [1, 2]


@pytest.mark.usefixtures("by_value")
def test_definitions_in_a_circle_can_be_pickled() -> None:
    assert dumps(make_node) == dumps(make_node)
    assert dumps(Node().again)
