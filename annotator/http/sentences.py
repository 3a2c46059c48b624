"""What an error says to a person, in the language of the interface.

Errors speak English, to scripts and to the terminal. Those that people meet in everyday work are listed
here as they are raised, with a hole for each name in them. What a script's author or an administrator meets
stays English: there a page gives a title for the status, and the English sentence beneath.
"""

import re
from functools import cache
from http import HTTPStatus

from flask_babel import gettext

N_ = str  # marks a sentence for the catalogs, and leaves it as it is

KNOWN = (
    N_("Sign in first, or send an API token."),
    N_("This is no address: write https://HOST/PATH."),
    N_("Choose what this webhook is to be told of."),
    N_("Leave the password out of the address: the signature tells who sends."),
    N_("This sign-in link was used or is too old: ask for a new one (`standpoint user link NAME`)."),
    N_("%(name)s is signed in here: sign out on the first page, then open the link again."),
    N_("You have no project %(slug)s."),
    N_("This needs the role %(role)s in %(slug)s."),
    N_("The database does not answer now; nothing was stored. Try again."),
    N_("Another request was there first; nothing was stored. Look, and try again."),
    N_("Something went wrong here, and it was logged. Nothing was stored."),
    N_("Another answer of yours stands here: look at both and choose."),
    N_("There is no item %(item)s in your projects."),
    N_("The registry of %(slug)s is closed: ask the curator for %(name)s."),
    N_("%(name)s is in the registry already, as %(key)s."),
    N_("%(label)s is no label of this project; there are %(labels)s"),
    N_("Two stances have the same holder and target."),
    N_("There is no answer here to withdraw."),
    N_("There is no item %(item)s in %(slug)s."),
    N_("How much of a text is shown is part of an experiment here: the whole text opens when it has ended."),
    N_("%(name)s is signed in here now; this page is of %(other)s, who has to sign in again."),
    N_("The curator has replied already: the item comes back to you with the reply."),
    N_("Somebody has replied to this question already."),
    N_("This question was taken back meanwhile."),
    N_("Everybody's questions are for the curators of %(slug)s."),
    N_("Somebody has published a version since you began: compare, then publish again."),
    N_("This is the text in force already: change it, or mark it as to be read."),
    N_("Somebody has changed the scheme since you began: look at it, then try again."),
    N_("%(name)s is or was the name of a label here: old answers call it so. Choose another."),
    N_("Say which one, and the new name, the one that stays, or the parts."),
    N_("This cannot be undone, or was undone already."),
    N_("Type the id of the document once more: nothing brings it back."),
    N_("Choose a language of the list."),
    N_("Choose a first day before the last one, at most a year apart."),
    N_("%(text)s is not a day: write it as 2026-11-30."),
    N_("Another curator has decided this item meanwhile: look at both decisions."),
    N_("There is no decision here to withdraw."),
    N_("This is another curator's decision: decide anew instead of withdrawing it."),
    N_("Choose what to take: an answer, a version of each stance, or a new answer."),
    N_("Choose for each stance whose version is to stand, or that it is absent."),
    N_("A stance of the new answer has no label."),
    N_("The words %(words)s are not in the text."),
    N_("No page has this address."),
    N_("Many people sign in at this moment: try again in a few seconds."),
    N_("A password has %(least)s to %(most)s characters."),
    N_("This password is your name: choose another."),
    N_("This password is among the first that anybody would try: choose another."),
    N_("Single sign-on went wrong: begin again."),
    N_("The single sign-on does not answer now: try again, or come in by password or link."),
    N_("No account goes with this single sign-on: come in by a link, then connect it on your account."),
    N_("This single sign-on belongs to another account, or the account to another one."),
    N_("You have no such session."),
    N_("You have no such API token."),
    N_("A token lasts 1 to %(most)s days, not %(days)s."),
    N_("Give the token a name by which you will know it again."),
    N_("None of these items would be changed: choose others."),
    N_("These are more than %(most)s items: narrow the choice down, and go on in parts."),
    N_("This change was undone already."),
    N_("Choose what is to be done with these items."),
    N_("%(field)s: there is no %(value)s here."),
    N_("The project %(slug)s has no items: import texts first (`standpoint import`)."),
    N_("No stance of %(slug)s is gold yet (%(why)s): annotate first, or import gold."),
    N_("Another release of %(slug)s was made meanwhile, and took number %(number)s: run the command again."),
    N_("Something went wrong in this job, and was logged: look into the log of the server, then try again."),
    N_("Its process was killed %(number)s times, perhaps for want of memory: look into the log first."),
)
TITLES = {
    HTTPStatus.BAD_REQUEST: N_("This request cannot be read"),
    HTTPStatus.UNAUTHORIZED: N_("You are not signed in"),
    HTTPStatus.FORBIDDEN: N_("This is not yours to do"),
    HTTPStatus.NOT_FOUND: N_("There is nothing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("This page cannot be called like that"),
    HTTPStatus.CONFLICT: N_("Something else was there first"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("This is too large"),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("This cannot be stored"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Too many tries"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Something went wrong"),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("The server cannot answer now"),
}


def title(status: HTTPStatus) -> str:
    """What happened, in a few words."""
    return gettext(TITLES[status]) if status in TITLES else status.phrase


def told(detail: str) -> str | None:
    """An error's sentence in the language of the interface; None if it is not one of the known."""
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(detail):
            return str(gettext(sentence)) % found.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, re.compile(_holes(sentence), re.DOTALL)) for sentence in KNOWN)


def _holes(sentence: str) -> str:
    r"""A pattern for what fills the sentence's holes.

    >>> _holes("No %(kind)s here.")
    'No\\ (?P<kind>.+)\\ here\\.'
    """
    return re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence))
