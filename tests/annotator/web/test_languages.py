"""The interface speaks each of its languages whole, and to each person theirs."""

import gettext
import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from annotator.http import sentences
from annotator.store import accounts
from annotator.web import languages
from tests import application, make

ROOT = Path(__file__).parents[3]
TRANSLATED = [language for language in languages.available() if language != languages.ENGLISH]
HOLES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|</?\w+|https?://\S+")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every sentence that stands in a template or in the code, as `make translations` collects them."""
    file = tmp_path_factory.mktemp("catalog") / "standpoint.pot"
    mapping = f"--mapping-file={ROOT / 'pyproject.toml'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        call = ["pybabel", "-q", "extract", mapping, "--keywords=lazy_gettext", f"--output-file={file}", "."]
        assert not CommandLineInterface().run(call)
    return _read(file)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(wanted: Catalog, language: str):
    """Who needs a page in Spanish cannot read half of it in English."""
    catalog = _catalog(language)
    here, there = _by_key(catalog), _by_key(wanted)

    assert sorted(there.keys() - here.keys()) == [], "run make translations, then translate"
    assert sorted(here.keys() - there.keys()) == [], "no page says this any more: run make translations"
    assert list(catalog.obsolete) == []
    assert [key for key, message in here.items() if message.fuzzy] == []
    assert [key for key, message in here.items() if not all(_forms(message.string))] == []
    assert [key for key in here if here[key].pluralizable != there[key].pluralizable] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_holes_and_the_plurals(language: str):
    """A name that falls out of a sentence is missed; a wrong hole is an error page."""
    catalog = _catalog(language)
    for key, message in _by_key(catalog).items():
        forms, holes = _forms(message.string), _holes(_forms(message.id)[-1])
        if message.pluralizable:
            assert len(forms) == catalog.num_plurals, key
        for form in filter(None, forms):
            one_is_said_in_words = message.pluralizable and _holes(form) < holes
            assert one_is_said_in_words or _holes(form) == holes, f"{key}: {form}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_counts_as_its_language_does(language: str):
    """Arabic counts in six ways; by a wrong rule three answers are told as eleven are."""
    told = gettext.c2py(_catalog(language).plural_expr)
    rule = languages.available()[language].plural_form
    numbers = (0, 1, 2, 3, 10, 11, 99, 100, 103)

    for one, two in itertools.combinations(numbers, 2):
        assert (told(one) == told(two)) == (rule(one) == rule(two)), (one, two)


@pytest.fixture
def app(database_url: str):
    with application.running(database_url) as app:
        application.stored(app, _rows)
        yield app


def _rows(session):
    make.directed(session, "posts", members=[make.user(session, "ada")])


def test_a_person_reads_the_language_of_her_own(app: Flask):
    """Hers goes before what this browser kept, that before what it asks for; English is for the rest."""
    stranger = app.test_client()
    asked = {"Accept-Language": "fr, es-MX;q=0.8, en;q=0.5"}

    assert _language(stranger) == ("en", "ltr")
    assert _language(stranger, headers={"Accept-Language": "fr"}) == ("en", "ltr")
    assert _language(stranger, headers=asked) == ("es", "ltr")
    stranger.post("/language", data={"language": "ar"})
    assert _language(stranger, headers=asked) == ("ar", "rtl")

    client, csrf = application.browser(app, "ada")
    client.set_cookie(languages.COOKIE, "ar")
    assert _language(client, headers=asked) == ("ar", "rtl")
    client.post("/language", data={"language": "es", "csrf_token": csrf})
    assert _language(client) == ("es", "ltr")
    assert application.stored(app, lambda session: accounts.find_user(session, "ada").locale) == "es"


def test_a_language_is_chosen_where_one_stands(app: Flask):
    """The switch leads back to the page, and nowhere else: a link in a mail must not lead to a stranger's."""
    client = app.test_client()
    for back, to in [
        ("/sign-in/x?a=b", "/sign-in/x?a=b"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
    ]:
        answer = client.post("/language", data={"language": "es", "back": back})
        assert (answer.status_code, answer.headers["Location"]) == (303, to), back

    refused = client.post("/language", data={"language": "xx"})
    assert refused.status_code == 422
    assert "Elige un idioma" in refused.text


def test_a_signed_in_person_changes_nothing_without_the_token_of_the_page(app: Flask):
    """Nobody else's page may switch her to a language that she cannot read."""
    client, _ = application.browser(app, "ada")

    assert client.post("/language", data={"language": "ar"}).status_code == 403
    assert _language(client) == ("en", "ltr")


def test_what_went_wrong_is_told_in_the_persons_language(app: Flask):
    """The sentence that says what to do is the one that must be understood."""
    client = app.test_client()
    client.set_cookie(languages.COOKIE, "es")

    assert "Este enlace de acceso ya se usó" in client.get("/sign-in/old").text
    assert "Inicia sesión primero" in client.get("/projects/posts/annotate").text
    missing = client.get("/nothing").text
    assert "Aquí no hay nada" in missing
    assert "Ninguna página tiene esta dirección." in missing
    assert '<p lang="en" dir="ltr">The method is not allowed' in client.get("/language").text


def test_a_script_reads_english_and_a_page_its_own_words(app: Flask):
    """Code compares `detail`; the seat shows `sentence` where there is one."""
    ada = application.script(app, "ada")
    english = ada.get("/api/v1/projects/other/queue").json
    application.stored(app, lambda session: setattr(accounts.find_user(session, "ada"), "locale", "ar"))
    arabic = ada.get("/api/v1/projects/other/queue").json

    assert arabic["detail"] == english["detail"] == "You have no project 'other'."
    assert "sentence" not in english
    assert arabic["sentence"] == "ليس لديك مشروع 'other'."


def test_every_sentence_that_is_known_is_one_that_is_raised():
    """An error whose words were changed would be told in English again, and nobody would notice."""
    code = "".join(
        re.sub(r"\{(\w|[.\[\]!()'])+\}", "{}", path.read_text())
        for package in ("annotator", "exporters")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "sentences.py"
    )
    for sentence in sentences.KNOWN:
        assert re.sub(r"%\(\w+\)s", "{}", sentence) in code, sentence


def _language(client: FlaskClient, **request: object) -> tuple[str, str]:
    return re.search(r'<html lang="(\w+)" dir="(\w+)"', client.get("/", **request).text).groups()


def _catalog(language: str) -> Catalog:
    return _read(languages.CATALOGS / language / "LC_MESSAGES" / f"{languages.DOMAIN}.po", locale=language)


def _read(file: Path, **options: str) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines, **options)


def _by_key(catalog: Catalog) -> dict[tuple[str, str], Message]:
    return {(message.context or "", _forms(message.id)[0]): message for message in catalog if message.id}


def _forms(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


def _holes(sentence: str) -> Counter[str]:
    return Counter(HOLES.findall(sentence))
