from pathlib import Path

import pytest

from dilctl.configuration import Configuration, Notify, read_configuration
from dilctl.errors import UsageError


def read(home: Path, text: str) -> Notify:
    (home / "config.toml").write_text(text)
    return read_configuration(home).notify


def test_without_a_file_nobody_is_told(tmp_path: Path):
    assert read_configuration(tmp_path) == Configuration()
    assert read(tmp_path, "") == Notify()


def test_what_is_configured_is_read(tmp_path: Path):
    said = read(tmp_path, '[notify]\ncommand = "bell"\nwebhook = "https://a/b"\non = ["failed"]')
    assert said == Notify(command="bell", webhook="https://a/b", on=("failed",))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[notifi]", "notifi: unknown key, did you mean notify?"),
        ("[notify]\nhook = 1", "notify.hook: unknown key, did you mean webhook?"),
        ("[notify]\nzzz = 1", "notify.zzz: unknown key; known here: command, webhook, on"),
        ("notify = 3", "notify: must be a table, as in [notify]"),
        ("[notify]\ncommand = 3", "notify.command: must be text"),
        ('[notify]\nwebhook = "file:///etc/passwd"', "notify.webhook: must begin with https"),
        ('[notify]\nwebhook = "https://[x"', "notify.webhook: must begin with https"),
        ('[notify]\non = ["finished"]', "notify.on: must be a list of some of done, failed, can"),
        ('[notify]\non = "done"', "notify.on: must be a list"),
        ("[notify]\non = [[1]]", "notify.on: must be a list"),
        ("[notify", "not valid TOML"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(tmp_path: Path, text: str, fault: str):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'config.toml'}: {fault}")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path):
    (tmp_path / "config.toml").write_bytes(b"\xff\x00")
    with pytest.raises(UsageError, match="not valid TOML"):
        read_configuration(tmp_path)


def test_all_faults_are_told_at_once(tmp_path: Path):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, 'other = 1\n[notify]\ncommand = 3\non = "x"')
    assert len(str(caught.value).splitlines()) == 3
