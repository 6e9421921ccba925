"""What a student's process tries and must not manage, with each set of layers."""

import os
import socket
import sysconfig
from pathlib import Path

import pytest

from autograder.sandbox import jail
from autograder.sandbox.client import Zygote

REPOSITORY = Path(__file__).parents[2]
REFUSALS = ("PermissionError", "FileNotFoundError", "ProcessLookupError", "NotADirectoryError", "OSError")

HIDDEN = object()

SYSTEM_CALL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
answer = libc.syscall({arguments}) == -1
"""


def refused(reply: str) -> bool:
    return reply.startswith(REFUSALS)


def needs(zygote: Zygote, *layers: str) -> None:
    """Skip where none of `layers` is in use: then nothing is promised."""
    if not set(layers) & set(zygote.tier.layers):
        pytest.skip(f"{zygote.tier.name} promises this with {' or '.join(layers)} only")


@pytest.mark.parametrize("path", ["/etc/shadow", "/root/.profile", "/etc/passwd", "/etc/hostname"])
def test_system_files_are_out_of_reach(zygote: Zygote, child, path: str) -> None:
    needs(zygote, "namespaces", "landlock")
    assert refused(child.ask(f"open({path!r}).read()"))


@pytest.mark.parametrize("folder", ["solutions", "tests", ".git", "."])
def test_the_course_is_out_of_reach(zygote: Zygote, child, folder: str) -> None:
    needs(zygote, "namespaces", "landlock")
    reply = child.ask(f"import os; answer = os.listdir({str(REPOSITORY / folder)!r})")
    assert refused(reply) or (
        folder in (".", "tests") and set(eval(reply)) <= {"autograder", ".venv", "tests", "sandbox"}
    )


@pytest.mark.parametrize("file", ["environ", "mem", "maps", "fd/0", "root/etc/passwd", "cwd/pyproject.toml"])
def test_the_grader_cannot_be_read(zygote: Zygote, child, file: str) -> None:
    needs(zygote, "namespaces", "landlock", "user")
    assert refused(child.ask(f"open('/proc/{os.getpid()}/{file}', 'rb').read(1)"))


def test_no_environment_holds_the_graders(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "landlock", "user")
    os.environ["LLM101_SECRET_FOR_A_TEST"] = "1"
    program = """
import glob, os
answer = "LLM101_SECRET_FOR_A_TEST" in os.environ
for path in glob.glob("/proc/*/environ"):
    try:
        answer |= b"LLM101_SECRET" in open(path, "rb").read()
    except OSError:
        pass
"""
    assert child.ask(program) == "False"


def test_only_own_processes_are_in_sight(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "landlock")
    assert child.ask("import glob; answer = glob.glob('/proc/[0-9]*')") in ("[]", "['/proc/1']")


def test_nobody_else_can_be_signalled(zygote: Zygote, child, spawn) -> None:
    needs(zygote, "namespaces", "user", "seccomp")
    sibling = spawn()
    program = f"""
import os
answer = []
for pid in [{os.getpid()}, {os.getppid()}, os.getppid(), 1, *range(os.getpid() - 30, os.getpid() + 30), -1]:
    if pid not in (0, os.getpid()):
        try:
            os.kill(pid, 9)
            answer.append(pid)
        except OSError:
            pass
"""
    try:
        child.ask(program)
    except BaseException as error:  # a child that ended itself has ended nobody else
        assert type(error).__name__ == "Death"
    assert sibling.ask("answer = 1") == "1"
    assert spawn().ask("answer = 2") == "2"


def test_nobody_else_can_be_traced(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "user", "seccomp", "landlock")
    program = f"import ctypes; answer = ctypes.CDLL(None).ptrace(16, {os.getpid()}, 0, 0)"
    assert child.ask(program) == "-1"


def test_nobody_elses_memory_can_be_read(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "user", "seccomp", "landlock")
    program = f"""
import ctypes
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
secret = ctypes.create_string_buffer(8)
here, there = Vector(ctypes.addressof(secret), 8), Vector({id(HIDDEN)}, 8)
answer = ctypes.CDLL(None).process_vm_readv({os.getpid()}, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
"""
    assert child.ask(program) == "-1"


@pytest.mark.parametrize(
    "number", [425, 438, 440, 442, 447], ids=["io_uring", "pidfd_getfd", "madvise", "mount", "secret"]
)
def test_recent_system_calls_are_refused(zygote: Zygote, child, number: int) -> None:
    needs(zygote, "seccomp")
    assert child.ask(SYSTEM_CALL.format(arguments=f"{number}, 0, 0, 0, 0, 0") + "answer = ctypes.get_errno()") == "1"


@pytest.mark.parametrize("flag", [0x00020000, 0x10000000, 0x20000000, 0x40000000], ids=["mount", "user", "pid", "net"])
def test_no_namespace_can_be_made(zygote: Zygote, child, flag: int) -> None:
    needs(zygote, "seccomp")
    program = f"import ctypes; libc = ctypes.CDLL(None); answer = libc.unshare({flag})"
    assert child.ask(program) == "-1"


def test_no_right_can_be_had_back(zygote: Zygote, child) -> None:
    needs(zygote, "user")
    assert refused(child.ask("import os; os.setuid(0)"))
    assert refused(child.ask("import os; os.chown('.', 0, 0)"))
    capabilities = child.ask("answer = [l.split()[1] for l in open('/proc/self/status') if l.startswith('Cap')]")
    assert refused(capabilities) or set(eval(capabilities)) == {"0" * 16}


def test_nothing_new_can_be_executed_with_more_rights(child) -> None:
    assert child.ask("import ctypes; answer = ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)") == "1"


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"])
def test_sockets_to_others_are_refused(zygote: Zygote, child, family: str) -> None:
    needs(zygote, "seccomp")
    assert refused(child.ask(f"import socket; socket.socket(socket.{family}, socket.SOCK_DGRAM)"))


def test_nobody_listens(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "landlock", "seccomp")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        reply = child.ask(f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)")
    assert reply.startswith(("PermissionError", "ConnectionRefusedError", "OSError"))


def test_an_abstract_socket_reaches_no_sibling(zygote: Zygote, child, spawn) -> None:
    needs(zygote, "namespaces", "seccomp")
    child.ask("import socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0meeting'); s.listen()")
    reply = spawn().ask("import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0meeting')")
    assert reply.startswith(("PermissionError", "ConnectionRefusedError"))


@pytest.mark.parametrize("folder", [sysconfig.get_path("purelib"), str(jail.ENGINE), "/usr/lib", "/", "/etc", "/dev"])
def test_nothing_installed_can_be_changed(zygote: Zygote, child, folder: str) -> None:
    needs(zygote, "namespaces", "landlock", "user")
    assert refused(child.ask(f"open({folder!r} + '/forged.py', 'w')"))


def test_a_link_leads_nowhere_new(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "landlock")
    assert refused(child.ask(f"import os; os.symlink({str(REPOSITORY)!r}, 'out'); open('out/pyproject.toml')"))


def test_no_memory_escapes_the_count(zygote: Zygote, child) -> None:
    needs(zygote, "seccomp")
    assert refused(child.ask("import os; os.memfd_create('hidden')"))


def test_another_process_keeps_its_limits(zygote: Zygote, child) -> None:
    needs(zygote, "namespaces", "user", "seccomp")
    program = f"import resource; resource.prlimit({os.getpid()}, resource.RLIMIT_CPU, (1, 1))"
    assert refused(child.ask(program))


def test_only_the_connection_is_open(child) -> None:
    program = (
        "import os\nanswer = []\nfor n in range(64):\n    try: os.fstat(n); answer.append(n)\n    except OSError: pass"
    )
    assert child.ask(program) == "[0, 1, 2, 3]"


def test_the_environment_says_nothing_of_the_grader(child) -> None:
    names = eval(child.ask("import os; answer = sorted(os.environ)"))
    assert set(names) <= set(jail.environment("")) | {"LC_CTYPE", "PWD"}
