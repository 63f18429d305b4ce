"""Pictures: drawn once for the same content, then kept."""

import hashlib
from functools import lru_cache

from sqlalchemy.exc import DBAPIError

from questionnaire.output import charts, spreads, trends
from questionnaire.store import charts as kept_charts
from questionnaire.store import database
from questionnaire.web.site import reading, site, writing

MIMETYPES = {"svg": "image/svg+xml", "png": "image/png"}


def drawn(organization_id: str, chart: charts.Radar | trends.Trend, form: str) -> bytes:
    """A chart of an organization as SVG or PNG."""
    said = f"{charts.version()} {form} {chart!r}".encode(errors="backslashreplace")
    digest = hashlib.sha256(said).hexdigest()
    picture = kept_charts.find(reading(), organization_id, digest)
    if picture is None:
        picture = _draw(chart, form)
        try:
            with writing() as connection:
                kept_charts.keep(connection, organization_id, digest, picture, on=site().today())
        except DBAPIError as error:
            if not database.is_unavailable(error):  # a full disk keeps no picture, but shows it
                raise
    return picture


def _draw(chart: charts.Radar | trends.Trend, form: str) -> bytes:
    if isinstance(chart, charts.Radar):
        return charts.radar_svg(chart) if form == "svg" else charts.radar_png(chart)
    return trends.trend_svg(chart) if form == "svg" else trends.trend_png(chart)


@lru_cache(maxsize=64)
def drawn_of_release(chart: spreads.Spreads, form: str) -> bytes:
    """A chart of a release as SVG or PNG; it belongs to no organization, so each process keeps the newest ones."""
    return spreads.spreads_svg(chart) if form == "svg" else spreads.spreads_png(chart)
