"""SemEval-2016 Task 6, "Detecting Stance in Tweets": tab-separated lines under a heading, in UTF-8.

Source: Mohammad et al. 2016, https://aclanthology.org/S16-1003, and the README of its data. NONE there is
what is neither in favor nor against, whether neutral or about something else.
"""

from collections.abc import Iterable
from typing import TextIO

from exporters.profiles.pair import Pair, Profile, Targets, one_line


def write(file: TextIO, pairs: Iterable[Pair], _targets: Targets) -> None:
    """A line a pair; tabs and line ends within a text become spaces."""
    file.write("ID\tTarget\tTweet\tStance\n")
    for pair in pairs:
        file.write("\t".join([pair.id, one_line(pair.target), one_line(pair.text), pair.label]) + "\n")


PROFILE = Profile(
    sides={"favor": "FAVOR", "against": "AGAINST", "neutral": "NONE", "none": "NONE", "unrelated": "NONE"},
    files={"train": "train.txt", "validation": "dev.txt", "test": "test.txt"},
    write=write,
)
