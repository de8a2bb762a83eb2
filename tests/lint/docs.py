"""Every page of docs/ is found from README.md or docs/architecture.md, and every link between pages leads somewhere."""
import posixpath
import re
import tree

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
OUTSIDE = re.compile(r"^[a-z]+:")
ENTRANCES = ("README.md", "docs/architecture.md")


def links(name, path):
    """(line number, target from the root) of every link to a file of the tree."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        for target in LINK.findall(line):
            if not OUTSIDE.match(target):
                yield number, posixpath.normpath(posixpath.join(posixpath.dirname(name), target))


def main():
    problems = []
    linked = set(ENTRANCES)
    pages = {name for name, _ in tree.files() if name.startswith("docs/") and name.count("/") == 1}
    pages.discard("docs/meson.build")
    for entrance in ENTRANCES:
        if not (tree.ROOT / entrance).is_file():
            problems.append(f"{entrance}: is not there")
    for name, path in tree.files(".md"):
        if name.startswith("corpus/articles/"):
            continue
        for number, target in links(name, path):
            if not (tree.ROOT / target).exists():
                problems.append(f"{name}:{number}: {target}: no such file")
            elif name in ENTRANCES:
                linked.add(target)
    problems += [f"{page}: no link to it in {' or '.join(ENTRANCES)}" for page in sorted(pages - linked)]
    tree.report(problems)


if __name__ == "__main__":
    main()
