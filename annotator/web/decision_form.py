"""The form of the adjudication page → a decision: one answer as it is, a mix of several, or a new one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from annotator.api.answers import StanceOut
from annotator.domain import Annotation, Outcome, Stance
from annotator.domain.answering import StanceIn
from annotator.domain.deciding import DecisionIn
from annotator.errors import Invalid
from annotator.store.cases import Case

ROWS = 3  # empty ones, at least, for a new answer
LEAVE_OUT = "-"
CHOOSE = "Choose what to take: an answer, a version of each stance, or a new answer."
CHOOSE_EACH = "Choose for each stance whose version is to stand, or that it is absent."
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of the new answer, as it stands in the form."""

    holder: str = ""
    target: str = ""
    label: str = ""
    attribution: str = ""
    flags: tuple[str, ...] = ()
    words: str = ""  # rationales, one a line
    like: str = ""  # "A.0": the stance that it was begun from


def read(form: Form, case: Case) -> DecisionIn:
    """The decision that the form says.

    Raises
    ------
    Invalid
        If nothing was chosen, or words are not in the text.
    pydantic.ValidationError
        If a field is longer than it may be, or names no reason there is.
    """
    take = form.get("take", "")
    said: dict[str, Any] = {
        "item": case.item.external_id,
        "replaces": form.get("replaces") or None,
        "reason": form.get("reason") or None,
        "comment": form.get("comment", "").replace("\r\n", "\n").strip() or None,
        "comment_released": "comment_released" in form,
        "precedent": "precedent" in form,
        "seconds": _seconds(form.get("seconds", "")),
        "shown": {"context": (case.start, case.end)},
    }
    return DecisionIn.model_validate(said | _taken(take, form, case))


def drafts(form: Form | None, case: Case, *, like: str | None = None) -> list[Draft]:
    """The rows of a new answer: as typed, or as a voice (a letter, "decision") has it; then empty ones."""
    if form is not None and any(name.startswith("new-") for name in form):
        return [_typed(form, number) for number in _numbers(form)]
    begun = next((stances for letter, stances in _said(case) if letter == like), [])
    rows = [_draft(stance, f"{like}.{number}", case) for number, stance in enumerate(begun)]
    wanted = 1 if case.one_label else max(ROWS, len(rows) + 1)
    return rows + [Draft()] * (wanted - len(rows))


def _taken(take: str, form: Form, case: Case) -> dict[str, Any]:
    if take == "cannot":
        return {"outcome": Outcome.CANNOT_JUDGE}
    if take == "mix":
        return {"stances": list(_mixed(form, case))}
    if take == "new" or (take == "" and any(_typed(form, number).label for number in _numbers(form))):
        return {"stances": [_new(draft, case) for draft in drafts(form, case) if _is_filled(draft, case)]}
    for voice in case.voices:
        if str(voice.annotation.uuid) == take:
            return _accepted(voice.annotation, case)
    raise Invalid(CHOOSE, {"take": "is missing"})


def _accepted(annotation: Annotation, case: Case) -> dict[str, Any]:
    return {
        "accepted": annotation.uuid,
        "outcome": annotation.outcome,
        "flags": annotation.flags,
        "stances": [_copied(stance, case) for stance in annotation.stances],
    }


def _mixed(form: Form, case: Case) -> Iterator[StanceIn]:
    """The chosen version of each aligned stance; what is left out is absent."""
    for number, unit in enumerate(case.units):
        chosen = form.get(f"row-{number}", "")
        if chosen == LEAVE_OUT:
            continue
        versions = {voice.letter: stance for voice, stance in zip(case.judges, unit.given, strict=True)}
        if chosen not in versions:
            raise Invalid(CHOOSE_EACH, {f"row-{number}": "is missing"})
        stance = versions[chosen]
        if stance is not None:
            yield _copied(stance, case)


def _new(draft: Draft, case: Case) -> StanceIn:
    base = _begun(draft.like, case)
    said = {
        "label": draft.label,
        "holder": draft.holder or None,
        "target": draft.target or None,
        "attribution": draft.attribution or None,
        "flags": draft.flags,
        "rationales": _placed(draft, base, case),
    }
    kept = {name: base[name] for name in ("voice", "sources", "confidence", "mentions") if name in base}
    return StanceIn.model_validate(kept | said)


def _placed(draft: Draft, base: Mapping[str, Any], case: Case) -> list[tuple[int, int]]:
    """Where the words of the rationales stand: as in the answer that the row began with, else found."""
    lines = [line.strip() for line in draft.words.splitlines() if line.strip()]
    text = case.question.document.text
    before = [(start, end) for start, end in base.get("rationales", ())]
    if lines and lines == [_line(text[start:end]) for start, end in before]:
        return before
    return [_find(line, case) for line in lines]


def _find(words: str, case: Case) -> tuple[int, int]:
    """The first place of these words in the segment, else in the context; white space may differ."""
    text, segment = case.question.document.text, case.question.segment
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    for start, end in ((segment.start, segment.end), (case.start, case.end)):
        if found := pattern.search(text, start, end):
            return found.span()
    raise Invalid(f"The words {words!r} are not in the text.", {"rationales": "are not in the text"})


def _begun(like: str, case: Case) -> dict[str, Any]:
    letter, _, number = like.partition(".")
    stances = dict(_said(case)).get(letter, [])
    is_one = number.isdecimal() and int(number) < len(stances)
    return _told(stances[int(number)], case) if is_one else {}


def _said(case: Case) -> Iterator[tuple[str, list[Stance]]]:
    yield from ((voice.letter, voice.annotation.stances) for voice in case.voices)
    if case.decision is not None:
        yield "decision", case.decision.stances


def _copied(stance: Stance, case: Case) -> StanceIn:
    return StanceIn.model_validate(_told(stance, case))


def _told(stance: Stance, case: Case) -> dict[str, Any]:
    return StanceOut.of(stance, entities=case.entities, labels=case.labels).model_dump() | {"candidate": None}


def _draft(stance: Stance, like: str, case: Case) -> Draft:
    told, text = _told(stance, case), case.question.document.text
    return Draft(
        holder=case.entities[stance.holder_id].key,
        target=case.entities[stance.target_id].key,
        label=told["label"],
        attribution=told["attribution"] or "",
        flags=tuple(told["flags"]),
        words="\n".join(_line(text[start:end]) for start, end in told["rationales"]),
        like=like,
    )


def _typed(form: Form, number: int) -> Draft:
    def of(name: str) -> str:
        return form.get(f"new-{number}-{name}", "").strip()

    return Draft(
        holder=of("holder"),
        target=of("target"),
        label=of("label"),
        attribution=of("attribution"),
        flags=tuple(form.getlist(f"new-{number}-flags")),
        words=form.get(f"new-{number}-words", ""),
        like=of("like"),
    )


def _numbers(form: Form) -> list[int]:
    found = {int(name.split("-")[1]) for name in form if re.fullmatch(r"new-\d{1,2}-[a-z]+", name)}
    return sorted(found)


def _is_filled(draft: Draft, case: Case) -> bool:
    """Whether a row says something; a row with a target and no label is one that was forgotten."""
    if draft.label or case.one_label:
        return True
    if draft.holder or draft.target or draft.words.strip():
        raise Invalid("A stance of the new answer has no label.", {"label": "is missing"})
    return False


def _seconds(given: str) -> float | None:
    return float(given) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", given) and float(given) <= 86_400 else None


def _line(words: str) -> str:
    return " ".join(words.split())


def uuid_of(form: Form, name: str) -> UUID:
    """The UUID of this field.

    Raises
    ------
    Invalid
        If it is none.
    """
    try:
        return UUID(form.get(name, ""))
    except ValueError:
        raise Invalid(f"{name} must be a UUID: reload the page.", {name: "is no UUID"}) from None
