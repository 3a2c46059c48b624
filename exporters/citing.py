"""How a dataset is cited: by the authors that its project file names."""

from collections.abc import Sequence

from annotator.reading import Author, Project
from exporters.markdown import escaped

NOBODY = (
    "CITATION.cff of the deposit names no authors: write them in before you deposit it, or name them as "
    "`authors` in the project file (`standpoint project apply`) and release again."
)
_SPECIAL = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "`": "'"}
)


def section(project: Project) -> str:
    """A section of the card; nothing where nobody is named."""
    if not project.authors:
        return ""
    title = " ".join(project.name.split())
    named = "; ".join(map(named_in_line, project.authors))
    return (
        "\n## Citation\n\n"
        f"{escaped(named)}: *{escaped(title)}*. Data set.\n\n"
        f"```bibtex\n{bibtex(project.slug, title, project.authors)}\n```\n"
    )


def bibtex(key: str, title: str, authors: Sequence[Author]) -> str:
    r"""An entry of BibTeX, without the year, which a release does not know.

    >>> authors = [Author(family="Okafor", given="Ada"), Author(name="Bus Lab")]
    >>> print(bibtex("buses", "Buses & trains", authors))
    @misc{buses,
      author = {Okafor, Ada and {Bus Lab}},
      title = {{Buses \& trains}},
      note = {Data set}
    }
    """
    people = " and ".join(
        f"{_tex(each.family)}, {_tex(each.given or '')}" if each.family else f"{{{_tex(each.name or '')}}}"
        for each in authors
    )
    fields = {"author": people, "title": f"{{{_tex(title)}}}", "note": "Data set"}
    return f"@misc{{{key},\n" + ",\n".join(f"  {name} = {{{of}}}" for name, of in fields.items()) + "\n}"


def named_in_line(author: Author) -> str:
    """The name as a list of authors has it.

    >>> named_in_line(Author(family="Okafor", given="Ada"))
    'Okafor, Ada'
    """
    return f"{author.family}, {author.given}" if author.family else author.name or ""


def address(author: Author) -> str | None:
    """The address of the author's ORCID record, if it is known."""
    return f"https://orcid.org/{author.orcid}" if author.orcid else None


def creators(project: Project) -> list[dict[str, str]]:
    """The authors as schema.org has them."""
    found = []
    for author in project.authors:
        person = f"{author.given} {author.family}" if author.family else None
        of = {"@type": "sc:Person" if person else "sc:Organization", "name": person or author.name or ""}
        where = address(author)
        found.append(of | ({"url": where} if where else {}))
    return found


def _tex(text: str) -> str:
    """A text with nothing in it that TeX takes for a command; backticks would end the card's block."""
    return text.translate(_SPECIAL)
