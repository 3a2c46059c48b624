import numpy as np
import onnxruntime
import pandas as pd
import pytest

from annotator.errors import Unusable
from baselines import packaged, vector_cache, vectors
from baselines.sentences import Sentences


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Vectors are kept in a folder of the test."""
    monkeypatch.setattr(vector_cache, "FILE", str(tmp_path / "cache" / "vectors.sqlite"))
    return tmp_path / "cache" / "vectors.sqlite"


def test_near_meanings_are_near_vectors(kept):
    """What n-grams cannot know: other words, the same sense."""
    trains, rail, soup = vectors.vectors(["I love night trains", "Sleeper rail is great", "Soup needs salt"])[
        :, 0
    ]

    assert trains @ rail > trains @ soup + 0.2
    assert np.allclose(np.linalg.norm([trains, rail, soup], axis=1), 1, atol=1e-3)


def test_a_text_has_one_vector_whatever_stands_beside_it(kept):
    """Otherwise a model would answer the same question twice in two ways."""
    lines = ["short", "a longer line of text", "another line of text, longer", "", "short again"] * 8
    alone = np.array([vectors.vectors([line])[0] for line in lines[:5]])
    kept.unlink()

    assert np.array_equal(vectors.vectors(lines)[:5], alone)


def test_vectors_are_computed_once(kept, monkeypatch):
    """Minutes of reading must not be spent again at each trial."""
    first = vectors.vectors(["one", "two", "one"])
    assert np.array_equal(first[0], first[2]) and kept.exists()

    monkeypatch.setattr(vectors, "_computed", lambda texts: pytest.fail(f"computed again: {texts}"))
    assert np.array_equal(vectors.vectors(["two", "one"]), first[[1, 0]])


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    """A home that is read-only is no reason to fail."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(vector_cache, "FILE", str(tmp_path / "file" / "vectors.sqlite"))

    assert vectors.vectors(["a text"]).shape == (1, len(vectors.VIEWS), vectors.WIDTH)
    (tmp_path / "broken.sqlite").write_text("no database " * 100)
    monkeypatch.setattr(vector_cache, "FILE", str(tmp_path / "broken.sqlite"))
    assert vectors.vectors(["a text"]).shape == (1, len(vectors.VIEWS), vectors.WIDTH)


def test_another_model_under_the_same_name_is_refused(monkeypatch):
    """A model trained on one model's vectors would read noise in another's."""
    monkeypatch.setattr(vectors, "MODEL_SHA256", "0" * 64)

    with pytest.raises(Unusable, match=r"carries another .*model\.onnx.*embeddings"):
        vectors._session.__wrapped__()


def test_a_missing_extra_is_told_with_the_way_out():
    """Most people have not installed it."""
    with pytest.raises(Unusable, match=r"no-such-package.*pip install 'standpoint\[embeddings\]'"):
        packaged.file_of("no-such-package", "file", extra="embeddings")


def test_hashtags_are_read_as_words(kept):
    """A sentence model takes #StopTheTrain for noise."""
    rows = pd.DataFrame({"text": ["They said #StopTheTrain", "They said Stop The Train"]})
    tagged, spelled = Sentences().fit(rows).transform(rows)

    assert np.array_equal(tagged, spelled)


def test_reading_the_middle_layer_leaves_the_last_as_it_was():
    """Published figures lean on the vectors of the model as its makers gave it."""
    ids = np.array([vectors._tokenizer().encode("Night trains are worth it").ids])
    asked = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    model = vectors._file(vectors.MODEL, vectors.MODEL_SHA256)
    (alone,) = onnxruntime.InferenceSession(model).run(None, asked)

    last, middle = vectors._session().run(None, asked)

    assert np.array_equal(last, alone)
    assert middle.shape == last.shape and not np.allclose(middle, last, atol=0.1)


def test_views_stand_in_the_order_in_which_they_are_asked_for(kept):
    """A kernel is told by columns which view it reads."""
    rows = pd.DataFrame({"text": ["They want the train", "They want no train"]})
    all_views = vectors.vectors(list(rows["text"]))
    found = Sentences(views=("middle", "mean")).fit(rows).transform(rows)

    assert np.array_equal(found, all_views[:, [2, 0]].reshape(2, -1))
    assert np.allclose(np.linalg.norm(all_views, axis=2), 1, atol=1e-3)
    assert np.array_equal(Sentences().fit(rows).transform(rows), all_views[:, :2].reshape(2, -1))


def test_a_model_saved_before_views_could_be_chosen_reads_as_it_did(kept):
    rows = pd.DataFrame({"text": ["They want the train", "They want no train"]})
    now = Sentences().fit(rows)
    before = Sentences.__new__(Sentences)
    before.__setstate__({name: value for name, value in now.__getstate__().items() if name != "views"})

    assert np.array_equal(before.transform(rows), now.transform(rows))
