import pickle

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from baselines.features import Ngrams
from baselines.tweets import collection_tags, tokens


def texts(*lines: str) -> pd.DataFrame:
    return pd.DataFrame({"text": lines})


def test_a_hashtag_is_itself_and_its_words():
    """Stance often stands in a hashtag alone; its words must meet the same words outside of it."""
    assert tokens("#NHSFirst #one_day #ok") == ["#nhsfirst", "nhs", "first", "#one_day", "one", "day", "#ok"]
    assert tokens("#لا_للحرب #ÉcoleÉtat2024") == [
        "#لا_للحرب", "لا", "للحرب", "#écoleétat2024", "école", "état", "2024",
    ]  # fmt: skip
    assert tokens("#StopTheTrain2day") == ["#stopthetrain2day", "stop", "the", "train", "2", "day"]
    assert tokens("#StopTheTrain", split_hashtags=False) == ["#stopthetrain"]


def test_words_keep_their_marks_apostrophes_and_hyphens():
    """An Arabic or Spanish reader's words must not fall apart at their vowels and accents."""
    assert tokens("السَّلامُ عليكم") == ["السَّلامُ", "عليكم"]
    assert tokens("¡No más! l'État e\u0301tude follow-up don't") == [
        "¡", "no", "más", "!", "l'état", "e\u0301tude", "follow-up", "don't",
    ]  # fmt: skip


def test_what_only_tweets_have_is_one_token_each():
    """A link is noise, an emoticon is a word."""
    assert tokens("nooooo @Some_One https://example.org/x :-( <3 ???") == [
        "nooo", "@some_one", "http", ":-(", "<3", "???",
    ]  # fmt: skip


@given(st.text())
def test_tokens_hold_all_that_is_not_space_and_never_a_space(text):
    """Tokens travel joined by spaces; one with a space in it would become two words."""
    found = tokens(text)

    assert not any(any(char.isspace() for char in token) for token in found)
    assert bool(found) == bool(text.strip())


def test_a_tag_at_the_end_of_nearly_all_texts_is_no_feature():
    """A tag by which tweets were collected says nothing; learned, it misleads on texts without it."""
    lines = [f"line {number} of talk #Survey" for number in range(20)]
    ngrams = Ngrams().fit(texts(*lines, "last line"))

    assert ngrams.collection_tags_ == ["#survey"]
    assert not [name for name in ngrams.word_ngrams_.get_feature_names_out() if "survey" in name]
    same = ngrams.transform(texts("line 3 #SURVEY", "line 3"))
    assert (same[0] != same[1]).nnz == 0


def test_a_common_tag_of_a_campaign_stays():
    """#StopTheTrain in half of the tweets is stance, not the mark of a collection."""
    assert collection_tags(["a #Stop"] * 15 + ["b #Go"] * 15) == []
    assert collection_tags(["a #Stop"] * 5) == []


def test_ngrams_come_back_from_their_state_the_same():
    """A model that was saved must see the same features as the one that was trained."""
    rows = texts("the new line", "new\nlines, the old one", "the old line #NewLine")
    fitted = Ngrams().fit(rows)
    back = pickle.loads(pickle.dumps(fitted))

    assert np.array_equal(back.transform(rows).toarray(), fitted.transform(rows).toarray())
    assert clone(back).get_params() == fitted.get_params()
