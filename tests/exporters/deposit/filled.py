"""Projects with a deposit worth reading: hostile names, all languages, answers of every kind."""

from tests.exporters.made_project import Make, stance
from tests.exporters.test_agreement import directed, opened
from tests.exporters.test_release import fill

HOSTILE = '=HYPERLINK("https://evil.example","<script>alert(1)</script>") & 50 % \\input{x}_$|'


def hostile(make: Make) -> None:
    """Names and texts that a spreadsheet, a browser, LaTeX or Markdown would run."""
    directed(make)
    make.project.name = make.project.description = HOSTILE
    make.project.licence = "CC-BY-4.0"
    make.labels["NONE"].definitions = {"en": HOSTILE}
    target = make.entity(HOSTILE, key="evil")
    target.definitions, target.favor_means, target.against_means = {"es": HOSTILE}, HOSTILE, "-1"
    for number, text in enumerate(
        (HOSTILE, "-1+1", "\tx", "'quoted", "@SUM(A1)", "+1\r\nsecond, line", "قطار 🚆")
    ):
        item = make.item(
            make.document(f"=doc {number}", text, title=text.strip(), url="https://a.example/?a=1&b=2"),
            target="evil",
        )
        make.answer(item, "ada", "FAVOR")
        make.answer(item, "ben", stance("AGAINST", rationale=[(0, 2)]), outcome="judged")


__all__ = ["HOSTILE", "directed", "fill", "hostile", "opened"]
