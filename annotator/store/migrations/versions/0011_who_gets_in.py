"""Who gets in: passwords, sessions and tokens with what is told of them, tries, single sign-on."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WAY = sa.Enum("link", "password", "single sign-on", name="way", native_enum=False, length=32)


def upgrade() -> None:
    """Sessions that are there go on: the time without a request is counted from now."""
    op.add_column(
        "sign_in_link", sa.Column("asks_password", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("api_token", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("web_session", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE web_session SET used_at = CURRENT_TIMESTAMP")
    with op.batch_alter_table("web_session") as batch:
        batch.alter_column("used_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.add_column(sa.Column("way", WAY, nullable=False, server_default="link"))
        batch.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=""))
        batch.create_check_constraint(op.f("ck_web_session_way"), WAY_IS_KNOWN)
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_user_id"), "identity", ["user_id"])
    op.create_table(
        "tries",
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("of", "since", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_since"), "tries", ["since"])


WAY_IS_KNOWN = "way IN ('link', 'password', 'single sign-on')"


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("tries")
    op.drop_table("identity")
    with op.batch_alter_table("web_session") as batch:
        batch.drop_constraint(op.f("ck_web_session_way"), type_="check")
        batch.drop_column("browser")
        batch.drop_column("way")
        batch.drop_column("used_at")
    op.drop_column("api_token", "used_at")
    op.drop_column("sign_in_link", "asks_password")
