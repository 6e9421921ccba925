"""The bytes of a handed-in folder or .zip, bounded, without links, and without what tools leave behind.

Nothing is unpacked: both readers answer a mapping from relative posix paths to bytes, or raise Refusal.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from autograder.errors import Refusal
from autograder.text import Text

MEBIBYTE = 1 << 20
MAX_FILES = 2_000
"""Files in one submission, ignored ones not counted."""
MAX_ENTRIES = 20_000
"""Entries of a .zip, ignored ones (a virtual environment) counted."""
MAX_TOTAL = 64 * MEBIBYTE
"""Bytes of one submission, unpacked; also of the .zip itself."""
MAX_FILE = 16 * MEBIBYTE
"""Bytes of one file; a folder's larger files (checkpoints, corpora) are left where they are."""

IGNORED_FOLDERS = frozenset({"__MACOSX", "__pycache__", "node_modules", "$RECYCLE.BIN"})
IGNORED_FILES = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_CENTRAL_ENTRY = b"PK\x01\x02"
_READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def is_ignored(path: str) -> bool:
    """Whether a path is a tool's or an operating system's: hidden files, caches, resource forks."""
    parts = path.split("/")
    if any(part.startswith(".") or part in IGNORED_FOLDERS for part in parts):
        return True
    return parts[-1].lower() in IGNORED_FILES


def safe_path(name: str) -> str | None:
    """`name` as a relative posix path, or None if it is absolute, leads upwards or cannot be a file's name.

    >>> safe_path("hw\\\\sgd.py"), safe_path("./sgd.py"), safe_path("../sgd.py"), safe_path("C:/sgd.py")
    ('hw/sgd.py', 'sgd.py', None, None)
    """
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or any(part[1:2] == ":" for part in parts) or "\0" in name:
        return None
    if not parts or ".." in parts or any(not part.isprintable() and part != "Icon\r" for part in parts):
        return None
    if any(len(part.encode()) > 255 for part in parts) or len(parts) > 32 or len(name.encode()) > 1_000:
        return None
    return "/".join(parts)


def read_folder(folder: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a folder, and the names of those too large to take along.

    Raises Refusal for links, devices, unreadable files and too many or too large files.
    """
    files: dict[str, bytes] = {}
    too_large: list[str] = []
    total = 0
    for name, entry in _walk(folder):
        size = _regular_size(Path(entry.path), entry.stat(follow_symlinks=False))
        if size > MAX_FILE:
            too_large.append(name)
            continue
        if len(files) >= MAX_FILES:
            raise too_many_files(folder)
        files[name] = read_file(Path(entry.path))
        total += len(files[name])
        if total > MAX_TOTAL:
            raise too_large_in_all(folder)
    return files, tuple(too_large)


def read_file(path: Path) -> bytes:
    """The bytes of one regular file that is no link; Refusal otherwise, or if it is larger than MAX_TOTAL."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        _regular_size(path, path.lstat())
        with os.fdopen(os.open(path, flags), "rb") as file:
            _regular_size(path, os.fstat(file.fileno()))
            data = file.read(MAX_TOTAL + 1)
    except OSError as error:
        raise Refusal(
            Text(
                en=f"{path}: cannot be read ({error.strerror}); check its permissions",
                zh=f"{path}：无法读取（{error.strerror}），请检查文件权限",
            )
        ) from None
    if len(data) > MAX_TOTAL:
        raise too_large_in_all(path)
    return data


def read_zip(path: Path) -> dict[str, bytes]:
    """The files of a .zip. Raises Refusal for anything that is not a small, whole, ordinary archive."""
    data = read_file(path)
    if data.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        raise too_many_files(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return dict(_members(path, archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        raise Refusal(
            Text(
                en=f"{path}: damaged, or not a .zip ({_one_line(error)}); pack the files again as an ordinary .zip",
                zh=f"{path}：压缩包已损坏，或不是 .zip 文件（{_one_line(error)}）；请重新压缩为普通的 .zip",
            )
        ) from None


def _walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry below `folder` that is not a folder and not ignored, in alphabetical order."""
    waiting = [("", folder)]
    seen = 0
    while waiting:
        prefix, place = waiting.pop()
        try:
            with os.scandir(place) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            raise Refusal(
                Text(
                    en=f"{place}: cannot be read ({error.strerror}); check its permissions",
                    zh=f"{place}：无法读取（{error.strerror}），请检查文件权限",
                )
            ) from None
        if any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        for entry in entries:
            shown = prefix + _readable_name(entry.name)
            if is_ignored(shown):
                continue
            seen += 1
            if seen > MAX_ENTRIES:
                raise too_many_files(folder)
            name = safe_path(shown)
            if name is None or "\\" in shown:
                raise _unsafe(folder, shown)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((name + "/", Path(entry.path)))
            else:
                yield name, entry


def _readable_name(name: str) -> str:
    """A file name whose bytes are not UTF-8 (unpacked from a Chinese Windows' .zip) read as GBK."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def _regular_size(path: Path, status: os.stat_result) -> int:
    """The size of a regular file with one name; anything else is refused."""
    if stat.S_ISLNK(status.st_mode) or status.st_nlink > 1:
        raise _link(path, path.name)
    if not stat.S_ISREG(status.st_mode):
        raise Refusal(
            Text(en=f"{path}: neither a file nor a folder; remove it", zh=f"{path}：既不是文件也不是文件夹，请删除它")
        )
    return status.st_size


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The wanted members of an archive, each read no further than it may be long."""
    wanted = _wanted(path, archive)
    if len(wanted) > MAX_FILES:
        raise too_many_files(path)
    if sum(info.file_size for info in wanted.values()) > MAX_TOTAL:
        raise too_large_in_all(path)
    _refuse_nesting(path, wanted)
    left = MAX_TOTAL
    for name, info in wanted.items():
        if info.flag_bits & 0x1:
            raise Refusal(
                Text(
                    en=f"{path}: protected by a password; pack the files again without one",
                    zh=f"{path}：压缩包有密码；请重新压缩，不要设置密码",
                )
            )
        if info.compress_type not in _READABLE_METHODS:
            raise zipfile.BadZipFile("an unusual compression method")
        with archive.open(info) as member:
            data = member.read(left + 1)
        left -= len(data)
        if left < 0:
            raise too_large_in_all(path)
        yield name, data


def _wanted(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members that are files and not ignored, by safe name; Refusal for a name or a kind that is not safe."""
    members: dict[str, zipfile.ZipInfo] = {}
    environments: list[str] = []
    for info in archive.infolist():
        shown = _member_name(info)
        if shown.strip("/\\.") == "" and not (shown.startswith("/") or ".." in shown):
            continue
        name = safe_path(shown)
        if name is None:
            raise _unsafe(path, shown)
        if is_ignored(name):
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind == stat.S_IFLNK:
            raise _link(path, name)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _unsafe(path, shown)
        if not shown.endswith(("/", "\\")) and kind != stat.S_IFDIR:
            members[name] = info
            if name.rsplit("/", 1)[-1] == "pyvenv.cfg":
                environments.append(name.removesuffix("pyvenv.cfg"))
    return {name: info for name, info in members.items() if not name.startswith(tuple(environments))}


def _member_name(info: zipfile.ZipInfo) -> str:
    """A member's name; one that is not marked as UTF-8 is tried as UTF-8 and GBK before the standard's cp437."""
    name = info.orig_filename
    if info.flag_bits & 0x800:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _refuse_nesting(path: Path, names: Mapping[str, object]) -> None:
    """A name that is both a file and a folder cannot be written anywhere."""
    for name in names:
        for parent in PurePosixPath(name).parents:
            if str(parent) in names:
                raise _unsafe(path, str(parent))


def too_many_files(path: Path) -> Refusal:
    return Refusal(
        Text(
            en=f"{path}: more than {MAX_FILES} files; hand in your .py files or the notebook only",
            zh=f"{path}：文件超过 {MAX_FILES} 个；请只提交你的 .py 文件或 notebook",
        )
    )


def too_large_in_all(path: Path) -> Refusal:
    size = MAX_TOTAL // MEBIBYTE
    return Refusal(
        Text(
            en=f"{path}: larger than {size} MB when unpacked; leave out data, checkpoints and plots",
            zh=f"{path}：解压后超过 {size} MB；请去掉数据、模型检查点和图片",
        )
    )


def _link(path: Path, name: str) -> Refusal:
    return Refusal(
        Text(
            en=f"{path}: {name} is a link; put the file itself in its place",
            zh=f"{path}：{name} 是链接；请换成文件本身",
        )
    )


def _unsafe(path: Path, name: str) -> Refusal:
    shown = ascii(name[:80])
    return Refusal(
        Text(
            en=f"{path}: the name {shown} leads outside the submission or cannot be a file's name; pack it again",
            zh=f"{path}：其中的名字 {shown} 指向提交内容之外，或不能作为文件名；请重新压缩",
        )
    )


def _one_line(error: Exception) -> str:
    return " ".join(ascii(str(error)).strip("'\"").split())[:120] or type(error).__name__


def listed(names: Iterable[str], most: int = 5) -> str:
    """A few names as one line.

    >>> listed(["a.py", "b.py", "c.py"], most=2)
    'a.py, b.py, ...'
    """
    names = list(names)
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
