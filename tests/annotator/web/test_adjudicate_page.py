"""The page where curators settle disagreements, as plain forms: every act without a script."""

import re
from uuid import uuid4

import pytest
from sqlmodel import col, select

from annotator.domain import Annotation, Item, Kind, Role
from annotator.store import accounts, adjudication, annotations, cases, items, projects
from tests import application, make

NEW = {"new-0-label": "FAVOR", "new-0-target": "delay"}
PAGE = "/projects/news/adjudicate"
ITEM = f"{PAGE}/item?id=news-0-1"
GROUP = {"holder": "residents", "target": "delay"}
COUNCIL = {"holder": "council", "target": "delay"}
WORDS = [[32, 48]]  # We will not wait


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _fill)
        yield app


def _fill(session):
    """Ada sees the group against; Bob sees it for, and the council, too; Cyd sees nothing."""
    people = [make.user(session, name) for name in ("ada", "bob", "cyd")]
    people[2].simulated = True
    news = make.open_document(session, "news", overlap=3, members=people)
    for name in ("dee", "bea"):
        projects.join(session, news.project, make.user(session, name), Role.CURATOR)
    against = {"label": "AGAINST", **GROUP, "attribution": "direct_quote", "rationales": WORDS}
    plain = {"label": "AGAINST", **GROUP}
    said = [
        {"stances": [against], "comment": "They say so.", "seconds": 12.5},
        {"stances": [{"label": "FAVOR", **GROUP}, {"label": "MIXED", **COUNCIL}]},
        {},
    ]
    for user, fields in zip(people, said, strict=True):
        annotations.append(session, user, uuid4(), make.answer(news.items[1], **fields))
    annotations.append(session, people[0], uuid4(), make.answer(news.items[2], stances=[plain]))
    annotations.append(session, people[1], uuid4(), make.answer(news.items[2]))


class Form:
    """The page's form as a browser would send it."""

    def __init__(self, browser, token, address=ITEM):
        self.browser, self.token = browser, token
        self.page = browser.get(address).get_data(as_text=True)

    def fields(self):
        hidden = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', self.page)
        desk = self.page[self.page.index('<form class="desk"') :]
        named = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', desk))
        assert hidden
        return named

    def send(self, **more):
        to = f"{PAGE}/decide"
        return self.browser.post(to, data=self.fields() | {"csrf_token": self.token} | more)


@pytest.fixture
def dee(app):
    return application.browser(app, "dee")


def letters(app):
    """Who has which letter on the page: {"ada": ("A", uuid), …}."""

    def read(session):
        project, dee = projects.find(session, "news"), accounts.find_user(session, "dee")
        found = cases.of(session, project, items.find(session, project, "news-0-1"), user=dee)
        return {v.annotator.name: (v.letter, str(v.annotation.uuid)) for v in found.voices}

    return application.stored(app, read)


def decided(app, item="news-0-1"):
    """What stands: (outcome, stances, reason, note, precedent), or None."""

    def read(session):
        project = projects.find(session, "news")
        found = adjudication.current(session, items.find(session, project, item))
        if found is None:
            return None
        said = [(each.label_id, [(s.role, s.start, s.end) for s in each.spans]) for each in found.stances]
        names = {label.id: label.name for label in projects.labels(session, project)}
        told = [(names[label], spans) for label, spans in said]
        return found.outcome, told, found.reason, found.comment, found.precedent, str(found.accepted or "")

    return application.stored(app, read)


def test_answers_stand_side_by_side_under_letters(app, dee):
    """Whose answer it is must not decide which is right."""
    page = Form(*dee).page

    assert "They say so." in page
    assert "absent" in page
    assert "12.5 s" in page
    assert page.count("simulated") == 1
    assert [name for name in ("ada", "bob", "cyd") if f"<bdi>{name}</bdi>" in page] == []
    named = dee[0].get(f"{ITEM}&names=shown").get_data(as_text=True)
    assert [name for name in ("ada", "bob", "cyd") if f"<bdi>{name}</bdi>" in named] == ["ada", "bob", "cyd"]


def test_rationales_are_marked_in_the_text(app, dee):
    """The words decide; they are to be seen where they stand, with the letter of who marked them."""
    letter, _ = letters(app)["ada"]
    page = Form(*dee).page

    words = '<mark data-roles="rationale" data-label="AGAINST">We will not wait</mark>'
    marked = f'{words}<sup class="whose">{letter}</sup>'
    assert marked in page


def test_one_answer_is_accepted_as_it_is(app, dee):
    """The commonest decision: this one is right."""
    _, uuid = letters(app)["ada"]

    answer = Form(*dee).send(take=uuid, reason="error", comment=" The group speaks. ", precedent="on")

    span = ("rationale", *WORDS[0])
    assert answer.status_code == 303
    assert decided(app) == ("judged", [("AGAINST", [span])], "error", "The group speaks.", True, uuid)


def test_no_stance_can_be_accepted(app, dee):
    """One of three found nothing, and was right."""
    _, uuid = letters(app)["cyd"]

    Form(*dee).send(take=uuid)

    assert decided(app)[:2] == ("judged", [])


def test_a_mix_takes_each_row_from_another(app, dee):
    """Each was right once: no answer need be written anew."""
    given = letters(app)
    form = Form(*dee)
    rows = re.findall(r'<th scope="row" id="(row-\d)"><bdi>(\w+)</bdi>', form.page)
    choice = {"residents": given["ada"][0], "council": "-"}

    answer = form.send(take="mix", **{row: choice[holder] for row, holder in rows})

    assert answer.status_code == 303
    assert [label for label, _ in decided(app)[1]] == ["AGAINST"]
    assert decided(app)[5] == ""


def test_a_mix_that_is_not_whole_is_asked_for(app, dee):
    """A row that was forgotten must not become absent, and what was written must stay."""
    answer = Form(*dee).send(take="mix", comment="My words.", **{"row-0": "-"})

    page = answer.get_data(as_text=True)
    assert (answer.status_code, decided(app)) == (422, None)
    assert "Choose for each stance" in page
    assert "My words." in page


def test_a_new_answer_can_be_written(app, dee):
    """All three were wrong."""
    new = {
        "new-0-holder": "residents",
        "new-0-target": "delay",
        "new-0-label": "MIXED",
        "new-0-attribution": "direct_quote",
        "new-0-words": "We will not wait",
        "new-0-flags": "hedged",
    }

    answer = Form(*dee).send(take="new", **new)

    assert answer.status_code == 303
    assert decided(app)[1] == [("MIXED", [("rationale", *WORDS[0])])]


def test_a_new_answer_may_begin_with_another(app, dee):
    """One flag was missing: nobody writes the rest again."""
    letter, _ = letters(app)["ada"]
    form = Form(*dee, address=f"{ITEM}&start={letter}")

    assert 'value="residents"' in form.page
    assert ">We will not wait</textarea>" in form.page
    assert f'value="{letter}.0"' in form.page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"take": "new", "new-0-label": "FAVOR", "new-0-holder": "nobody", "new-0-target": "delay"},
            "nobody",
        ),
        (
            {"take": "new", "new-0-label": "FAVOR", "new-0-target": "delay", "new-0-words": "Not there"},
            "Not there",
        ),
        ({"take": "new", "new-0-target": "delay"}, "no label"),
        ({"take": ""}, "Choose what to take"),
        ({"take": "cannot", "reason": "mood"}, "reason"),
    ],
)
def test_what_cannot_be_stored_is_told(app, dee, fields, told):
    """What was typed stays on the page, with the reason."""
    answer = Form(*dee).send(**fields)

    assert (answer.status_code, decided(app)) == (422, None)
    assert told in answer.get_data(as_text=True)


def test_it_cannot_be_judged_is_a_decision(app, dee):
    """Garbled for everybody: left out of gold, and nobody asks again."""
    Form(*dee).send(take="cannot")

    assert decided(app)[:2] == ("cannot_judge", [])


def test_after_a_decision_comes_the_next_item(app, dee):
    """Two hundred in a row, without a way through the queue."""
    browser, _ = dee
    _, uuid = letters(app)["ada"]

    answer = Form(*dee).send(take=uuid)
    on = browser.get(answer.headers["Location"])

    assert "id=news-0-2" in on.headers["Location"]
    page = browser.get(on.headers["Location"]).get_data(as_text=True)
    assert "The decision is saved: AGAINST" in page
    assert "id=news-0-1" in page  # the way back


def test_undo_puts_the_item_back(app, dee):
    """A slip of the finger is taken back from the page that follows."""
    browser, token = dee
    _, uuid = letters(app)["ada"]
    form = Form(*dee)
    form.send(take=uuid)
    fields = {
        "csrf_token": token,
        "item": "news-0-1",
        "replaces": form.fields()["uuid"],
        "uuid": str(uuid4()),
    }

    answer = browser.post(f"{PAGE}/undo", data=fields)

    assert (answer.status_code, decided(app)) == (303, None)
    assert "taken back" in browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "2 items" in browser.get(PAGE).get_data(as_text=True)


def test_the_second_curator_sees_both_decisions(app, dee):
    """Neither's work may vanish, and nobody overrules without knowing it."""
    bea = Form(*application.browser(app, "bea"))
    mine = Form(*dee)
    given = letters(app)
    bea.send(take=given["bob"][1], comment="Bea's words.")

    answer = mine.send(take=given["ada"][1], comment="Dee's words.")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "bea has decided this item meanwhile" in page
    assert "Bea&#39;s words." in page
    assert "Dee&#39;s words." in page
    assert [label for label, _ in decided(app)[1]] == ["FAVOR", "MIXED"]
    mine.page = page
    assert mine.send(take=given["ada"][1]).status_code == 303
    assert [label for label, _ in decided(app)[1]] == ["AGAINST"]


def test_sending_a_form_twice_saves_once(app, dee):
    """An impatient finger on the button."""
    form, (_, uuid) = Form(*dee), letters(app)["ada"]

    sent = [form.send(take=uuid).status_code for _ in range(2)]

    def count(session):
        query = select(Annotation).where(Annotation.kind == Kind.ADJUDICATION)
        return len(session.exec(query.order_by(col(Annotation.id))).all())

    assert (sent, application.stored(app, count)) == ([303, 303], 1)


def test_others_are_told_who_looks(app, dee):
    """Two who open the same item know it before they have decided."""
    Form(*application.browser(app, "bea"))

    assert "bea is looking at this" in Form(*dee).page
    assert "bea is looking at this" in dee[0].get(PAGE).get_data(as_text=True)
    assert "id=news-0-2" in dee[0].get(f"{PAGE}/item").headers["Location"]


def test_the_queue_is_narrowed_by_its_form(app, dee):
    """The filters go with the curator from item to item."""
    browser, _ = dee

    page = browser.get(f"{PAGE}?label=FAVOR&versus=-").get_data(as_text=True)

    assert "1 item" in page
    assert "item?label=FAVOR&amp;versus=-" in page
    assert browser.get(f"{PAGE}?label=FAVOR").status_code == 422
    assert browser.get(f"{PAGE}?flag=ironic").get_data(as_text=True).count('class="disagreement"') == 0


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("dee", 200)])
def test_the_page_is_for_curators(app, name, status):
    """An annotator who sees what others said is no judge any more."""
    browser, token = application.browser(app, name)

    assert [browser.get(address).status_code for address in (PAGE, ITEM)] == [status, status]
    if status == 403:
        sent = browser.post(f"{PAGE}/decide", data={"csrf_token": token, "item": "news-0-1"})
        assert sent.status_code == 403


def test_any_item_can_be_decided(app, dee):
    """One that nobody has answered yet, because the curator knows the case."""
    form = Form(*dee, address=f"{PAGE}/item?id=news-0-3")

    form.send(take="new", **{"new-0-label": ""})

    assert decided(app, "news-0-3")[:2] == ("judged", [])


def test_items_of_other_projects_are_not_there(app, dee):
    """The role holds in one project."""

    def other(session):
        make.directed(session, "posts")
        return session.exec(select(Item.external_id).where(Item.external_id == "posts-0-0")).one()

    external_id = application.stored(app, other)
    assert dee[0].get(f"{PAGE}/item?id={external_id}").status_code == 404
