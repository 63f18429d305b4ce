"""Start, answer, submit: what an organization does before it has a scorecard."""

from tests.web import walks
from tests.web.client import Browser


def test_an_organization_goes_from_start_to_scorecard(browser: Browser) -> None:
    organization = walks.start(browser)
    walks.answer(browser, organization)
    scorecard = browser.read(walks.submit(browser, organization))
    assert "Harbour Street stands much the same in every scored domain, between 50 and 50" in scorecard
