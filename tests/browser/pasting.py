"""Pasting in a browser: an event that brings its own clipboard, for a headless browser has none."""

from playwright.sync_api import Locator

_PASTE = """(cell, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def paste(cell: Locator, text: str) -> None:
    """Paste a text into a cell."""
    cell.evaluate(_PASTE, text)
