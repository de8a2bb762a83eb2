"""Prints `N passed, N failed, N skipped`, summed from the testlog.json files of Meson test runs."""
import json
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP", "IGNORED"}


def main(paths):
    passed = failed = skipped = 0
    for path in paths:
        try:
            with open(path, encoding="utf-8") as log:
                results = [json.loads(line)["result"] for line in log]
        except OSError as error:
            print(f"{path}: {error.strerror}: that run did not get as far as its tests", file=sys.stderr)
            failed += 1
            continue
        passed += sum(result in PASSED for result in results)
        skipped += sum(result in SKIPPED for result in results)
        failed += sum(result not in PASSED | SKIPPED for result in results)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")


if __name__ == "__main__":
    main(sys.argv[1:])
