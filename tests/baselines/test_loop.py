"""The loop of an open project: a release, a model for detection, what it says, the queue that it orders."""

import json

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlmodel import Session

from annotator import cli

PROJECT = 'slug = "news"\nkind = "open"\n\n[[entities]]\nkey = "council"\nname = "The council"\n'
FOUND = ["The council praised the plan.", "The council attacked the plan.", "The council wants the plan."]
NONE = ["It rained all night.", "The train left at nine.", "Eleven people live there."]


@pytest.fixture
def standpoint(database_url):
    def run(*arguments):
        result = CliRunner().invoke(cli.main, ["--database", database_url, *map(str, arguments)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run


def documents(tmp_path):
    """A dozen judged texts of a sentence each, and four that nobody has judged."""
    gold, rest = tmp_path / "gold.jsonl", tmp_path / "rest.jsonl"
    stance = {"holder": "author", "target": "council", "label": "FAVOR"}
    judged = [(text, [stance]) for text in FOUND * 2] + [(text, []) for text in NONE * 2]
    rows = [
        {"id": f"g{number}", "text": f"On day {number} {text[0].lower()}{text[1:]}", "stances": stances}
        for number, (text, stances) in enumerate(judged)
    ]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows))
    texts = [*FOUND[:2], *NONE[:2]]
    rest.write_text("".join(json.dumps({"id": f"r{n}", "text": text}) + "\n" for n, text in enumerate(texts)))
    return gold, rest


def test_what_detection_says_comes_back_and_orders_the_queue(standpoint, tmp_path, engine):
    """An open project's queue wants sentences that hold something at all."""
    (tmp_path / "news.toml").write_text(PROJECT)
    standpoint("project", "create", tmp_path / "news.toml")
    gold, rest = documents(tmp_path)
    standpoint("import", "news", gold, "--kind", "gold", "--split", "train")
    standpoint("import", "news", rest)
    release, model, said = (tmp_path / name for name in ("release", "model", "suggestions.parquet"))
    standpoint("release", "news", release)
    standpoint("train", release, model, "--recipe", "detection", "--split", "train")
    standpoint("predict", model, release, said)

    told = standpoint("import", "news", said, "--kind", "suggestion")
    planned = json.loads(standpoint("order", "news", "most-uncertain", "--control", "0", "--json"))

    rows = pq.read_table(said).to_pylist()
    assert {(row["holder"], row["target"]) for row in rows} == {(None, None)}
    assert {row["label"] for row in rows} == {"stance", "absent"}
    assert f"{len(rows)} suggestions new" in told
    doubts = {row["item_id"]: row["uncertainty"] for row in rows}
    shares = {row["item_id"]: row["label_distribution"][1]["p"] for row in rows}
    with Session(engine) as session:
        query = "SELECT external_id, uncertainty, p_absent FROM annotation JOIN item ON item.id = item_id"
        stored = session.execute(sa.text(f"{query} WHERE annotation.kind = 'suggestion'")).all()
        ranked = "SELECT external_id FROM queue_entry JOIN item ON item.id = item_id"
        newest = "JOIN pool ON pool.id = pool_id WHERE queue_entry.generation = pool.generation ORDER BY rank"
        queue = list(session.execute(sa.text(f"{ranked} {newest}")).scalars())
    assert {item: doubt for item, doubt, _ in stored} == pytest.approx(doubts, abs=1e-6)
    assert {item: p for item, _, p in stored} == pytest.approx(shares, abs=1e-5)
    assert planned["suggested"] == len(queue) == len(rows)
    assert [doubts[item] for item in queue] == sorted(doubts.values(), reverse=True)
