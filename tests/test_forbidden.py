"""Forbidden calls are found through every ordinary alias, and only in reach of the listed functions."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import Forbidden
from autograder.static.forbidden import Flag, Violation, violations
from autograder.static.scopes import Program

SDPA = "torch.nn.functional.scaled_dot_product_attention"
RULE = Forbidden("1", ("net.attend", "net.Block.forward"), (SDPA, "torch.nn.MultiheadAttention"))


def search(rule: Forbidden = RULE, **modules: str) -> tuple[list[Violation], list[Flag]]:
    files = {f"{name}.py": textwrap.dedent(text).encode() for name, text in modules.items()}
    return violations(Program(files), rule)


ALIASES = {
    "module alias": """
        import torch.nn.functional as F
        def attend(q, k, v): return F.scaled_dot_product_attention(q, k, v)
    """,
    "full path": """
        import torch
        def attend(q, k, v): return torch.nn.functional.scaled_dot_product_attention(q, k, v)
    """,
    "imported name": """
        from torch.nn.functional import scaled_dot_product_attention as sdpa
        def attend(q, k, v): return sdpa(q, k, v)
    """,
    "import inside the function": """
        def attend(q, k, v):
            from torch.nn import functional
            return functional.scaled_dot_product_attention(q, k, v)
    """,
    "star import": """
        from torch.nn.functional import *
        def attend(q, k, v): return scaled_dot_product_attention(q, k, v)
    """,
    "assigned at module level": """
        import torch.nn.functional as F
        fast = F.scaled_dot_product_attention
        def attend(q, k, v): return fast(q, k, v)
    """,
    "assigned twice": """
        import torch
        f = torch.nn.functional
        g = f
        def attend(q, k, v):
            h, other = g.scaled_dot_product_attention, 1
            return h(q, k, v)
    """,
    "in a container": """
        import torch.nn.functional as F
        TABLE = {"a": F.scaled_dot_product_attention}
        def attend(q, k, v): return TABLE["a"](q, k, v)
    """,
    "partial": """
        from functools import partial
        import torch.nn.functional as F
        run = partial(F.scaled_dot_product_attention, is_causal=True)
        def attend(q, k, v): return run(q, k, v)
    """,
    "default argument": """
        import torch.nn.functional as F
        def attend(q, k, v, f=F.scaled_dot_product_attention): return f(q, k, v)
    """,
    "constant getattr": """
        import torch.nn.functional as F
        def attend(q, k, v): return getattr(F, "scaled_dot_" + "product_attention")(q, k, v)
    """,
    "named getattr": """
        import torch.nn.functional as F
        NAME = "scaled_dot_product_attention"
        def attend(q, k, v): return getattr(F, NAME)(q, k, v)
    """,
    "vars": """
        import torch.nn.functional as F
        def attend(q, k, v): return vars(F)["scaled_dot_product_attention"](q, k, v)
    """,
    "constant __import__": """
        def attend(q, k, v): return __import__("torch").nn.functional.scaled_dot_product_attention(q, k, v)
    """,
    "constant import_module": """
        import importlib
        F = importlib.import_module("torch.nn.functional")
        def attend(q, k, v): return F.scaled_dot_product_attention(q, k, v)
    """,
    "sys.modules": """
        import sys
        def attend(q, k, v): return sys.modules["torch.nn.functional"].scaled_dot_product_attention(q, k, v)
    """,
    "the function itself is an alias": """
        import torch.nn.functional as F
        attend = F.scaled_dot_product_attention
    """,
    "the function itself is imported": """
        from torch.nn.functional import scaled_dot_product_attention as attend
    """,
    "helper": """
        import torch.nn.functional as F
        def helper(q, k, v): return F.scaled_dot_product_attention(q, k, v)
        def attend(q, k, v): return helper(q, k, v)
    """,
    "helper passed on": """
        import torch.nn.functional as F
        def helper(q, k, v): return F.scaled_dot_product_attention(q, k, v)
        def call(f, *args): return f(*args)
        def attend(q, k, v): return call(helper, q, k, v)
    """,
    "nested function": """
        import torch.nn.functional as F
        def attend(q, k, v):
            def inner(): return F.scaled_dot_product_attention(q, k, v)
            return inner()
    """,
    "lambda": """
        import torch.nn.functional as F
        attend = lambda q, k, v: F.scaled_dot_product_attention(q, k, v)
    """,
    "decorator": """
        import torch.nn.functional as F
        def fast(f): return F.scaled_dot_product_attention
        @fast
        def attend(q, k, v): pass
    """,
    "one branch": """
        import torch.nn.functional as F
        def slow(q, k, v): return q
        def attend(q, k, v): return (F.scaled_dot_product_attention if k else slow)(q, k, v)
    """,
    "attribute set in the constructor": """
        import torch.nn.functional as F
        class Block:
            def __init__(self): self.f = F.scaled_dot_product_attention
            def forward(self, x): return self.f(x, x, x)
    """,
    "a layer built in the constructor": """
        import torch.nn as nn
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.attention = nn.MultiheadAttention(8, 2)
            def forward(self, x): return self.attention(x, x, x)
    """,
    "another method": """
        import torch.nn.functional as F
        class Block:
            def forward(self, x): return self.core(x)
            def core(self, x): return F.scaled_dot_product_attention(x, x, x)
    """,
    "inherited method": """
        import torch.nn.functional as F
        class Base:
            def core(self, x): return F.scaled_dot_product_attention(x, x, x)
        class Block(Base):
            def forward(self, x): return self.core(x)
    """,
    "super": """
        import torch.nn.functional as F
        class Base:
            def forward(self, x): return F.scaled_dot_product_attention(x, x, x)
        class Block(Base):
            def forward(self, x): return super().forward(x)
    """,
    "a library base class": """
        from torch.nn import MultiheadAttention
        class Block(MultiheadAttention):
            def forward(self, x): return super().forward(x, x, x)
    """,
    "instance of another class": """
        import torch.nn.functional as F
        class Core:
            def __call__(self, x): return F.scaled_dot_product_attention(x, x, x)
        core = Core()
        def attend(q, k, v): return core(q)
    """,
    "method put in later": """
        import torch.nn.functional as F
        class Block:
            pass
        def run(self, x): return F.scaled_dot_product_attention(x, x, x)
        Block.forward = run
    """,
    "class attribute": """
        import torch.nn.functional as F
        class Block:
            core = F.scaled_dot_product_attention
            def forward(self, x): return self.core(x, x, x)
    """,
    "global set elsewhere": """
        import torch.nn.functional as F
        fast = None
        def setup():
            global fast
            fast = F.scaled_dot_product_attention
        def attend(q, k, v): return fast(q, k, v)
    """,
}


@pytest.mark.parametrize("source", ALIASES.values(), ids=ALIASES.keys())
def test_a_forbidden_call_is_found_through(source: str) -> None:
    found, _ = search(net=source)
    assert {violation.file for violation in found} == {"net.py"}
    assert all(violation.call.startswith(RULE.calls) for violation in found)


def test_the_line_and_the_call_are_named() -> None:
    found, _ = search(
        net="import torch.nn.functional as F\ndef attend(q):\n    return F.scaled_dot_product_attention(q)\n"
    )
    assert found == [Violation("net.py", 3, SDPA)]


@pytest.mark.parametrize(
    "how",
    [
        "import helpers\ndef attend(q): return helpers.core(q)",
        "from helpers import core\ndef attend(q): return core(q)",
        "from helpers import *\ndef attend(q): return core(q)",
        "import helpers as h\nrun = h.core\ndef attend(q): return run(q)",
        "from helpers import F\ndef attend(q): return F.scaled_dot_product_attention(q)",
        "import helpers\nhelpers.extra = helpers.core\ndef attend(q): return helpers.extra(q)",
    ],
)
def test_a_forbidden_call_is_found_in_another_module(how: str) -> None:
    helpers = "import torch.nn.functional as F\ndef core(q): return F.scaled_dot_product_attention(q, q, q)"
    found, _ = search(net=how, helpers=helpers)
    assert [violation.call for violation in found] == [SDPA]


def test_relative_imports_in_a_package_are_followed() -> None:
    files = {
        "net/__init__.py": b"from .core import attend\n",
        "net/core.py": b"from . import deep\ndef attend(q): return deep.f(q)\n",
        "net/deep.py": b"from torch.nn.functional import scaled_dot_product_attention as f\n",
    }
    found, _ = violations(Program(files), RULE)
    assert [(violation.file, violation.call) for violation in found] == [("net/core.py", SDPA)]


INNOCENT = {
    "elsewhere in the file": """
        import torch.nn.functional as F
        def attend(q, k, v): return q @ k
        def compare(q, k, v): return F.scaled_dot_product_attention(q, k, v)
        if __name__ == "__main__":
            print(compare(1, 2, 3), eval("1"))
    """,
    "another method of the class": """
        import torch.nn.functional as F
        class Block:
            def forward(self, x): return self.slow(x)
            def slow(self, x): return x
            def fast(self, x): return F.scaled_dot_product_attention(x, x, x)
    """,
    "a name of the student's own": """
        def scaled_dot_product_attention(q, k, v): return q
        def attend(q, k, v): return scaled_dot_product_attention(q, k, v)
    """,
    "a parameter of that name": """
        import torch.nn.functional as F
        def attend(F, k, v): return F.scaled_dot_product_attention(k, v)
    """,
    "in words": """
        import torch.nn.functional as F
        def attend(q, k, v):
            '''Like F.scaled_dot_product_attention.'''
            return F.softmax(q @ k, dim=-1) @ v  # not F.scaled_dot_product_attention
    """,
    "imported and not used": """
        from torch.nn.functional import scaled_dot_product_attention
        def attend(q, k, v): return q
    """,
    "getattr on itself": """
        class Block:
            def forward(self, x):
                for name in ("a", "b"): x = getattr(self, name)(x)
                return x
    """,
}


@pytest.mark.parametrize("source", INNOCENT.values(), ids=INNOCENT.keys())
def test_nothing_is_said_of(source: str) -> None:
    assert search(net=source) == ([], [])


FLAGGED = {
    "computed getattr": """
        import torch.nn.functional as F
        def attend(q, name): return getattr(F, name)(q)
    """,
    "eval": "def attend(q): return eval('1')\n",
    "exec": "def attend(q): exec('x = 1')\n",
    "computed __import__": "def attend(q): return __import__(q)\n",
    "importlib": "import importlib\ndef attend(q): return importlib.import_module(q)\n",
    "globals": "def attend(q): return globals()[q]\n",
    "ctypes": "import ctypes\ndef attend(q): return ctypes.CDLL(None)\n",
    "subclasses": "def attend(q): return object.__subclasses__()\n",
    "the module's dictionary": "import torch\ndef attend(q, n): return torch.nn.__dict__[n]\n",
    "an aliased eval": "run = eval\ndef attend(q): return run(q)\n",
    "the same name elsewhere in the library": """
        import torch
        def attend(q): return torch.ops.aten.scaled_dot_product_attention(q)
    """,
    "a private form of it": """
        import torch
        def attend(q): return torch._scaled_dot_product_attention_math(q)
    """,
    "a name that comes from nowhere": "def attend(q): return planted(q)\n",
    "a trick while the module is imported": "exec('helper = 1')\ndef attend(q): return q\n",
    "planted by setattr": "import net2\nsetattr(net2, 'f', print)\ndef attend(q): return q\n",
}


@pytest.mark.parametrize("source", FLAGGED.values(), ids=FLAGGED.keys())
def test_a_person_is_asked_about(source: str) -> None:
    found, flags = search(net=source)
    assert found == []
    assert flags and all(flag.file == "net.py" and flag.what for flag in flags)


def test_a_forbidden_method_is_found_on_instances_and_flagged_on_unknown_objects() -> None:
    rule = Forbidden("1", ("net.count",), ("collections.Counter.most_common",))
    known = "from collections import Counter\ndef count(x):\n    c = Counter(x)\n    return c.most_common(1)\n"
    found, _ = search(rule, net=known)
    assert found == [Violation("net.py", 4, "collections.Counter.most_common")]
    found, flags = search(rule, net="def count(c): return c.most_common(1)\n")
    assert (found, flags) == ([], [Flag("net.py", 1, "c.most_common")])


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("bytes(x, 'utf-8')", "builtins.str.encode"),
        ("bytearray(x, encoding='utf-8')", "builtins.str.encode"),
        ("str(x, 'utf-8', 'replace')", "builtins.bytes.decode"),
        ("bytes(x) + bytes([1, 2]) + bytearray(3)", None),
        ("str(x)", None),
    ],
)
def test_a_codec_is_one_however_it_is_spelt(body: str, call: str | None) -> None:
    rule = Forbidden("1", ("net.f",), ("builtins.str.encode", "builtins.bytes.decode"))
    found, _ = search(rule, net=f"def f(x):\n    return {body}\n")
    assert [violation.call for violation in found] == ([call] if call else [])


def test_a_method_of_a_builtin_class_is_flagged_on_unknown_objects() -> None:
    rule = Forbidden("1", ("net.f",), ("builtins.str.encode",))
    _, flags = search(rule, net="from other import g\ndef f(x):\n    return g(x)\n", other="g = lambda s: s.encode()\n")
    assert [flag.what for flag in flags] == ["s.encode"]


def test_a_whole_library_can_be_forbidden() -> None:
    rule = Forbidden("1", ("net.split",), ("regex",))
    found, _ = search(rule, net="import regex as re\ndef split(x): return re.findall('a', x)\n")
    assert [violation.call for violation in found] == ["regex.findall"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def attend(: pass",
        "\0",
        "x = " + "-" * 100_000 + "1",
        "def attend(q): return q" + ".a" * 900,
        "\n".join(f"a{i + 1} = a{i}.x or a{i}.y" for i in range(200)) + "\ndef attend(q): return a200.z\n",
        "a = b\nb = a\na = a.a\ndef attend(q): return a.b()\n",
        "class A(A): pass\nclass Block(A):\n    def forward(self): return super().forward()\n",
        "class A(B): pass\nclass B(A): pass\nclass Block(A):\n    def forward(self): return self.x\n",
        "from net import *\ndef attend(q): return other(q)\n",
        "from . import net\nfrom net import attend\n",
        "from .... import x\ndef attend(q): return x(q)\n",
        "def attend(q): return attend(q)\n",
    ],
)
def test_odd_sources_are_survived(source: str) -> None:
    found, _ = search(net=source)
    assert found == []


@given(st.text(alphabet="abF.=():\n ,[]{}'\"*@\tdefclass import from lambda", max_size=120))
def test_any_text_gives_an_answer(text: str) -> None:
    found, flags = search(net=f"import torch.nn.functional as F\n{text}\n")
    assert isinstance(found, list) and isinstance(flags, list)
