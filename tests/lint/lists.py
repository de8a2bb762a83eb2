"""Every C file is built: it stands in some meson.build, a unit test by its subject."""
import posixpath
import re
import tree

COMMENT = re.compile(r"#[^\n]*")
QUOTED = re.compile(r"'([^']+)'")


def listed():
    """Every quoted string of every meson.build, as a path from the root."""
    found = set()
    for name, path in tree.files(".build"):
        folder = posixpath.dirname(name)
        for quoted in QUOTED.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))):
            found.add(posixpath.normpath(posixpath.join(folder, quoted)))
            found.add(posixpath.join(folder, f"test_{quoted}.c"))
    return found


def main():
    found = listed()
    tree.report([f"{name}: in no meson.build" for name, _ in tree.sources(".c") if name not in found])


if __name__ == "__main__":
    main()
