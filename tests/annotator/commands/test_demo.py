"""The demo: something to label, something to settle, and nobody simulated who is not called so."""

from click.testing import CliRunner
from sqlmodel import Session, col, select

from annotator.cli import main
from annotator.domain import Annotation, Disagreement, Kind, User
from annotator.store import accounts, engine, projects, queue
from annotator.store.disagreements import Wanted, count
from tests import application


def start(url):
    done = CliRunner().invoke(main, ["demo", "--no-serve", "--port", "0", "--database", url])
    assert done.exit_code == 0, done.output
    return done.output


def test_there_is_something_to_settle_and_something_to_label(sqlite_url):
    """Who tries Standpoint for ten minutes sees both seats at work; a second start changes nothing."""
    first = start(sqlite_url)
    database = engine.create(sqlite_url)
    with Session(database) as session:
        waiting = {slug: count(session, projects.find(session, slug), Wanted()) for slug in ("posts", "news")}
        before = len(session.exec(select(Annotation.id)).all())
    again = start(sqlite_url)
    with engine.writing(database) as session:
        after = len(session.exec(select(Annotation.id)).all())
        demo = accounts.find_user(session, "demo")
        served = {
            slug: len(queue.serve(session, projects.find(session, slug), demo, limit=20, minutes=30).leases)
            for slug in ("posts", "news")
        }
    database.dispose()

    assert "simulated annotators" in first
    assert "simulated" not in again
    assert before == after
    assert min(waiting.values()) >= 50
    assert min(served.values()) >= 1


def test_simulated_annotators_are_called_so(sqlite_url):
    """Nobody may take a program's noise for people's judgement."""
    start(sqlite_url)
    with application.running(sqlite_url) as app:
        given = select(User).join(Annotation, col(Annotation.annotator_id) == col(User.id))

        def read(session):
            people = session.exec(given.where(Annotation.kind == Kind.ANNOTATION)).unique().all()
            first = session.exec(select(Disagreement.item_id).where(Disagreement.entropy > 1)).first()
            return {(user.simulated, user.shown_name) for user in people}, first

        people, first = application.stored(app, read)
        browser, _ = application.browser(app, "demo")
        address = browser.get("/projects/posts/adjudicate/item").headers["Location"]
        page = browser.get(address).get_data(as_text=True)

    assert people == {(True, f"Simulated annotator {number}") for number in (1, 2, 3)}
    assert first is not None
    assert page.count('class="badge">simulated') == 3
