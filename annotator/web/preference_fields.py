"""The fields of the form of preferences: from what is kept, and back.

A field is named after its preference; the keys of an action stand in "key-ACTION", those of a label of the
project in "label-NAME", as `key_names` writes them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from pydantic import ValidationError

from annotator.domain import Label, Project
from annotator.domain.keys import DEFAULT, of_label
from annotator.domain.preferences import BREAKS, Preferences
from annotator.errors import Invalid
from annotator.web import key_names, keymap

Form = Mapping[str, str]


def filled(chosen: Preferences, project: Project | None, labels: Sequence[Label]) -> dict[str, str]:
    """Name of a field → what stands in it."""
    fields = {name: str(value) for name, value in chosen.model_dump().items() if value not in (None, False)}
    of_labels = keymap.label_codes(chosen, labels, slug=project.slug if project is not None else "")
    for action, codes in chosen.in_force.items():
        fields[f"key-{action}"] = key_names.spell(" ".join(codes))
    for label in labels:
        fields[f"label-{label.name}"] = key_names.spell(of_labels.get(label.name, ""))
    return fields


def read(form: Form, before: Preferences, project: Project | None, labels: Sequence[Label]) -> Preferences:
    """What the form says; "reset" in it gives the default keys back, here and for the project's labels.

    Raises
    ------
    Invalid
        If a field holds what cannot be kept; `where` names it.
    """
    chosen: dict[str, Any] = {name: form[name] for name in ("theme", "width") if name in form}
    chosen |= {name: form[name] for name in ("locale", "break_reminder", "time_zone") if form.get(name)}
    if form.get("text_size", "").isdecimal():
        chosen["text_size"] = int(form["text_size"])
    is_reset = "reset" in form
    label_keys = dict(before.label_keys)
    if project is not None:
        label_keys[project.slug] = {} if is_reset else _label_keys(form, labels)
    chosen |= {
        "single_keys": "single_keys" in form,
        "keys": {} if is_reset else _keys(form, before),
        "label_keys": {slug: own for slug, own in label_keys.items() if own},
    }
    try:
        return Preferences.model_validate(chosen)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise Invalid(_sentence(field), {field: "is wrong"}) from None


def _keys(form: Form, before: Preferences) -> dict[str, list[str]]:
    """The actions whose keys differ from the default; those that the form does not show stay as they were."""
    own = dict(before.keys)
    for action, default in DEFAULT.items():
        if f"key-{action}" in form:
            codes = _codes(form, f"key-{action}") or list(default)
            own.pop(action, None)
            if codes != list(default):
                own[action] = codes
    return own


def _label_keys(form: Form, labels: Sequence[Label]) -> dict[str, str]:
    given = {label.name: _codes(form, f"label-{label.name}") for label in labels}
    return {
        label.name: given[label.name][0]
        for label in labels
        if given[label.name] and given[label.name][0] != of_label(label.key)
    }


def _codes(form: Form, field: str) -> list[str]:
    try:
        return key_names.parse(form.get(field, ""))
    except Invalid as invalid:
        raise Invalid(str(invalid), {field: "is wrong"}) from None


def _sentence(field: str) -> str:
    if field == "time_zone":
        told = gettext("This is no time zone: write one such as Europe/Berlin, or leave it empty.")
    elif field == "break_reminder":
        told = gettext(
            "A reminder comes after %(least)s to %(most)s minutes of work; leave it empty for none.",
            least=BREAKS[0],
            most=BREAKS[1],
        )
    elif field == "keys":
        told = gettext("An action has four keys at most.")
    else:
        told = gettext("%(field)s has a value that is not on offer.", field=field)
    return str(told)
