"""What is remembered of who did what when: a fixed vocabulary, and never what was answered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from questionnaire.core.phrase import Param, Phrase


class Event(StrEnum):
    """What can be done with an organization. Of peer workers' rounds only "opened" and "closed" may ever be added."""

    STARTED = "started"
    CLAIMED = "claimed"
    IMPORTED = "imported"
    RENAMED = "renamed"
    BEGAN_YEAR = "began-year"
    SUBMITTED = "submitted"
    AMENDED = "amended"
    DELETED_DRAFT = "deleted-draft"
    MADE_LINK = "made-link"
    ENDED_LINK = "ended-link"
    INVITED = "invited"
    ENDED_INVITATION = "ended-invitation"
    JOINED = "joined"
    MADE_EDITOR = "made-editor"
    MADE_VIEWER = "made-viewer"
    REMOVED = "removed"
    LEFT = "left"
    HANDED_OVER = "handed-over"
    DOWNLOADED = "downloaded"
    PLANNED = "planned"
    CHANGED_ACTION = "changed-action"
    DELETED_ACTION = "deleted-action"
    MADE_REPORT = "made-report"
    SHARED = "shared"
    ENDED_SHARE = "ended-share"
    OPENED_ROUND = "opened-round"
    CLOSED_ROUND = "closed-round"
    JOINED_NETWORK = "joined-network"
    CHANGED_SHARING = "changed-sharing"
    LEFT_NETWORK = "left-network"
    CONTRIBUTED = "contributed"
    LENT_SCORECARD = "lent-scorecard"


@dataclass(frozen=True)
class Entry:
    """One thing that was done: the day, who (an e-mail address, or nothing for the private link), and about what."""

    happened_on: date
    event: Event
    who: str
    year: int | None = None
    revision: int | None = None
    about: str = ""

    @property
    def in_words(self) -> Phrase:
        """What was done, without who did it."""
        params: dict[str, Param] = {"about": self.about, "year": self.year or 0, "revision": self.revision or 0}
        return Phrase(f"event.{self.event}", params)
