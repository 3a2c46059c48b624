"""Markdown of curators → HTML that is safe to show: no raw HTML, no script in a link, no foreign image."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, _env: MutableMapping[str, Any]
) -> str:
    """A link opens beside the work, which stays where it is."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noreferrer noopener")
    return self.renderToken(tokens, index, options, _env)


def _image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    """An image is a link: shown, it would tell another server who reads here, and when."""
    source, text = tokens[index].attrGet("src"), self.renderInlineAsText(tokens[index].children, options, env)
    shown = escapeHtml(text or str(source))
    return f'<a href="{escapeHtml(str(source))}" target="_blank" rel="noreferrer noopener">{shown}</a>'


_RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table")
_RENDERER.add_render_rule("link_open", _link_open)
_RENDERER.add_render_rule("image", _image)


def to_html(markdown: str) -> str:
    r"""Render CommonMark with tables. Markup in the text is escaped, not obeyed.

    >>> to_html("*so* <script>")
    '<p><em>so</em> &lt;script&gt;</p>\n'
    >>> to_html("[there](https://example.org)")
    '<p><a href="https://example.org" target="_blank" rel="noreferrer noopener">there</a></p>\n'
    """
    return str(_RENDERER.render(markdown))
