"""The house as it was drawn: which way imports go, what is loaded when, how large a piece may be."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("annotator", "exporters", "baselines")
HEAVY = ("datasets", "sklearn", "pandas", "matplotlib", "scipy")
LATE = (
    "numpy",
    "pyarrow",
    "alembic",
    "markdown_it",
    "ftfy",
    "charset_normalizer",
    "annotator.importing.load",
    "sqlalchemy.dialects.postgresql",
)

# Past these, look for the second idea. Migrations are exempt: a schema is long and flat. A function's
# docstring and decorators do not count. Raising a limit for one piece needs its name and a sentence here.
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
RAISED = {
    "exporters/schema.py:features": 110,  # the columns of the published dataset, one a line
}

MOMENTARY = (
    "time",
    "now",
    "utcnow",
    "today",
    "uuid4",
    "random",
    "randint",
    "token_hex",
    "token_urlsafe",
    "urandom",
)

HELP = "from annotator.cli import main; main(['--help'], standalone_mode=False)"
PAGE = """
from annotator.config import Settings
from annotator.store import engine
from annotator.web import create_app
create_app(Settings(database={url!r}))
"""
SHOW = "\nimport json, sys; sys.stderr.write(json.dumps([n for n in {heavy!r} if n in sys.modules]))"


def test_imports_go_one_way():
    """A circle between the packages could never be taken apart again."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_help_loads_no_heavy_package():
    """Eight seconds of import for a help text teach people not to ask."""
    assert loaded(HELP) == []


def test_the_web_process_loads_no_heavy_package(sqlite_url):
    """Each worker would carry hundreds of megabytes that it never uses."""
    assert loaded(PAGE.format(url=sqlite_url)) == []


def test_a_server_starts_without_what_somebody_may_ask_for(sqlite_url):
    """A second at each start, and twenty megabytes, for figures and guidelines that nobody looks at yet."""
    assert loaded(PAGE.format(url=sqlite_url), LATE) == []


def test_the_check_would_notice():
    """A list that is always empty proves nothing."""
    assert loaded("import scipy") == ["scipy"]


@pytest.mark.parametrize("package", PACKAGES)
def test_files_and_functions_stay_small(package):
    """Where nothing says stop, files grow to ten thousand lines."""
    too_long = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if "migrations/versions" in name:
            continue
        text = path.read_text(encoding="utf-8")
        lengths = {name: (text.count("\n"), MOST_LINES_OF_A_FILE)}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{name}:{node.name}"] = (lines_of(node), MOST_LINES_OF_A_FUNCTION)
        too_long |= {what: n for what, (n, most) in lengths.items() if n > RAISED.get(what, most)}

    assert too_long == {}


def test_the_names_of_tests_do_not_depend_on_the_moment():
    """Workers collect on their own: a parameter of the clock or of chance is another test in each of them."""
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    assert [
        str(path.relative_to(ROOT)) for path in paths if momentary(path.read_text(encoding="utf-8"))
    ] == []


def test_a_momentary_name_would_be_noticed():
    """A list that is always empty proves nothing."""
    assert momentary("@pytest.mark.parametrize('at', [int(time.time()) + 1])\ndef test(at): ...")


def momentary(code):
    """Whether a test is named by what another process would calculate differently."""
    decorators = [
        decorator
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if "parametrize" in ast.unparse(decorator)
    ]
    calls = [node.func for each in decorators for node in ast.walk(each) if isinstance(node, ast.Call)]
    return any(ast.unparse(call).rpartition(".")[2] in MOMENTARY for call in calls)


def lines_of(function):
    """From `def` to the end, without the docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def loaded(code, heavy=HEAVY):
    """Which of these packages a fresh interpreter has loaded after this code."""
    done = subprocess.run(
        [sys.executable, "-c", code + SHOW.format(heavy=heavy)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return json.loads(done.stderr.splitlines()[-1])
