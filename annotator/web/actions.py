"""What the actions of the seat are called and do: for the help, and for who chooses keys."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from annotator.domain import ProjectKind
from annotator.domain.keys import OPEN_ONLY


@dataclass(frozen=True, slots=True)
class Action:
    """The words of one action."""

    name: LazyString
    does: LazyString


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that belong together, as the help shows them."""

    name: LazyString
    actions: dict[str, Action]


GROUPS = (
    Group(
        _("Answer"),
        {
            "submit": Action(_("Done"), _("done with this sentence, next")),
            "none": Action(_("No stance here"), _("no stance here, next")),
            "cannot": Action(_("Cannot judge"), _("cannot judge, with a reason")),
            "skip": Action(_("Skip"), _("skip: it comes back once, at the end")),
            "undo": Action(_("Undo"), _("undo, as many steps as you like")),
            "find": Action(_("Find"), _("find an entity by typing, or add a new one")),
            "more": Action(_("Others"), _("the next nine entities")),
            "again": Action(_("Again"), _("the last stance once more")),
            "drop": Action(_("Start over"), _("start the stance over")),
            "details": Action(_("Details"), _("who says so, how surely, in which sense")),
            "stance": Action(_("Other stance"), _("marks and details go to another stance of the sentence")),
            "proposals": Action(
                _("Proposals"), _("hide the proposals, or show them again; with Shift, a digit takes one")
            ),
            "expected": Action(_("Take it in"), _("take in a stance that the model expects")),
            "flag": Action(_("Flag"), _("flag something about this sentence")),
            "comment": Action(_("Comment"), _("write a comment")),
            "ask": Action(_("Ask the curator"), _("ask the curator; the item waits for the reply")),
        },
    ),
    Group(
        _("Words"),
        {
            "left": Action(_("Word on the left"), _("select the word on the left")),
            "right": Action(_("Word on the right"), _("select the word on the right")),
            "widen_left": Action(_("Widen to the left"), _("take in a word on the left, or give one back")),
            "widen_right": Action(
                _("Widen to the right"), _("take in a word on the right, or give one back")
            ),
            "end_back": Action(_("End back"), _("the selection ends one character earlier")),
            "end_on": Action(_("End on"), _("the selection ends one character later")),
            "start_back": Action(_("Start back"), _("the selection starts one character earlier")),
            "start_on": Action(_("Start on"), _("the selection starts one character later")),
            "clitic": Action(_("Split off"), _("Arabic: without “and”, “by”, “the” before the word")),
            "rationale": Action(_("Rationale"), _("the selected words show the stance; again takes it back")),
            "holder": Action(_("Holder"), _("the selected words name the holder")),
            "target": Action(_("Target"), _("the selected words name the target")),
        },
    ),
    Group(
        _("Look"),
        {
            "wider": Action(_("More context"), _("more of the text around it, up to all")),
            "narrower": Action(_("Less context"), _("less of the text around it")),
            "document": Action(_("Whole text"), _("the whole text with your stances")),
            "history": Action(_("My answers"), _("your answers, to look at and to change")),
            "guidelines": Action(_("Guidelines"), _("the guidelines")),
            "precedents": Action(_("Precedents"), _("what curators have settled")),
            "take": Action(_("Take along"), _("take items with you, for work without a network")),
            "choose": Action(_("Choose"), _("choose between two answers of yours to one sentence")),
            "help": Action(_("Keys"), _("help: these keys")),
        },
    ),
)


def named(action: str) -> LazyString:
    """What an action is called."""
    return next(group.actions[action].name for group in GROUPS if action in group.actions)


def groups(kind: ProjectKind | None = None) -> list[Group]:
    """The actions that a project of this kind has, or all of them."""
    return [
        Group(group.name, {name: action for name, action in group.actions.items() if _is_in(name, kind)})
        for group in GROUPS
    ]


def _is_in(action: str, kind: ProjectKind | None) -> bool:
    return kind is not ProjectKind.DIRECTED or action not in OPEN_ONLY
