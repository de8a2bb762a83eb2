"""Who may include whom: imports point down only, and each outside library has its place.

The law (docs/architecture.md tells why):
  common/base     includes common/base only
  common/text, common/index, common/xapian   include common/base and themselves
  indexer         includes common and indexer
  searcher        includes common and searcher
  tests           may include everything
"""
import re
import tree

ALLOWED = [  # the longest prefix that fits a file decides
    ("common/base/", ("common/base/",)),
    ("common/text/", ("common/base/", "common/text/")),
    ("common/index/", ("common/base/", "common/index/")),
    ("common/xapian/", ("common/base/", "common/xapian/")),
    ("indexer/", ("common/", "indexer/")),
    ("searcher/", ("common/", "searcher/")),
    ("tests/", ("common/", "indexer/", "searcher/", "tests/")),
]

LIBRARIES = [  # headers of libraries -> the folders that may include them
    (re.compile(r"^zlib\.h$"), ("common/base/", "common/index/", "indexer/intake/", "searcher/site/", "tests/")),
    (re.compile(r"^libdeflate\.h$"), ("common/index/inflate.c",)),
    (re.compile(r"^libstemmer(/|\.h$)"), ("common/text/",)),
    (re.compile(r"^libxml/|^jansson\.h$|^cmark\.h$|^uchardet(/|\.h$)"), ("indexer/intake/", "tests/")),
    (re.compile(r"^utf8proc\.h$|^uni[a-z]+\.h$"), ("common/text/generate_", "tests/")),
    (re.compile(r"^xapian"), ("common/xapian/",)),
    (re.compile(r"^fcgi[a-z]*\.h$|^seccomp\.h$|^microhttpd\.h$"), ("searcher/site/",)),
    (re.compile(r"^cmocka\.h$"), ("tests/",)),
]
NOT_LIBRARIES = {"unistd.h"}

PRIVATE = {  # header -> who may include it
    "common/base/system.h": ("common/base/", "indexer/intake/input.c", "tests/unit/test_file.c"),
    "common/index/segment_private.h": ("common/index/",),
    "common/index/bitpack_kernels.h": ("common/index/", "tests/unit/test_bitpack.c"),
    "common/text/tokenizer_parts.h": ("common/text/",),
    "common/text/unicode_tables.h": ("common/text/",),
}
GENERATED = {"common/base/config.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CPP_SUFFIXES = (".cc", ".cpp", ".cxx", ".hpp", ".hh")


def check_own(name, included):
    if included in GENERATED:
        return None
    if name.startswith("tests/") and ((tree.ROOT / name).parent / included).is_file():
        return None  # what the tests of one folder share
    if not (tree.ROOT / included).is_file():
        return "is not a path from the root of the tree"
    for prefix, targets in ALLOWED:
        if name.startswith(prefix) and not included.startswith(targets):
            return "is not below: " + ", ".join(targets)
    if not name.startswith(PRIVATE.get(included, "")):
        return "is private to " + ", ".join(PRIVATE[included])
    return None


def check_library(name, included):
    if included in NOT_LIBRARIES:
        return None
    for pattern, folders in LIBRARIES:
        if pattern.search(included) and not name.startswith(folders):
            return "belongs in " + ", ".join(folder + "*" for folder in folders)
    return None


def main():
    problems = []
    for name, text in tree.sources(".c", ".h", *CPP_SUFFIXES):
        if name.endswith(CPP_SUFFIXES) and not name.startswith("common/xapian/"):
            problems.append(f"{name}: C++ belongs in common/xapian/ only")
        for number, line in enumerate(text.split("\n"), 1):
            match = INCLUDE.match(line)
            if match:
                check = check_own if match[1] == '"' else check_library
                problem = check(name, match[2])
                if problem:
                    problems.append(f"{name}:{number}: {match[2]}: {problem}")
    tree.report(problems)


if __name__ == "__main__":
    main()
