"""What the form of imports calls its controls, and reasons of an import told in their names.

The import tells the way out as its command has it, "--column target=NAME", and so does the API. On the page
that is the name of a field, in the page's language.
"""

import re
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from annotator.importing.options import COVERAGE, DOUBT
from annotator.importing.uploads import FORMATS, SENTENCE

COLUMNS = ("text", "id", "item_id", "target", "label", "holder", "annotator", "document", "position")
CONTROLS: Mapping[str, LazyString] = {
    "column": _("Columns of another name"),
    "encoding": _("Encoding, if it is not UTF-8"),
    "format": _("Format"),
    "kind": _("What its labels are"),
    "segment": _("Texts"),
}
CHOICES: Mapping[str, Mapping[str, LazyString]] = {
    "kind": {
        "gold": _("gold: known answers"),
        "annotation": _("people’s answers"),
        "suggestion": _("a model’s suggestions"),
        COVERAGE: _("who judged which document"),
        DOUBT: _("gold that a model doubts"),
    },
    "segment": {SENTENCE: _("cut into sentences"), "whole": _("kept whole")},
}
AS_METADATA = re.compile(r"--column \w+= makes it metadata")  # the form has no field for what is left out
OPTION = re.compile(rf"--({'|'.join(CONTROLS)})(?: ([\w-]+)(?:=NAME)?)?")


def renamed(reason: str) -> str:
    """A reason with the options of the command under the names of the form's controls; others stay.

    The text around is English in every language, so that names stand isolated.
    """
    told = AS_METADATA.sub("give the column another name in the file", reason)
    return OPTION.sub(_control, told)


def _control(met: re.Match[str]) -> str:
    control, value = met[1], met[2]
    name = f"“\N{FIRST STRONG ISOLATE}{CONTROLS[control]}\N{POP DIRECTIONAL ISOLATE}”"
    if value is None or value == "NAME":
        return name
    if control in CHOICES and value in CHOICES[control]:
        return f"{name}: “\N{FIRST STRONG ISOLATE}{CHOICES[control][value]}\N{POP DIRECTIONAL ISOLATE}”"
    is_there = {"column": COLUMNS, "format": FORMATS, "encoding": (value,)}
    return f"{name}: {value}" if value in is_there.get(control, ()) else met[0]
