"""CITATION.cff: how the dataset is cited. Its authors are those of the project file, or have a place there.

Source: Citation File Format 1.2.0, https://doi.org/10.5281/zenodo.5171937
"""

import yaml

from exporters import citing
from exporters.card import HUB_LICENCES
from exporters.deposit.known import Known
from exporters.markdown import counted

COMMENT = """\
# To be written, once the archive has given them: "doi", "version" and "date-released".
"""
NOBODY = """\
# To be written: the authors, as "family-names" and "given-names", with "orcid" where there is one.
# Named as "authors" in the project file, they stand here in every later deposit.
"""
SPDX = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "pddl": "PDDL-1.0",
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
}


def text(known: Known) -> str:
    """The whole of CITATION.cff."""
    told = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": known.title,
        "abstract": _abstract(known),
        "authors": _authors(known) or [{"name": f"The authors of {known.title} (to be written)"}],
        "keywords": ["stance detection", "annotation"],
    }
    if licence := _licence(known):
        told["license"] = licence
    comment = COMMENT if known.project.authors else NOBODY + COMMENT
    return comment + str(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100))


def _authors(known: Known) -> list[dict[str, str]]:
    """As the format has them: people, and entities."""
    return [
        {
            name: value
            for name, value in (
                ("name", author.name),
                ("family-names", author.family),
                ("given-names", author.given),
                ("orcid", citing.address(author)),
                ("affiliation", author.affiliation if author.family else None),
            )
            if value is not None
        }
        for author in known.project.authors
    ]


def _abstract(known: Known) -> str:
    return (
        f"{counted(known.rows('gold'), 'gold stance')} on {counted(known.rows('items'), 'item')} from "
        f"{counted(known.rows('documents'), 'document')}, with all answers of "
        f"{counted(len(known.annotators), 'annotator')}."
    )


def _licence(known: Known) -> str | None:
    """The one licence of all texts, as SPDX names it; None where there are several, or none that it knows."""
    names = list(known.figures.licences)
    if len(names) != 1:
        return None
    name = names[0].strip().lower().replace(" ", "-")
    if name not in HUB_LICENCES:
        return None
    return SPDX.get(name, name.upper())
