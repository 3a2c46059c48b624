"""Flask's application with less to do says what Flask's own would."""

import pytest
from flask import Flask
from werkzeug.test import create_environ

from annotator.http.application import Application

PATHS = ["/", "/a/b", "//elsewhere", "/é 🙂", "/a?q=é&q=2", "/%ff", ""]
HOSTS = ["localhost", "Example.ORG:8000", "[::1]:80", "127.0.0.1:443", "xn--bcher-kva.example"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("prefix", ["", "/tool"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_addresses_are_matched_and_built_as_by_flask(path, host, prefix, scheme):
    app = Application(__name__)
    environ = create_environ(path, f"{scheme}://{host}{prefix}", method="PUT")

    ours = app.create_url_adapter(app.request_class(environ))
    flasks = Flask.create_url_adapter(app, app.request_class(environ))

    for name in ("server_name", "script_name", "subdomain", "url_scheme", "path_info", "default_method"):
        assert getattr(ours, name) == getattr(flasks, name), name
    assert ours.get_host(None) == flasks.get_host(None)
    assert ours.query_args == flasks.query_args


@pytest.mark.parametrize("host", ["a b", "evil.example/", "a:b", "x\\y", "[::1", "a..b", "x" * 70])
def test_a_host_that_is_none_gets_what_flask_says(host):
    """Which builds no address of it, or refuses it."""
    ours, flasks = (
        kind(__name__).test_client().get("/", headers={"Host": host}) for kind in (Application, Flask)
    )

    assert ours.status_code == flasks.status_code >= 400


@pytest.mark.parametrize("name", ["Cache-Control", "Content-Security-Policy", "Referrer-Policy"])
def test_what_a_view_says_itself_is_said_once(name):
    app = Application(__name__)
    app.add_url_rule("/", view_func=lambda: ("", {name: "of the view"}))

    assert app.test_client().get("/").headers.getlist(name) == ["of the view"]


@pytest.mark.parametrize(("scheme", "said"), [("http", 0), ("https", 1)])
def test_who_comes_by_https_is_told_to_come_by_it_again(scheme, said):
    app = Application(__name__)

    answer = app.test_client().get("/", base_url=f"{scheme}://localhost")

    assert len(answer.headers.getlist("Strict-Transport-Security")) == said
    assert len(answer.headers.getlist("X-Content-Type-Options")) == 1
