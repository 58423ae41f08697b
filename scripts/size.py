"""Count the code lines of each module of nnlib against the budget.

A code line holds at least one token that is neither comment nor docstring.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

BUDGET = 200
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


def code_lines(source):
    """Number of code lines in a Python source text."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(ast.parse(source)))


def module_sizes(package):
    """Code lines of every module of a package folder, by path relative to it."""
    return {
        path.relative_to(package).as_posix(): code_lines(path.read_text("utf-8"))
        for path in sorted(package.rglob("*.py"))
    }


def main():
    """Print the table; exit with 1 when a module is over the budget."""
    sizes = module_sizes(Path(__file__).parents[1] / "nnlib")
    for name, lines in sizes.items():
        note = "  over the budget" if lines > BUDGET else ""
        print(f"{lines:5}  {name}{note}")
    print(f"{sum(sizes.values()):5}  code lines in all; {BUDGET} allowed for a module")
    return any(lines > BUDGET for lines in sizes.values())


if __name__ == "__main__":
    sys.exit(main())
