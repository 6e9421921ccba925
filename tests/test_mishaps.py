"""What goes wrong around the code gets a line of its own, which quotes nothing that a student's process said."""

import ast
import subprocess
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.mishaps import explain, syntax_problem
from autograder.intake.punctuation import ASCII_TWINS, stray_character
from autograder.intake.source import MAX_SOURCE, parse
from autograder.intake.syntax_words import in_chinese

NO_CUDA = "Torch not compiled with CUDA enabled"
NO_DRIVER = "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU"
GBK = "'gbk' codec can't decode byte 0xac in position 2: illegal multibyte sequence"


@pytest.mark.parametrize(
    ("kind", "text", "line", "en", "zh"),
    [
        ("UnicodeDecodeError", GBK, 'open("a.txt").read()', 'encoding="utf-8"', 'encoding="utf-8"'),
        ("UnicodeDecodeError", "'charmap' codec can't decode byte 0x81", "", 'encoding="utf-8"', "编码"),
        ("UnicodeEncodeError", "'gbk' codec can't encode character", "f.write(x)", 'encoding="utf-8"', "编码"),
        ("EOFError", "EOF when reading a line", "input()", "keyboard", "键盘"),
        ("OSError", "pytest: reading from stdin while output is captured!", "input()", "keyboard", "键盘"),
        ("FileNotFoundError", "[Errno 2]", r'open("C:\\Users\\张三\\a.txt")', r"C:\\Users\\张三", r"C:\\Users\\张三"),
        ("FileNotFoundError", "[Errno 2]", "open('/Users/li/a.txt')", "/Users/li/a.txt", "绝对路径"),
        ("FileNotFoundError", "[Errno 2]", "open('/home/li/a.txt')", "absolute path", "绝对路径"),
        ("FileNotFoundError", "[Errno 2]", 'open("/content/drive/a.txt")', "absolute path", "绝对路径"),
        ("FileNotFoundError", "No such file: 'C:\\\\Users\\\\x'", "open(path)", "absolute path", "绝对路径"),
        ("FileNotFoundError", "[Errno 2] 'a.txt'", 'open("a.txt")', "not there", "没有这个文件"),
        ("AssertionError", NO_CUDA, "x.cuda()", "no GPU", "没有 GPU"),
        ("RuntimeError", NO_DRIVER, "x.to('cuda')", "no GPU", "没有 GPU"),
        ("ModuleNotFoundError", "No module named 'jieba'", "import jieba", "`jieba` is not part", "不提供 `jieba`"),
        (
            "ModuleNotFoundError",
            "No module named 'a.b'; 'a' is not a package",
            "import a.b",
            "named like a package",
            "重名",
        ),
        ("ImportError", "cannot import name 'x' from partially initialized module 'random'", "", "rename", "改文件名"),
        ("AttributeError", "partially initialized module 'torch' has no attribute 'nn'", "", "rename", "改文件名"),
        ("RecursionError", "maximum recursion depth exceeded", "", "base case", "终止条件"),
        ("MemoryError", "", "", "memory", "内存"),
        ("NotImplementedError", "f", "", "not written yet", "还没有实现"),
        ("SystemExit", "0", "exit()", "ends Python", "结束了 Python"),
        ("SyntaxError", "", "print（1)", "'（' is full-width", "“（”是全角标点"),
        ("TabError", "", "\tx = 1", "tabs and spaces", "制表符"),
        ("SyntaxError", "'(' was never closed (a.py, line 1)", "f(", "'(' was never closed", "“(”没有闭合"),
        ("IndentationError", "unexpected indent (a.py, line 2)", "  x = 1", "wrong indentation", "多余的缩进"),
    ],
)
def test_a_mishap_is_explained_in_both_languages(kind: str, text: str, line: str, en: str, zh: str) -> None:
    found = explain(kind, text, "alpha.py", 3, line)
    assert found is not None
    assert en in found.en and zh in found.zh
    assert "\n" not in found.en + found.zh


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ValueError", "shapes not aligned"),
        ("AssertionError", "expected 3"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied"),
        ("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xff"),
        ("OSError", "disk full"),
        ("AttributeError", "'int' object has no attribute 'shape'"),
        ("ImportError", "cannot import name 'x' from 'numpy'"),
        ("SyntaxError", "made up"),
        ("Whatever", ""),
    ],
)
def test_what_is_no_mishap_is_not_explained(kind: str, text: str) -> None:
    assert explain(kind, text, "alpha.py", 3, "x = f(y)") is None
    assert explain(kind, text, None, None, None) is None


KINDS = st.sampled_from(
    [
        *("UnicodeDecodeError", "EOFError", "OSError", "FileNotFoundError", "AssertionError", "ModuleNotFoundError"),
        *("ImportError", "RuntimeError", "SyntaxError", "IndentationError", "TabError", "SystemExit", "MemoryError"),
        *("NotImplementedError", "AttributeError"),
    ]
)
SHELLS = st.sampled_from(
    [
        *("{}", "No module named '{}'", "invalid character '{}' (U+FF08)", "'gbk' {}", "CUDA {}", "C:\\{}"),
        "'{}' is not a package",
    ]
)


@given(kind=KINDS, shell=SHELLS)
def test_nothing_that_the_process_said_is_quoted(kind: str, shell: str) -> None:
    secret = "hidden73input"
    found = explain(kind, shell.format(secret), "alpha.py", 3, "return f(x)")
    assert found is None or secret not in found.en + found.zh


def test_the_packages_that_are_there_are_named() -> None:
    found = explain("ModuleNotFoundError", "No module named 'x'", "a.py", 1, "import x", ("numpy", "torch"))
    assert found is not None and "numpy, torch" in found.en and "numpy, torch" in found.zh


@pytest.mark.parametrize(
    ("source", "line", "en", "zh"),
    [
        ("x = 1\nprint（x)", 2, "'（' is full-width punctuation", "全角标点"),
        ("x = [1，2]", 1, "write , instead", "半角的 ,"),
        ("if x：\n    y", 1, "write : instead", "半角的 :"),
        ("x = “a”", 1, 'write " instead', "全角标点"),
        ("x = 1\u3000+ 2", 1, "an ordinary space", "全角"),
        ("x\u00a0= 1", 1, "U+00A0", "U+00A0"),
        ("x = 1\u200b", 1, "U+200B", "不可见"),
        ("if x:\n\ty = 1\n        z = 2", 3, "tabs and spaces", "制表符"),
        ("def f():\nreturn 1", 2, "wrong indentation", "缩进有误"),
        ("def f():\n    x = 1\n  y = 2", 3, "wrong indentation", "缩进与外层都不一致"),
        ("x = (1", 1, "'(' was never closed", "“(”没有闭合"),
        ("def f()\n    pass", 1, "expected ':'", "缺少冒号"),
        ("print 1", 1, "Missing parentheses", "Python 2"),
        ("x = 'a", 1, "unterminated string", "缺少引号"),
        ("x = 1\nreturn x", 2, "'return' outside function", "只能写在函数里"),
        ("def f():\n    nonlocal x", 2, "no binding for nonlocal", "nonlocal"),
    ],
)
def test_a_syntax_error_names_its_line_and_its_mistake(source: str, line: int, en: str, zh: str) -> None:
    found = syntax_problem(source.encode(), "alpha.py")
    assert found is not None
    assert found.en.startswith(f"alpha.py, line {line}: ") and en in found.en
    assert found.zh.startswith(f"alpha.py 第 {line} 行：") and zh in found.zh


@pytest.mark.parametrize(
    "source", ["", "x = '（，）'  # “注释”", "def f():\n    yield 1\n    return\n", "lambda: (yield)"]
)
def test_a_right_source_has_no_problem(source: str) -> None:
    assert syntax_problem(source.encode(), "alpha.py") is None


def test_a_source_in_gbk_is_explained() -> None:
    found = syntax_problem("x = '中文'\n".encode("gbk"), "alpha.py")
    assert found is not None and "GBK" in found.en


BOMBS = {
    "minus": "-" * 200_000 + "1",
    "brackets": "(" * 200_000,
    "attributes": "a" + ".b" * 200_000,
    "sum": "1" + "+1" * 200_000,
    "branches": "if 1: pass\n" + "elif 1: pass\n" * 30_000,
    "null byte": "x = 1\0",
    "large": "#" * (MAX_SOURCE + 1),
    "long number": "x = " + "1" * 100_000,
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(200)) + " " * 200 + "pass",
    "nested brackets unclosed": "f({[" * 60 + "x y",
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS.keys())
def test_sources_made_to_hurt_the_parser_are_a_problem(source: str) -> None:
    assert syntax_problem(source.encode(), "alpha.py") is not None


def test_constants_are_not_folded() -> None:
    """Compiling this takes 2 GB."""
    source = "x = " + "'a'*4000+" * 900 + "'b'"
    code = (
        "import sys; from autograder.intake.mishaps import syntax_problem as problem;"
        "print(problem(sys.stdin.buffer.read(), 'a'))"
    )
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29)); "
    run = subprocess.run([sys.executable, "-c", limit + code], input=source.encode(), capture_output=True)
    assert (run.stdout.decode().strip(), run.stderr) == ("None", b"")


def test_nothing_is_executed() -> None:
    assert syntax_problem(b"raise SystemExit('executed')", "alpha.py") is None


def test_doubtful_escapes_are_not_warned_about() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert syntax_problem(b"x = '\\d' is 1", "alpha.py") is None


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_any_bytes_have_a_problem_or_parse(data: bytes) -> None:
    if syntax_problem(data, "alpha.py") is None:
        from autograder.intake.source import mended

        assert isinstance(parse(mended("alpha.py", data)), ast.Module)


@pytest.mark.parametrize("character", sorted(ASCII_TWINS))
def test_every_listed_character_is_no_python(character: str) -> None:
    with pytest.raises(SyntaxError):
        parse(f"x = 1 {character} 2 {character}")
    assert stray_character("", f"x = 1 {character} 2") == character


def test_characters_in_strings_and_comments_are_innocent() -> None:
    assert stray_character("", "x = '（' + \"，\"  # “” 中文") is None


def test_an_unknown_message_stays_as_it_is() -> None:
    assert in_chinese("something new") == "something new"
