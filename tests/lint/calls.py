"""Calls that have one place each: file I/O, allocation, ending the process."""
import re
import tree

# name of the rule, the functions, the files and folders that it is about, those of them that may
RULES = [
    (
        "file I/O goes through common/base/file.h",
        "open openat creat fopen freopen fdopen pwrite write writev fsync fdatasync sync rename renameat unlink"
        " unlinkat remove mmap munmap msync truncate ftruncate fallocate posix_fallocate mkstemp mkostemp tmpfile"
        " mkdir mkdirat rmdir link symlink",
        ("common/", "indexer/"),
        ("common/base/system.c", "common/text/generate_"),
    ),
    (
        "allocation goes through common/base/memory.h",
        "malloc calloc realloc reallocarray strdup strndup asprintf vasprintf alloca aligned_alloc posix_memalign",
        ("common/", "indexer/", "searcher/"),
        ("common/base/memory.c", "common/text/generate_"),
    ),
    (
        "only main() ends the process",
        "exit _exit _Exit quick_exit abort err errx",
        ("common/", "indexer/", "searcher/"),
        ("indexer/main.c", "searcher/main.c", "common/text/generate_"),
    ),
    (
        "only main() prints; others are given where to print",
        "printf puts putchar perror warn warnx",
        ("common/", "indexer/", "searcher/"),
        ("indexer/main.c", "searcher/main.c", "common/text/generate_"),
    ),
    (
        "libraries are loaded by common/base/library.h",
        "dlopen dlmopen dlsym dlvsym dlclose",
        ("common/", "indexer/", "searcher/"),
        ("common/base/library.c",),
    ),
    (
        "a function without a limit",
        "gets strcat sprintf vsprintf strtok system popen",
        ("common/", "indexer/", "searcher/"),
        (),
    ),
]


def main():
    rules = [
        (words, re.compile(r"(?<![\w.>])(?:%s)\s*\(" % "|".join(functions.split())), places, exempt)
        for words, functions, places, exempt in RULES
    ]
    problems = []
    for name, text in tree.sources(".c", ".h"):
        for number, line in tree.code_lines(text):
            for words, pattern, places, exempt in rules:
                match = pattern.search(line)
                if match and name.startswith(places) and not name.startswith(exempt or ("/",)):
                    problems.append(f"{name}:{number}: {match.group().rstrip('(').strip()}(): {words}")
    tree.report(problems)


if __name__ == "__main__":
    main()
