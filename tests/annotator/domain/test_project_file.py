"""A project file: little is needed, and what is wrong is said."""

import pytest

from annotator.domain.project_file import ProjectFile, read
from annotator.errors import BadInput


def written(folder, text):
    path = folder / "project.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_slug_and_kind_are_enough():
    """The first project takes a minute."""
    directed, opened = ProjectFile(slug="a", kind="directed"), ProjectFile(slug="b", kind="open")

    assert [label.name for label in directed.labels] == ["FAVOR", "AGAINST", "NONE"]
    assert [label.name for label in opened.labels] == ["FAVOR", "AGAINST", "MIXED", "NEUTRAL"]
    assert [label.key for label in directed.labels] == ["1", "2", "3"]
    assert (directed.serve, opened.serve) == ("item", "document")
    assert (directed.name, directed.overlap) == ("a", 1)


def test_guidelines_are_read_from_beside_the_file(tmp_path):
    """Both live in one folder under version control."""
    (tmp_path / "g.md").write_text("# Judge", encoding="utf-8")

    assert read(written(tmp_path, 'slug="a"\nkind="open"\nguidelines="g.md"')).guidelines_text == "# Judge"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "slug"),
        ("slug", "TOML"),
        (b"\xff\xfe", "cannot be read"),
        ('slug="A B"\nkind="open"', "slug"),
        ('slug="a"\nkind="closed"', "kind"),
        ('slug="a"\nkind="open"\noverlap=0', "overlap"),
        ('slug="a"\nkind="open"\ncolour="red"', "colour"),
        ('slug="a"\nkind="open"\nguidelines="none.md"', "none.md"),
        ('slug="a"\nkind="open"\nname="a\\u0000b"', "NUL"),
        ('slug="a"\nkind="open"\n[splits]\ntrain=0.5', "add up"),
        (
            'slug="a"\nkind="open"\nlabels=[{name="X", polarity="favor"}, {name="X", polarity="none"}]',
            "twice",
        ),
        (
            'slug="a"\nkind="open"\nlabels=[{name="X", polarity="favor"}, {name=" x ", polarity="none"}]',
            "label 'x' stands twice",
        ),
        ('slug="a"\nkind="open"\nlabels=[{name="X", polarity="favor", key="s"}]', "no key for a label"),
        ('slug="a"\nkind="open"\nlabels=[{name="X", polarity="favor", key="12"}]', "no key for a label"),
        ('slug="a"\nkind="open"\nentities=[{key="x", favor_means="up"}]', "against_means"),
        ('slug="a"\nkind="open"\nentities=[{key="x", aliases=["a\\u0000b"]}]', "NUL"),
        ('slug="a"\nkind="open"\nentities=[{key="x", aliases=7}]', "aliases"),
        ('slug="a"\nkind="open"\nguidelines="."', "'.' cannot be read"),
        ('slug="a"\nkind="open"\nguidelines="/dev/zero"', "no file, but a folder, a pipe or a device"),
        ('slug="a"\nkind="open"\nguidelines="nul.md"', "'nul.md' cannot be used: it holds a NUL"),
        ('slug="a"\nkind="open"\nsplits={train=nan, test=1.0}', "splits.train"),
        ('slug="a"\nkind="open"\nsplits={train=inf, test=1.0}', "splits.train"),
        ('slug="a"\nkind="open"\nsplits={train=2.0, test=-1.0}', "splits.train"),
        ('slug="a"\nkind="open"\nx=' + "[" * 5_000, "nested too deeply"),
        ('slug="a"\nkind="open"\nentities=[{key="x", aliases=["' + "x" * 301 + '"]}]', "300"),
        ('slug="a"\nkind="open"\noverlap=99999999999999999999', "overlap"),
        ('slug="a"\nkind="open"\nseed=99999999999999999999', "seed"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path, text, said):
    """A curator edits the file in a text editor, and reads this."""
    (tmp_path / "nul.md").write_bytes(b"a\0b")
    path = written(tmp_path, text)

    with pytest.raises(BadInput, match=said) as refused:
        read(path)

    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_told(tmp_path):
    """No traceback for a typing slip."""
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "none.toml")
