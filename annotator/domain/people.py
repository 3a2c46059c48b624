"""Who works here, in which project and role, and how they come in."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from annotator.domain.base import SoftlyDeleted, UTCDateTime, now, one_of, unique_undeleted

SCOPES = ("read", "annotate", "curate", "admin")  # of API tokens: each allows what its person may do
USUAL_SCOPES = SCOPES[:-1]


class UserKind(StrEnum):
    """A person answers; a model suggests."""

    PERSON = "person"
    MODEL = "model"


class Role(StrEnum):
    """What a member may do in a project; each role includes the one before it."""

    ANNOTATOR = "annotator"
    CURATOR = "curator"
    ADMIN = "admin"


class User(SoftlyDeleted, table=True):
    """A person or a model that gives answers. An imported annotator is a person who never signs in."""

    __table_args__ = (unique_undeleted("uq_user_name", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    kind: UserKind = Field(default=UserKind.PERSON, sa_type=one_of(UserKind))
    display_name: str | None = None
    email: str | None = None
    password_hash: str | None = None  # argon2id
    is_admin: bool = False
    simulated: bool = False  # pages and releases call these annotators simulated
    locale: str | None = None
    model_sha256: str | None = None  # of a model's file
    preferences: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)

    @property
    def shown_name(self) -> str:
        """What pages call them."""
        return self.display_name or self.name


class Membership(SoftlyDeleted, table=True):
    """A user's role in a project."""

    __table_args__ = (unique_undeleted("uq_membership_seat", "project_id", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    user_id: int = Field(foreign_key="user.id", index=True)
    role: Role = Field(sa_type=one_of(Role))


class SignInLink(SQLModel, table=True):
    """A link that signs its bearer in once. Only the token's SHA-256 is kept.

    An invitation or a reset asks for a new password then.
    """

    __tablename__ = "sign_in_link"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    asks_password: bool = False


class Way(StrEnum):
    """How somebody came in."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 a name
    SINGLE_SIGN_ON = "single sign-on"


class WebSession(SQLModel, table=True):
    """A browser that is signed in. Kept here, so that it can be revoked."""

    __tablename__ = "web_session"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    used_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)  # to the hour
    way: Way = Field(default=Way.LINK, sa_type=one_of(Way))
    browser: str = ""  # "Firefox, Linux"


class ApiToken(SQLModel, table=True):
    """A token for scripts: 256 random bits, of which only the SHA-256 is kept."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    name: str
    scopes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # to the hour


class Identity(SQLModel, table=True):
    """Who somebody is to a single sign-on: the provider and its name for them, which never changes."""

    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    issuer: str
    subject: str
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Tries(SQLModel, table=True):
    """How often somebody tried to sign in, in one stretch of time: by an account, a browser or an address."""

    of: str = Field(primary_key=True)  # kind and SHA-256
    since: datetime = Field(primary_key=True, sa_type=UTCDateTime, index=True)
    count: int
