"""The languages of the interface: which one a request is answered in, and its catalog of sentences.

A catalog is a `.po` file under `locale/`. It is read when the first page in its language is asked for, so no
compiled file lies beside it that could be older, and English, whose sentences stand in the templates, costs
nothing. A new language is a new folder with a catalog in it; its name and direction come from CLDR.
"""

import io
import re
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import Babel, Domain, get_locale

from annotator.errors import Invalid

ENGLISH = "en"
DOMAIN = "standpoint"
COOKIE = "standpoint_language"
CATALOGS = Path(__file__).with_name("locale")
YEAR = 365 * 86_400  # s

bp = Blueprint("languages", __name__)


def install(app: Flask) -> None:
    """Answer every request of the app in the language of who asks."""
    babel = Babel(app, default_locale=ENGLISH, locale_selector=_chosen)
    babel.domain_instance = _Catalogs(domain=DOMAIN)
    app.before_request(_ask)
    app.context_processor(_for_templates)


@cache
def available() -> dict[str, Locale]:
    """Every language that there is a catalog of, English first."""
    translated = sorted(path.name for path in CATALOGS.iterdir() if path.is_dir())
    return {language: Locale.parse(language) for language in (ENGLISH, *translated)}


def load() -> None:
    """Read every catalog and what CLDR says of its language, which the first page in it would wait for."""
    for language, locale in available().items():
        _catalog(language)
        assert locale.text_direction


@bp.post("/language")
def choose() -> Response:
    """Keep the language that this person wants, or this browser where nobody is signed in; go back.

    Raises
    ------
    Invalid
        If there is no such language.
    """
    language = known(request.form.get("language", ""))
    back = local(request.form.get("back", ""), home=url_for("home.show"))
    response = current_app.make_response(redirect(back, code=303))
    if g.user is not None:
        g.user.locale = language
        g.session.add(g.user)
    else:
        response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


def known(language: str) -> str:
    """The language itself.

    Raises
    ------
    Invalid
        If there is no catalog of it.
    """
    if language not in available():
        raise Invalid("Choose a language of the list.", {"language": "is not there"})
    return language


class _Catalogs(Domain):  # type: ignore[misc]
    """Where Flask-Babel finds the sentences of the request's language."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return NullTranslations() if locale is None else _catalog(str(locale))


@cache
def _catalog(language: str) -> NullTranslations:
    file = CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not file.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language, domain=DOMAIN, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def _ask() -> None:
    """Ask before the view runs: after an error of the database nobody can ask who this is."""
    user = g.get("user")
    g.own_language = user.locale if user is not None else None


def _chosen() -> str:
    """The person's own language, else this browser's, else the best that it accepts, else English."""
    accepted = [tag.partition("-")[0] for tag, quality in request.accept_languages if quality > 0]
    wanted = (g.get("own_language"), request.cookies.get(COOKIE), *accepted)
    return next((language for language in wanted if language in available()), ENGLISH)


def _for_templates() -> dict[str, object]:
    locale = get_locale()
    return {"locale": str(locale), "direction": locale.text_direction, "languages": available()}


def local(address: str, *, home: str = "/") -> str:
    r"""The address if it is one of this server's own, else the first page.

    >>> local("/preferences?all"), local("//elsewhere.example"), local("/\\elsewhere.example")
    ('/preferences?all', '/', '/')
    """
    return address if re.fullmatch(r"/(?![/\\])\S*", address) else home
