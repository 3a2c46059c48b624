"""The page that trains a model: a release, a recipe, a job in a process of its own, a report, a download."""

import io
import json
import re
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.config import Settings
from annotator.domain import Job, JobState, Role
from annotator.errors import Invalid, NotFound
from annotator.plugin.jobs import Context, Stopped
from annotator.store import projects
from baselines import models, persist
from baselines.button import asking, choices, job, place, why, why_job
from exporters import release
from tests import application
from tests.baselines.conftest import rows_of
from tests.exporters.made_project import Make
from tests.services.running import ended, running

PAGE = "/projects/trains/models"
LABELS = ("FAVOR", "AGAINST", "NONE")
Press = Callable[..., int]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database=database_url, models=str(tmp_path / "models"))


@pytest.fixture
def released(session: Session, engine: Engine, tmp_path: Path) -> Path:
    """The folder of release 1 of a project, whose split says what to train on."""
    make = Make(session)
    for name, role in (("dee", Role.CURATOR), ("ada", Role.ANNOTATOR)):
        projects.join(session, make.project, make.user(name), role)
    for split, n in (("train", 48), ("test", 18)):
        for row in rows_of(split, n, labels=LABELS):
            item = make.question(row["item_id"], row["text"], target=row["target"], official_split=split)
            make.answer(item, "eve", row["label"], kind="gold")
    session.commit()
    release.write(engine, "trains", tmp_path / "released")
    return tmp_path / "released"


@pytest.fixture
def app(released: Path, settings: Settings) -> Iterator[Flask]:
    with application.running(settings.database, models=settings.models) as app:
        yield app


@pytest.fixture
def press(app: Flask) -> Press:
    """`press(recipe="majority")` sends the form as Dee's browser does, and gives the number of the job."""

    def send(**choices: str) -> int:
        client, token = application.browser(app, "dee")
        answer = client.post(PAGE, data={"release": "1", **choices, "csrf_token": token})
        assert answer.status_code == 303
        return int(re.fullmatch(r"/projects/trains/jobs/(\d+)", answer.headers["Location"])[1])

    return send


@pytest.fixture
def context(engine: Engine, settings: Settings, released: Path) -> Callable[..., Context]:
    """What the job is given; `look` is asked now and then whether it is to stop."""

    def of(look: Callable[[], None] = lambda: None) -> Context:
        return Context(
            engine=engine,
            settings=settings,
            number=7,
            slug="trains",
            by_id=None,
            created_at=datetime(2026, 3, 1, tzinfo=UTC),
            heard=lambda *_: None,
            look=look,
        )

    return of


def shown(app: Flask, address: str) -> str:
    answer = application.browser(app, "dee")[0].get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_pressed_trained_reported_and_downloaded(
    app: Flask, press: Press, settings: Settings, tmp_path: Path
) -> None:
    """The whole way of a curator who has no command line."""
    assert "48 rows to train on" in shown(app, PAGE)
    number = press(recipe="svm_ngrams_comb")
    assert press(recipe="majority") == number  # who waits presses again
    assert "A model is being trained" in shown(app, PAGE)
    with running(settings):
        found: Job = ended(settings.database, number)

    assert (found.state, found.failure) == (JobState.DONE, None)
    assert (found.result["recipe"], found.result["split"], found.result["n"]) == (
        "svm_ngrams_comb",
        "test",
        18,
    )
    assert found.result["scores"]["f_avg"] > found.result["majority"]["f_avg"]
    page = shown(app, PAGE)
    accuracy = f"{100 * found.result['scores']['accuracy']:.1f}".removesuffix(".0")
    assert f"<b>{accuracy}</b> accuracy" in page
    assert f"{PAGE}/{number}/report" in shown(app, f"/projects/trains/jobs/{number}")

    client, _ = application.browser(app, "dee")
    report = client.get(f"{PAGE}/{number}/report")
    assert "svm_ngrams_comb on trains/1" in report.text
    assert report.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    with zipfile.ZipFile(io.BytesIO(client.get(f"{PAGE}/{number}/download").data)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "taken")
    model = persist.load(tmp_path / "taken" / f"trains-model-{number}")
    assert model.card.sha256 == found.result["sha256"]
    assert "trains/" not in str(settings.models)


def test_what_cannot_be_trained_is_refused_where_it_was_chosen(app: Flask) -> None:
    """And what is not on this server is a sentence, no traceback."""
    client, token = application.browser(app, "dee")
    for sent in ({"release": "1", "recipe": "../x"}, {"release": "0"}, {"release": "x"}, {}):
        answer = client.post(PAGE, data={**sent, "csrf_token": token})
        assert answer.status_code == 422
        assert "is no recipe" in answer.text or "Choose a release" in answer.text
    for part in ("report", "download"):
        assert client.get(f"{PAGE}/1/{part}").status_code == 404
    with pytest.raises(Invalid):
        asking.checked({"release": 1, "folder": "/etc"})


def test_annotators_train_nothing(app: Flask) -> None:
    """Scores tell what others have answered."""
    client, token = application.browser(app, "ada")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"release": "1", "csrf_token": token}).status_code == 403


def test_the_recipes_on_the_page_are_those_of_the_code() -> None:
    """The web process knows them by name only: it must not learn of a recipe that is gone."""
    assert set(choices.RECIPES) == set(models.RECIPES)


def test_a_release_that_is_not_here_is_told(context: Callable[..., Context], released: Path) -> None:
    """The folder was moved to another disk."""
    released.rename(released.with_name("elsewhere"))
    with pytest.raises(NotFound, match="not on this machine"):
        job.train(context(), {"release": 1, "recipe": "majority"})


def test_stopped_in_the_midst_of_learning_it_leaves_nothing(
    context: Callable[..., Context], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that learns for an hour never asks whether it is still wanted."""
    monkeypatch.setattr(job, "SECONDS", 0.05)
    before, asked = signal.getsignal(signal.SIGALRM), threading.Event()

    def stop() -> None:
        asked.set()
        raise Stopped

    with pytest.raises(Stopped):
        job.train(context(stop), {"release": 1, "recipe": "svm_ngrams"})
    assert asked.is_set()
    assert signal.getsignal(signal.SIGALRM) == before
    assert [path for path in place.of_models(settings).rglob("*") if path.is_file()] == []


def test_one_that_was_killed_at_its_very_end_is_not_trained_again(
    context: Callable[..., Context], settings: Settings
) -> None:
    """Its model is there; the database had not heard of it."""
    first = job.train(context(), {"release": 1, "recipe": "majority"})
    [told] = place.of_models(settings).rglob(place.TOLD)
    before = told.stat().st_mtime_ns

    assert job.train(context(), {"release": 1, "recipe": "majority"}) == first
    assert told.stat().st_mtime_ns == before
    assert json.loads(told.read_text())["recipe"] == "majority"


def test_a_model_is_asked_about_a_text(app: Flask, press: Press, settings: Settings) -> None:
    """A curator types a text and reads which words decided; two who ask at once have an answer each."""
    number = press(recipe="svm_ngrams_comb")
    with running(settings):
        assert ended(settings.database, number).state == JobState.DONE
        assert f'action="{PAGE}/{number}/why"' in shown(app, f"{PAGE}/{number}/why")
        asked = [
            ask(app, number, text="what a welcome line, not useless", target=target)
            for target in ("Night Trains", "Zeppelins")
        ]
        found = [ended(settings.database, each) for each in asked]

    assert [each.state for each in found] == [JobState.DONE] * 2
    first = found[0].result
    by_label = {each["name"]: each for each in first["labels"]}
    assert first["label"] == first["labels"][0]["name"] and set(by_label) == set(LABELS)
    assert by_label["FAVOR"]["for"][0][0] == "welcome" and by_label["AGAINST"]["for"][0][0] == "useless"
    for each in first["labels"]:
        added = each["words"] + each["intercept"] + sum(weight for _, weight in each["others"])
        assert added == pytest.approx(each["decision"], abs=1e-9)
    page = shown(app, f"/projects/trains/jobs/{asked[0]}")
    assert re.search(r'<mark class="is-for is-loud-3">welcome<small><bdi dir="ltr">\+', page)
    assert "no such target" in shown(app, f"/projects/trains/jobs/{asked[1]}")


def ask(app: Flask, model: int, **given: str) -> int:
    client, token = application.browser(app, "dee")
    answer = client.post(f"{PAGE}/{model}/why", data={**given, "csrf_token": token})
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def test_what_cannot_be_asked_is_refused(
    app: Flask, context: Callable[..., Context], session: Session
) -> None:
    """No text, no model, or a path in the place of a number."""
    job.train(context(), {"release": 1, "recipe": "majority"})
    client, token = application.browser(app, "dee")
    assert client.get(f"{PAGE}/{context().number}/why").status_code == 404  # no such job: nothing was trained
    assert client.post(f"{PAGE}/7/why", data={"text": "x", "csrf_token": token}).status_code == 404
    for arguments in (
        {"model": 1, "text": " "},
        {"model": "../x", "text": "x"},
        {"model": 1, "made_at": "x"},
    ):
        with pytest.raises(Invalid):
            why.checked(arguments, lambda number: "2026-01-01T00:00:00+00:00")
    with pytest.raises(NotFound, match="not on this machine"):
        why_job.explain(
            context(),
            {"model": 9, "made_at": "2026-01-01T00:00:00+00:00", "text": "x", "target": "y", "holder": ""},
        )
