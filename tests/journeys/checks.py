"""What every page is measured for in a real browser. Each check raises AssertionError with the page's address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TARGET = 24  # CSS pixels, WCAG 2.2, 2.5.8; without its exception for targets that stand far apart

# A radio button or checkbox may be hit on its label too. A link in running text is as high as its line.
MEASURE_TARGETS = """(smallest) => {
  const wanted = 'a[href], button, input, select, textarea, summary, [role=button], [role=link], [tabindex]'
  const inLabel = (element) => element.matches('input[type=radio], input[type=checkbox]') ? [...element.labels] : []
  const isSeen = (element) => {
    const box = element.getBoundingClientRect()
    return element.checkVisibility({visibilityProperty: true}) && (box.width > 1 || box.height > 1)
  }
  const isInText = (element) => {
    if (!element.matches('a') || getComputedStyle(element).display !== 'inline') return false
    let block = element.parentElement
    while (block.parentElement && getComputedStyle(block).display.startsWith('inline')) block = block.parentElement
    return [...block.childNodes].some((node) => !node.contains(element) && node.textContent.trim() &&
      !(node.nodeType === 1 && node.matches(wanted)))
  }
  const isLargeEnough = (element) => {
    const box = element.getBoundingClientRect()
    return box.width >= smallest - 0.05 && box.height >= smallest - 0.05
  }
  return [...document.querySelectorAll(wanted)]
    .filter((element) => !element.matches(':disabled, [type=hidden], [tabindex="-1"]'))
    .filter((element) => [element, ...inLabel(element)].some(isSeen))
    .filter((element) => !isInText(element))
    .filter((element) => ![element, ...inLabel(element)].some(isLargeEnough))
    .map((element) => {
      const box = element.getBoundingClientRect()
      const size = `${Math.round(box.width * 10) / 10} × ${Math.round(box.height * 10) / 10}`
      return `${size}: ${element.outerHTML.replace(/\\s+/g, ' ').slice(0, 160)}`
    })
}"""

WITHOUT_TIMERS = """() => {
  window.itsOwnSetTimeout = window.setTimeout
  window.setTimeout = (call, delay = 0, ...given) => {
    if (delay < 100) Promise.resolve().then(() => call(...given))  // longer ones only give up on something
    return 0
  }
}"""

# What sticks out, without what lies around it, and without what a box of its own scrolls.
MEASURE_WIDTH = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const sticksOut = (element) => element.getBoundingClientRect().right > width + 0.5
  const isHeld = (element) => {
    const isAbsolute = getComputedStyle(element).position === 'absolute'
    const around = isAbsolute ? element.offsetParent : element.parentElement
    if (!around || around === document.body) return false
    return getComputedStyle(around).overflowX !== 'visible' || isHeld(around)
  }
  return [...document.body.querySelectorAll('*')]
    .filter((element) => sticksOut(element) && !isHeld(element))
    .filter((element, _index, all) => !all.some((other) => other !== element && element.contains(other)))
    .slice(0, 10)
    .map((element) => `${Math.round(element.getBoundingClientRect().right)} of ${width}: ` +
      element.outerHTML.replace(/\\s+/g, ' ').slice(0, 160))
}"""


def assert_accessible(page: Page) -> None:
    """axe finds no violation of WCAG 2.0 to 2.2, A and AA, nor of its best practices."""
    with _without_timers(page):
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    said = [_told(violation) for violation in found.response["violations"]]
    assert not said, f"{page.url}: axe found {len(said)} kinds of violations:\n" + "\n".join(said)


def assert_targets(page: Page) -> None:
    """Everything that can be pressed is at least 24 by 24 pixels: axe does not look at all of them."""
    small = page.evaluate(MEASURE_TARGETS, SMALLEST_TARGET)
    assert not small, f"{page.url}: too small to hit:\n" + "\n".join(f"  {target}" for target in small)


def assert_no_sideways_scroll(page: Page) -> None:
    """Nothing is wider than the window."""
    scrolls = page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    wide = page.evaluate(MEASURE_WIDTH)
    assert not scrolls, f"{page.url}: wider than its window:\n" + "\n".join(f"  {element}" for element in wide)


def assert_sound(page: Page) -> None:
    """All three."""
    assert_accessible(page)
    assert_targets(page)
    assert_no_sideways_scroll(page)


@contextmanager
def _without_timers(page: Page) -> Iterator[None]:
    """Lets axe end where JavaScript is off: timers never fire there, but promises settle."""
    page.evaluate(WITHOUT_TIMERS)
    yield
    page.evaluate("() => { window.setTimeout = window.itsOwnSetTimeout }")


def _told(violation: dict[str, Any]) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}", f"  {violation['helpUrl']}"]
    for node in violation["nodes"]:
        lines += [f"  {node['target']}", f"    {node['html'][:200]}"]
        lines += [f"    {line}" for line in node["failureSummary"].splitlines()]
    return "\n".join(f"  {line}" for line in lines)
