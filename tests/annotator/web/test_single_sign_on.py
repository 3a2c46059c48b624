"""In by a single sign-on: who is let in, and what a provider or somebody between may not do."""

import time

import pytest
import requests

from annotator.domain import User
from annotator.errors import Unusable
from annotator.store import accounts, identities
from tests import application, make
from tests.services import oidc
from tests.services.oidc import CLIENT, SECRET

DOOR = "/sign-in/single-sign-on"
BEA = {"sub": "17", "email": "Bea@example.org", "email_verified": True, "preferred_username": "bea"}


@pytest.fixture
def provider():
    with oidc.running() as provider:
        yield provider


@pytest.fixture
def settings(provider):
    return {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}


@pytest.fixture
def app(database_url, settings):
    with application.running(database_url, **settings) as app:

        def store(session):
            make.user(session, "ada")
            accounts.add_user(session, "beatrix", email="bea@example.org")

        application.stored(app, store)
        yield app


def there(client, address=DOOR):
    """To the provider and as far as the address by which it sends back."""
    begun = client.get(address)
    assert begun.status_code == 302
    return requests.get(begun.location, allow_redirects=False, timeout=60).headers["Location"]


def come(app, address=DOOR, client=None):
    client = client or app.test_client()
    return client, client.get(there(client, address))


def name(client):
    return client.get("/api/v1/me/preferences").status_code == 200 and shown(client)


def shown(client):
    page = client.get("/account").text
    return page.partition('<meta name="user" content="')[2].partition('"')[0]


def test_a_verified_address_that_an_administrator_gave_opens_its_account(app, provider):
    """Invited people come in; from then on by what the provider calls them, whatever their address is."""
    provider.person = BEA
    client, answer = come(app, f"{DOOR}?next=/timesheet")
    assert (answer.status_code, answer.location) == (303, "/timesheet")
    assert name(client) == "beatrix"

    provider.person = {"sub": "17"}
    assert name(come(app)[0]) == "beatrix"
    provider.person = {"sub": "18"} | {key: BEA[key] for key in BEA if key != "sub"}
    assert come(app)[1].status_code == 409  # another person who has the address now


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "9"},
        {"sub": "9", "email": "bea@example.org"},
        {"sub": "9", "email": "bea@example.org", "email_verified": False},
        {"sub": "9", "email": "bea@example.org", "email_verified": "true"},
        {"sub": "9", "email": "zoe@example.org", "email_verified": True, "preferred_username": "ada"},
    ],
)
def test_nobody_else_comes_in(app, provider, person):
    """An address that nobody has verified, or a name like somebody's, is not somebody."""
    provider.person = person
    client, answer = come(app)

    assert answer.status_code == 403
    assert not name(client)


def test_who_is_signed_in_connects_their_own(app, provider):
    """And nobody takes it from them afterwards."""
    provider.person = {"sub": "42"}
    client, _ = application.browser(app, "ada")
    before = client.get_cookie("standpoint_session").value
    assert come(app, client=client)[1].status_code == 303
    assert client.get_cookie("standpoint_session").value != before

    assert name(come(app)[0]) == "ada"
    other, _ = application.browser(app, "beatrix")
    assert come(app, client=other)[1].status_code == 403
    assert name(other) == "beatrix"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": -3_600},
        {"exp": None},
        {"iat": 3_600},
        {"sub": None},
        {"sub": ""},
        {"sub": 17},
        {"azp": "another"},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_lets_nobody_in(app, provider, claims):
    """Replayed, meant for another server, of another provider, too old, of nobody. Times are from now."""
    moments = {name: int(time.time()) + claims[name] for name in ("exp", "iat") if claims.get(name)}
    provider.person, provider.claims = BEA, claims | moments
    client, answer = come(app)

    assert answer.status_code == 403
    assert not name(client)


@pytest.mark.parametrize("sign", ["none", "HS256", "another"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(app, provider, sign):
    """Without a signature, signed by the public key as if it were a password, signed by somebody else."""
    provider.person, provider.sign = BEA, sign
    client, answer = come(app)

    assert answer.status_code == 403
    assert not name(client)


def test_what_was_begun_elsewhere_or_is_sent_twice_is_refused(app, provider):
    """A link that brings somebody else's code would sign its victim in as them."""
    provider.person = BEA
    back = there(app.test_client())
    assert app.test_client().get(back).status_code == 403

    client = app.test_client()
    back = there(client)
    assert client.get(back.replace("state=", "state=x")).status_code == 403
    back = there(client)
    assert client.get(f"{back}&iss=https://evil.example").status_code == 403
    back = there(client)
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 403
    assert app.test_client().get(f"{DOOR}/back?error=access_denied&state=x").status_code == 403


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(app, provider, elsewhere):
    """The way through the provider must not end at somebody else's door."""
    provider.person = BEA
    client = app.test_client()
    begun = client.get(DOOR, query_string={"next": elsewhere})
    back = requests.get(begun.location, allow_redirects=False, timeout=60).headers["Location"]

    assert client.get(back).location == "/"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"id_token_signing_alg_values_supported": ["none"]},
    ],
    ids=str,
)
def test_a_provider_that_points_elsewhere_is_not_believed(app, provider, metadata):
    """What it says of itself must not make this server ask somebody inside."""
    provider.metadata = metadata

    assert app.test_client().get(DOOR).status_code == 403
    assert provider.paths == ["/.well-known/openid-configuration"]
    provider.metadata = {}
    assert app.test_client().get(DOOR).status_code == 302  # once it is mended


def test_a_silent_provider_keeps_nobody_else_out(database_url, settings):
    """There is a sentence, and the other ways in."""
    with application.running(database_url, **(settings | {"oidc_issuer": "http://127.0.0.1:1"})) as app:
        assert app.test_client().get(DOOR).status_code == 503
        assert app.test_client().get("/sign-in").status_code == 200


def test_an_allowed_domain_makes_accounts_and_no_other_does(database_url, settings, provider):
    """A university lets its own in: by a verified address, under a name that nobody has."""
    with application.running(database_url, **settings, oidc_allow="lab.example, @example.org") as app:
        application.stored(app, lambda session: make.user(session, "ada") and None)
        provider.person = BEA
        assert name(come(app)[0]) == "bea"
        provider.person = {"sub": "2", "email": "ada@lab.example", "email_verified": True, "name": "ada"}
        assert name(come(app)[0]) == "ada@lab.example"
        provider.person = {"sub": "3", "email": "eve@notlab.example", "email_verified": True, "name": "eve"}
        assert come(app)[1].status_code == 403
        provider.person = {"sub": "4", "email": "eve@lab.example", "email_verified": False, "name": "eve"}
        assert come(app)[1].status_code == 403


def test_a_deleted_person_stays_out(app, provider):
    """Also with a provider that knows them still."""
    provider.person = BEA
    come(app)
    application.stored(app, lambda s: accounts.delete_user(s, accounts.find_user(s, "beatrix")))

    assert come(app)[1].status_code in {403, 409}
    assert application.stored(app, lambda s: identities.find(s, provider.issuer, "17")) is None


@pytest.mark.parametrize(
    "wrong",
    [{"oidc_client_secret": ""}, {"oidc_client_id": ""}, {"oidc_issuer": "http://sso.example.org"}],
    ids=str,
)
def test_half_a_setting_is_refused_at_the_start(database_url, settings, wrong):
    """Without a secret, or over a line that others read, it is no protection."""
    with pytest.raises(Unusable), application.running(database_url, **(settings | wrong)):
        pass


def test_without_a_provider_there_is_no_such_door(database_url):
    """And no button that leads to it."""
    with application.running(database_url) as app:
        assert app.test_client().get(DOOR).status_code == 404
        assert "single-sign-on" not in app.test_client().get("/sign-in").text
        assert application.stored(app, lambda s: s.get(User, 1)) is None
