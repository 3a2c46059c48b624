"""Whatever a page does, a script can do: each form has its route, or a reason why it has none."""

import pytest

from annotator.api.openapi import PREFIX
from tests.annotator.access.rules import RULES, Least

COUNTERPARTS = {  # what a form does → the routes by which a script does it
    "account.end_others": "api_account.end_others",
    "account.end_session": "api_account.end_session",
    "account.make_token": "api_account.make_token",
    "account.revoke": "api_account.revoke",
    "adjudicate.decide": "api_adjudications.put",
    "adjudicate.undo": "api_adjudications.put",
    "audit.undo": "api_trail.undo",
    "guidelines.change": "api_guidelines.publish",
    "imports.store": "api_imports.store",
    "imports.undo": "api_imports.undo",
    "imports.upload": "api_imports.upload",
    "inquiries.reply": "api_inquiries.reply",
    "items.change": "api_items.change",
    "items.undo": "api_items.undo",
    "jobs.cancel": "api_jobs.cancel",
    "models.ask_why": "api_jobs.ask",
    "models.train": "api_jobs.ask",
    "new_project.create": "api_all_projects.create",
    "people.invite": "api_members.invite",
    "people.link": "api_members.link",
    "people.remove": "api_members.remove",
    "people.restore": "api_members.restore",
    "people.role": "api_members.role",
    "people.sign_out": "api_members.sign_out",
    "people.train": "api_members.train",
    "preferences.save": "api_preferences.put",
    "questionnaire.answer": "api_questionnaire.answer api_questionnaire.skip",
    "registry.change": "api_registry.accept api_registry.add_alias",
    "releases.make": "api_jobs.ask",
    "removal.remove": "api_removal.hide api_removal.erase",
    "rounds.change": "api_rounds.change api_rounds.preview",
    "scheme.edit": "api_settings.preview",
    "scheme.happen": "api_scheme_events.happen api_scheme_events.preview",
    "scheme.upload": "api_settings.apply api_settings.preview",
    "suggestions.change": "api_settings.apply api_jobs.ask api_suggestions.preview",
    "webhooks.change": "api_webhooks.change api_webhooks.remove api_webhooks.renew api_webhooks.test",
    "webhooks.create": "api_webhooks.create",
    "webhooks.send_again": "api_webhooks.send_again",
}
NONE = {
    "account.set_password": "a password is typed by its person in a browser, and shown to no script",
    "languages.choose": "a cookie of the browser; a script is answered in English",
    "sign_in.by_password": "a script comes with a token",
    "sign_in.out": "a token is revoked, not signed out",
}


@pytest.fixture
def rules(app):
    """Endpoint → its rules in the URL map."""
    found = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, []).append(rule)
    return found


def test_every_form_has_its_route_or_a_reason(rules):
    """A new form without a route would be work that only hands can do."""
    forms = {
        endpoint
        for endpoint, of in rules.items()
        for rule in of
        if "POST" in rule.methods and not rule.rule.startswith(PREFIX)
    }

    assert forms == COUNTERPARTS.keys() | NONE.keys()
    assert not COUNTERPARTS.keys() & NONE.keys()


def test_the_routes_are_there_and_change_something(rules):
    """A name that was mistyped would prove nothing."""
    for form, routes in COUNTERPARTS.items():
        for endpoint in routes.split():
            [rule] = rules[endpoint]
            assert rule.rule.startswith(PREFIX), form
            assert rule.methods & {"POST", "PUT", "DELETE"}, form


def test_a_route_lets_the_same_people_in_as_its_form():
    """Else the API would be a way around the page, or the page around the API."""
    for form, routes in COUNTERPARTS.items():
        for endpoint in routes.split():
            assert RULES[endpoint] == RULES[form], (form, endpoint)


def test_what_a_page_shows_can_be_read(rules):
    """Every page of a project has a route that reads what it is about."""
    read = {
        rule.rule.removeprefix(f"{PREFIX}/projects/<slug>").strip("/").partition("/")[0]
        for of in rules.values()
        for rule in of
        if "GET" in rule.methods and rule.rule.startswith(f"{PREFIX}/projects/<slug>")
    }
    names = {"adjudicate": "adjudications", "annotate": "queue", "people": "members", "overview": "dashboard"}
    names |= {"curating": "scheme"}
    for endpoint, (least, _) in RULES.items():
        [rule, *_] = rules[endpoint]
        noun = endpoint.partition(".")[0]
        is_page = least >= Least.ANNOTATOR and rule.rule.startswith("/projects/<slug>")
        if is_page and "GET" in rule.methods:
            assert names.get(noun, noun) in read, endpoint
