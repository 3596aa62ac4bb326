"""Prints "PASSED FAILED SKIPPED" of a JUnit report written by ctest. A test that could not be run has failed."""

import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    if case.get("status") == "run":
        return "passed"
    # ctest writes notrun both for a test that skipped itself and for one whose program is missing.
    skipped = case.find("skipped")
    reason = skipped.get("message", "") if skipped is not None else ""
    if case.get("status") == "disabled" or reason.startswith("SKIP_"):
        return "skipped"
    return "failed"


def main():
    cases = [outcome(case) for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase")]
    print(cases.count("passed"), cases.count("failed"), cases.count("skipped"))


if __name__ == "__main__":
    main()
