"""Markdown of curators → HTML that is safe to show: no raw HTML, no script in a link."""

from markdown_it import MarkdownIt

_RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(markdown: str) -> str:
    r"""Render CommonMark with tables. Markup in the text is escaped, not obeyed.

    >>> to_html("*so* <script>")
    '<p><em>so</em> &lt;script&gt;</p>\n'
    """
    return str(_RENDERER.render(markdown))
