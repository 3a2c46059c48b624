"""What somebody may send or store, and what must not come of it."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.spreadsheet import HARMFUL
from annotator.http.markdown import to_html
from annotator.http.session import _secret_key
from annotator.store import accounts, audit, projects
from tests import application, make
from tests.annotator.access import routes

FORMULA = "=HYPERLINK(0)"


@pytest.fixture
def app(database_url):
    with application.running(database_url, upload_megabytes=1) as app:

        def store(session):
            cleo = make.user(session, FORMULA)
            posts = make.directed(session, "posts", items=1)
            projects.join(session, posts.project, cleo, "admin")
            posts.project.name = "{{ 7 * 7 }}<script>alert(1)</script>"
            audit.note(session, "@SUM(1)", project=posts.project, by_id=cleo.id, name="+1", also="-1")

        application.stored(app, store)
        yield app


@pytest.fixture
def cleo(app):
    """An admin of the project whose name is a formula."""
    return application.browser(app, FORMULA)


def test_every_answer_carries_the_headers_that_hold_a_browser_back(app, cleo):
    """One page without them is the one that is attacked."""
    wrong = []
    for rule, method in routes.all_of(app):
        if method != "GET":
            continue
        address = routes.request(app, rule, method, "posts", routes.MISSING).address
        headers = cleo[0].get(address).headers
        is_code = headers["Content-Type"].startswith(("text/css", "text/javascript"))
        policy = headers.get("Content-Security-Policy", "")
        is_right = (
            headers["X-Content-Type-Options"] == "nosniff"
            and headers["Cross-Origin-Resource-Policy"] == "same-origin"
            and (is_code or ("script-src 'self';" in policy and "unsafe" not in policy))
            and (is_code or "frame-ancestors 'none'" in policy)
            and (is_code or headers["Referrer-Policy"] == "same-origin")
        )
        if not is_right:
            wrong.append((rule.rule, dict(headers)))

    assert not wrong, wrong


def test_no_page_has_anything_inline(app, cleo):
    """The policy would stop it, and it would be missed."""
    for rule, method in routes.all_of(app):
        if method == "GET":
            answer = cleo[0].get(routes.request(app, rule, method, "posts", routes.MISSING).address)
            found = re.findall(r"<script(?![^>]* src=)[^>]*>|\son\w+=\"|\sstyle=\"|javascript:", answer.text)
            assert answer.mimetype != "text/html" or not found, (rule.rule, found)


def test_a_name_is_neither_a_template_nor_markup(app, cleo):
    """What curators call a project is words, wherever it is shown."""
    text = cleo[0].get("/projects/posts/scheme").text

    assert "{{ 7 * 7 }}&lt;script&gt;" in text
    assert "49<" not in text
    assert "<script>alert" not in text


class Seen(HTMLParser):
    """The tags and addresses of some HTML."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.attributes = set(), [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in {"href", "src"}]


ATTACKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.gif)",
    '![x"onerror="alert(1)](https://tracker.example/"onerror="alert(1))',
    "![a][b]\n\n[b]: https://tracker.example/pixel.gif",
    "<img src=https://tracker.example/pixel.gif onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    '[x](https://ok.example "onmouseover=alert(1)")',
    '[x](https://ok.example/"onmouseover="alert(1))',
    "| a |\n|---|\n| <b onclick=alert(1)> |",
    "```<script>\nalert(1)\n```",
    "<!-- --><style>*{}</style>",
]
TAGS = {"p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br"}
TAGS |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}


def is_harmless(markdown):
    seen = Seen()
    seen.feed(to_html(markdown))
    schemes = {address.partition(":")[0].lower() for address in seen.addresses if ":" in address}
    return (
        seen.tags <= TAGS
        and seen.attributes <= {"href", "target", "rel", "title", "class", "style", "start"}
        and not schemes & {"javascript", "vbscript", "file", "data"}
    )


@pytest.mark.parametrize("markdown", ATTACKS)
def test_markdown_runs_nothing_and_fetches_nothing(markdown):
    """Guidelines are read by everybody who works here."""
    assert is_harmless(markdown)


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "[", "](", ")", "!", "<", ">", '"', "`", "\n", "\\", "&#x6a;"]), max_size=8
    )
)
def test_no_mixture_of_attacks_does_either(parts):
    """Two that are harmless alone may not be together."""
    assert is_harmless("".join(parts))


@pytest.mark.parametrize(
    "address",
    ["/projects/posts/audit/audit.csv", "/timesheet.csv", "/projects/posts/dashboard/timesheets.csv"],
)
def test_no_file_for_a_spreadsheet_holds_a_formula(app, cleo, address):
    """A name that begins with = must not send the table to a stranger."""

    def work(session):
        user, posts = accounts.find_user(session, FORMULA), projects.find(session, "posts")
        _, segments = make.document(session, posts, "one", ["So it is."])
        found = routes.Registry.load(session, posts.id).by_key
        [item] = make.items(session, posts, segments, target=found[make.TARGET], holder=found["author"])
        answer = make.answer(item, "FAVOR", project="posts", seconds=2)
        routes.annotations.append(session, user, routes.uuid4(), answer)

    application.stored(app, work)
    text = cleo[0].get(address).get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]

    assert rows
    assert not [cell for row in rows for cell in row if cell.startswith(HARMFUL)]


@pytest.mark.parametrize(
    "path",
    [
        "/static/1/../web/__init__.py",
        "/static/1/..%2f..%2fconfig.py",
        "/static/1/%2e%2e/%2e%2e/config.py",
        "/static/1//etc/passwd",
        "/static/1/css/..\\..\\files.py",
        "/static/1/joined/..%2ftokens.css",
        "/static/1/joined/...base.css",
        "/projects/posts/releases/..%2f1/download",
        "/projects/posts/releases/-1/download",
        "/projects/../../etc/passwd",
    ],
)
def test_no_address_leads_out_of_a_folder(cleo, path):
    """Nothing on the disk is served but what was meant to be."""
    answer = cleo[0].get(path, follow_redirects=True)

    assert answer.status_code == 404
    assert "import" not in answer.text


def test_a_body_that_is_too_large_is_not_read(app, cleo):
    """Nobody fills the memory, on a page or by the API."""
    client, token = cleo
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.toml"\r\n\r\n' + b"x" * 2**21
    sent = client.post(
        "/projects/posts/scheme/file",
        data=form + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": token},
    )
    assert sent.status_code == 413

    script = application.script(app, FORMULA)
    large = b'{"item": "' + b"x" * 2**20 + b'"}'
    for path in ("annotations", "skips", "inquiries/8f0e5f4e-7f1c-4a53-9b36-1f6ad0e6f0aa"):
        method = "PUT" if "/" in path else "POST"
        assert script.open(f"/api/v1/projects/posts/{path}", method=method, data=large).status_code == 413


def test_the_key_of_the_cookies_is_random_and_the_databases_own(app):
    """A key that stands in the code signs for everybody."""
    key = app.config["SECRET_KEY"]

    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert len(set(key)) > 8
    assert _secret_key(app.extensions["standpoint_engine"]) == key


@pytest.mark.parametrize("name", ["endpoint", "push_to_hub", "folder", "command", "url"])
def test_a_release_asked_for_on_the_page_reaches_nobody_else(app, name):
    """No argument of a job names an address that the server would call, or a folder that it would write."""
    script = application.script(app, FORMULA)
    asked = {"name": "release", "arguments": {name: "http://169.254.169.254/latest"}}
    answer = script.post("/api/v1/projects/posts/jobs", json=asked)

    assert answer.status_code == 422 or "169.254" not in answer.text
