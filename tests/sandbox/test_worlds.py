"""The same tests as an ordinary user, and where user namespaces are refused, as in Docker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOBODY = 54321
"""A user id that owns nothing."""
PARTS = ["test_isolation.py", "test_limits.py", "test_left_behind.py", "test_processes.py"]
EXPECTED = {(0, "allowed"): "bubblewrap", (NOBODY, "allowed"): "bubblewrap", (0, "refused"): "landlock",
            (NOBODY, "refused"): "landlock"}  # fmt: skip
TIER = """
from autograder.course import Limits
from autograder.sandbox.client import Zygote
with Zygote([], Limits()) as zygote:
    zygote.spawn({}).kill()
    print(zygote.tier.name, *zygote.tier.missing, sep="\\n")
"""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the confinement is Linux's"),
    pytest.mark.skipif(
        getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can become somebody else to run them again"
    ),
]


def in_world(uid: int, namespaces: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in another world (world.py)."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(HERE / "world.py"), str(uid), namespaces, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(("uid", "namespaces"), EXPECTED)
def test_the_tier_is_what_the_world_allows(uid: int, namespaces: str) -> None:
    done = in_world(uid, namespaces, "-c", TIER)
    if "cannot be entered" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.stdout.splitlines()[:1] == [EXPECTED[uid, namespaces]], done.stdout + done.stderr
    assert ("user namespaces" in done.stdout) == (namespaces == "refused")


@pytest.mark.parametrize(("uid", "namespaces"), [(NOBODY, "allowed"), (NOBODY, "refused"), (0, "refused")])
def test_the_sandbox_holds(uid: int, namespaces: str) -> None:
    options = ["-q", "-p", "no:cacheprovider", "-k", "not rlimits and not data_loader"]
    done = in_world(uid, namespaces, "-m", "pytest", *options, *(str(HERE / part) for part in PARTS))
    if "cannot be entered" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
