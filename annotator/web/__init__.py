"""The web application: pages for people, the API beneath them, one strict set of headers."""

from collections.abc import Iterator
from importlib.metadata import entry_points

from flask import Blueprint, Flask, current_app, g, url_for

from annotator import api
from annotator.config import Settings
from annotator.errors import Unusable
from annotator.http import arriving, late_rules, metrics, problems, request_log, session
from annotator.http.application import Application
from annotator.reading.boards import Boards
from annotator.reading.measurements import Measurements
from annotator.store import engine
from annotator.store.passwords import Passwords
from annotator.store.proposals import Proposals
from annotator.web import (
    account,
    adjudicate,
    agreement,
    annotate,
    audit,
    compression,
    curating,
    dashboard,
    doubts,
    files,
    guidelines,
    health,
    home,
    imports,
    inquiries,
    items,
    jobs,
    languages,
    new_project,
    overview,
    people,
    preferences,
    proxy,
    questionnaire,
    registry,
    removal,
    rounds,
    scheme,
    sign_in,
    single_sign_on,
    suggestions,
    timesheet,
    webhooks,
)

PAGES = (
    files.bp,
    health.bp,
    sign_in.bp,
    single_sign_on.bp,
    account.bp,
    home.bp,
    annotate.bp,
    languages.bp,
    preferences.bp,
    timesheet.bp,
    guidelines.bp,
    inquiries.bp,
    curating.bp,
    items.bp,
    imports.bp,
    jobs.bp,
    dashboard.bp,
    agreement.bp,
    overview.bp,
    new_project.bp,
    scheme.bp,
    registry.bp,
    audit.bp,
    removal.bp,
    people.bp,
    rounds.bp,
    suggestions.bp,
    questionnaire.bp,
    adjudicate.bp,
    doubts.bp,
    webhooks.bp,
)

BLUEPRINTS = "standpoint.blueprints"  # what other packages bring


def create_app(settings: Settings | None = None) -> Flask:
    """The application on the database of the settings, which must be of the current schema.

    Raises
    ------
    Unusable
        If the database cannot be opened or is not of the current schema, says what to run; if a package
        brings pages that cannot be imported, says which; if single sign-on is half configured.
    """
    settings = settings or Settings.read()
    provider = single_sign_on.configured(settings)
    database = engine.current(settings)
    app = Application(__name__, static_folder=None)
    app.config["STANDPOINT"] = settings
    app.extensions["standpoint_engine"] = database
    app.extensions[sign_in.PASSWORDS] = Passwords()
    app.extensions["standpoint_proposals"] = Proposals()
    app.extensions[curating.KEY] = Boards()
    app.extensions[curating.MEASURED] = Measurements(database)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    late_rules.install(app)
    metrics.install(app, database)
    request_log.install(app)
    proxy.install(app, settings)
    arriving.install(app)
    session.install(app, database, settings)
    problems.install(app)
    languages.install(app)
    preferences.install(app)
    single_sign_on.install(app, provider)
    for blueprint in (*PAGES, *_brought(), *api.BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.context_processor(_for_templates)
    app.after_request(compression.compress)
    return app


def _brought() -> Iterator[Blueprint]:
    """The pages of all installed packages, ours included, by name."""
    for entry in sorted(entry_points(group=BLUEPRINTS), key=lambda entry: entry.name):
        try:
            blueprint = entry.load()
        except (ImportError, AttributeError) as error:
            package = entry.dist.name if entry.dist is not None else entry.module
            raise Unusable(f"The pages {entry.name!r} of {package} cannot be loaded: {error}.") from error
        assert isinstance(blueprint, Blueprint), f"{entry.value} is no blueprint"
        yield blueprint


def _for_templates() -> dict[str, object]:
    return {
        "static_url": files.static_url,
        "sheet_url": files.sheet_url,
        "icon_url": files.icon_url,
        "user": g.get("user"),
        "home_url": url_for("home.show"),
        "own_zone": preferences.own_zone,
        "blueprints": current_app.blueprints,
        "server_id": current_app.config["STANDPOINT_SERVER_ID"],
    }
