"""Keys as a keyboard of another layout sends them: the browser's own protocol names code and character."""

from playwright.sync_api import Page

COMPOSING = 229


def press(page: Page, code: str, key: str, *, shift: bool = False, text: bool = True) -> None:
    """Press and release the key at `code`, which gives `key` under the layout in use."""
    session = page.context.new_cdp_session(page)
    event = {"code": code, "key": key, "modifiers": 8 if shift else 0}
    typed = {"text": key, "unmodifiedText": key} if text and len(key) <= 2 else {}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, **typed})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    session.detach()


def dispatch(page: Page, **event: object) -> None:
    """A key press of the page's own making, for what no protocol can press: `dispatch(page, code="KeyS")`."""
    page.evaluate(
        "given => (document.activeElement ?? document.body).dispatchEvent("
        "new KeyboardEvent('keydown', { bubbles: true, cancelable: true, key: '', code: '', ...given }))",
        event,
    )
