"""The sentences that every document of a report says of both voices."""

from questionnaire.core.differences import Voices
from questionnaire.core.voices import Bands, figure
from questionnaire.language import Language


def whose(voices: Voices | None, say: Language) -> str:
    """Whose answers a scorecard rests on."""
    _ = say.gettext
    if voices is None:
        return _("One voice: the organization’s own answers.")
    return _("Two voices, never averaged: the organization’s own and its peer workers’.")


def claim(voices: Voices, say: Language) -> str:
    """What peer workers' figures say, and what they do not."""
    _ = say.gettext
    words = _(
        "Peer workers’ figures say what those who answered reported, on the same version of these questions, by"
        " %(date)s. They are not representative."
    )
    return f"{words % {'date': say.date(voices.result.closed_on)}} {say.say(voices.behind)}"


def shares(bands: Bands, say: Language) -> tuple[str, str, str]:
    """The shares of the low, the middle and the high levels, in words where they are not figures."""
    low, middle, high = (
        say.gettext("none") if share == "none" else say.say(figure(share))
        for share in (bands.low, bands.middle, bands.high)
    )
    return low, middle, high
