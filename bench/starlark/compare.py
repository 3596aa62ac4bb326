#!/usr/bin/env python3
"""Times hawser starlark, the Go implementation and CPython on the same programs: least CPU time of several runs.

usage: compare.py HAWSER GO-DRIVER FOLDER
"""
import math
import os
import resource
import subprocess
import sys
import tempfile

RUNS = 5
PARSED = '''def function_{0}(name, deps=[], **kwargs):
    """Declares a thing."""
    result = [d for d in deps if d != name]
    if name in kwargs and len(result) > {0} or not deps:
        return {{"name": name, "deps": result, "size": {0} * len(deps) + 1, "tags": ["a{0}", 'b', "c"]}}
    for key, value in kwargs.items():
        result.append("%s=%s" % (key, value.strip().replace("x", "y")[1:-1]))
    return dict(name=name, deps=result, x=lambda a, b=2: a + b)

'''


def cpu_seconds(command):
    """The least user and system time of several runs; None when the program fails."""
    best = math.inf
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, env=dict(os.environ, PYTHONINTMAXSTRDIGITS="0"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            return None
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def programs(folder, scratch):
    """Names and paths: an empty file, one of a megabyte, and those of the folder."""
    start = os.path.join(scratch, "start-up.star")
    parse = os.path.join(scratch, "parse-1-MB.star")
    with open(start, "w") as file:
        file.write("x = 1\n")
    with open(parse, "w") as file:
        file.write("".join(PARSED.format(i) for i in range(1_000_000 // len(PARSED) + 1)))
    yield "start-up", start
    yield "parse 1 MB", parse
    for name in sorted(os.listdir(folder)):
        if name.endswith(".star"):
            yield name[:-5], os.path.join(folder, name)


def main():
    hawser, driver, folder = sys.argv[1:4]
    ratios = []
    print(f"{'program':<14}{'hawser':>10}{'Go':>10}{'CPython':>10}{'Go/hawser':>12}")
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in programs(folder, scratch):
            ours = cpu_seconds([hawser, "starlark", path])
            go = cpu_seconds([driver, "run", path])
            cpython = cpu_seconds(["python3", "-S", path])
            if ours is None or go is None:
                sys.exit(f"{name}: failed")
            ratios.append(go / ours)
            python = "-" if cpython is None else f"{cpython * 1e3:.1f}"
            print(f"{name:<14}{ours * 1e3:>10.1f}{go * 1e3:>10.1f}{python:>10}{go / ours:>12.2f}")
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"milliseconds of CPU time, least of {RUNS} runs; geometric mean of Go/hawser: {mean:.2f}")


main()
