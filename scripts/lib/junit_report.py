"""Reads a JUnit report written by ctest. A test that could not be run has failed.

junit_report.py count FILE     prints "PASSED FAILED SKIPPED"
junit_report.py skipped FILE   prints a line for each reason to skip: the reason, and the tests skipped for it
"""

import collections
import re
import sys
import xml.etree.ElementTree as ElementTree

SKIP_REASON = re.compile(r": Skipped\n(.*)")


def outcome(case):
    if case.get("status") == "run":
        return "passed"
    # ctest writes notrun both for a test that skipped itself and for one whose program is missing.
    skipped = case.find("skipped")
    reason = skipped.get("message", "") if skipped is not None else ""
    if case.get("status") == "disabled" or reason.startswith("SKIP_"):
        return "skipped"
    return "failed"


def skip_reason(case):
    """What a test gave GTEST_SKIP to say."""
    found = SKIP_REASON.search(case.findtext("system-out") or "")
    return found.group(1).strip() if found else "no reason given"


def print_count(cases):
    if not cases:
        sys.exit("the report holds no test")
    outcomes = [outcome(case) for case in cases]
    print(outcomes.count("passed"), outcomes.count("failed"), outcomes.count("skipped"))


def print_skipped(cases):
    tests_by_reason = collections.defaultdict(list)
    for case in cases:
        if outcome(case) == "skipped":
            tests_by_reason[skip_reason(case)].append(case.get("name"))
    for reason, tests in tests_by_reason.items():
        print(f"{reason}: {', '.join(tests)}")


def main():
    cases = list(ElementTree.parse(sys.argv[2]).getroot().iter("testcase"))
    {"count": print_count, "skipped": print_skipped}[sys.argv[1]](cases)


if __name__ == "__main__":
    main()
