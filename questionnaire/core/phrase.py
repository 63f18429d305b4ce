"""What the core says in words: an id and its parameters. The language ring turns it into a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from questionnaire.core.instrument import Text

Param = str | int | Text | tuple[Text, ...]


@dataclass(frozen=True)
class Phrase:
    """One sentence, still without a language; a tuple of texts becomes a list in words ("a, b and c")."""

    id: str
    params: Mapping[str, Param] = field(default_factory=dict)
