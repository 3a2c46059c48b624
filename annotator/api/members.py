"""The people of a project: who they are, letting them in and go, their roles, training."""

from datetime import datetime
from typing import Self

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue

from annotator.api import body, pages, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing, Problem
from annotator.domain import Role, User
from annotator.domain.answering import Incoming, Name
from annotator.http.session import requires
from annotator.store import members, questionnaires, steadiness, training
from annotator.store.members import Member
from annotator.store.steadiness import Steadiness

bp = Blueprint("api_members", __name__, url_prefix=f"{PREFIX}/projects/<slug>/members")

PAGE = pages.by_name(usual=100, most=500)


class MemberOut(Outgoing):
    """A person of the project. `removed_at`: they were let go."""

    id: int
    name: str
    shown_name: str
    role: Role
    simulated: bool
    removed_at: datetime | None

    @classmethod
    def of(cls, member: Member) -> Self:
        """From its rows."""
        user, membership = member.user, member.membership
        return cls(
            id=user.id or 0,
            name=user.name,
            shown_name=user.shown_name,
            role=membership.role,
            simulated=user.simulated,
            removed_at=membership.deleted_at,
        )


class WorkingOut(MemberOut):
    """A person with what they answered, and how steadily; `warnings` name what to look at."""

    answers: int
    checks: int
    checks_met: int
    repeats: int
    repeats_same: int
    warnings: list[str]
    is_in_training: bool

    @classmethod
    def of_work(cls, member: Member, *, answers: int, steady: Steadiness, is_in_training: bool) -> Self:
        """From its rows, and what is known of their work."""
        return cls(
            **MemberOut.of(member).model_dump(),
            answers=answers,
            checks=len(steady.checks),
            checks_met=sum(steady.checks),
            repeats=steady.repeats,
            repeats_same=steady.same,
            warnings=[each.what for each in steady.warnings],
            is_in_training=is_in_training,
        )


class ToldOut(Outgoing):
    """A question of the questionnaire with the choices that enough people made."""

    key: str
    text: str
    counts: dict[str, int]
    is_cut: bool  # some choices are left out


class MembersOut(Outgoing):
    """People by name. `next`: ask with `after` for those that follow; null: that is all."""

    members: list[WorkingOut]
    told: list[ToldOut]
    next: str | None


class InviteIn(Incoming):
    """Somebody who is to join."""

    name: Name
    role: Role = Role.ANNOTATOR


class RoleIn(Incoming):
    """What a member may do from now on."""

    role: Role


class TrainingIn(Incoming):
    """`again`: they train once more; else they may work without having passed."""

    again: bool = False


class InvitedOut(Outgoing):
    """Who joined; `link` signs them in once, within a day, and is told here only. Null: they have one."""

    member: MemberOut
    link: str | None


class LinkOut(Outgoing):
    """A link that signs its person in once, within a day. It is told here only."""

    link: str


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: MembersOut}, query=PAGE)
def listed() -> ResponseReturnValue:
    """Who is or was a member, by name, with their work so far."""
    limit = pages.limit(PAGE)
    found = members.listed(g.session, g.project, after=query.text("after"), limit=limit + 1)
    shown, following = pages.cut(found, limit, lambda member: member.user.name)
    people = [member.user.id or 0 for member in shown]
    answers = members.answers(g.session, g.project, people)
    steady = steadiness.of_people(g.session, g.project, people)
    told = [
        WorkingOut.of_work(
            each,
            answers=answers.get(each.user.id or 0, 0),
            steady=steady.get(each.user.id or 0, Steadiness()),
            is_in_training=_is_in_training(each),
        )
        for each in shown
    ]
    return MembersOut(
        members=told,
        told=[
            ToldOut(key=each.question.key, text=each.question.text, counts=each.counts, is_cut=each.is_cut)
            for each in questionnaires.told(g.session, g.project)
        ],
        next=following,
    ).model_dump(mode="json")


@bp.post("")
@requires(Role.CURATOR, scope="admin")
@describes(takes=InviteIn, gives={201: InvitedOut, 409: Problem})
def invite() -> ResponseReturnValue:
    """Let somebody join; who is new gets a sign-in link. 409 if they are a member already."""
    wanted = body.read(InviteIn)
    user, token = members.invite(g.session, g.project, wanted.name.strip(), wanted.role, by=g.user)
    assert user.id is not None
    told = MemberOut.of(members.find(g.session, g.project, user.id))
    link = _link(token) if token is not None else None
    return InvitedOut(member=told, link=link).model_dump(mode="json"), 201


@bp.post("/<int:user_id>/links")
@requires(Role.CURATOR, scope="admin")
@describes(gives={201: LinkOut})
def link(user_id: int) -> ResponseReturnValue:
    """Make a new sign-in link for a member, who may do nothing anywhere that who asks may not."""
    _, token = members.link(g.session, g.project, user_id, by=g.user)
    return LinkOut(link=_link(token)).model_dump(), 201


@bp.delete("/<int:user_id>/sessions")
@requires(Role.CURATOR, scope="admin")
@describes(gives={204: None})
def sign_out(user_id: int) -> ResponseReturnValue:
    """End all sessions of a member: they come in again by password or link."""
    members.sign_out(g.session, g.project, user_id, by=g.user)
    return "", 204


@bp.put("/<int:user_id>/role")
@requires(Role.CURATOR, scope="admin")
@describes(takes=RoleIn, gives={200: MemberOut})
def role(user_id: int) -> ResponseReturnValue:
    """Change what a member may do. Nobody gives a role above their own."""
    members.change_role(g.session, g.project, user_id, body.read(RoleIn).role, by=g.user)
    return MemberOut.of(members.find(g.session, g.project, user_id)).model_dump(mode="json")


@bp.delete("/<int:user_id>")
@requires(Role.CURATOR, scope="admin")
@describes(gives={200: MemberOut})
def remove(user_id: int) -> ResponseReturnValue:
    """Let a member go: what they hold goes back, what they answered stays."""
    return MemberOut.of(members.remove(g.session, g.project, user_id, by=g.user)).model_dump(mode="json")


@bp.post("/<int:user_id>/return")
@requires(Role.CURATOR, scope="admin")
@describes(gives={200: MemberOut})
def restore(user_id: int) -> ResponseReturnValue:
    """Take back that a member was let go."""
    return MemberOut.of(members.restore(g.session, g.project, user_id, by=g.user)).model_dump(mode="json")


@bp.post("/<int:user_id>/training")
@requires(Role.CURATOR)
@describes(takes=TrainingIn, gives={204: None, 409: Problem})
def train(user_id: int) -> ResponseReturnValue:
    """Let a member work who has not passed, or have one who failed train again."""
    wanted = body.read(TrainingIn)
    user: User = members.find(g.session, g.project, user_id).user
    verb = training.again if wanted.again else training.let_on
    verb(g.session, g.project, user, by=g.user)
    return "", 204


def _is_in_training(member: Member) -> bool:
    is_here = member.membership.deleted_at is None and member.membership.role is Role.ANNOTATOR
    return is_here and training.standing(g.session, g.project, member.user) is not None


def _link(token: str) -> str:
    return url_for("sign_in.by_link", token=token, _external=True)
