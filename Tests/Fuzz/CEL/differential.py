#!/usr/bin/env python3
"""Compares aigw-cel with cel-python on random expressions.

    python3 differential.py [--seed N] [--count N]

The same seed makes the same expressions. They are well typed, for cel-python checks no types before it runs, and of one
numeric type at a time: it still has the homogeneous equality of the language before version 0.7 (langdef.md, Legacy
Behavior). Errors must meet errors; their words differ. What cel-python 0.5 gets wrong is left out: indexes below 0, which
count from the end as Python's do; errors among the elements of a list or map, which it keeps there; errors inside map,
filter and exists_one, which || cannot outvote; contains() of a sum, which it does not find; string() of a bool, which it writes as
Python does; int() of the least double, which is outside the range.
"""
import argparse
import random
import sys

import celpy

import driver

NUMBERS = ("int", "uint", "double")
SCALARS = NUMBERS + ("bool", "string", "bytes")
VARIABLES = {"int": ["i", "j"], "uint": ["u", "v"], "double": ["d"], "bool": ["p", "q"], "string": ["s", "t"],
             "bytes": ["b"], "list(int)": ["l"], "list(string)": ["k"], "map(string, int)": ["m"]}
INTS = [0, 1, 2, 3, 5, 7, 10, 100, 4096, 2**31, 2**32, 2**53, 2**62, 2**63 - 1]
DOUBLES = ["0.0", "0.5", "1.0", "1.5", "2.25", "1e3", "123.456", "1e-7", "4503599627370497.5", "1e300"]
TEXTS = ["", "a", "ab", "abc", "b", "gpt-4o", "gpt-4o-mini", "é", "日本語", "x y", "0", "42", "-7", "1.5", "true"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.locals = []

    def pick(self, choices):
        return self.random.choice(choices)

    def literal(self, kind):
        if kind == "int":
            return self.pick(["", "-"]) + str(self.pick(INTS))
        if kind == "uint":
            return f"{self.pick(INTS + [2**63, 2**64 - 1])}u"
        if kind == "double":
            return self.pick(["", "-"]) + self.pick(DOUBLES)
        if kind == "bool":
            return self.pick(["true", "false"])
        if kind == "string":
            return self.quoted(self.pick(TEXTS))
        if kind == "bytes":
            return "b" + self.quoted(self.pick(["", "a", "ab", "b"]))
        if kind == "map(string, int)":
            keys = self.random.sample(["a", "b", "c", "d"], self.random.randint(0, 3))
            return "{" + ", ".join(f"'{key}': {self.literal('int')}" for key in keys) + "}"
        element = kind[5:-1]
        return "[" + ", ".join(self.literal(element) for _ in range(self.random.randint(0, 4))) + "]"

    def quoted(self, text):
        quote = self.pick(["'", '"', "'''", '"""'])
        return quote + text + quote

    def leaf(self, kind):
        own = [name for name, of in self.locals if of == kind]
        names = VARIABLES.get(kind, []) + own * 2
        return self.pick(names) if names and self.random.random() < 0.55 else self.literal(kind)

    def bracketed(self, kind, depth):
        return f"({self.make(kind, depth)})"

    def make(self, kind, depth):
        if depth <= 0 or self.random.random() < 0.08:
            return self.leaf(kind)
        forms = self.forms(kind, depth - 1)
        forms.append(lambda: f"{self.bracketed('bool', depth - 1)} ? {self.bracketed(kind, depth - 1)} : "
                             f"{self.bracketed(kind, depth - 1)}")
        return self.pick(forms)()

    def forms(self, kind, depth):
        """Ways to write an expression of this kind over smaller ones."""
        of = lambda other: self.bracketed(other, depth)
        infix = lambda operators: (lambda: f"{of(kind)} {self.pick(operators)} {of(kind)}")
        # Without brackets: precedence and associativity decide.
        bare = lambda operators: (lambda: self.leaf(kind) + "".join(
            f" {self.pick(operators)} {self.leaf(kind)}" for _ in range(self.random.randint(1, 4))))
        if kind == "int":
            return [infix(["+", "-", "*", "/", "%"]), bare(["+", "-", "*", "/", "%"]),
                    lambda: f"-{of('int')}",
                    lambda: f"size({of(self.pick(['string', 'bytes', 'list(int)', 'map(string, int)']))})",
                    lambda: f"int({of('uint')})", lambda: f"int({self.literal(self.pick(['string', 'double']))})",
                    lambda: f"{of('list(int)')}[{self.place(depth)}]", lambda: f"{of('map(string, int)')}[{of('string')}]",
                    lambda: f"{of('map(string, int)')}.{self.pick('abcd')}"]
        if kind == "uint":
            return [infix(["+", "-", "*", "/", "%"]), bare(["+", "-", "*", "/", "%"]), lambda: f"uint({of('int')})",
                    lambda: f"uint({self.literal('string')})"]
        if kind == "double":
            return [infix(["+", "-", "*"]), lambda: f"-{of('double')}",
                    lambda: f"double({of(self.pick(['int', 'uint']))})"]
        if kind == "bool":
            return [lambda: self.relation(depth), lambda: self.relation(depth), infix(["&&", "||"]), bare(["&&", "||"]),
                    lambda: f"!{of('bool')}",
                    lambda: f"string({of('string')}).{self.pick(['contains', 'startsWith', 'endsWith'])}({of('string')})",
                    lambda: f"{of('int')} in {of('list(int)')}", lambda: f"{of('string')} in {of('map(string, int)')}",
                    lambda: f"has({self.leaf('map(string, int)')}.{self.pick('abcd')})",
                    lambda: self.macro(self.pick(["all", "exists", "exists_one"]), "bool", depth),
                    lambda: f"{of('string')}.matches('{self.pick(['^gpt-[0-9]o', 'a.c', '(a|b)+$', 'é', 'x{2}', '^$'])}')"]
        if kind == "string":
            return [infix(["+"]), lambda: f"string({of(self.pick(['int', 'uint', 'string']))})",
                    lambda: f"{of('list(string)')}[{self.place(depth)}]"]
        if kind == "bytes":
            return [infix(["+"]), lambda: f"bytes({of('string')})"]
        if kind.startswith("list"):
            element = kind[5:-1]
            return [infix(["+"]), lambda: "[" + ", ".join(self.steady(element) for _ in range(self.random.randint(1, 3))) + "]",
                    lambda: self.macro("filter", kind, depth), lambda: self.macro("map", kind, depth)]
        return [lambda: self.leaf(kind),
                lambda: f"{{'a': {self.steady('int')}, {self.quoted(self.pick('abcd'))}: {self.steady('int')}}}"]

    def place(self, depth):
        """Somewhere in a list, or a little beyond its end."""
        return self.pick([str(self.random.randint(0, 4)), f"size({self.bracketed('string', depth)}) % 4"])

    def steady(self, kind):
        """What has a value in any case."""
        return self.pick([self.leaf(kind), f"{self.leaf('bool')} ? {self.leaf(kind)} : {self.leaf(kind)}"])

    def relation(self, depth):
        kind = self.pick(SCALARS + ("list(int)", "map(string, int)"))
        operators = ["==", "!="] if "(" in kind or kind in ("bool", "bytes") else ["==", "!=", "<", "<=", ">", ">="]
        return f"{self.bracketed(kind, depth)} {self.pick(operators)} {self.bracketed(kind, depth)}"

    def macro(self, name, kind, depth):
        """Over a list, or the keys of a map; the kind of the result decides what `map` makes."""
        sources = {"list(int)": "int", "list(string)": "string", "map(string, int)": "string"}
        if name == "filter":
            sources = {kind: kind[5:-1]}
        source = self.pick(list(sources))
        variable = self.pick(["x", "y", "z"])
        over = self.bracketed(source, depth)
        outer = self.locals
        # It hides an outer one of its name, which may be of another type.
        self.locals = [local for local in outer if local[0] != variable] + [(variable, sources[source])]
        if name == "map":
            body = self.steady(kind[5:-1])
        elif name in ("filter", "exists_one"):
            body = self.pick([self.steady("bool"), f"{variable} {self.pick(['==', '<', '>='])} {self.leaf(sources[source])}"])
        else:
            body = self.make("bool", depth)
        self.locals = outer
        return f"{over}.{name}({variable}, {body})"


def shown(value):
    """A value of cel-python as aigw-cel prints it. Some operators of cel-python make plain Python values."""
    types = celpy.celtypes
    if isinstance(value, celpy.CELEvalError):  # It keeps the error of an element in the list.
        raise value
    if isinstance(value, types.BoolType):
        return "true" if value else "false"
    if isinstance(value, types.UintType):
        return f"{int(value)}u"
    if isinstance(value, types.IntType):
        return str(int(value))
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, str):
        return '"' + "".join(escaped(ord(c)) if ord(c) < 128 else c for c in value) + '"'
    if isinstance(value, bytes):
        return 'b"' + "".join(escaped(byte) for byte in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(key)}: {shown(item)}" for key, item in value.items()) + "}"
    raise TypeError(f"{value!r} is no value of the language")


def escaped(byte):
    named = {92: "\\\\", 34: '\\"', 10: "\\n"}
    return named.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}")


def theirs(environment, expression, bindings):
    try:
        return "= " + shown(environment.program(environment.compile(expression)).evaluate(bindings))
    except (celpy.CELEvalError, celpy.CELParseError, ArithmeticError, IndexError) as error:
        return f"! {error}"  # The last two escape from it where it converts an infinity, and where it words an error.


def same(mine, other):
    if mine.startswith("!") or other.startswith("!"):
        return mine[0] == other[0]
    try:
        # Doubles by value: the two print large ones in different ways.
        return mine == other or repr(float(mine[2:])) == repr(float(other[2:]))
    except ValueError:
        return False


def compare(seed, count):
    """Expressions on which the two differ, and how many were compared and had a value."""
    generator = Generator(seed)
    environment = celpy.Environment()
    variables, bindings = {}, {}
    for kind, names in VARIABLES.items():
        for name in names:
            variables[name] = generator.literal(kind)
            while variables[name] in ("[]", "{}"):
                variables[name] = generator.literal(kind)  # Its type would not show.
            bindings[name] = environment.program(environment.compile(variables[name])).evaluate({})
    kinds = list(VARIABLES)
    expressions = [generator.make(generator.pick(kinds), generator.random.randint(1, 5)) for _ in range(count)]
    expressions = [text for text in expressions if len(text.encode()) < 4000]
    answers = driver.evaluate([(text, variables) for text in expressions])
    differences, values = [], 0
    for text, mine in zip(expressions, answers):
        other = theirs(environment, text, bindings)
        values += mine.startswith("=")
        if not same(mine, other):
            differences.append(f"{text}\n    here:       {mine}\n    cel-python: {other}")
    if differences:
        differences.append(f"with {variables}")
    return differences, len(expressions), values


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    options = parser.parse_args()
    sys.setrecursionlimit(20_000)
    differences, compared, values = compare(options.seed, options.count)
    print("\n".join(differences + [f"seed {options.seed}: {compared} expressions compared, {values} of them have a "
                                   f"value, {max(0, len(differences) - 1)} differ"]))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
