"""What the card says of gold in a published format: what its labels became, and what it cannot hold."""

from exporters.markdown import Code, number, table
from exporters.profiles import MEANINGS, Written


def text(profile: Written) -> str:
    """The last section of the card."""
    labels = table(
        ["label", "there"], [(name, there or "left out") for name, there in profile.labels.items()]
    )
    parts = [
        f"## In the format of {profile.name}",
        f"`profiles/{profile.name}` has gold in that format. Labels are merged there alone:",
        labels,
    ]
    if profile.turned:
        parts.append(
            "Of two opposite targets one is published, and a stance towards the other is told as the other "
            f"side ({number(profile.turned)} so turned)."
        )
    if profile.left_out:
        counted = sorted(profile.left_out.items())
        rows = [[Code(reason), count, MEANINGS[reason]] for reason, count in counted]
        parts += ["What the format cannot hold:", table(["reason", "gold stances", "meaning"], rows)]
    return "\n" + "\n\n".join(parts) + "\n"
