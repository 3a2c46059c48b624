"""Markdown of curators → HTML that is safe to show: no raw HTML, no script in a link, no foreign image."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def to_html(markdown: str) -> str:
    r"""Render CommonMark with tables. Markup in the text is escaped, not obeyed.

    >>> to_html("*so* <script>")
    '<p><em>so</em> &lt;script&gt;</p>\n'
    >>> to_html("[there](https://example.org)")
    '<p><a href="https://example.org" target="_blank" rel="noreferrer noopener">there</a></p>\n'
    """
    return str(_renderer().render(markdown))


@cache
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - sixty modules, for the first guidelines that are read

    from annotator.http.markdown_rules import image, link_open  # noqa: PLC0415 - likewise

    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    renderer.add_render_rule("link_open", link_open)
    renderer.add_render_rule("image", image)
    return renderer
