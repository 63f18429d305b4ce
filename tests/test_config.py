"""Settings: what is taken from the environment, and what is refused without being shown."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaire.config import LONGEST_OPERATOR, Settings, SettingsError, from_environment, own_address
from questionnaire.core.rounds import FLOOR, Limits
from questionnaire.web import create_app
from questionnaire.web.site import Site


@pytest.fixture
def folder(tmp_path: Path) -> Mapping[str, str]:
    """An environment that says only where to write."""
    return {"INSTANCE": str(tmp_path / "instance")}


def test_without_a_mail_server_none_is_used(folder: Mapping[str, str]) -> None:
    for more in ({}, {"SMTP_URL": " "}, {"MAIL_FROM": "alongside@example.org"}):
        settings = from_environment({**folder, **more})
        assert (settings.sends_mail, settings.smtp_url, settings.mail_from) == (False, None, "")


@pytest.mark.parametrize(
    "address",
    ["smtp://127.0.0.1:1025", "smtps://user:p%40ss@mail.example.org", "smtp://mail.example.org", "smtp://[::1]:25"],
)
def test_a_mail_server_is_taken_as_it_is_named(folder: Mapping[str, str], address: str) -> None:
    settings = from_environment({**folder, "SMTP_URL": f" {address} ", "MAIL_FROM": " alongside@example.org "})
    assert (settings.sends_mail, settings.smtp_url, settings.mail_from) == (True, address, "alongside@example.org")


@pytest.mark.parametrize(
    "address",
    [
        "secret",
        "mail.example.org:25",
        "https://user:secret@mail.example.org",
        "smtp://",
        "smtp://user:secret@",
        "smtp://user:secret@mail.example.org:port",
        "smtp://user:secret@mail.example.org:0",
        "smtp://user:secret@mail.example.org:70000",
        "smtp://user:secret@[mail.example.org",
    ],
)
def test_what_names_no_mail_server_is_refused_and_not_shown(folder: Mapping[str, str], address: str) -> None:
    with pytest.raises(SettingsError, match="SMTP_URL names no mail server") as told:
        from_environment({**folder, "SMTP_URL": address, "MAIL_FROM": "alongside@example.org"})
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "alongside",
        "@example.org",
        "a@",
        "a@b.example c@d.example",
        "a@b.example,c@d.example",
        "A <a@b.example>",
        "a@b\nBcc: c@d",
    ],
)
def test_a_mail_server_needs_one_sender(folder: Mapping[str, str], sender: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM names no sender"):
        from_environment({**folder, "SMTP_URL": "smtp://127.0.0.1", "MAIL_FROM": sender})


def test_settings_never_show_a_password_or_the_key() -> None:
    shown = repr(
        Settings(
            secret_key="secret one",
            database_url="postgresql+psycopg://user:secret@host/name",
            smtp_url="smtps://user:secret@mail.example.org",
        )
    )
    assert "secret" not in shown.replace("secret_key", "")


def test_cookies_of_two_sites_at_one_host_have_two_names_that_tell_nothing() -> None:
    one = Settings(secret_key="a key", database_url="sqlite:///one")
    suffixes = {
        one.cookie_suffix,
        replace(one, database_url="sqlite:///two").cookie_suffix,
        replace(one, secret_key="another").cookie_suffix,
    }
    assert len(suffixes) == 3
    assert all(len(suffix) == 8 and suffix.isalnum() for suffix in suffixes)


def test_only_a_site_that_nobody_else_reaches_knows_its_address_by_itself(folder: Mapping[str, str]) -> None:
    assert from_environment(folder).public_url is None
    assert from_environment(folder, serving=True).public_url == "http://127.0.0.1:8000"
    assert from_environment({**folder, "HOST": "0.0.0.0"}, serving=True).public_url is None  # noqa: S104  # refused
    assert own_address("::1", 8000) == "http://[::1]:8000"
    assert own_address("alongside.example.org", 80) is None


def test_keys_stand_beside_the_instance_and_not_in_it_unless_another_folder_is_named(
    folder: Mapping[str, str], tmp_path: Path
) -> None:
    assert from_environment(folder).keys == tmp_path / "instance-keys"
    assert from_environment({**folder, "KEYS": str(tmp_path / "safe")}).keys == tmp_path / "safe"


def test_whoever_runs_the_machine_is_named_in_one_short_line(folder: Mapping[str, str]) -> None:
    assert from_environment(folder).operator == ""
    assert from_environment({**folder, "OPERATOR": " Coast Network "}).operator == "Coast Network"
    assert len(from_environment({**folder, "OPERATOR": "x" * 300}).operator) == LONGEST_OPERATOR


def site_with(folder: Mapping[str, str], **more: str) -> Site:
    found: Site = create_app(from_environment({**folder, **more})).extensions["alongside"]
    return found


def test_the_numbers_that_keep_peer_workers_unknown_can_be_raised(folder: Mapping[str, str]) -> None:
    assert site_with(folder).limits == FLOOR
    assert site_with(folder, VOICES_FORMS="5", VOICES_BAND=" ").limits == FLOOR
    assert site_with(folder, VOICES_FORMS="8", VOICES_FIRST_DAYS="4").limits == Limits(forms=8, first_days=4)


@pytest.mark.parametrize("name", list(Limits.__dataclass_fields__))
def test_no_number_that_keeps_peer_workers_unknown_can_be_lowered(folder: Mapping[str, str], name: str) -> None:
    lower = str(getattr(FLOOR, name) - 1)
    with pytest.raises(SettingsError, match=f"A VOICES_ setting cannot be used: {name} may not be lower"):
        site_with(folder, **{f"VOICES_{name.upper()}": lower})


def test_a_number_about_peer_workers_that_does_not_exist_is_refused_with_those_that_do(
    folder: Mapping[str, str],
) -> None:
    with pytest.raises(SettingsError, match=r"There is no setting VOICES_NONSENSE. There are VOICES_FORMS, .*MONTHS"):
        site_with(folder, VOICES_NONSENSE="9")
    with pytest.raises(SettingsError, match="VOICES_FORMS is 'many': give a whole number from 1 to 1000"):
        site_with(folder, VOICES_FORMS="many")


def test_cookies_insist_on_https_only_where_the_site_has_it(folder: Mapping[str, str]) -> None:
    for address, secure in (("https://a.example", True), ("http://a.example", False)):
        assert from_environment({**folder, "PUBLIC_URL": address}).secure is secure


def test_nobody_is_trusted_to_say_who_asks_unless_a_setting_names_them(folder: Mapping[str, str]) -> None:
    assert from_environment(folder).trusted_proxies == ()
    told = from_environment({**folder, "TRUSTED_PROXY": "127.0.0.1, 10.1.0.0/16"}).trusted_proxies
    assert [str(network) for network in told] == ["127.0.0.1/32", "10.1.0.0/16"]
    with pytest.raises(SettingsError, match="TRUSTED_PROXY is 'yes': give the address"):
        from_environment({**folder, "TRUSTED_PROXY": "yes"})
