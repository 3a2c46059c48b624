"""One label's whole way, as a newcomer walks it: make demo, label by keys, release, load, train, score."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[1]
LOAD = """
import json, sys
from datasets import load_dataset
answers = load_dataset(sys.argv[1], "annotations")
names = answers["train"].features["label"].names
print(json.dumps([
    [row["item_id"], None if row["label"] is None else names[row["label"]], row["holder"], row["target"],
     [span["text"] for span in row["rationales"] or []]]
    for split in answers.values() for row in split
    if row["kind"] == "annotation" and not row["annotator"].startswith("simulated:")
]))
"""


@pytest.mark.browser
def test_a_newcomer_walks_the_whole_way(tmp_path: Path, browser_page: Page) -> None:
    """Whoever tries Standpoint for the first time must get from two commands to a score."""
    clone = fresh_copy(tmp_path / "standpoint")

    with demo(clone) as link:
        browser_page.goto(link)
        pressed = label_posts(browser_page, link, how_many=25)
        label_sentences(browser_page, link)

    assert sorted(label for _, label, *_ in published(clone, "posts")) == sorted(pressed)
    assert len({item for item, *_ in published(clone, "posts")}) == 25
    sentences = published(clone, "news")
    assert len({item for item, *_ in sentences}) == 3
    assert sorted(label or "no stance" for _, label, *_ in sentences) == [
        "AGAINST",
        "FAVOR",
        "FAVOR",
        "no stance",
    ]
    assert all(holder and target for _, label, holder, target, _ in sentences if label)
    assert [words for *_, words in sentences if words] != []

    run(clone, "standpoint", "train", "posts-release", "model")
    scores = json.loads(run(clone, "standpoint", "evaluate", "model", "posts-release", "--json"))
    assert scores["n"] == 99
    assert scores["intervals"]["f_avg"][0] <= scores["f_avg"] <= scores["intervals"]["f_avg"][1]
    assert scores["f_avg"] > 0.5  # the majority label of each target alone gives 0.47 here


def label_posts(page: Page, link: str, *, how_many: int) -> list[str]:
    """Answer items of the directed set with the keys 1, 2 and 3; return the labels given."""
    page.goto(f"{origin(link)}/projects/posts/annotate")
    sentence = page.locator(".passage-segment")
    names = {"1": "FAVOR", "2": "AGAINST", "3": "NONE"}
    expect(sentence).to_have_text(re.compile(r"\S"))
    pressed = []
    for number in range(how_many):
        shown = sentence.inner_text()
        key = str(number % 3 + 1)
        page.keyboard.press(key)
        expect(sentence).not_to_have_text(shown)
        pressed.append(names[key])
    wait_until_saved(page)
    return pressed


def label_sentences(page: Page, link: str) -> None:
    """Answer three open sentences: one stance with its rationale, two stances, none."""
    page.goto(f"{origin(link)}/projects/news/annotate")
    sentence = page.locator(".passage-segment")
    stances = page.locator(".stance-line")
    expect(page.get_by_role("option").first).to_be_visible()
    for keys in (
        ["1", "1", "1", "ArrowRight", "Shift+ArrowRight", "r"],
        ["1", "1", "1", "1", "2", "2"],
        ["0"],
    ):
        shown = sentence.inner_text()
        for key in keys:
            page.keyboard.press(key)
        if keys != ["0"]:
            expect(stances).to_have_count(2 if keys[-1] == "2" else 1)
            page.keyboard.press("Enter")
        expect(sentence).not_to_have_text(shown)
    wait_until_saved(page)


def wait_until_saved(page: Page) -> None:
    page.wait_for_function(
        "() => { const { outbox } = document.querySelector('annotation-seat');"
        " return outbox && !outbox.waiting.length && !outbox.refused.length }"
    )


def published(clone: Path, slug: str) -> list[list]:
    """Release a project, once; the people's answers as `load_dataset` reads them in a new process."""
    release = clone / f"{slug}-release"
    if not release.exists():
        run(clone, "standpoint", "release", slug, release.name)
    return json.loads(run(clone, "python", "-c", LOAD, str(release)))


def fresh_copy(folder: Path) -> Path:
    """What a clone of the present state would hold: the files that git knows or would add, and no others."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@contextmanager
def demo(clone: Path) -> Iterator[str]:
    """Run `make demo` on any free port; give its sign-in link; end it as Ctrl-C does."""
    started = subprocess.Popen(
        ["make", "demo", "PORT=0"],
        cwd=clone,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = []
        for line in started.stdout:
            said.append(line)
            if "Serving" in line:
                break
        link = re.search(r"http://127\.0\.0\.1:\d+/sign-in/\S+", "".join(said))
        assert link, "".join(said)
        yield link[0]
    finally:
        os.killpg(started.pid, signal.SIGINT)
        started.communicate(timeout=120)


def run(clone: Path, program: str, *arguments: str) -> str:
    """Run a program of the clone's environment in it, and give what it printed."""
    command = [str(clone / ".venv" / "bin" / program), *arguments]
    done = subprocess.run(command, cwd=clone, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    """This environment without the virtual one that the tests run in."""
    return {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHON"}}


def origin(link: str) -> str:
    return link.partition("/sign-in/")[0]
