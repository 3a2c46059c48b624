"""A curator settles what three annotators see differently, with the keyboard alone, as far as the release."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import datasets
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Item, Kind, Label, Project, Role, Stance
from annotator.domain.answering import AnswerIn
from annotator.store import accounts, annotations, projects
from annotator.store.engine import writing
from exporters import release
from tests.browser.access import axe
from tests.browser.conftest import fill

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "Fares rose again."]]
TRAINS = {"holder": "mayor", "target": "night-trains"}
RAILWAY = {"holder": "mayor", "target": "railway"}
WANTS, ATTACKED = [13, 18], [41, 49]
SAID = {  # of the first sentence: one sees both stances, one another label, one nothing at all
    "ada": [
        {"label": "FAVOR", **TRAINS, "rationales": [WANTS]},
        {"label": "AGAINST", **RAILWAY, "rationales": [ATTACKED]},
    ],
    "bob": [{"label": "AGAINST", **TRAINS}],
    "cyd": [],
}


@pytest.fixture
def disputed(engine: Engine) -> None:
    """Two items of an open project that three people answered differently, and two curators."""
    with writing(engine) as session:
        project = fill(session, "open", TEXT, overlap=3)
        for name, stances in SAID.items():
            user = accounts.add_user(session, name)
            projects.join(session, project, user, Role.ANNOTATOR)
            first = AnswerIn.model_validate({"item": "0-0", "stances": stances, "seconds": 7})
            annotations.append(session, user, uuid4(), first)
            second = stances[:1] if name == "ada" else []
            annotations.append(session, user, uuid4(), AnswerIn(item="0-2", stances=_plain(second)))
        for name in ("dee", "bea"):
            projects.join(session, project, accounts.add_user(session, name), Role.CURATOR)


def _plain(stances):
    return [{name: value for name, value in each.items() if name != "rationales"} for each in stances]


@pytest.fixture
def come(engine: Engine, server: str, disputed: None) -> Callable[..., Page]:
    """`come(page, "dee")` signs a curator in and opens the queue."""

    def open_(page: Page, name: str = "dee") -> Page:
        with writing(engine) as session:
            token = accounts.sign_in_link(session, accounts.find_user(session, name))
        page.goto(f"{server}/sign-in/{token}")
        page.goto(f"{server}/projects/trains/adjudicate")
        return page

    return open_


@pytest.fixture
def desk(browser_page: Page, come: Callable[..., Page]) -> Page:
    """Dee at the first item."""
    come(browser_page)
    browser_page.keyboard.press("n")
    ready(browser_page)
    return browser_page


def ready(page: Page, words: str = "Mayor Anders") -> None:
    expect(page.locator(".passage-segment")).to_contain_text(words)
    page.locator("adjudication-desk:defined").wait_for()
    page.locator("label-keys:defined").wait_for(state="attached")


def letter_of(engine: Engine, page: Page, name: str) -> int:
    """The place of this person's answer on the page, from 1: the key that accepts it."""
    with Session(engine) as session:
        user = accounts.find_user(session, name)
        query = (
            select(Annotation.uuid)
            .join(Item)
            .where(Annotation.annotator_id == user.id, Item.external_id == "0-0")
        )
        uuid = session.exec(query).one()
    places = [button.get_attribute("value") for button in page.locator("tfoot button").all()]
    return places.index(str(uuid)) + 1


def decisions(engine: Engine) -> list[tuple[str, list[str], bool]]:
    """(item, labels, withdrawn) of every adjudication, in order."""
    with Session(engine) as session:
        query = select(Annotation, Item.external_id).join(Item).where(Annotation.kind == Kind.ADJUDICATION)
        return [
            (item, [session.get_one(Label, stance.label_id).name for stance in each.stances], each.withdrawn)
            for each, item in session.exec(query.order_by(col(Annotation.id)))
        ]


def test_from_three_answers_to_the_release_by_keys_alone(desk: Page, engine: Engine, tmp_path: Path):
    """One found no stance and was wrong: the data say what is right, who decided it, and why."""
    place = letter_of(engine, desk, "ada")

    for key in ("r", "r", "o", "t"):
        desk.keyboard.press(key)
    desk.keyboard.type("She says so herself.")
    desk.keyboard.press("Escape")
    desk.keyboard.press(str(place))
    ready(desk, "Fares rose")
    release.write(engine, "trains", tmp_path / "release")

    folder, cache = str(tmp_path / "release"), str(tmp_path / "cache")
    gold = rows(datasets.load_dataset(folder, "gold", cache_dir=cache))
    answers = rows(datasets.load_dataset(folder, "annotations", cache_dir=cache))
    first = [row for row in gold if row["item_id"] == "0-0"]
    assert [(row["target"], row["label"], row["decided_by"]) for row in first] == [
        ("More night trains", "FAVOR", "adjudicated"),
        ("State Railway", "AGAINST", "adjudicated"),
    ]
    assert [span["text"] for row in first for span in row["rationales"]] == ["wants", "attacked"]
    assert [round(row["p_absent"], 2) for row in first] == [0.33, 0.67]
    decided = [row for row in answers if row["kind"] == "adjudication"]
    assert {row["reason"] for row in decided} == {"guideline_gap"}
    assert {(row["precedent"], row["note"], row["outcome"]) for row in decided} == {(True, None, "judged")}
    assert {row["accepted"] for row in decided} == {
        row["id"]
        for row in answers
        if row["item_id"] == "0-0" and row["label"] == "FAVOR" and row["accepted"] is None
    }
    assert all(row["seconds"] >= 0 for row in decided)


def rows(found) -> list[dict]:
    names = next(iter(found.values())).features["label"].names
    told = [row for split in found.values() for row in split]
    return [row | {"label": None if row["label"] is None else names[row["label"]]} for row in told]


def test_a_mix_by_keys(desk: Page, engine: Engine):
    """Ada is right about the trains, and nobody is right about the railway."""
    place = letter_of(engine, desk, "ada")
    holders = desk.locator("tbody tr[data-row] > th").all_inner_texts()

    for row in holders:
        desk.keyboard.press(f"Shift+Digit{place if 'trains' in row else 0}")
    desk.keyboard.press("m")
    ready(desk, "Fares rose")

    assert decisions(engine) == [("0-0", ["FAVOR"], False)]


def test_rows_are_walked_and_chosen_in_by_keys(desk: Page, engine: Engine):
    """Going back to the row before changes that row alone."""
    rows_ = desk.locator("tr[data-row]")
    expect(rows_.nth(0)).to_have_attribute("data-here", "")
    desk.keyboard.press("Shift+Digit1")
    expect(rows_.nth(1)).to_have_attribute("data-here", "")
    desk.keyboard.press("k")
    desk.keyboard.press("Shift+Digit0")

    expect(rows_.nth(0).locator("input[value='-']")).to_be_checked()
    expect(rows_.nth(1).locator("input:checked")).to_have_count(0)


def test_a_new_answer_is_written_with_selected_words(desk: Page, engine: Engine):
    """All three overlooked how it is said."""
    desk.evaluate(
        "() => { const text = document.querySelector('.passage-segment').firstChild;"
        " getSelection().setBaseAndExtent(text, 0, text, 5) }"
    )
    desk.keyboard.press("e")
    desk.locator("[name=new-0-holder]").fill("mayor")
    desk.locator("[name=new-0-target]").fill("fares")
    desk.locator("[name=new-0-label]").select_option("MIXED")
    desk.keyboard.press("Escape")
    desk.keyboard.press("s")
    ready(desk, "Fares rose")

    assert decisions(engine) == [("0-0", ["MIXED"], False)]
    with Session(engine) as session:
        [stance] = session.exec(select(Stance).join(Annotation).where(Annotation.kind == Kind.ADJUDICATION))
        assert [(span.start, span.end) for span in stance.spans] == [(0, 5)]


def test_words_are_taken_at_once_after_they_are_selected(desk: Page):
    """The key is faster than the browser's own word that something is selected."""
    desk.evaluate(
        "() => { const text = document.querySelector('.passage-segment').firstChild;"
        " getSelection().setBaseAndExtent(text, 0, text, 5);"
        " const key = { code: 'KeyE', key: 'e', bubbles: true, cancelable: true };"
        " document.body.dispatchEvent(new KeyboardEvent('keydown', key)) }"
    )

    expect(desk.locator("[name=new-0-words]")).to_have_value("Mayor")
    expect(desk.locator("[name=new-0-holder]")).to_be_visible()


def test_undo_and_again(desk: Page, engine: Engine):
    """A slip is taken back with one key from the page that follows."""
    desk.keyboard.press(str(letter_of(engine, desk, "cyd")))
    ready(desk, "Fares rose")
    desk.keyboard.press("z")
    ready(desk)
    expect(desk.get_by_text("taken back")).to_be_visible()
    desk.keyboard.press(str(letter_of(engine, desk, "ada")))
    ready(desk, "Fares rose")
    desk.keyboard.press("p")
    ready(desk)

    expect(desk.get_by_text("Decided by dee")).to_be_visible()
    assert decisions(engine) == [("0-0", [], False), ("0-0", [], True), ("0-0", ["FAVOR", "AGAINST"], False)]


def test_two_curators_collide(desk: Page, browser: Browser, engine: Engine, come: Callable[..., Page]):
    """Both see both decisions, and who overrules does it knowingly."""
    address = desk.url
    with browser.new_context() as context:
        bea = come(context.new_page(), "bea")
        expect(bea.get_by_text("dee is looking at this")).to_be_visible()
        bea.goto(address)
        ready(bea)
        expect(bea.get_by_text("dee is looking at this")).to_be_visible()
        bea.keyboard.press(str(letter_of(engine, bea, "cyd")))
        ready(bea, "Fares rose")

    desk.keyboard.press(str(letter_of(engine, desk, "ada")))

    told = desk.get_by_role("alert")
    expect(told).to_contain_text("bea has decided this item meanwhile")
    expect(told).to_contain_text("no stance")
    expect(told).to_contain_text("FAVOR")
    assert decisions(engine) == [("0-0", [], False)]
    ready(desk)
    desk.keyboard.press(str(letter_of(engine, desk, "ada")))
    expect(desk.get_by_text("others have the rest of it open")).to_be_visible()  # Bea is at the next one
    assert [labels for _, labels, _ in decisions(engine)] == [[], ["FAVOR", "AGAINST"]]


def test_names_are_hidden_until_asked_for(desk: Page, engine: Engine):
    """Whose answer it is comes after which is right."""
    page = desk.locator("main")
    for name in SAID:
        expect(page).not_to_contain_text(name)
        assert name not in [word.lower() for word in desk.content().replace('"', " ").split()]

    desk.keyboard.press("v")

    for name in SAID:
        expect(page).to_contain_text(name)
    desk.keyboard.press("v")
    expect(page).not_to_contain_text("ada")


def test_keys_are_told_and_can_be_switched_off(desk: Page, engine: Engine):
    """Who dictates must not decide by a word that begins with a digit."""
    desk.keyboard.press("?")
    expect(desk.locator("#desk-help")).to_be_visible()
    desk.locator("#desk-help [data-keys-switch]").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("1")
    desk.keyboard.press("n")

    ready(desk)
    assert decisions(engine) == []


def test_axe_finds_nothing_where_answers_differ(desk: Page):
    """The table of answers is read with the ears, too, and by night."""
    desk.keyboard.press("w")
    expect(desk.locator("[name=new-0-holder]")).to_be_focused()

    assert axe.in_both_lights(desk) == {}


def test_directed_items_have_one_row(engine: Engine, server: str, browser_page: Page):
    """Three labels, one key."""
    with writing(engine) as session:
        project: Project = fill(session, "directed", [["Night trains, at last."], ["No."]], overlap=2)
        for name, label in (("ada", "FAVOR"), ("bob", "AGAINST")):
            user = accounts.add_user(session, name)
            projects.join(session, project, user, Role.ANNOTATOR)
            given = AnswerIn.model_validate({"item": "0-0", "stances": [{"label": label}]})
            annotations.append(session, user, uuid4(), given)
        dee = accounts.add_user(session, "dee")
        projects.join(session, project, dee, Role.CURATOR)
        token = accounts.sign_in_link(session, dee)
    browser_page.goto(f"{server}/sign-in/{token}")
    browser_page.goto(f"{server}/projects/trains/adjudicate/item")
    ready(browser_page, "Night trains")

    browser_page.keyboard.press(str(letter_of(engine, browser_page, "bob")))

    expect(browser_page.get_by_text("Nothing more waits")).to_be_visible()
    assert decisions(engine) == [("0-0", ["AGAINST"], False)]
