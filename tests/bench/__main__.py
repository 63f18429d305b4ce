"""How fast the site is: `make bench` prints a table and writes bench.json.

Every figure of time is a ratio to something plain measured in the same run, in CPU time of this process and of its
children, as the median of interleaved runs: the machines are shared, so a second means little and a ratio much.
"""

import json
import pickle
import re
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from io import BytesIO
from math import pi
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import delete

from questionnaire.config import ROOT, Settings
from questionnaire.core.readable import Readable, digests
from questionnaire.core.report import Part
from questionnaire.language import languages
from questionnaire.output import charts
from questionnaire.output.pdf import report_pdf
from questionnaire.output.sheets import workbook
from questionnaire.store import database, instruments, models
from questionnaire.store import reports as kept_reports
from questionnaire.web import create_app
from questionnaire.web.serving import prepare
from tests.bench.networks import growth
from tests.bench.ratios import Action, Row, compressed, getting, ratio, saving
from tests.bench.voices import voices
from tests.journeys.chromium import find_chromium
from tests.web import stored, walks
from tests.web.client import Browser, session_cookie

FEW_ROUNDS = 9
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    """Measure all, print and write it, and exit with 1 where a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            *pages(Path(folder)),
            *voices(Path(folder)),
            *reports(Path(folder)),
            *growth(Path(folder)),
            radar_svg(),
            first_page(Path(folder)),
        ]
    for row in rows:
        verdict = "" if row.value <= row.limit else "  <- over its limit"
        print(f"{row.name:28} {row.value:10,.2f}   at most {row.limit:>9,.1f}   {row.unit}{verdict}")
    Path("bench.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    sys.exit(any(row.value > row.limit for row in rows))


def pages(folder: Path) -> list[Row]:
    """The pages that are opened most, against a bare Flask "hello" in the same kind of client."""
    app = create_app(
        Settings(
            secret_key="bench", database_url=f"sqlite:///{folder / 'bench.sqlite'}", public_url="http://localhost"
        )
    )
    site = prepare(app)
    visitor, plain = Browser(app), app.test_client()
    organization = walks.start(visitor)
    plain.get(walks.private_link(visitor.read(f"{organization}/private-link")))
    section = f"{organization}/2026/questions/comm"
    walks.answer(visitor, organization)
    save = saving(plain, section)
    open_question = getting(plain, section)
    question_page = plain.get(section).data
    hello = getting(hello_app().test_client(), "/")
    rows = [
        Row("question_page", ratio(open_question, hello), 20, "× hello"),
        Row("save_section", ratio(save, hello), 28, "× hello"),
    ]
    scorecard = walks.submit(visitor, organization)
    page, picture = getting(plain, scorecard), getting(plain, f"{scorecard}/radar.svg")

    def page_and_picture() -> None:
        page()
        picture()

    def drawn_anew() -> None:
        with database.writing(site.engine) as connection:
            connection.execute(delete(models.chart))
        page_and_picture()

    rows += [
        Row("scorecard_page", ratio(page_and_picture, hello), 30, "× hello"),
        Row("scorecard_page_new_radar", ratio(drawn_anew, hello), 150, "× hello"),
        Row("question_page_bytes", compressed(question_page), 14_000, "bytes"),
        Row("scorecard_page_bytes", compressed(plain.get(scorecard).data), 30_000, "bytes"),
    ]
    site.engine.dispose()
    return [*rows, *years(folder)]


def years(folder: Path) -> list[Row]:
    """Pages of who has an account against the same as a guest, and ten years against two."""
    app = create_app(
        Settings(
            secret_key="bench", database_url=f"sqlite:///{folder / 'years.sqlite'}", public_url="http://localhost"
        )
    )
    site = prepare(app)
    pages = {}
    owner = Browser(app)
    for organization, years_of_it in (("two", range(2024, 2026)), ("ten", range(2016, 2026))):
        owner = owner.as_somebody_else()
        address = walks.own(owner, f"{organization}@example.org")
        for year in years_of_it:
            walks.year(owner, address, year, level=str(year % 5))
        pages[organization] = getting(as_plain(owner), f"{address}/years")
    signed_in, guest = as_plain(owner), app.test_client()
    rows = [
        Row("signed_in_page", ratio(getting(signed_in, "/start"), getting(guest, "/start")), 1.3, "× guest"),
        Row("ten_years_page", ratio(pages["ten"], pages["two"]), 3, "× two years"),
    ]
    site.engine.dispose()
    return rows


def reports(folder: Path) -> list[Row]:
    """A board's page against the owner's; the PDF against Chromium printing the page; the workbook against the PDF.

    These are seconds on the clock, for Chromium works in other processes; still only ratios within one run count.
    """
    url = f"sqlite:///{folder / 'reports.sqlite'}"
    app = create_app(Settings(secret_key="bench", database_url=url, public_url="http://localhost"))
    site = prepare(app)
    owner = Browser(app)
    organization = walks.own(owner)
    for year in (2025, 2026):
        stored.submitted(site, organization, year, year % 4)
    scorecard = f"{organization}/2026/scorecard/1"
    report = walks.report(owner, scorecard, Part.EARLIER)
    board = owner.as_somebody_else()
    board.get(walks.share(owner, organization, report))
    with app.test_request_context(), database.reading(site.engine) as connection:
        kept = kept_reports.find(connection, report.rsplit("/", 1)[1])
        assert kept
        known = {digest: instruments.recall(connection, digest) for digest in digests(kept.report)}
    readable, say = Readable(kept.report, known), languages()["en"]
    page = folder / "scorecard.html"
    page.write_text(as_one_file(as_plain(owner), scorecard), encoding="utf-8")
    (folder / "readable.pickle").write_bytes(pickle.dumps(readable))
    shared = ratio(getting(as_plain(board), report), getting(as_plain(owner), scorecard))
    rows = [Row("shared_page", shared, 1.1, "× owner’s page")]
    with sync_playwright() as playwright, printing(playwright, page) as printed:
        document = clocked(lambda: report_pdf(readable, say), printed)
    rows.append(Row("scorecard_pdf", document, 0.3, "× Chromium, warm"))
    cold = clocked(lambda: run(COLD.format(folder=folder)), lambda: print_once(page), rounds=FEW_ROUNDS)
    rows.append(Row("scorecard_pdf_cold", cold, 0.6, "× Chromium, cold"))
    sheets = clocked(lambda: workbook(readable, say), lambda: report_pdf(readable, say))
    rows.append(Row("scorecard_xlsx", sheets, 1, "× scorecard_pdf"))
    site.engine.dispose()
    return rows


COLD = (
    "import pickle; from pathlib import Path; from questionnaire.language import languages;"
    "from questionnaire.output.pdf import report_pdf;"
    "report_pdf(pickle.loads(Path('{folder}/readable.pickle').read_bytes()), languages()['en'])"
)


def as_one_file(client: FlaskClient, address: str) -> str:
    """A page with its stylesheet and its radar in it, as Chromium prints it from a file."""
    html = client.get(address).text
    style = (ROOT / "questionnaire" / "web" / "static" / "alongside.css").read_text(encoding="utf-8")
    radar = b64encode(client.get(f"{address}/radar.svg").data).decode()
    html = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: f"<style>{style}</style>", html)
    return re.sub(r'src="[^"]*radar.svg"', f'src="data:image/svg+xml;base64,{radar}"', html)


@contextmanager
def printing(playwright: Playwright, page: Path) -> Iterator[Action]:
    """Chromium running, with the page open: each time it is loaded anew and printed."""
    with closing(playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)) as chromium:
        tab = chromium.new_page()

        def print_again() -> None:
            tab.goto(page.as_uri())
            tab.pdf(format="Letter", tagged=True)

        yield print_again


def print_once(page: Path) -> None:
    """Chromium from its start to a printed page."""
    with tempfile.TemporaryDirectory() as profile:
        command = [find_chromium(), "--headless", *FLAGS, f"--user-data-dir={profile}", "--no-pdf-header-footer"]
        target = f"--print-to-pdf={profile}/page.pdf"
        subprocess.run([*command, target, page.as_uri()], check=True, capture_output=True)


def clocked(one: Action, other: Action, *, rounds: int = 20) -> float:
    """The median time of one action over that of another, run by turns; the first turns warm both up."""
    pairs = [(seconds(one), seconds(other)) for _ in range(rounds + 3)][3:]
    return statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)


def seconds(action: Action) -> float:
    before = time.perf_counter()
    action()
    return time.perf_counter() - before


def as_plain(browser: Browser) -> FlaskClient:
    """The same browser, without the checks of every page."""
    plain = FlaskClient(browser.application, browser.response_wrapper)
    cookie = session_cookie(browser)
    plain.set_cookie(cookie.key, cookie.value)
    return plain


def hello_app() -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def radar_svg() -> Row:
    """Our radar against the same one on pyplot's polar axes."""
    radar = charts.Radar(
        axes=(
            "Role clarity",
            "Communication",
            "Fit of experience",
            "Training and support",
            "Recognition",
            "Commitment",
        ),
        series=(charts.Series("Organization 2026", (65, 50, 55, 78, 45, 55), charts.Voice.ORGANIZATION),),
        scale="Rings mark 25, 50, 75 and 100 points; the centre is 0.",
        title="Harbour Street",
        description="A radar",
    )
    return Row(
        "radar_svg", ratio(lambda: charts.radar_svg(radar), lambda: polar(radar)), 0.2, "× pyplot's polar axes"
    )


def polar(radar: charts.Radar) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    angles = [2 * pi * index / len(radar.axes) for index in range(len(radar.axes))]
    figure, axes = plt.subplots(subplot_kw={"projection": "polar"})
    axes.set_xticks(angles, radar.axes)
    axes.set_ylim(0, 100)
    for series in radar.series:
        points = [point or 0 for point in series.points]
        axes.plot([*angles, angles[0]], [*points, points[0]], label=series.label)
    axes.legend()
    figure.savefig(BytesIO(), format="svg")
    plt.close(figure)


def first_page(folder: Path) -> Row:
    """A fresh process up to its first page, against one that only imports Flask."""
    program = (
        "from questionnaire.config import Settings; from questionnaire.web import create_app; import sys;"
        f"app = create_app(Settings(secret_key='x', database_url='sqlite:///{folder / 'bench.sqlite'}'));"
        "assert app.test_client().get('/').status_code == 200;"
        "assert not {'matplotlib', 'typst', 'alembic', 'huey'} & set(sys.modules)"
    )
    value = ratio(lambda: run(program), lambda: run("import flask"), rounds=FEW_ROUNDS)
    return Row("first_page", value, 4, "× import flask")


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
