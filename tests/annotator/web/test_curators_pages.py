"""The pages of curators: items, dashboard, agreement, overview; who sees them, and what they tell."""

import csv
import io
import re
from uuid import uuid4

import pytest

from annotator.domain import Role
from annotator.store import accounts, annotations, inquiries, items, projects, search
from tests import application, make

HOME = "/projects/posts"
ITEMS = f"{HOME}/items"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _fill)
        yield app


@pytest.fixture
def dee(app):
    return application.browser(app, "dee")


def _fill(session):
    people = [make.user(session, name) for name in ("ada", "ben", "=cmd")]
    people[1].simulated = True
    posts = make.directed(session, "posts", items=60, members=people, overlap=2)
    projects.join(session, posts.project, make.user(session, "dee"), Role.CURATOR)
    make.user(session, "eve")
    texts = [(item.segment_id, f"Post {number}: so it is.") for number, item in enumerate(posts.items)]
    search.put(session, texts)
    for number, labels in enumerate(("FF", "FA", "AA", "NN")):
        for person, label in zip(people, labels, strict=False):
            name = {"F": "FAVOR", "A": "AGAINST", "N": "NONE"}[label]
            give(session, person, posts.items[number], name)
    give(session, people[2], posts.items[4], "FAVOR")


def give(session, user, item, label):
    annotations.append(session, user, uuid4(), make.answer(item, label, seconds=90))


def get(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def external(page):
    return re.findall(r"<code>(posts-\d+-0)</code>", page)


@pytest.mark.parametrize("path", ["/items", "/dashboard", "/agreement", "/dashboard/timesheets.csv"])
def test_only_curators_see_what_others_did(app, path):
    """An annotator who sees the others' labels no longer judges alone."""
    for name, status in (("ada", 403), ("eve", 404)):
        assert application.browser(app, name)[0].get(HOME + path).status_code == status


def test_who_labels_is_sent_from_the_overview_to_the_seat(app):
    """The short address of a project must not end at a closed door."""
    answer = application.browser(app, "ada")[0].get(HOME)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}/annotate")


def test_the_overview_leads_everywhere_with_a_number(dee):
    """What waits is seen before anything is opened."""
    page = get(dee[0], HOME)

    for path in ("items", "dashboard", "agreement", "guidelines", "inquiries"):
        assert f'href="{HOME}/{path}' in page
    assert re.search(r">1</b> item with answers that differ", page)
    assert "9 of 120 answers" in page


def test_items_are_found_and_paged(dee):
    """Every item stands on one page, and on one only."""
    first = get(dee[0], ITEMS)
    second = get(dee[0], re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&"))
    back = get(dee[0], re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&"))

    assert "60 items" in first
    assert external(first) == [f"posts-{number}-0" for number in range(25)]
    assert external(second) == [f"posts-{number}-0" for number in range(25, 50)]
    assert external(back) == external(first)


def test_items_are_found_by_words_and_conditions(dee):
    """Words and conditions hold together."""
    assert external(get(dee[0], f"{ITEMS}?words=post+17")) == ["posts-17-0"]
    assert external(get(dee[0], f"{ITEMS}?votes=differ")) == ["posts-1-0"]
    assert external(get(dee[0], f"{ITEMS}?label=AGAINST&annotator=ben")) == ["posts-1-0", "posts-2-0"]
    assert external(get(dee[0], f"{ITEMS}?document=posts-9")) == ["posts-9-0"]
    assert "there is no" in get(dee[0], f"{ITEMS}?label=PURPLE")


def test_a_page_of_items_asks_little_of_the_database(app, dee):
    """What grows with the list is slow where it is long."""
    get(dee[0], ITEMS)
    with application.counted_queries(app) as statements:
        get(dee[0], f"{ITEMS}?votes=agree")

    assert len(statements) < 40
    assert not [statement for statement in statements if "UPDATE" in statement or "INSERT" in statement]


def test_answers_and_who_is_simulated_stand_with_the_item(dee):
    """At a glance: who said what."""
    page = get(dee[0], f"{ITEMS}?votes=differ")

    assert re.search(r"<bdi>ada</bdi></span> <span class=\"glance-label\" data-label=\"FAVOR\">", page)
    assert re.search(r"<bdi>ben</bdi> <span class=\"tag\">simulated</span>", page)


def test_nothing_is_changed_before_it_was_confirmed(app, dee):
    """A filter that was wider than one thought."""
    browser, token = dee
    form = {"csrf_token": token, "action": "retire", "scope": "all", "votes": "agree"}

    preview = browser.post(f"{ITEMS}/changes", data=form)
    page = re.sub(r"\s+", " ", preview.get_data(as_text=True))

    assert (preview.status_code, "Would change: 3." in page) == (200, True)
    assert "60 items" in get(browser, ITEMS)

    done = browser.post(f"{ITEMS}/changes", data={**form, "confirmed": "3"})
    after = get(browser, done.headers["Location"])

    assert done.status_code == 303
    assert "57 items" in get(browser, ITEMS)
    undo = re.search(r'action="([^"]+/undo)"', after)[1]
    assert browser.post(undo, data={"csrf_token": token}).status_code == 303
    assert "60 items" in get(browser, ITEMS)


def test_what_was_confirmed_is_shown_again_if_it_grew(dee):
    """Between the look and the press others go on working."""
    browser, token = dee
    form = {"csrf_token": token, "action": "retire", "scope": "all", "votes": "agree", "confirmed": "2"}

    answer = browser.post(f"{ITEMS}/changes", data=form)

    assert (answer.status_code, "Would change: 3." in re.sub(r"\s+", " ", answer.get_data(as_text=True))) == (
        200,
        True,
    )


def test_ticked_items_are_asked_again(app, dee):
    """The numbers in the preview are those of what happens."""
    browser, token = dee
    wanted = [application.stored(app, lambda session, n=n: _item(session, n)) for n in (0, 1, 30)]
    form = {"csrf_token": token, "action": "clear", "scope": "ticked", "item": wanted}

    page = re.sub(r"\s+", " ", browser.post(f"{ITEMS}/changes", data=form).get_data(as_text=True))
    assert "Chosen: 3. Would change: 2." in page
    assert "Answers that would be withdrawn: 4." in page

    browser.post(f"{ITEMS}/changes", data={**form, "confirmed": "2"})

    assert external(get(browser, f"{ITEMS}?votes=differ")) == []


def _item(session, number):
    return items.find(session, projects.find(session, "posts"), f"posts-{number}-0").id


def test_a_question_is_replied_to_in_its_place(app, dee):
    """Who has just read the item need not look for it again."""
    browser, token = dee

    def ask(session):
        project = projects.find(session, "posts")
        item, ada = items.find(session, project, "posts-20-0"), accounts.find_user(session, "ada")
        annotations.append(session, ada, uuid4(), make.answer(item, "NONE"))
        return inquiries.ask(session, ada, item, uuid4(), "Whose side?")[0].uuid

    uuid = application.stored(app, ask)
    page = get(browser, f"{ITEMS}?status=question")
    back = re.search(r'name="back" value="([^"]+)"', page)[1].replace("&amp;", "&")
    form = {"csrf_token": token, "reply": "The mayor’s.", "back": back}
    answer = browser.post(f"{HOME}/inquiries/{uuid}/reply", data=form)

    assert external(page) == ["posts-20-0"]
    assert "Whose side?" in page
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert external(get(browser, f"{ITEMS}?status=question")) == []


def test_the_dashboard_tells_its_numbers_in_tables(dee):
    """Who cannot see the charts reads the same."""
    page = get(dee[0], f"{HOME}/dashboard")

    assert "<b>9</b> of 120 answers" in page
    assert page.count("<svg") == page.count('role="img"') > 2
    assert re.search(
        r"<bdi>ben</bdi> <span class=\"tag\">simulated</span></th><td class=\"is-number\">4</td>", page
    )
    assert "style=" not in page


def test_timesheets_run_nothing_in_a_spreadsheet(dee):
    """Somebody may call themselves what a spreadsheet would run."""
    answer = dee[0].get(f"{HOME}/dashboard/timesheets.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))

    assert answer.mimetype == "text/csv"
    assert [(row["annotator"], row["items"], row["active_minutes"]) for row in rows] == [
        ("'=cmd", "1", "1.5"),
        ("ben", "4", "6.0"),
        ("ada", "4", "6.0"),
    ]
    assert [row["simulated"] for row in rows] == ["no", "yes", "no"]


def test_agreement_tells_one_figure_first_and_all_others_a_click_away(dee):
    """A wall of coefficients answers nobody's question."""
    first = get(dee[0], f"{HOME}/agreement")
    figures = get(dee[0], f"{HOME}/agreement?view=figures")

    assert first.count('class="figure"') == 1
    assert "<table" not in first
    assert "95 % interval" in first
    assert "Simulated annotators among them: ben." in first
    for name in ("Percent agreement", "Fleiss’ kappa", "Gwet’s AC1"):
        assert name in figures
    for view in ("label", "target", "annotator", "pair", "week", "distance"):
        assert "<table" in get(dee[0], f"{HOME}/agreement?view={view}")


def test_agreement_is_measured_behind_where_it_takes_long(app, dee, monkeypatch):
    """A page that waits ten seconds is not looked at every day."""
    monkeypatch.setattr("annotator.reading.measurements.INLINE", 0)
    browser, _ = dee

    assert "being measured for the first time" in get(browser, f"{HOME}/agreement")
    app.extensions["standpoint_measurements"].wait()
    old = re.search(r'class="figure"><b>([^<]+)', get(browser, f"{HOME}/agreement"))[1]

    application.stored(
        app, lambda session: give(session, accounts.find_user(session, "ada"), "posts-4-0", "NONE")
    )
    stale = get(browser, f"{HOME}/agreement")
    app.extensions["standpoint_measurements"].wait()
    fresh = get(browser, f"{HOME}/agreement")

    assert "Answers have come since" in stale
    assert re.search(r'class="figure"><b>([^<]+)', stale)[1] == old
    assert "Answers have come since" not in fresh
    assert re.search(r'class="figure"><b>([^<]+)', fresh)[1] != old
