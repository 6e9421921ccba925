"""Which confinement a machine can offer: what each tier consists of, and how to get what is missing."""

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

Name = Literal["bubblewrap", "landlock", "rlimits", "subprocess"]

STRENGTH: tuple[Name, ...] = ("bubblewrap", "landlock", "rlimits", "subprocess")
"""Strongest first."""

REQUIRED: Mapping[Name, frozenset[str]] = {
    "bubblewrap": frozenset({"namespaces", "user", "rlimits"}),
    "landlock": frozenset({"landlock", "seccomp", "rlimits"}),
    "rlimits": frozenset({"rlimits"}),
    "subprocess": frozenset(),
}
"""Without these layers a tier is not what its name says."""

REMEDIES: Mapping[str, str] = {
    "namespaces": "install bubblewrap and allow user namespaces (Ubuntu: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0; Docker: --security-opt seccomp=unconfined)",
    "user": "run as root, or allow user namespaces",
    "landlock": "Linux 5.13 or later with landlock among its security modules (lsm=), and pip install py-landlock",
    "seccomp": "install libseccomp2, and pip install pyseccomp",
    "rlimits": "use Linux",
}


@dataclass(frozen=True)
class Tier:
    """A confinement that was tried and works: its layers, and a line for each layer that it lacks."""

    name: Name
    layers: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def warning(self) -> str | None:
        """What a grader should know before trusting a grade; None for the tiers that keep strangers apart."""
        if self.name in ("bubblewrap", "landlock"):
            return None
        return f"weak sandbox ({self.name}): a submission can read this user's files, hidden checks among them"


def candidates(wanted: str | None) -> tuple[Name, ...]:
    """The tiers to try on this system, strongest first."""
    here: tuple[Name, ...] = STRENGTH[:-1] if sys.platform == "linux" else ("subprocess",)
    return here if wanted is None else tuple(name for name in STRENGTH if name == wanted)


def layers(name: Name, without: Collection[str]) -> tuple[str, ...]:
    """The layers to try for a tier. Away from namespaces, only root can give each child a user id of its own."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    wanted = {
        "bubblewrap": ("namespaces", "user", "rlimits", "landlock", "seccomp"),
        "landlock": ("user", "rlimits", "landlock", "seccomp") if as_root else ("rlimits", "landlock", "seccomp"),
        "rlimits": ("user", "rlimits", "landlock", "seccomp") if as_root else ("rlimits", "landlock", "seccomp"),
        "subprocess": (),
    }[name]
    return tuple(layer for layer in wanted if layer not in without)


def lacking(failures: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each missing layer: what happened, how to get it."""
    return tuple(f"{layer}: {reason}. To get it: {REMEDIES[layer]}" for layer, reason in failures.items())
