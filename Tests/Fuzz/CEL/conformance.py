#!/usr/bin/env python3
"""Runs the public conformance vectors of cel-spec against aigw-cel.

    python3 conformance.py [FOLDER]

FOLDER holds *.textproto (cel-spec's tests/simple/testdata). Without it they are taken from the source distribution of
cel-python on PyPI, which ships them. Vectors about messages, timestamps, durations and containers are about what is not
here, and are counted as such; the rest must agree, but for those that only say what an expression comes to that the
type checker refuses.
"""
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

import driver
from textproto import first, parse

FILES = ["basic", "comparisons", "conversions", "fields", "fp_math", "integer_math", "lists", "logic", "macros",
         "namespace", "parse", "plumbing", "string"]
PACKAGE = "cel-python==0.5.0"
ABSENT = re.compile(r"TestAllTypes|google\.protobuf|timestamp\(|duration\(|NestedTest|TestRequired|GlobalEnum|cel\.")


def vectors(folder):
    for name in FILES:
        message = parse((folder / f"{name}.textproto").read_text(encoding="utf-8"))
        for section in (value for key, value in message if key == "section"):
            for test in (value for key, value in section if key == "test"):
                yield f"{name}/{first(section, 'name').decode()}/{first(test, 'name').decode()}", test


def literal(value):
    """A Value message as an expression; None where the language has no such value."""
    kind, content = value[0]
    if kind == "int64_value":
        return f"({content})"
    if kind == "uint64_value":
        return f"{content}u"
    if kind == "double_value":
        number = float(content)
        return f"double('{number!r}')"
    if kind in ("string_value", "bytes_value"):
        prefix = "b" if kind == "bytes_value" else ""
        text = "".join(f"\\x{byte:02x}" for byte in content) if prefix else "".join(
            f"\\U{ord(character):08x}" for character in content.decode())
        return f'{prefix}"{text}"'
    if kind == "bool_value":
        return content
    if kind == "null_value":
        return "null"
    if kind == "type_value":
        return content.decode() if content.decode() in ("bool", "bytes", "double", "int", "list", "map", "null_type",
                                                        "string", "type", "uint") else None
    if kind == "list_value":
        parts = [literal(item) for key, item in content if key == "values"]
        return None if None in parts else "[" + ", ".join(parts) + "]"
    if kind == "map_value":
        parts = [(literal(first(entry, "key")), literal(first(entry, "value")))
                 for key, entry in content if key == "entries"]
        return None if any(None in part for part in parts) else "{" + ", ".join(f"{k}: {v}" for k, v in parts) + "}"
    return None


def case_of(test):
    """What to ask, and what to expect; None where the vector is about something else."""
    expression = first(test, "expr").decode()
    bindings = {first(binding, "key").decode(): literal(first(first(binding, "value"), "value", [("none", "")]))
                for key, binding in test if key == "bindings"}
    if ABSENT.search(expression) or first(test, "container") or None in bindings.values() or first(test, "check_only"):
        return None
    # A variable may not be called true; the vectors ask that such a binding changes nothing.
    bindings = {name: value for name, value in bindings.items() if name not in ("true", "false", "null")}
    if first(test, "eval_error") is not None:
        return expression, bindings, None
    expected = literal(first(test, "value", [("bool_value", "true")]))
    return None if expected is None else (expression, bindings, expected)


def check(folder):
    """What does not agree, and how many vectors of each kind there are."""
    tests = [(name, test, case_of(test)) for name, test in vectors(folder)]
    known = [(name, test, case) for name, test, case in tests if case]
    answers = driver.evaluate([(case[0], case[1]) for _, _, case in known])
    # The value again beside the expected one: equal, and of one type.
    agreed = driver.evaluate([
        (f"dyn({case[0]}\n) == dyn({case[2]}) && type({case[0]}\n) == type({case[2]})" if case[2] else "true", case[1])
        for _, _, case in known])
    counts = {"all": len(tests), "agree": 0, "stricter": 0, "absent": len(tests) - len(known)}
    wrong = []
    for (name, test, (expression, _, expected)), answer, agrees in zip(known, answers, agreed):
        is_nan = expected == "double('nan')" and answer == "= nan"
        if (expected is None) == answer.startswith("!") and (expected is None or agrees == "= true" or is_nan):
            counts["agree"] += 1
        elif first(test, "disable_check") == "true" and answer.startswith("! load:"):
            counts["stricter"] += 1  # The vector switches the type checker off; here it is never off.
        else:
            wrong.append(f"{name}: {expression!r}: expected {expected}, got {answer} ({agrees})")
    return wrong, counts


def main():
    with tempfile.TemporaryDirectory() as scratch:
        wrong, counts = check(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else downloaded(pathlib.Path(scratch)))
    print("\n".join(wrong + [f"{counts['all']} vectors: {counts['agree']} agree, {len(wrong)} do not, "
                             f"{counts['stricter']} are refused by the type checker, {counts['absent']} are about what "
                             "is not here"]))
    return 1 if wrong else 0


def downloaded(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
                    "--dest", str(folder), PACKAGE], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("*/features"))


if __name__ == "__main__":
    sys.exit(main())
