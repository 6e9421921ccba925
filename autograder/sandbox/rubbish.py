"""Removing what a submission has left on the machine, in the tiers that have no file system of their own for it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm")


def remove(folder: Path) -> None:
    """Delete a folder, however deep it is and whatever its owner has closed; only once that owner is gone.

    What lies two levels down is moved up, so that no path gets long and nothing recurses.
    """
    if not folder.exists():
        return
    folder.chmod(0o700)
    names = (folder / str(number) for number in count())
    while entries := list(folder.iterdir()):
        for entry in entries:
            if _is_folder(entry):
                _empty(entry, names)
                entry.rmdir()
            else:
                entry.unlink()
    folder.rmdir()


def sweep(uid: int) -> None:
    """Delete what a user has put where everybody may write."""
    for place in map(Path, OPEN_TO_ALL):
        for entry in place.iterdir() if place.exists() else ():
            with suppress(FileNotFoundError):
                if entry.lstat().st_uid == uid:
                    remove(entry) if _is_folder(entry) else entry.unlink()


def _empty(folder: Path, names: Iterator[Path]) -> None:
    folder.chmod(0o700)
    for entry in list(folder.iterdir()):
        if _is_folder(entry):
            entry.chmod(0o700)
            entry.rename(next(name for name in names if not os.path.lexists(name)))
        else:
            entry.unlink()


def _is_folder(path: Path) -> bool:
    return not path.is_symlink() and path.is_dir()  # a link may point to what this process may not look at
