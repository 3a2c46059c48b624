"""LaTeX from names that may hold anything."""

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{each: f"\\{each}" for each in "{}$&#_%"},
}


def escaped(text: str) -> str:
    r"""A text on one line, with nothing in it that LaTeX takes for a command.

    >>> escaped(r"50 % of \input{A_B}")
    '50 \\% of \\textbackslash{}input\\{A\\_B\\}'
    """
    return "".join(SPECIAL.get(letter, letter) for letter in " ".join(text.split()))


def number(value: float) -> str:
    """A figure with three digits and a minus sign that is one.

    >>> number(0.3678), number(-0.25)
    ('0.368', '$-$0.250')
    """
    return f"{value:.3f}".replace("-", "$-$")
