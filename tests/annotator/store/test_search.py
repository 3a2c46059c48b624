"""Search: what a curator types finds the sentences that say it, in every language and on both databases."""

import pytest
from alembic import command

from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from annotator.store import engine as store
from annotator.store import migrating, search
from tests import make

TEXTS = (
    ("en", "The Mayor of Málaga will not co-operate, said the U.S. envoy."),
    ("es", "¿Quién votó a favor de la ELECCIÓN del niño?"),
    ("ar", "وقالت الحكومةُ إنّ القطاراتِ الليليّة ستعود."),
    ("en", "Night trains return; the mayor of the town is glad."),
)


@pytest.fixture
def news(session, tmp_path):
    """A project whose texts came by an import, as ids and as words."""
    file = tmp_path / "texts.jsonl"
    lines = [f'{{"id": "{number}", "text": "{text}"}}' for number, (_, text) in enumerate(TEXTS)]
    file.write_text("\n".join(lines), encoding="utf-8")
    project = make.project(session, "news", kind="open")
    options = Options(cut=False)
    rows, report = read_all([file], options)
    load(session, project, rows, report, options)
    return project


def found(session, project, query):
    ids = search.items(session, project, query)
    wanted = search.sa.select(search.Item.external_id).where(search.Item.id.in_(ids)).order_by(search.Item.id)
    return [name.split(":")[0] for name in session.execute(wanted).scalars()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("malaga", ["0"]),
        ("MÁLAGA mayor", ["0"]),
        ("mayor", ["0", "3"]),
        ("eleccion nino", ["1"]),
        ("elección", ["1"]),
        ("الحكومة", ["2"]),
        ("حكومه", ["2"]),
        ("قطارات", ["2"]),
        ("train", ["3"]),
        ('"mayor of the"', ["3"]),
        ('"of the mayor"', []),
        ("mayor elección", []),
        ("3", ["3"]),
        ("' OR 1=1 --", []),
        ('AND NOT "', []),
        ("!:*&|()", []),
    ],
)
def test_words_are_found_as_people_type_them(session, news, query, expected):
    """Who must type every accent, vowel sign and article right believes that nothing is there."""
    assert found(session, news, query) == expected


def test_another_projects_texts_are_not_found(session, news):
    """Projects have different curators."""
    other = make.project(session, "letters", kind="open")

    assert search.items(session, other, "mayor") == []


def test_what_is_forgotten_is_found_no_more(session, news):
    """An erased text must not be guessed from what a search finds."""
    document = (
        session.execute(search.sa.text("SELECT document_id FROM segment ORDER BY id")).scalars().first()
    )

    search.forget(session, document)

    assert found(session, news, "malaga") == []
    assert found(session, news, "mayor") == ["3"]


def test_texts_of_an_older_database_are_found_after_the_upgrade(engine, session):
    """Who upgrades has the texts already."""
    project = make.open_document(session, "news", sentences=["Die Bürgermeisterin schweigt."]).project
    session.commit()
    config = migrating.config()
    with engine.execution_options(standpoint_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    store.migrate(engine)

    with store.reading(engine) as later:
        assert len(search.items(later, project, "burgermeister")) == 1
