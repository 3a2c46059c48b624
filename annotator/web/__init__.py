"""The web application: pages for people, the API beneath them, one strict set of headers."""

from flask import Flask, Response, g, url_for
from flask_babel import Babel

from annotator import api
from annotator.config import Settings
from annotator.http import problems, session
from annotator.store import engine
from annotator.web import annotate, files, home, sign_in

PAGES = (files.bp, sign_in.bp, home.bp, annotate.bp)

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:"
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application on the database of the settings, which must be of the current schema.

    Raises
    ------
    Unusable
        If the database cannot be opened or is not of the current schema; says what to run.
    """
    settings = settings or Settings.read()
    database = engine.current(settings)
    app = Flask(__name__, static_folder=None)
    app.config["STANDPOINT"] = settings
    app.extensions["standpoint_engine"] = database
    app.json.sort_keys = False  # type: ignore[attr-defined]
    session.install(app, database, settings)
    problems.install(app)
    Babel(app)
    for blueprint in (*PAGES, *api.BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.context_processor(_for_templates)
    app.after_request(_headers)
    return app


def _for_templates() -> dict[str, object]:
    return {"static_url": files.static_url, "user": g.get("user"), "home_url": url_for("home.show")}


def _headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
