"""Layers for stances as INCEpTION has them, and the library that reads and writes UIMA's CAS.

A span layer `Stance` bears what a stance says as features; its slot feature `spans` leads to spans of the
layer `StanceSpan`, with the roles rationale, holder and target. `StanceSegment` says how a text is cut, and
what is asked there. INCEpTION calls own layers `webanno.custom.NAME`, and the type of a slot `…NAMELink`.

Source: https://inception-project.github.io/releases/34.5/docs/user-guide.html#sect_projects_layers and
https://github.com/dkpro/dkpro-cassis
"""

from typing import Any

from annotator.errors import Unusable

STANCE, SPAN, SEGMENT = "webanno.custom.Stance", "webanno.custom.StanceSpan", "webanno.custom.StanceSegment"
LINK = "webanno.custom.StanceSpansLink"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
TYPES = "TypeSystem.xml"

# Features of STANCE
WORDS = ("label", "holder", "target", "attribution", "voice", "item")
NUMBERS = ("confidence", "seconds")
LISTS = ("sources", "flags", "answer_flags")
SPANS = "spans"


def library() -> Any:
    """The module `cassis`, which is loaded when it is needed.

    Raises
    ------
    Unusable
        If it is not installed.
    """
    try:
        import cassis  # noqa: PLC0415 - an extra, and a library of XML
    except ImportError:
        raise Unusable(
            "INCEpTION's files need the library dkpro-cassis: install it (pip install 'standpoint[uima]')."
        ) from None
    return cassis
