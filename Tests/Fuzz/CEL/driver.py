"""Talks to aigw-cel: many expressions in, one answer each."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


def program():
    """AIGW_CEL, or the newest build in the checkout."""
    if "AIGW_CEL" in os.environ:
        return os.environ["AIGW_CEL"]
    built = [path for path in (ROOT / ".build" / kind / "aigw-cel" for kind in ("release", "debug")) if path.exists()]
    if not built:
        raise SystemExit("aigw-cel is not built; run: swift build --product aigw-cel")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def escaped(text):
    for plain, written in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, written)
    return text


def evaluate(cases):
    """cases: (expression, {variable: expression}). Answers in the same order: `= VALUE` or `! WHY`."""
    lines = ["\t".join(escaped(field) for field in [expression] + [f"{k}={v}" for k, v in variables.items()])
             for expression, variables in cases]
    done = subprocess.run([program()], input="\n".join(lines) + "\n", capture_output=True, encoding="utf-8", timeout=600)
    # Only line feeds end an answer; Python would also split at others.
    answers = done.stdout.split("\n")[:-1]
    if len(answers) != len(cases):
        raise SystemExit(f"aigw-cel ended after {len(answers)} of {len(cases)} expressions, at: "
                         f"{cases[len(answers)][0]!r}\n{done.stderr}")
    return answers
