"""Markdown of curators → HTML that is safe to show: no raw HTML, no script in a link."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, _env: MutableMapping[str, Any]
) -> str:
    """A link opens beside the work, which stays where it is."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noreferrer noopener")
    return self.renderToken(tokens, index, options, _env)


_RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table")
_RENDERER.add_render_rule("link_open", _link_open)


def to_html(markdown: str) -> str:
    r"""Render CommonMark with tables. Markup in the text is escaped, not obeyed.

    >>> to_html("*so* <script>")
    '<p><em>so</em> &lt;script&gt;</p>\n'
    >>> to_html("[there](https://example.org)")
    '<p><a href="https://example.org" target="_blank" rel="noreferrer noopener">there</a></p>\n'
    """
    return str(_RENDERER.render(markdown))
