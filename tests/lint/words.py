"""What must not stand in the tree: paths of somebody's machine, hosts of package registries, unfinished work."""
import re
import tree

# Written so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w./:~-])/(?:%s)/" % "|".join(("work", "home", "root", "tmp", "Users")))
REGISTRY = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("static", "crates", "io"),
            ("index", "crates", "io"),
            ("proxy", "golang", "org"),
            ("repo", "maven", "apache", "org"),
            ("repo1", "maven", "org"),
            ("deb", "debian", "org"),
            ("archive", "ubuntu", "com"),
            ("security", "debian", "org"),
        )
    )
)
UNFINISHED = re.compile(r"\b(?:%s)\b" % "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")))
CHARACTERS = re.compile(r"[ \t]+$|\r")


def main():
    problems = []
    for name, path in tree.files():
        article = name.startswith("corpus/")
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            if not article:
                problems.append(f"{name}: not UTF-8")
            continue
        for number, line in enumerate(text.split("\n"), 1):
            where = f"{name}:{number}"
            if MACHINE_PATH.search(line):
                problems.append(f"{where}: a path of one machine: {line.strip()[:100]}")
            if REGISTRY.search(line):
                problems.append(f"{where}: a package registry's host: {line.strip()[:100]}")
            if not article and UNFINISHED.search(line):
                problems.append(f"{where}: unfinished: {line.strip()[:100]}")
            if not article and path.suffix in (".c", ".h", ".py", ".sh", ".build") and CHARACTERS.search(line):
                problems.append(f"{where}: white space at the end of the line")
    tree.report(problems)


if __name__ == "__main__":
    main()
