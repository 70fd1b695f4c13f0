"""Talks to aigw-cel: many expressions in, one answer each."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


def program():
    """The program AIGW_CEL names, or one built now."""
    if "AIGW_CEL" not in os.environ:
        subprocess.run(["swift", "build", "--quiet", "--product", "aigw-cel"], cwd=ROOT, check=True)
        os.environ["AIGW_CEL"] = str(ROOT / ".build" / "debug" / "aigw-cel")
    return os.environ["AIGW_CEL"]


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
