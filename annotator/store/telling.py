"""Scheme events in a sentence."""

from annotator.domain import SchemeChange, SchemeEvent


def sentence(event: SchemeEvent) -> str:
    """What happened, with the names as they were then.

    >>> names = {"1": "FAVOR", "to": "FOR"}
    >>> event = SchemeEvent(change=SchemeChange.RENAME, of="label", mapping={"1": 1}, names=names)
    >>> sentence(event)
    'rename label FAVOR to FOR'
    """
    told = f"{event.change} {event.of} {', '.join(olds(event))}"
    after = news(event)
    between = {SchemeChange.RENAME: "to", SchemeChange.MERGE: "into", SchemeChange.SPLIT: "into"}
    return f"{told} {between[event.change]} {', '.join(after)}" if after else told


def olds(event: SchemeEvent) -> list[str]:
    """The names of the entries that changed."""
    return [event.names.get(id_, id_) for id_ in event.mapping]


def news(event: SchemeEvent) -> list[str]:
    """The new name, what they were merged into, or the parts."""
    if event.change is SchemeChange.RENAME:
        return [event.names["to"]]
    ends = [
        each for value in event.mapping.values() for each in (value if isinstance(value, list) else [value])
    ]
    return [event.names.get(str(end), str(end)) for end in dict.fromkeys(ends) if end is not None]
