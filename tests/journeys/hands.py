"""How somebody presses, chooses and writes: by mouse, by finger, or by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import ElementHandle, Locator, Page, expect

# Where the focus is, whether that is what is looked for, and what a reader sees of it. A choice shows its focus
# itself or on its label. Nothing may lie over the middle of what is in the window.
LOOK = """(wanted) => {
  const at = document.activeElement
  const isChoice = at.matches('input[type=radio], input[type=checkbox]')
  const isRinged = (element) => {
    const style = getComputedStyle(element)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  }
  const shown = isChoice && !isRinged(at) ? at.labels[0] ?? at : at
  const isSeen = ([left, top, right, bottom]) => right - left > 1 && bottom - top > 1 &&
    shown.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))
  return {
    isPage: at === document.body,
    isThere: at === wanted,
    isInGroup: wanted.type === 'radio' && at.type === 'radio' && at.name === wanted.name,
    isChecked: Boolean(at.checked),
    isRinged: isRinged(shown),
    isInView: [...shown.getClientRects()].map((box) => [
      Math.max(0, box.left), Math.max(0, box.top), Math.min(innerWidth, box.right), Math.min(innerHeight, box.bottom),
    ]).some(isSeen),
    html: at.outerHTML.replace(/\\s+/g, ' ').slice(0, 160),
  }
}"""


class Hand(Protocol):
    """What every way of working can do."""

    def press(self, target: Locator) -> None: ...
    def choose(self, radio: Locator) -> None: ...
    def write(self, field: Locator, words: str) -> None: ...


class Mouse:
    def press(self, target: Locator) -> None:
        target.click()

    def choose(self, radio: Locator) -> None:
        radio.check()

    def write(self, field: Locator, words: str) -> None:
        field.fill(words)


class Finger:
    def press(self, target: Locator) -> None:
        target.tap()

    def choose(self, radio: Locator) -> None:
        radio.tap()
        expect(radio).to_be_checked()

    def write(self, field: Locator, words: str) -> None:
        field.tap()
        field.fill(words)


@dataclass(frozen=True)
class Keyboard:
    """Tab, Shift, Space, Enter, the arrows and letters; and eyes that must always find the focus."""

    page: Page
    most_steps: int = 400  # of Tab: to anything on the longest page, and around it once

    def press(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Space" if target.get_attribute("type") == "checkbox" else "Enter")

    def choose(self, radio: Locator) -> None:
        wanted = radio.element_handle()
        found = self._reach(radio)
        for _arrow in range(10):
            if found["isThere"]:
                break
            self.page.keyboard.press("ArrowDown")
            found = self._look(wanted)
        if not found["isChecked"]:
            self.page.keyboard.press("Space")
        expect(radio).to_be_checked()

    def write(self, field: Locator, words: str) -> None:
        self._reach(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def _reach(self, target: Locator) -> dict[str, Any]:
        """Tab until the target has the focus, or, for a radio button, its group."""
        wanted = target.element_handle()
        for _tab in range(self.most_steps):
            found = self._look(wanted)
            if found["isThere"] or found["isInGroup"]:
                return found
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: the Tab key does not lead to {target}")

    def _look(self, wanted: ElementHandle) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(LOOK, wanted)
        if not found["isPage"]:
            assert found["isRinged"], f"{self.page.url}: nobody sees that this has the focus: {found['html']}"
            assert found["isInView"], f"{self.page.url}: this has the focus out of sight: {found['html']}"
        return found
