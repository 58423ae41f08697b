"""Count the code lines of each module of nnlib, its classes and functions.

A code line holds at least one token that is neither comment nor docstring. A function
is counted without its head, which names what comes in.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

BUDGET, CLASS, FUNCTION = 200, 40, 20  # lines allowed
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def docstring_lines(tree):
    """Line numbers covered by the docstrings of a module and all within it."""
    lines = set()
    for node in ast.walk(tree):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and ast.get_docstring(node, clean=False):
            lines.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def lines_of_code(source):
    """The numbers of the code lines in a Python source text."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - docstring_lines(ast.parse(source))


def code_lines(source):
    """Number of code lines in a Python source text."""
    return len(lines_of_code(source))


def too_long(source):
    """Name -> code lines of the classes and functions that have too many."""
    lines, found = lines_of_code(source), {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            is_class = isinstance(node, ast.ClassDef)
            first = node.lineno if is_class else node.body[0].lineno
            count = len(lines & set(range(first, node.end_lineno + 1)))
            if count > (CLASS if is_class else FUNCTION):
                found[node.name] = count
    return found


def module_sizes(package):
    """Code lines of every module of a package folder, by path relative to it."""
    return {
        path.relative_to(package).as_posix(): code_lines(path.read_text("utf-8"))
        for path in sorted(package.rglob("*.py"))
    }


def main():
    """Print the table; exit with 1 when something is over its budget."""
    package = Path(__file__).parents[1] / "nnlib"
    sizes, is_over = module_sizes(package), False
    for name, lines in sizes.items():
        parts = too_long((package / name).read_text("utf-8"))
        notes = ["over the budget"] if lines > BUDGET else []
        notes += [f"{part} has {count}" for part, count in parts.items()]
        print(f"{lines:5}  {name}  {', '.join(notes)}".rstrip())
        is_over |= bool(notes)
    print(
        f"{sum(sizes.values()):5}  code lines in all; allowed are {BUDGET} for a "
        f"module, {CLASS} for a class, {FUNCTION} for the body of a function"
    )
    return is_over


if __name__ == "__main__":
    sys.exit(main())
