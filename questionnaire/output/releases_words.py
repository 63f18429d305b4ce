"""The sentences that every document of a release says."""

from questionnaire.core.benchmark import LEAST, QUARTILES_FROM
from questionnaire.language import Language


def limits(say: Language) -> tuple[str, ...]:
    """What a release says, and what it does not."""
    _ = say.gettext
    return (
        _(
            "Taking part is voluntary: these organizations do not stand for all. Peer workers may work for several of"
            " them."
        ),
        _(
            "At least %(least)s organizations stand behind every figure, and none sets fewer apart from the others."
            " Quartiles need %(quartiles)s. Every figure is rounded to 5."
        )
        % {"least": LEAST, "quartiles": QUARTILES_FROM},
        _(
            "It says what organizations reported of themselves. It is no league table, not validated, accredited or"
            " certified, and does not show what caused what."
        ),
        _("No program can tell whether a member is a real organization. Every member sees the list of members."),
    )


def quartiles_withheld(say: Language) -> str:
    """Why there are no quartiles where there is a median."""
    return say.gettext("quartiles withheld: fewer than %(least)s") % {"least": QUARTILES_FROM}
