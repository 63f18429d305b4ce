"""What every page of the site keeps to. `check_page` reads one and names all its faults at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

SITE: Final = "Alongside"
HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
FIELDS: Final = ("input", "select", "textarea")
NEED_NO_LABEL: Final = {"hidden", "submit", "button", "reset", "image"}
DATA_SCRIPTS: Final = {"application/json", "application/ld+json"}
REFERENCES: Final = ("for", "form", "list", "headers", "aria-describedby", "aria-labelledby", "aria-controls")
REFERENCES_OF_ARIA: Final = ("aria-errormessage", "aria-details", "aria-owns", "aria-activedescendant")


class Page:
    """One parsed page. Elements of SVG carry their namespace in their tag, so `title` is always the page's own."""

    def __init__(self, html: str) -> None:
        parser = HTMLParser(namespace_html_elements=False)
        self.root: Element = parser.parse(html)
        self.parse_errors: list[tuple[tuple[int, int], str, dict[str, Any]]] = parser.errors

    @cached_property
    def elements(self) -> list[Element]:
        return list(self.root.iter())

    @cached_property
    def by_id(self) -> dict[str, Element]:
        return {element.get("id", ""): element for element in self.elements if element.get("id")}

    @cached_property
    def parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.elements for child in parent}

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]


@lru_cache(maxsize=4)
def page_of(html: str) -> Page:
    """A page that was parsed once: what is checked is mostly looked at once more."""
    return Page(html)


def check_page(html: str, *, status: int = 200) -> None:
    """Raises AssertionError with a list of everything that is wrong with this page."""
    page = page_of(html)
    faults = [fault for rule in RULES for fault in rule(page)]
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise AssertionError(f"This page (status {status}) breaks {len(faults)} of its rules:\n{listed}")


def is_valid_html(page: Page) -> Iterator[str]:
    for (line, column), code, values in page.parse_errors:
        yield f"HTML, line {line}, column {column}: {code} {values or ''}".rstrip()


def names_its_language(page: Page) -> Iterator[str]:
    if not page.root.get("lang", "").strip():
        yield "<html> has no lang"


def has_a_title_of_its_own(page: Page) -> Iterator[str]:
    titles = [words(title) for title in page.all("title")]
    if len(titles) != 1 or not titles[0]:
        yield f"one <title> with words is wanted, not {titles}"
    elif titles[0].casefold() == SITE.casefold():
        yield f"<title> is only the site's name: {titles[0]!r}"


def has_one_main_heading(page: Page) -> Iterator[str]:
    headings = [words(heading) for heading in page.all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"one <h1> with words is wanted, not {headings}"


def skips_no_heading_level(page: Page) -> Iterator[str]:
    level = 1  # an error summary's <h2> may stand before the <h1>
    for heading in page.all(*HEADINGS):
        if HEADINGS[heading.tag] > level + 1:
            yield f"{show(heading)} {words(heading)!r} comes right after a heading of level {level}"
        level = HEADINGS[heading.tag]


def labels_every_field(page: Page) -> Iterator[str]:
    labels = {label.get("for"): words(label) for label in page.all("label") if label.get("for")}
    for field in page.all(*FIELDS):
        if field.tag == "input" and field.get("type") in NEED_NO_LABEL:
            continue
        named_by = [words(page.by_id[name]) for name in ids(field, "aria-labelledby") if name in page.by_id]
        names = [labels.get(field.get("id"), ""), wrapping_label(page, field), field.get("aria-label", ""), *named_by]
        if not any(name.strip() for name in names):
            yield f"{show(field)} has no label"


def describes_every_picture(page: Page) -> Iterator[str]:
    for picture in page.all("img"):
        if picture.get("alt") is None:
            yield f"{show(picture)} has no alt"


def uses_every_id_once(page: Page) -> Iterator[str]:
    counted = Counter(element.get("id") for element in page.elements if element.get("id") is not None)
    for name, count in counted.items():
        if count > 1:
            yield f"id {name!r} is used {count} times"
        if not name or name.split() != [name]:
            yield f"id {name!r} is empty or has spaces in it"


def refers_to_what_is_there(page: Page) -> Iterator[str]:
    for element in page.elements:
        for attribute in (*REFERENCES, *REFERENCES_OF_ARIA):
            for name in ids(element, attribute):
                if name not in page.by_id:
                    yield f"{show(element)}: {attribute} names {name!r}, which is not on the page"
        target = element.get("href", "")
        if target.startswith("#") and target not in {"#", "#top"} and target[1:] not in page.by_id:
            yield f"{show(element)}: no element has the id {target[1:]!r}"


def names_every_group_of_fields(page: Page) -> Iterator[str]:
    for fieldset in page.all("fieldset"):
        first = next(iter(fieldset), None)
        if first is None or first.tag != "legend" or not words(first):
            yield f"{show(fieldset)} does not begin with a <legend>"


def needs_no_unsafe_policy(page: Page) -> Iterator[str]:
    """What the Content-Security-Policy would block."""
    for element in page.elements:
        if element.get("style") is not None:
            yield f"{show(element)} has a style attribute"
        for attribute in element.attrib:
            if attribute.startswith("on"):
                yield f"{show(element)} has an event handler: {attribute}"
        for attribute in ("href", "src", "action", "formaction"):
            if element.get(attribute, "").strip().casefold().startswith("javascript:"):
                yield f"{show(element)} has a script as its {attribute}"
    for script in page.all("script"):
        if script.get("src") is None and script.get("type") not in DATA_SCRIPTS:
            yield f"{show(script)} is an inline script"
    for style in page.all("style", "{http://www.w3.org/2000/svg}style"):
        yield f"{show(style)} is an inline style sheet"


def loads_nothing_from_elsewhere(page: Page) -> Iterator[str]:
    for element in page.all("img", "script", "iframe", "link", "source", "video", "audio", "object", "embed"):
        for attribute in ("src", "href", "data"):
            if element.get(attribute, "").casefold().startswith(("http:", "https:", "//")):
                yield f"{show(element)} comes from elsewhere"


def names_tables_and_their_headings(page: Page) -> Iterator[str]:
    for table in page.all("table"):
        captions = [words(caption) for caption in table.iter("caption")]
        if not any(captions) and not table.get("aria-label") and not table.get("aria-labelledby"):
            yield f"{show(table)} has no caption"
        if not any(True for _ in table.iter("th")):
            yield f"{show(table)} has no <th>"
        for heading in table.iter("th"):
            if heading.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
                yield f"{show(heading)} {words(heading)!r} has no scope"


def guards_every_post(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token"]
        if form.get("method", "").casefold() != "post":
            if tokens:
                yield f"{show(form)} would put its csrf_token into an address"
        elif not any(token.get("type") == "hidden" and token.get("value") for token in tokens):
            yield f"{show(form)} has no csrf_token"


def sums_up_its_errors(page: Page) -> Iterator[str]:
    """A field marked invalid is linked from the summary; a group of radio buttons by any one of them."""
    alerts = [element for element in page.elements if element.get("role") == "alert"]
    linked = {link.get("href", "")[1:] for alert in alerts for link in alert.iter("a")}
    reached = {page.by_id[name] for name in linked if name in page.by_id}
    reached_groups = {field.get("name") for field in reached if field.get("type") in {"radio", "checkbox"}}
    for field in page.elements:
        if field.get("aria-invalid") != "true" or any(element in reached for element in field.iter()):
            continue
        if field.get("type") not in {"radio", "checkbox"} or field.get("name") not in reached_groups:
            yield f"{show(field)} is marked invalid, and no role=alert links to it"


Rule = Callable[[Page], Iterator[str]]
RULES: Final[tuple[Rule, ...]] = (
    is_valid_html,
    names_its_language,
    has_a_title_of_its_own,
    has_one_main_heading,
    skips_no_heading_level,
    labels_every_field,
    describes_every_picture,
    uses_every_id_once,
    refers_to_what_is_there,
    names_every_group_of_fields,
    needs_no_unsafe_policy,
    loads_nothing_from_elsewhere,
    names_tables_and_their_headings,
    guards_every_post,
    sums_up_its_errors,
)


def words(element: Element) -> str:
    """What a reader would see or hear of it: its text and its pictures' alternatives."""
    spoken = [*element.itertext(), *(picture.get("alt", "") for picture in element.iter("img"))]
    return " ".join(" ".join(spoken).split())


def wrapping_label(page: Page, field: Element) -> str:
    parent = page.parents.get(field)
    while parent is not None and parent.tag != "label":
        parent = page.parents.get(parent)
    return "" if parent is None else words(parent)


def ids(element: Element, attribute: str) -> list[str]:
    return element.get(attribute, "").split()


def show(element: Element) -> str:
    """The element's start tag, as it may be searched for in a template."""
    attributes = "".join(f' {name}="{value}"' for name, value in element.attrib.items() if name != "value")
    return f"<{element.tag.rpartition('}')[2]}{attributes}>"
