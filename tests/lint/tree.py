"""What the lint tests share: the tree's files, and C source without comments and strings."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE_FOLDERS = ("common", "indexer", "searcher", "tests")
SKIPPED = 77  # Meson's exit status for a test that cannot run here

COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL
)


def files(*suffixes):
    """Every file of the tree with one of these suffixes (all files without any), as (path from the root, path)."""
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        top = name.split("/")[0]
        generated = top.startswith("build") and path.parent != ROOT
        hidden = top.startswith(".") and top not in (".ci", ".clang-format", ".gitignore")
        if generated or hidden or ".index/" in name or "__pycache__" in name or not path.is_file():
            continue
        if not suffixes or path.suffix in suffixes:
            yield name, path


def sources(*suffixes):
    """The C (and C++) files below the source folders."""
    for name, path in files(*(suffixes or (".c", ".h"))):
        if name.split("/")[0] in SOURCE_FOLDERS:
            yield name, path.read_text(encoding="utf-8")


def code_lines(text):
    """(line number, line) with comments taken out and strings emptied; line numbers stay."""

    def blank(match):
        found = match.group()
        return ("\n" * found.count("\n")) if found[0] == "/" else found[0] * 2

    return enumerate(COMMENT_OR_STRING.sub(blank, text).split("\n"), 1)


def report(problems):
    """Prints the problems and ends the test."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
