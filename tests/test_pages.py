"""The page checker fires on each fault, and lets a sound page pass."""

from __future__ import annotations

import pytest

from tests.pages import RULES, Page, Rule, check_page

FORM = """
<div role="alert"><h2>There is a problem</h2><a href="#year">Choose a year</a> <a href="#paid-1">Answer this</a></div>
<form method="post">
  <input type="hidden" name="csrf_token" value="abc">
  <label for="year">Year</label> <input id="year" name="year" aria-invalid="true" aria-describedby="hint">
  <p id="hint">Four digits</p>
  <fieldset><legend>Are they paid?</legend>
    <label><input type="radio" name="paid" id="paid-1" value="1" aria-invalid="true"> Yes</label>
    <label><input type="radio" name="paid" id="paid-2" value="2" aria-invalid="true"> No</label>
  </fieldset>
  <select aria-label="Country"><option>Canada</option></select>
  <span id="note">Note</span><textarea aria-labelledby="note"></textarea>
  <button type="submit">Save</button> <input type="submit" value="Leave">
</form>
<form action="/find"><label>Find <input name="q"></label></form>
"""
TABLE = """
<table><caption>Scores</caption><thead><tr><th scope="col">Domain</th></tr></thead>
<tbody><tr><td>Role</td></tr></tbody></table>
"""


def a_page(body: str = "", *, head: str = "<title>Role – Alongside</title>", html: str = '<html lang="en">') -> str:
    heading = "" if "<h1" in body else "<h1>Role</h1>"
    return f"<!DOCTYPE html>{html}<head><meta charset='utf-8'>{head}</head><body>{heading}{body}</body></html>"


@pytest.mark.parametrize(
    "body", ["", "<!-- said to nobody -->", FORM, TABLE, '<h2>A</h2><h3>B</h3><h2>C</h2><img src="radar.svg" alt="">']
)
def test_a_sound_page_passes(body: str) -> None:
    check_page(a_page(body))


FAULTS = {
    "unclosed element": (a_page("<div>"), "expectedName': 'div'"),
    "paragraph in a paragraph": (a_page("<p><div></div></p>"), "unexpected-end-tag"),
    "no doctype": (a_page().removeprefix("<!DOCTYPE html>"), "doctype"),
    "no language": (a_page(html="<html>"), "<html> has no lang"),
    "no title": (a_page(head=""), "<title> with words is wanted"),
    "empty title": (a_page(head="<title> </title>"), "<title> with words is wanted"),
    "title of the site": (a_page(head="<title>alongside</title>"), "only the site's name"),
    "two main headings": (a_page("<h1>A</h1><h1>B</h1>"), "one <h1> with words"),
    "empty main heading": (a_page("<h1></h1>"), "one <h1> with words"),
    "skipped level": (a_page("<h3>Deep</h3>"), "'Deep' comes right after a heading of level 1"),
    "field without label": (a_page('<input name="x">'), '<input name="x"> has no label'),
    "empty label": (a_page('<label for="x"></label><input id="x">'), '<input id="x"> has no label'),
    "select without label": (a_page("<select><option>A</option></select>"), "<select> has no label"),
    "textarea without label": (a_page("<textarea></textarea>"), "<textarea> has no label"),
    "picture without alt": (a_page('<img src="a.svg">'), "has no alt"),
    "id twice": (a_page('<p id="a"></p><p id="a"></p>'), "id 'a' is used 2 times"),
    "id with a space": (a_page('<p id="a b"></p>'), "empty or has spaces"),
    "label for nothing": (a_page('<label for="gone">A</label>'), "for names 'gone'"),
    "described by nothing": (a_page('<p aria-describedby="gone"></p>'), "aria-describedby names 'gone'"),
    "labelled by nothing": (a_page('<p aria-labelledby="gone"></p>'), "aria-labelledby names 'gone'"),
    "heading of nothing": (a_page(TABLE.replace("<td>", '<td headers="gone">')), "headers names 'gone'"),
    "link to nothing": (a_page('<a href="#gone">A</a>'), "no element has the id 'gone'"),
    "group without a name": (a_page("<fieldset><p>A</p></fieldset>"), "does not begin with a <legend>"),
    "empty group": (a_page("<fieldset></fieldset>"), "does not begin with a <legend>"),
    "style attribute": (a_page('<p style="color:red"></p>'), "has a style attribute"),
    "style in a picture": (a_page('<svg><path style="fill:red"></path></svg>'), "has a style attribute"),
    "style sheet": (a_page(head="<title>A</title><style>p{}</style>"), "inline style sheet"),
    "script": (a_page("<script>alert(1)</script>"), "inline script"),
    "event handler": (a_page('<p onclick="go()"></p>'), "event handler: onclick"),
    "script as address": (a_page('<a href="JavaScript:go()">A</a>'), "script as its href"),
    "font from elsewhere": (a_page(head='<title>A</title><link href="//cdn.test/a.css">'), "comes from elsewhere"),
    "table without caption": (a_page(TABLE.replace("<caption>Scores</caption>", "")), "has no caption"),
    "table without heading": (a_page("<table><caption>A</caption></table>"), "has no <th>"),
    "heading without scope": (a_page(TABLE.replace(' scope="col"', "")), "'Domain' has no scope"),
    "unguarded form": (a_page('<form method="POST"></form>'), "has no csrf_token"),
    "empty guard": (a_page(FORM.replace('value="abc"', "")), "has no csrf_token"),
    "guard in an address": (a_page(FORM.replace(' method="post"', "")), "would put its csrf_token into an address"),
    "field missing in the summary": (a_page(FORM.replace('href="#year"', 'href="/"')), 'id="year"'),
    "group missing in the summary": (a_page(FORM.replace('href="#paid-1"', 'href="/"')), 'id="paid-2"'),
    "no summary": (a_page(FORM.replace(' role="alert"', "")), "no role=alert links to it"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named(name: str) -> None:
    html, message = FAULTS[name]
    with pytest.raises(AssertionError) as caught:
        check_page(html, status=400)
    assert message in str(caught.value)
    assert "status 400" in str(caught.value)


def test_a_hidden_or_sending_input_needs_no_label() -> None:
    check_page(a_page('<input type="hidden" name="a" value="b"><input type="submit" value="Send">'))


def test_data_for_scripts_may_stand_in_a_page() -> None:
    check_page(a_page('<script type="application/json">{}</script>'))


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(AssertionError, match=r"breaks 2 of its rules") as caught:
        check_page(a_page('<img src="a.svg"><input name="x">'))
    assert str(caught.value).count("\n  - ") == 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_broken_by_one_of_these_faults(rule: Rule) -> None:
    assert any(list(rule(Page(html))) for html, _ in FAULTS.values())
