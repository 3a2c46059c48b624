"""Which documents are nearly the same, as imports find them on a real database."""

import json
from itertools import combinations

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from annotator.domain import Document, NearDuplicate, Project
from annotator.domain.near_duplicates import bands, fingerprint
from annotator.domain.project_file import ProjectFile
from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from annotator.store import engine as store
from annotator.store import erasing, migrating, near_duplicates, projects, removing

TALE = (
    "The night train from the coast was late again, and the council of the harbour town said on Monday "
    "that it would rather pay for buses than wait for the ministry to mend the tracks beyond the river."
)
OTHER = (
    "Farmers of the northern valleys have asked for a ban on the new pesticide, which the agency had let "
    "through in spring although half of its own experts warned of what it does to bees and to streams."
)
ENDS = (0, 150, 24)  # the third is alike to both of the others, which are not alike
APART = pytest.mark.parametrize("alike", [TALE.upper(), f"RT @ada: {TALE} https://x.org/1", TALE[:-1] + "!!"])


def project(session: Session) -> Project:
    return projects.create(session, ProjectFile(slug="posts", kind="directed"))


def bring(session: Session, project: Project, folder, **texts: str) -> None:
    """Import texts by their ids, in one file."""
    path = folder / "texts.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": id_, "text": text, "target": "trains"}) + "\n" for id_, text in texts.items()
        )
    )
    options = Options()
    load(session, project, *read_all([path], options), options)


def clusters(session: Session) -> dict[str, str | None]:
    session.expire_all()
    return {each.external_id: each.cluster for each in session.exec(select(Document))}


@APART
def test_what_says_the_same_is_one_cluster(session, tmp_path, alike):
    """A retweet of what a model was trained on must not be in its test."""
    posts = project(session)
    bring(session, posts, tmp_path, a=TALE, b=OTHER)
    bring(session, posts, tmp_path, c=alike)

    assert clusters(session) == {"a": "a", "b": None, "c": "a"}


def test_a_corrected_word_in_any_script_is_the_same_text(session, tmp_path):
    """News agencies mend a word and send the text again."""
    arabic = 2 * (
        "وقالت الحكومة في بيان صدر مساء امس "
        "ان القطارات الليلية ستعود الى العمل في شهر مارس المقبل بعد اصلاح الجسر فوق النهر "
    )
    posts = project(session)
    bring(session, posts, tmp_path, a=TALE * 2, b=(TALE * 2).replace("Monday", "Sunday", 1))
    bring(session, posts, tmp_path, c=arabic, d=arabic.replace("مساء", "صباح", 1))

    assert clusters(session) == {"a": "a", "b": "a", "c": "c", "d": "c"}


def test_a_new_document_joins_two_clusters(session, tmp_path):
    """An article that quotes two others is near to both: all go together."""
    short, long, between = (f"{TALE} {OTHER[:end]}" for end in ENDS)
    posts = project(session)
    bring(session, posts, tmp_path, a=short, b=long, c=long, d=short)
    before = clusters(session)
    bring(session, posts, tmp_path, e=between)

    assert before == {"a": "a", "b": "b", "c": "b", "d": "a"}
    assert clusters(session) == dict.fromkeys("abcde", "a")


def _alike(one: str, other: str) -> bool:
    return bool({*bands(fingerprint(one))} & {*bands(fingerprint(other))})


WORDS = st.lists(st.sampled_from(["bus", "train", "night", "late", "town"]), min_size=1, max_size=4)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, cuts=st.lists(st.integers(1, 3), min_size=8, max_size=8))
def test_clusters_are_what_hangs_together(session, texts, cuts):
    """However a corpus is cut into imports, the same texts are near-duplicates."""
    session.rollback()
    posts = project(session)
    rest = [(f"d{number}", text) for number, text in enumerate(texts)]
    while rest:
        part, rest = rest[: cuts[0]], rest[cuts[0] :]
        cuts = cuts[1:] + cuts[:1]
        rows = [
            Document(
                project_id=posts.id,
                external_id=id_,
                text=text,
                raw_sha256="",
                segmenter="",
                fingerprint=fingerprint(text),
            )
            for id_, text in part
        ]
        session.add_all(rows)
        session.flush()
        near_duplicates.link(session, posts.id, [(row.id, row.fingerprint) for row in rows])

    found = clusters(session)
    expected = _by_hand(texts)
    session.rollback()
    assert found == expected


def _by_hand(texts: list[str]) -> dict[str, str | None]:
    """The first document of each component, by looking at all pairs until nothing changes."""
    first = list(range(len(texts)))
    for _ in texts:
        for one, other in combinations(range(len(texts)), 2):
            if _alike(texts[one], texts[other]):
                first[one] = first[other] = min(first[one], first[other])
    return {
        f"d{number}": f"d{first[number]}" if first.count(first[number]) > 1 else None
        for number in range(len(texts))
    }


def test_a_deleted_document_keeps_its_place(session, tmp_path):
    """Its text may be out in a release: who brings it again must stand beside it."""
    posts = project(session)
    bring(session, posts, tmp_path, a=TALE)
    removing.delete_document(session, posts, "a")
    bring(session, posts, tmp_path, b=TALE)

    assert clusters(session) == {"a": "a", "b": "a"}


def test_what_was_erased_is_found_by_nobody(session, tmp_path):
    """Not even a fingerprint may tell what an erased text said; those that were like it stay together."""
    posts = project(session)
    bring(session, posts, tmp_path, a=TALE, b=TALE, x=OTHER)
    erasing.erase(session, posts, "x")
    erasing.erase(session, posts, "a")
    bring(session, posts, tmp_path, c=TALE, y=OTHER)

    held = set(session.exec(select(NearDuplicate.document_id)))
    ids = {each.external_id: each.id for each in session.exec(select(Document))}
    assert held == {ids["b"], ids["y"]}
    assert clusters(session) == {"a": "a", "b": "a", "c": "a", "x": None, "y": None}


def test_projects_do_not_meet(session, tmp_path):
    """Two teams with the same tweets have two datasets."""
    posts = project(session)
    others = projects.create(session, ProjectFile(slug="others", kind="directed"))
    bring(session, posts, tmp_path, a=TALE)
    bring(session, others, tmp_path, b=TALE)

    assert clusters(session) == {"a": None, "b": None}


def test_the_upgrade_finds_those_that_are_there(engine, tmp_path):
    """Documents of an older database are not forgotten: `standpoint init` looks at each once."""
    with store.writing(engine) as session:
        posts = project(session)
        bring(session, posts, tmp_path, a=TALE, b=OTHER, c=TALE)
        bands_before = _held(session)
    with engine.execution_options(standpoint_writes=True).begin() as connection:
        config = migrating.config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
    with engine.connect() as connection:
        emptied = connection.execute(sa.text("SELECT fingerprint, cluster FROM document")).all()
    store.migrate(engine)

    assert {tuple(row) for row in emptied} == {(None, None)}
    with store.reading(engine) as session:
        assert clusters(session) == {"a": "a", "b": None, "c": "a"}
        assert _held(session) == bands_before


def _held(session: Session) -> list[tuple[int, int]]:
    return [(each.band, each.document_id) for each in session.exec(select(NearDuplicate).order_by("band"))]


def test_a_fingerprint_stays_what_it_is():
    """A newer library that hashes otherwise would find no stored text again: then a migration is due."""
    assert fingerprint(TALE).hex()[:32] == "c66c8ed65d7ceb485c4c149cfea161aa"
