"""Rows → answers, their names resolved and their spans placed, not yet stored.

In a flat file of an open project each stance has its row: the rows of one (item, annotator), wherever
they stand, are one answer. Everywhere else a row is a whole answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from annotator.domain import (
    Kind,
    Outcome,
    Polarity,
    Project,
    ProjectKind,
    SpanRole,
)
from annotator.errors import Invalid
from annotator.importing import stage, suggested
from annotator.importing.drafted import DocumentDraft
from annotator.importing.given import Answer, StanceDraft
from annotator.importing.names import GOLD, Names
from annotator.importing.questions import Asked, Questions
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Row, StanceRow
from annotator.importing.spans import resolve
from annotator.store import suggestions

KINDS = (Kind.GOLD, Kind.ANNOTATION, Kind.SUGGESTION)
Found = TypeVar("Found")


def gather(
    session: Session,
    project: Project,
    rows: Sequence[Placed],
    asked: Mapping[int, str],
    names: Names,
    *,
    report: Report,
    new: Mapping[str, Asked],
    kind: Kind | None = None,
    texts: Iterable[DocumentDraft] = (),
) -> list[Answer]:
    """The answers that the rows give, in the order of the file.

    `asked` tells the item of a row that brings its text along, by the row's number; a text that was left
    out has none, and was told. `new` are the items that this import brings. `kind` is what the answers are
    where the import says so. Offsets count in the text as the file has it, where one of `texts` says itself
    where its segments lie.
    """
    rows = [
        placed
        for placed in rows
        if placed.row.has_answer and (placed.row.text is None or placed.number in asked)
    ]
    named = ((placed, asked.get(placed.number)) for placed in rows)
    questions = Questions(session, project, names, named, new=new, texts=texts)
    order = suggestions.labels(session, project) if kind is Kind.SUGGESTION else []
    answers: dict[tuple[int, str, Kind], Answer] = {}
    for placed in stage.glancing(session, rows):
        try:
            if kind is Kind.SUGGESTION:
                answer = _suggestion(project, placed, questions, names, order)
            else:
                answer = _answer(project, placed, questions, names, kind)
            first = answers.setdefault((answer.item.id, answer.annotator, answer.kind), answer)
            if first is not answer and not _join(project, first, answer):
                report.duplicates.append(placed)
        except Invalid as error:
            column, reason = next(iter(error.where.items()), (None, str(error)))
            report.refuse(placed, reason, column)
    return list(answers.values())


def _answer(
    project: Project, placed: Placed, questions: Questions, names: Names, kind: Kind | None
) -> Answer:
    row = placed.row
    if suggested.is_of_model(row):
        told = "is a model's suggestions: they are no labels. Import them with --kind suggestion"
        raise _at(suggested.SHA256, told)
    item = questions.of(placed)
    found = kind or row.kind or (Kind.ANNOTATION if row.annotator else Kind.GOLD)
    if found not in KINDS or found is Kind.SUGGESTION:
        raise _at("kind", f"a {found} is not imported this way: use --kind gold or --kind annotation")
    if found is Kind.ANNOTATION and row.annotator is None:
        raise _at("annotator", "an annotation needs its annotator: --column annotator=NAME, or --kind gold")
    return Answer(
        item,
        row.annotator or GOLD,
        found,
        placed,
        row.outcome or Outcome.JUDGED,
        tuple(sorted(row.flags)),
        row.comment,
        row.seconds,
        stances=_stances(project, row, item, questions, names),
    )


def _suggestion(
    project: Project, placed: Placed, questions: Questions, names: Names, order: Sequence[int]
) -> Answer:
    """What a model says to an item that is there."""
    row = placed.row
    told = suggested.said(row, project, order, names)
    if row.text is not None:
        raise _at(
            "text", "stands beside a suggestion: import texts first, and then what a model says of them"
        )
    item = questions.of(placed)
    suggested.check_known(row, names)
    stances = [] if suggested.is_whole(row, project) else _stances(project, row, item, questions, names)
    return Answer(
        item,
        told.annotator,
        Kind.SUGGESTION,
        placed,
        uncertainty=told.uncertainty,
        p_absent=told.p_absent,
        model_sha256=told.model_sha256,
        stances=[replace(stance, distribution=told.distribution) for stance in stances],
    )


def _join(project: Project, first: Answer, again: Answer) -> bool:
    """Put a further row of the same answer to the first; False if it says nothing new.

    Raises
    ------
    Invalid
        If it contradicts the first, or each row is a whole answer here.
    """
    if first.p_absent != again.p_absent:
        raise _at("label", f"the same model says otherwise of the item at {first.placed.place}")
    if all(stance in first.stances for stance in again.stances) and _same(first, again, project):
        return False
    if not _is_flat(project, first.placed.row) or not _is_flat(project, again.placed.row):
        whose = "the gold standard" if again.annotator == GOLD else again.annotator
        raise Invalid(
            f"item {again.item.external_id!r} has another answer of {whose} at {first.placed.place}: "
            "one person answers an item once"
        )
    (stance,) = again.stances
    if stance.unit in {other.unit for other in first.stances}:
        raise _at(
            "label",
            f"the answer at {first.placed.place} has the same holder and target already, otherwise judged: "
            "an answer has one label a holder and target",
        )
    first.stances.append(stance)
    first.flags = tuple(sorted({*first.flags, *again.flags}))
    first.comment = first.comment or again.comment
    first.seconds = first.seconds if first.seconds is not None else again.seconds
    doubts = [of.uncertainty for of in (first, again) if of.uncertainty is not None]
    first.uncertainty = max(doubts, default=None)  # as unsure as of the pair that it is least sure of
    return True


def _is_flat(project: Project, row: Row) -> bool:
    return row.label is not None and project.kind is ProjectKind.OPEN


def _same(first: Answer, again: Answer, project: Project) -> bool:
    """Whether nothing but a stance of the first could tell them apart."""
    if _is_flat(project, again.placed.row) and _is_flat(project, first.placed.row):
        return True
    return len(first.stances) == len(again.stances) and (first.outcome, first.flags, first.comment) == (
        again.outcome,
        again.flags,
        again.comment,
    )


def _stances(
    project: Project, row: Row, item: Asked, questions: Questions, names: Names
) -> list[StanceDraft]:
    given = row.stances or ()
    if row.outcome is Outcome.CANNOT_JUDGE:
        if given:
            raise _at("outcome", "who cannot judge names no stance: leave out the one or the other")
        return []
    if project.kind is ProjectKind.DIRECTED and len(given) != 1:
        raise _at("stances", f"item {item.external_id!r} asks for one label; this row has {len(given)}")
    found: list[StanceDraft] = []
    for position, stance in enumerate(given):
        try:
            found.append(_stance(stance, item, questions, names))
        except Invalid as error:
            column, reason = next(iter(error.where.items()), (None, str(error)))
            where = (
                column if row.label is not None else f"stances.{position}" + (f".{column}" if column else "")
            )
            raise _at(where or "label", reason) from None
        if found[-1].unit in {other.unit for other in found[:-1]}:
            raise _at(f"stances.{position}", "repeats a holder and target of this answer")
    return found


def _stance(given: StanceRow, item: Asked, questions: Questions, names: Names) -> StanceDraft:
    """The stance with what it names. What can be refused is looked at before anything is registered."""
    label = _checked("label", lambda: names.label(given.label))
    if label.polarity in {Polarity.NONE, Polarity.UNRELATED} and item.target_id is None:
        raise _at("label", f"{label.name} exists only where the target is fixed; leave the stance out here")
    spans = _spans(given, item, questions)
    if item.target_id is None and given.target is None:
        raise _at("target", "a stance needs a target, because its item fixes none: --column target=NAME")
    document = item.document
    target = _fixed("target", item.target_id, given.target, document, names)
    holder = _fixed("holder", item.holder_id, given.holder, document, names)
    if target is None:
        target = _checked("target", lambda: names.target(given.target or "", document)).id
    if holder is None:
        holder = _checked("holder", lambda: names.holder(given.holder, document)).id
    voice = _checked("voice", lambda: [names.actor(name, document) for name in (given.voice,) if name])
    sources = _checked("sources", lambda: [names.actor(name, document) for name in given.sources])
    assert holder is not None and target is not None and label.id is not None
    return StanceDraft(
        holder,
        target,
        label.id,
        given.attribution,
        voice[0].id if voice else None,
        given.confidence,
        tuple(sorted(set(given.flags))),
        tuple(source.id for source in sources if source.id is not None),
        spans,
    )


def _fixed(field: str, fixed: int | None, name: str | None, document: str, names: Names) -> int | None:
    """The id that the item fixes; None if it fixes nothing."""
    if fixed is not None and name is not None:
        found = _checked(field, lambda: names.registry.find(name, document))
        if found is None or found.id != fixed:
            entity = names.registry.entities[fixed]
            raise _at(field, f"is {name!r}, but this item fixes it as {entity.name!r}")
    return fixed


def _spans(given: StanceRow, item: Asked, questions: Questions) -> tuple[tuple[SpanRole, int, int], ...]:
    found = []
    roles = [
        (SpanRole.RATIONALE, "rationales", given.rationales),
        *((SpanRole(role), f"mentions.{role}", spans) for role, spans in given.mentions.items()),
    ]
    for role, column, spans in roles:
        for span in spans:
            text, segments = questions.text(item.document_id)
            given_as = questions.given(item)
            find = partial(resolve, span, text=text, segment=item.segment, segments=segments, given=given_as)
            found.append((role, *_checked(column, find)))
    return tuple(sorted(set(found)))


def _checked(field: str, find: Callable[[], Found]) -> Found:
    """What `find` finds; what it refuses is put down to the field."""
    try:
        return find()
    except Invalid as error:
        raise _at(field, str(error)) from None


def _at(field: str, reason: str) -> Invalid:
    return Invalid(reason, {field: reason})
