"""Behind a reverse proxy every address, cookie and redirect is right; unasked, nothing is believed."""

import re

import pytest

from annotator.config import Settings
from annotator.errors import Unusable
from annotator.store import accounts
from tests import application, make

FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "annotate.example.org",
    "X-Forwarded-Prefix": "/standpoint",
    "X-Forwarded-For": "203.0.113.9",
}


def signed_in(url, headers, **settings):
    """What a browser gets for a sign-in link, and the page after it."""
    with application.running(url, **settings) as app:
        link = application.stored(
            app, lambda session: accounts.sign_in_link(session, make.user(session, "ada"))
        )
        client = app.test_client()
        came = client.get(f"/sign-in/{link}", headers=headers)
        token = re.search(r"standpoint_session=([^;]+)", came.headers["Set-Cookie"])[1]
        home = client.get("/", headers={**headers, "Cookie": f"standpoint_session={token}"})
        return came, home


def test_forwarded_headers_are_not_believed_by_default(database_url):
    """Anybody could say that they came by HTTPS, or send people elsewhere."""
    came, home = signed_in(database_url, FORWARDED)

    assert came.headers["Location"] == "/"
    assert "Secure" not in came.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in home.headers
    assert "/standpoint" not in home.text


def test_behind_a_proxy_addresses_and_cookies_are_under_its_prefix(database_url):
    """One address without the prefix is a page that is not there; a cookie too wide goes to neighbours."""
    came, home = signed_in(database_url, FORWARDED, proxies=1)

    assert came.headers["Location"] == "/standpoint/"
    for cookie in came.headers.getlist("Set-Cookie"):
        assert "Secure" in cookie
        assert "Path=/standpoint" in cookie
    assert home.headers["Strict-Transport-Security"].startswith("max-age=")
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', home.text)
    assert len(addresses) >= 3
    assert [address for address in addresses if not address.startswith("/standpoint/")] == []


@pytest.mark.parametrize("prefix", ["//elsewhere.example", "/a\\b", "https://elsewhere.example", "/api"])
def test_a_prefix_that_is_none_is_not_taken(database_url, prefix):
    """A proxy that passes a visitor's own header on must not lead others elsewhere."""
    came, home = signed_in(database_url, FORWARDED | {"X-Forwarded-Prefix": prefix}, proxies=1)

    assert came.headers["Location"] == "/"
    assert "elsewhere" not in home.text
    with pytest.raises(Unusable, match="STANDPOINT_PREFIX"):
        Settings(prefix=prefix)


def test_the_prefix_of_the_setting_wins_and_may_stand_in_the_path_or_not(database_url):
    """Some proxies cut it off, some do not, and many say nothing of it."""
    with application.running(database_url, prefix="/standpoint") as app:
        client = app.test_client()
        for path in ("/", "/standpoint/", "/standpoint"):
            page = client.get(path, headers={"X-Forwarded-Prefix": "/other"})
            assert page.status_code == 200
            assert 'href="/standpoint/"' in page.text
        assert client.get("/healthz").status_code == 200


def test_a_change_of_language_leads_back_to_the_same_page(database_url):
    """A button that leads out of the prefix leads to somebody else's site."""
    with application.running(database_url, prefix="/standpoint") as app:
        client = app.test_client()
        page = client.get("/standpoint/nothing?a=1").text
        back = re.search(r'name="back" value="([^"]*)"', page)[1]
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        chosen = client.post("/language", data={"language": "es", "back": back, "csrf_token": token})
        lost = client.post("/language", data={"language": "es", "back": "//elsewhere.example"})

    assert chosen.headers["Location"] == "/standpoint/nothing?a=1"
    assert "Path=/standpoint" in chosen.headers["Set-Cookie"]
    assert lost.headers["Location"] == "/standpoint/"
