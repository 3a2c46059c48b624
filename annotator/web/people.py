"""The curator's page of people: who works here and how steadily, invitations, roles, training."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from annotator.domain import Role, User
from annotator.errors import Invalid
from annotator.http.session import requires
from annotator.store import members, questionnaires, steadiness, training

bp = Blueprint("people", __name__, url_prefix="/projects/<slug>/people")

LINK = "link"  # of the cookie: what the next page shows once


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """Members with what they answered; a new sign-in link is shown once."""
    listed = members.listed(g.session, g.project)
    here = [member for member in listed if member.membership.deleted_at is None]
    return render_template(
        "people/page.html",
        project=g.project,
        members=here,
        removed=[member for member in listed if member.membership.deleted_at is not None],
        roles=_roles(),
        answers=members.answers(g.session, g.project),
        steadiness=steadiness.of_people(g.session, g.project),
        training={
            member.user.id: training.standing(g.session, g.project, member.user)
            for member in here
            if member.membership.role is Role.ANNOTATOR
        },
        told=questionnaires.told(g.session, g.project),
        link=cookie.pop(LINK, None),
        done=request.args.get("done"),
        of=request.args.get("of", ""),
    )


@bp.post("")
@requires(Role.CURATOR, scope="admin")
def invite() -> ResponseReturnValue:
    """Let somebody join."""
    name = request.form.get("name", "").strip()
    user, token = members.invite(g.session, g.project, name, _role(), by=g.user)
    if token is not None:
        cookie[LINK] = [user.name, token]
    return _back("joined", user)


@bp.post("/<int:user_id>/links")
@requires(Role.CURATOR, scope="admin")
def link(user_id: int) -> ResponseReturnValue:
    """Make a new sign-in link."""
    user, token = members.link(g.session, g.project, user_id, by=g.user)
    cookie[LINK] = [user.name, token]
    return _back("linked", user)


@bp.post("/<int:user_id>/sign-out")
@requires(Role.CURATOR, scope="admin")
def sign_out(user_id: int) -> ResponseReturnValue:
    """End all sessions of somebody: they come in again by password or link."""
    return _back("signed-out", members.sign_out(g.session, g.project, user_id, by=g.user))


@bp.post("/<int:user_id>/role")
@requires(Role.CURATOR, scope="admin")
def role(user_id: int) -> ResponseReturnValue:
    """Change what somebody may do."""
    return _back("changed", members.change_role(g.session, g.project, user_id, _role(), by=g.user).user)


@bp.post("/<int:user_id>/removal")
@requires(Role.CURATOR, scope="admin")
def remove(user_id: int) -> ResponseReturnValue:
    """Let somebody go."""
    return _back("removed", members.remove(g.session, g.project, user_id, by=g.user).user)


@bp.post("/<int:user_id>/return")
@requires(Role.CURATOR, scope="admin")
def restore(user_id: int) -> ResponseReturnValue:
    """Take back that somebody was let go."""
    return _back("restored", members.restore(g.session, g.project, user_id, by=g.user).user)


@bp.post("/<int:user_id>/training")
@requires(Role.CURATOR)
def train(user_id: int) -> ResponseReturnValue:
    """Let somebody work who has not passed, or have them train again."""
    user = members.find(g.session, g.project, user_id).user
    if request.form.get("do") == "again":
        training.again(g.session, g.project, user, by=g.user)
        return _back("again", user)
    training.let_on(g.session, g.project, user, by=g.user)
    return _back("let", user)


def _role() -> Role:
    """The role that the form names.

    Raises
    ------
    Invalid
        If there is none of this name.
    """
    given = request.form.get("role", "")
    if given not in set(Role):
        raise Invalid(f"There is no role {given!r}: choose annotator, curator or admin.")
    return Role(given)


def _roles() -> list[Role]:
    """What who looks may give to others."""
    return [role for role in Role if members.may_give(g.session, g.project, role, g.user)]


def _back(done: str, user: User) -> ResponseReturnValue:
    return redirect(url_for(".show", slug=g.project.slug, done=done, of=user.shown_name), code=303)
