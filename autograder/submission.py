"""Intake: a .py file, a folder, a .zip or an .ipynb becomes a clean mapping of files, or a refusal that says why.

Nothing is executed, and nothing outside the folder that `Submission.write` is given is touched.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Assignment
from autograder.errors import Refusal
from autograder.intake.archive import listed, read_file, read_folder, read_zip, safe_path
from autograder.intake.layout import arrange
from autograder.intake.source import MAX_SOURCE
from autograder.text import Text


@dataclass(frozen=True)
class Submission:
    """What one student handed in, ready to be graded.

    `files`: relative posix path -> bytes; sources are UTF-8 without BOM, lines end in LF; given files included.
    `notes`: what was set aside or mended. `problems`: module -> why it cannot be used.
    `digest`: sha256, in hexadecimal, of the files and of what is said about them; not of the name.
    """

    name: str
    files: Mapping[str, bytes]
    notes: tuple[Text, ...] = ()
    problems: Mapping[str, Text] = field(default_factory=dict)

    digest: str = ""

    def write(self, folder: Path) -> None:
        """Lay the files under `folder`, which need not exist."""
        for name, data in self.files.items():
            if safe_path(name) != name:
                raise ValueError(f"{name!r} is not a relative path")
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def read(path: Path, assignment: Assignment) -> Submission:
    """Read one submission. Raises Refusal (a UserError), one line that names the path and says what to do."""
    raw, notes = _raw(path)
    if not any(name.lower().endswith((".py", ".ipynb")) for name in raw):
        raise _empty(path, raw)
    files, said = arrange(raw, assignment)
    if set(said.problems) >= set(assignment.modules):
        reason = said.problems[assignment.modules[0]]
        raise Refusal(Text(en=f"{path}: {reason.en}", zh=f"{path}：{reason.zh}"))
    name = path.name
    notes = (*notes, *said.notes)
    return Submission(name or path.resolve().name, files, notes, said.problems, _digest(files, notes, said.problems))


def _digest(files: Mapping[str, bytes], notes: tuple[Text, ...], problems: Mapping[str, Text]) -> str:
    sha = hashlib.sha256()
    said = [*(note.en for note in notes), *(f"{module}: {why.en}" for module, why in sorted(problems.items()))]
    parts = [part for name in sorted(files) for part in (name.encode(), files[name])]
    for part in (*parts, *(line.encode() for line in said)):
        sha.update(len(part).to_bytes(8, "big") + part)
    return sha.hexdigest()


def _raw(path: Path) -> tuple[dict[str, bytes], tuple[Text, ...]]:
    """Everything that was handed in, by relative path."""
    if not path.exists() and not path.is_symlink():
        raise Refusal(Text(en=f"{path}: does not exist; check the path", zh=f"{path}：不存在，请检查路径"))
    if path.is_dir() and not path.is_symlink():
        files, too_large = read_folder(path)
        return files, _left_out(too_large)
    ending = path.suffix.lower()
    if ending == ".zip":
        return read_zip(path), ()
    if ending == ".ipynb":
        return {f"{path.stem}.ipynb": read_file(path)}, ()
    if ending == ".py":
        data = read_file(path)
        if len(data) > MAX_SOURCE:
            raise Refusal(
                Text(
                    en=f"{path}: larger than 512 kB; put data into a file of its own",
                    zh=f"{path}：超过 512 kB；请把数据放到单独的文件里",
                )
            )
        if not data.strip():
            raise _empty(path, {})
        return {f"{path.stem}.py": data}, ()
    read_file(path)
    raise Refusal(
        Text(
            en=f"{path}: hand in a .py file, a folder, a .zip or an .ipynb",
            zh=f"{path}：请提交 .py 文件、文件夹、.zip 或 .ipynb",
        )
    )


def _left_out(names: tuple[str, ...]) -> tuple[Text, ...]:
    if not names:
        return ()
    return (Text(en=f"left out (too large): {listed(names)}", zh=f"未使用（文件过大）：{listed(names)}"),)


def _empty(path: Path, raw: Mapping[str, bytes]) -> Refusal:
    inner = [name for name in raw if name.lower().endswith((".zip", ".rar", ".7z", ".gz", ".tar"))]
    if inner:
        return Refusal(
            Text(
                en=f"{path}: holds no .py file and no notebook, but an archive ({listed(inner)}); unpack that first",
                zh=f"{path}：没有 .py 文件和 notebook，只有另一个压缩包（{listed(inner)}）；请先解压",
            )
        )
    return Refusal(
        Text(
            en=f"{path}: nothing to grade; hand in your .py files or the notebook",
            zh=f"{path}：没有可评分的内容；请提交你的 .py 文件或 notebook",
        )
    )
