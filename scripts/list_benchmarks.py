"""Lists the benchmarks: the call and the docstring of each, without running or importing them."""

import ast
from pathlib import Path

import click


@click.command()
def list_benchmarks() -> None:
    """Print each file of benchmarks/ with what its docstring says of its arguments."""
    for file in sorted(Path("benchmarks").glob("[!_]*.py")):
        click.echo(f".venv/bin/python {file}")
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "(without a docstring)"
        click.echo("".join(f"    {line}\n" for line in docstring.splitlines()))


if __name__ == "__main__":
    list_benchmarks()
