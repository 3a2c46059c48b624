"""What in texts may name or reach a person: e-mail addresses, phone numbers, handles. Counted, never shown.

A scan by form finds what is written as such things usually are. It is a hint to look, and no promise that
there is nothing else: names, places and stories are not found.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from phonenumbers import PhoneNumberMatcher
from phonenumbers.phonenumberutil import SUPPORTED_REGIONS

from annotator.reading import Document

EMAIL, PHONE, HANDLE = KINDS = ("email", "phone", "handle")
NAMES = {EMAIL: "e-mail addresses", PHONE: "phone numbers", HANDLE: "handles, as @name"}
ADDRESS = re.compile(r"(?<![\w.@+-])[\w.+-]+@(?:[\w-]+\.)+[^\W\d_]{2,}", re.UNICODE)
AT_NAME = re.compile(r"(?<![\w.@/+-])@\w{2,}(?:[.-]\w+)*(?:@(?:[\w-]+\.)+[^\W\d_]{2,})?", re.UNICODE)
SEVEN_DIGITS = re.compile(r"(?:\d[^\w\n]{0,3}){6}\d")  # a phone number has them; most texts do not


@dataclass
class Personal:
    """Counts over the texts that were looked at."""

    found: Counter[str] = field(default_factory=Counter)  # by kind
    documents: Counter[str] = field(default_factory=Counter)  # that hold any, by kind

    def look(self, document: Document, *, language: str | None = None) -> Counter[str]:
        """Count what one text holds, by kind, and add it. `language` is where the document does not say."""
        there = held(document.text, document.language or language)
        self.found.update(there)
        self.documents.update(there.keys())
        return there

    def as_json(self) -> Mapping[str, Mapping[str, int]]:
        """For release.json: {kind: {"found": n, "documents": n}}, every kind."""
        return {kind: {"found": self.found[kind], "documents": self.documents[kind]} for kind in KINDS}


def held(text: str, language: str | None = None) -> Counter[str]:
    """How much of each kind a text holds; kinds that it does not hold are not there.

    A phone number without a country's code is found if `language` names a region, "es-MX".

    >>> sorted(held("Write to ada@example.org or @ada, call +44 20 7946 0958.").items())
    [('email', 1), ('handle', 1), ('phone', 1)]
    >>> held("In 2024 1,234,567 people"), held("call 55 5080 2000", "es-MX")
    (Counter(), Counter({'phone': 1}))
    """
    there: Counter[str] = Counter()
    if "@" in text:
        there[EMAIL] = sum(1 for _ in ADDRESS.finditer(text))
        there[HANDLE] = sum(1 for _ in AT_NAME.finditer(text))
    if SEVEN_DIGITS.search(text):
        there[PHONE] = sum(1 for _ in PhoneNumberMatcher(text, _region(language)))
    return +there


def _region(language: str | None) -> str | None:
    """The region of a BCP 47 tag: "MX" of "es-MX"."""
    parts = (language or "").replace("_", "-").upper().split("-")[1:]
    return next((part for part in parts if part in SUPPORTED_REGIONS), None)
