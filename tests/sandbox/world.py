"""Run this interpreter as somebody else, in a world that refuses something.

    python world.py UID NAMESPACES ARGUMENTS...

NAMESPACES is "allowed" or "refused" (user namespaces, as in Docker). For root only.

An interpreter below a closed home (mode 0700) would be out of an ordinary user's reach; in a mount namespace of this
process's own that home becomes an open folder which holds the interpreter and nothing else.
"""

import os
import sys
import tempfile
from pathlib import Path

from autograder.sandbox import kernel


def main(uid: int, namespaces: str, arguments: list[str]) -> None:
    """Become what was asked for, then run Python with `arguments`."""
    try:
        kernel.unshare(kernel.CLONE_NEWNS)
        kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
        if uid != 0:
            open_the_way(Path(sys.base_prefix))
        if namespaces == "refused":
            refuse_user_namespaces()
    except OSError as error:
        sys.exit(f"this world cannot be entered here: {error}")
    if uid != 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        os.environ.update(HOME="/tmp", USER="student")
    os.execv(sys.executable, [sys.executable, *arguments])


def open_the_way(folder: Path) -> None:
    """Make `folder` reachable for everybody who lives in this mount namespace."""
    closed = [parent for parent in reversed(folder.parents) if not parent.stat().st_mode & 0o001]
    if closed:
        aside = tempfile.mkdtemp()
        kernel.mount(str(folder), aside, "", kernel.MS_BIND)
        kernel.mount("none", str(closed[0]), "tmpfs", 0, "mode=755")
        folder.mkdir(parents=True)
        kernel.mount(aside, str(folder), "", kernel.MS_BIND)


def refuse_user_namespaces() -> None:
    """Move into a user namespace with every id, whose limit for further user namespaces is none."""
    inside, outside = os.pipe(), os.pipe()
    pid = os.getpid()
    helper = os.fork()
    if helper == 0:
        os.read(inside[0], 1)
        for kind in ("uid", "gid"):
            Path(f"/proc/{pid}/{kind}_map").write_text("0 0 4294967295\n")
        os.write(outside[1], b"1")
        os._exit(0)
    kernel.unshare(kernel.CLONE_NEWUSER)
    os.write(inside[1], b"1")
    os.read(outside[0], 1)
    os.waitpid(helper, 0)
    for descriptor in (*inside, *outside):
        os.close(descriptor)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
