"""The English of every phrase that the core says; `marked` makes the catalogue's tools find it."""


def marked(message: str) -> str:
    """The message itself: the name is what `make messages` looks for."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """A message that depends on a count, both forms."""
    return one, many


PLAIN = {
    "event.started": marked("Started the organization, with the year {year}"),
    "event.claimed": marked("Became the owner"),
    "event.imported": marked("Loaded the organization from {about}"),
    "event.renamed": marked("Corrected the name to {about}"),
    "event.began-year": marked("Began {year}"),
    "event.submitted": marked("Submitted {year}, revision {revision}"),
    "event.amended": marked("Opened the answers of {year} again"),
    "event.deleted-draft": marked("Deleted the draft of {year}"),
    "event.made-link": marked("Made a new private link"),
    "event.ended-link": marked("Ended the private link"),
    "event.invited": marked("Invited {about}"),
    "event.ended-invitation": marked("Ended the invitation for {about}"),
    "event.joined": marked("Joined, by the invitation for {about}"),
    "event.made-editor": marked("Let {about} answer"),
    "event.made-viewer": marked("Let {about} only read"),
    "event.removed": marked("Removed {about}"),
    "event.left": marked("Left the organization"),
    "event.handed-over": marked("Handed over to {about}"),
    "event.downloaded": marked("Downloaded everything"),
    "event.planned": marked("Planned an action: {about}"),
    "event.changed-action": marked("Changed an action: {about}"),
    "event.deleted-action": marked("Deleted an action: {about}"),
    "event.made-report": marked("Made a report of {year}, revision {revision}"),
    "event.shared": marked("Shared a report of {year} by a link for {about}"),
    "event.ended-share": marked("Ended the link for {about}"),
    "event.opened-round": marked("A round of peer workers’ voices opened, beside {year}"),
    "event.closed-round": marked("A round of peer workers’ voices closed, beside {year}"),
    "event.joined-network": marked("Joined the network {about}"),
    "event.changed-sharing": marked("Changed what is shared with the network {about}"),
    "event.left-network": marked("Left the network {about}"),
    "event.contributed": marked("Made a contribution of {year} to a network of another site"),
    "event.lent-scorecard": marked("The facilitator of the network {about} got the scorecard of {year}"),
    "headline.nothing-scored": marked("There are not enough answers yet to score any domain"),
    "headline.one-scored": marked("Only {domain} has enough answers to be scored: {points} of 100"),
    "headline.all-strong": marked("{organization} is strong in every domain that was scored"),
    "headline.even": marked("{organization} stands much the same in every scored domain, between {low} and {high}"),
    "headline.lower-half": marked(
        "{organization} is in the lower half in every scored domain, with furthest to go on {lowest}"
    ),
    "headline.apart": marked("{organization} is strongest on {highest}, with furthest to go on {lowest}"),
    "remark.not-scored": marked("Not scored: {domains}."),
    "domain.too-few-apply": marked("{domain}: not scored, for fewer than three questions apply"),
    "figure.too-few-apply": marked("Not scored: fewer than three questions apply"),
    "domain.scored": marked("{domain}: {points}"),
    "figure.points": marked("{points}"),
    "reason.level": marked("The answer was “{label}”, level {level} of 4."),
    "reason.dont-know": marked("The answer was “We don’t know”. Finding out comes first."),
    "comparison.nothing": marked(
        "No domain can be compared with {year}: too few questions are the same and have a level in both years"
    ),
    "comparison.unclear": marked(
        "{organization} shows no clear change since {year} in any domain that can be compared"
    ),
    "comparison.up": marked("{organization} is clearly up since {year} on {up}"),
    "comparison.down": marked("{organization} is clearly down since {year} on {down}"),
    "comparison.both": marked("{organization} is clearly up since {year} on {up}, and clearly down on {down}"),
    "remark.not-comparable": marked(
        "Not comparable with {year}, for fewer than three questions are shared: {domains}."
    ),
    "figure.change": marked("{change}"),
    "figure.unclear": marked("No clear change ({change})"),
    "figure.not-comparable": marked("Not comparable"),
    "figure.not-asked": marked("Not asked"),
    "item.moved": marked("From level {earlier} to level {later}"),
    "item.same": marked("Level {level} in both years"),
    "years.one": marked("{year} is the only year so far: a second one makes a comparison"),
    "years.nothing": marked(
        "No domain of {year} can be compared with an earlier year: "
        "too few questions are the same and have a level in both"
    ),
    "line.years": marked("{domain}: {first} in {first_year}, {last} in {last_year}."),
    "line.one-year": marked("{domain}: {points} in {year}."),
    "line.not-scored": marked("{domain}: not scored in any year."),
    "line.up": marked("Clearly up over shared questions: {changes}."),
    "line.down": marked("Clearly down over shared questions: {changes}."),
    "line.unclear": marked("No clear change from one year to the next."),
    "line.breaks": marked("Not comparable, for fewer than three questions are shared: {years}."),
    "line.not-asked": marked("Not asked in {years}."),
    "reason.promoted": marked("It comes one step earlier, for peer workers say clearly less on {domain}."),
    "peers.not-shown": marked("Not enough answers"),
    "peers.no-figure": marked("Peer workers have no figure on {domains}."),
    "difference.not-compared": marked("Not compared"),
    "difference.not-wide": marked("Not far apart"),
    "difference.points": marked("{points}"),
    "difference.at-least": marked("{points} or more"),
    "voices.nothing": marked("No domain can be compared between {organization} and its peer workers"),
    "voices.close": marked("What {organization} says and what its peer workers say lie nowhere far apart"),
    "voices.lower": marked("Peer workers say clearly less than {organization} does on {lower}"),
    "voices.higher": marked("Peer workers say clearly more than {organization} does on {higher}"),
    "voices.both": marked(
        "Peer workers say clearly less than {organization} does on {lower}, and clearly more on {higher}"
    ),
    "voices.forms": marked("{forms} peer workers handed in a form."),
    "voices.meeting": marked(
        "Not anonymous: this is the one answer that the peer workers agreed on in a meeting."
        " They allowed it to be shown."
    ),
    "voices.rule": marked(
        "Far apart means by {points} points or more. It says that the two see the work differently, not who is right."
    ),
    "voices.rule-few": marked(
        "Far apart means by {points} points or more, and by up to {few} where few questions are shared."
        " It says that the two see the work differently, not who is right."
    ),
    "round.too-few": marked(
        "Peer workers were asked in this year. There is no result: too few forms to show anything."
    ),
    "round.too-many": marked(
        "Peer workers were asked in this year. There is no result: more forms than peer workers were handed in."
    ),
    "round.key-lost": marked(
        "Peer workers were asked in this year. There is no result: the key to the counts was lost."
    ),
    "round.no-answer": marked(
        "Peer workers were asked to meet in this year. There is no result: the group gave no answer,"
        " or did not want it shown."
    ),
    "round.other-questions": marked(
        "Peer workers were asked on another version of these questions: what they said stands beside"
        " revision {revision}."
    ),
    "peer-line.figures": marked("Peer workers: {figures}."),
    "peer-line.nothing": marked("Peer workers have no figure here."),
    "peer-change.not-comparable": marked("{domain}: peer workers’ figures cannot be compared with {year}"),
    "peer-change.unclear": marked("{domain}: no clear change since {year} in what peer workers say"),
    "peer-change.up": marked("{domain}: peer workers say clearly more than in {year}"),
    "peer-change.down": marked("{domain}: peer workers say clearly less than in {year}"),
    "peer-change.up-by": marked("{domain}: peer workers say clearly more than in {year} ({points})"),
    "peer-change.down-by": marked("{domain}: peer workers say clearly less than in {year} ({points})"),
    "withheld.few": marked("withheld: fewer than {least}"),
    "withheld.rest": marked("withheld: fewer than {least} would be told apart"),
    "release.nothing": marked("Of {organizations} organizations in {year}, no domain has a figure"),
    "release.even": marked("Of {organizations} organizations, the middle one stands at {points} in every domain"),
    "release.apart": marked(
        "Of {organizations} organizations, the middle one is highest on {highest}, and lowest on {lowest}"
    ),
    "spread.not-asked": marked("{domain}: not asked in this year."),
    "spread.few": marked("{domain}: withheld, for fewer than {least} organizations stand behind it."),
    "spread.median": marked("{domain}: the middle of {organizations} organizations has {median} points."),
    "spread.quartiles": marked(
        "{domain}: the middle of {organizations} organizations has {median} points, and half of them lie between"
        " {lower} and {upper}."
    ),
    "figure.first-year": marked("First release"),
    "figure.median-of": marked("{median} (of {organizations})"),
    "figure.of-organizations": marked("{change} (of {organizations})"),
    "quarter.lowest": marked("Lowest quarter"),
    "quarter.second": marked("Second quarter"),
    "quarter.third": marked("Third quarter"),
    "quarter.highest": marked("Highest quarter"),
    "contribution.too-large": marked(
        "This file is larger than {kilobytes} kB, the most that a contribution has. Nothing was taken from it."
    ),
    "contribution.not-ours": marked("This is not a contribution of Alongside. Nothing was taken from it."),
    "contribution.altered": marked(
        "This file was changed since it was made: what it holds does not have the digest it says. Nothing was taken"
        " from it. Ask for the file as it was downloaded."
    ),
    "contribution.other-network": marked(
        "This contribution was made for another network. Nothing was taken from it. Give the sender the code of this"
        " one."
    ),
    "contribution.impossible": marked(
        "This contribution holds points that no answers can have, or something twice. Nothing was taken from it."
    ),
    "archive.not-ours": marked("This is not an archive of Alongside."),
    "archive.newer": marked(
        "This archive was made by a newer version of Alongside"
        " (archive version {version}; this site reads up to {known}). Update this site first."
    ),
    "archive.too-large": marked("This file is larger than {megabytes} MB, the most that can be loaded."),
    "archive.too-many": marked("This archive holds more than {most} files, the most that can be loaded."),
    "archive.unpacks-too-large": marked(
        "Unpacked, this archive is larger than {megabytes} MB, or one of its files than {megabytes_of_one} MB:"
        " more than can be loaded."
    ),
    "archive.locked": marked("This archive is locked with a password. Load it as it was downloaded."),
    "archive.repacked": marked("This archive was packed again in another way. Load it as it was downloaded."),
    "archive.damaged": marked("This archive is damaged, or was cut short on its way. Download it again."),
    "archive.twice": marked("This archive holds one file twice: {file}. Load it as it was downloaded."),
    "archive.missing": marked("A file is missing in this archive: {file}. Download it again."),
    "archive.stranger": marked(
        "This archive holds a file that does not belong in it: {file}. Load it as it was downloaded."
    ),
    "archive.altered": marked("A file in this archive was changed after it was made: {file}. Download it again."),
    "archive.unreadable": marked("A file in this archive does not hold what it should: {file}, at {where}."),
    "archive.unfit": marked("A file in this archive does not fit the rest of it, or its limits: {file}, at {where}."),
    "archive.other-words": marked(
        "The questions in this archive are called {id}, version {version},"
        " but are not the ones that this site knows by that name."
    ),
    "archive.newer-questions": marked(
        "This archive was answered on newer questions than this site has ({id}, version {version})."
        " Update this site first."
    ),
}

COUNTED = {
    "difference.apart": (
        *marked_plural(
            "{domain}: far apart. On {shared} question that both were asked,"
            " the organization has {organization} points and peer workers {peers}.",
            "{domain}: far apart. On {shared} questions that both were asked,"
            " the organization has {organization} points and peer workers {peers}.",
        ),
        "shared",
    ),
    "difference.close": (
        *marked_plural(
            "{domain}: not far apart. On {shared} question that both were asked,"
            " the organization has {organization} points and peer workers {peers}.",
            "{domain}: not far apart. On {shared} questions that both were asked,"
            " the organization has {organization} points and peer workers {peers}.",
        ),
        "shared",
    ),
    "difference.none": (
        *marked_plural(
            "{domain}: not compared ({shared} question that both were asked has a level of the organization).",
            "{domain}: not compared ({shared} questions that both were asked have a level of the organization).",
        ),
        "shared",
    ),
    "movement.up": (
        *marked_plural(
            "{count} question is at a higher level than in {year}",
            "{count} questions are at a higher level than in {year}",
        ),
        "count",
    ),
    "movement.same": (
        *marked_plural(
            "{count} question is at the same level as in {year}",
            "{count} questions are at the same level as in {year}",
        ),
        "count",
    ),
    "movement.down": (
        *marked_plural(
            "{count} question is at a lower level than in {year}",
            "{count} questions are at a lower level than in {year}",
        ),
        "count",
    ),
    "movement.not-comparable": (
        *marked_plural(
            "{count} question cannot be compared with {year}",
            "{count} questions cannot be compared with {year}",
        ),
        "count",
    ),
    "change.up": (
        *marked_plural(
            "{domain}: clearly up by {points} points since {year}, over {shared} shared question",
            "{domain}: clearly up by {points} points since {year}, over {shared} shared questions",
        ),
        "shared",
    ),
    "change.down": (
        *marked_plural(
            "{domain}: clearly down by {points} points since {year}, over {shared} shared question",
            "{domain}: clearly down by {points} points since {year}, over {shared} shared questions",
        ),
        "shared",
    ),
    "change.unclear": (
        *marked_plural(
            "{domain}: no clear change since {year} ({change}), over {shared} shared question",
            "{domain}: no clear change since {year} ({change}), over {shared} shared questions",
        ),
        "shared",
    ),
    "change.not-comparable": (
        *marked_plural(
            "{domain}: not comparable with {year} ({shared} shared question, and three are needed)",
            "{domain}: not comparable with {year} ({shared} shared questions, and three are needed)",
        ),
        "shared",
    ),
    "remark.shared": (
        *marked_plural(
            "{count} question is shared with {year}: the same words, and a level in both years.",
            "{count} questions are shared with {year}: the same words, and a level in both years.",
        ),
        "count",
    ),
    "remark.only-in-one": (
        *marked_plural(
            "{count} question is new or was dropped.",
            "{count} questions are new or were dropped.",
        ),
        "count",
    ),
    "remark.reworded": (
        *marked_plural(
            "{count} question was reworded or moved to another domain.",
            "{count} questions were reworded or moved to another domain.",
        ),
        "count",
    ),
    "remark.without-level": (
        *marked_plural(
            "{count} question has no level in at least one of the two years: it was left open, not asked, "
            "or answered “We don’t know” or “Doesn’t apply here”.",
            "{count} questions have no level in at least one of the two years: they were left open, not asked, "
            "or answered “We don’t know” or “Doesn’t apply here”.",
        ),
        "count",
    ),
    "remark.dont-know": (
        *marked_plural(
            "{count} of {asked} questions was answered “We don’t know”: a finding too, counted in no score.",
            "{count} of {asked} questions were answered “We don’t know”: a finding too, counted in no score.",
        ),
        "count",
    ),
    "remark.unanswered": (
        *marked_plural(
            "{count} of {asked} questions was left open.",
            "{count} of {asked} questions were left open.",
        ),
        "count",
    ),
    "domain.not-scored": (
        *marked_plural(
            "{domain}: not enough answers ({missing} more needed)",
            "{domain}: not enough answers ({missing} more needed)",
        ),
        "missing",
    ),
    "figure.missing": (
        *marked_plural(
            "Not enough answers ({missing} more needed)",
            "Not enough answers ({missing} more needed)",
        ),
        "missing",
    ),
}
