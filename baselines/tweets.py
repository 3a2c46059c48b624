"""A tokenizer that knows tweets, and what stands in a tweet for its collection and not for its writer."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

# `\w` knows letters and digits and not the marks on them: Arabic vowels, Indic signs, loose accents.
_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
_LETTER = rf"[\w{_MARKS}]"
_TOKEN = re.compile(
    rf"""
    (?P<link>    (?:https?://|www\.)\S+ )
  | (?P<hashtag> [#＃]{_LETTER}+ )
  | @{_LETTER}+                                   # a mention
  | [<>]?[:;=8][-o*']?[)(\]\[dDpP/\\|}}{{@3*]     # an emoticon, eyes first
  | <3
  | {_LETTER}+(?:['’\-]{_LETTER}+)*               # a word, with its apostrophes and hyphens
  | \.\.+ | !+ | \?+
  | \S
    """,
    re.VERBOSE,
)
_RUN = re.compile(rf"\d+|(?:[^\W\d_]|[{_MARKS}])+")
_LENGTHENED = re.compile(r"(\w)\1{3,}")


def tokens(text: str, *, split_hashtags: bool = True) -> list[str]:
    """The tokens of a tweet, or of any other text, in lower case.

    A hashtag gives itself and then the words that its capitals, digits and underscores part; every
    link is the same token; of a letter that stands four times or more in a row, three are left.

    >>> tokens("Sooooo true!! #LoveWins2015 @user http://t.co/x :)")
    ['sooo', 'true', '!!', '#lovewins2015', 'love', 'wins', '2015', '@user', 'http', ':)']

    Source: the token classes of NLTK's TweetTokenizer, https://www.nltk.org/api/nltk.tokenize.casual.html;
    written anew, for any script. Ours differs in the split hashtags.
    """
    found: list[str] = []
    is_lengthened = _LENGTHENED.search(text.lower()) is not None  # rarely: then no token need be looked at
    for match in _TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup == "link":
            found.append("http")
            continue
        lowered = token.lower()
        found.append(_LENGTHENED.sub(r"\1\1\1", lowered) if is_lengthened else lowered)
        if match.lastgroup == "hashtag" and split_hashtags:
            parts = [part.lower() for run in _RUN.findall(token) for part in _cased(run)]
            found.extend(parts if len(parts) > 1 else [])
    return found


def pieces(text: str) -> list[tuple[int, int]]:
    """The spans (start, end) that `tokens` reads one by one: all of the text but white space.

    >>> pieces("No, #StopIt")
    [(0, 2), (2, 3), (4, 11)]
    """
    return [match.span() for match in _TOKEN.finditer(text)]


def collection_tags(texts: Iterable[str], *, share: float = 0.8) -> list[str]:
    """The hashtags that at least `share` (0–1) of the texts end with: how they were collected, no stance.

    Such a tag marks the search or the shared task that a text came from (#SemST). It is found in the
    training texts, so that no name of a collection stands in the code; below 20 texts nothing is.
    """
    texts = list(texts)
    ends = Counter(words[-1].lower() for words in map(str.split, texts) if words)
    return sorted(
        tag for tag, n in ends.items() if tag.startswith("#") and len(texts) >= 20 and n >= share * len(texts)
    )


def without_tags(texts: Iterable[str], tags: Iterable[str]) -> list[str]:
    """The texts without these hashtags, wherever and however they are written."""
    texts = list(texts)
    for tag in tags:
        texts = [tag_pattern(tag).sub("", text) for text in texts]
    return texts


def tag_pattern(tag: str) -> re.Pattern[str]:
    """What `without_tags` takes out for this tag."""
    return re.compile(rf"\s*{re.escape(tag)}\b", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """The text with each hashtag as its words: what a model of plain sentences can read.

    >>> spelled_out("Stop it! #StopTheTrain #2024")
    'Stop it! Stop The Train 2024'
    """
    return " ".join(_TOKEN.sub(_words_of_hashtag, text).split())


def _words_of_hashtag(match: re.Match[str]) -> str:
    if match.lastgroup != "hashtag":
        return match.group()
    return " ".join(part for run in _RUN.findall(match.group()) for part in _cased(run))


def _cased(run: str) -> list[str]:
    """The words that capitals part: "NHSFirst" gives "NHS" and "First"."""
    starts = [
        place
        for place in range(1, len(run))
        if run[place].isupper() and (run[place - 1].islower() or run[place + 1 : place + 2].islower())
    ]
    return [run[start:end] for start, end in pairwise([0, *starts, len(run)])]
