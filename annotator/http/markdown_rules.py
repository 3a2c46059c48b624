"""How links and images of guidelines are shown, as rules for markdown-it."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token


def link_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, _env: MutableMapping[str, Any]
) -> str:
    """A link opens beside the work, which stays where it is."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noreferrer noopener")
    return self.renderToken(tokens, index, options, _env)


def image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    """An image is a link: shown, it would tell another server who reads here, and when."""
    source, text = tokens[index].attrGet("src"), self.renderInlineAsText(tokens[index].children, options, env)
    shown = escapeHtml(text or str(source))
    return f'<a href="{escapeHtml(str(source))}" target="_blank" rel="noreferrer noopener">{shown}</a>'
