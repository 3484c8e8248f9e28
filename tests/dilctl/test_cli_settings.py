"""Settings on the command line: what is said holds, whatever the order, and is shown again."""

import json

import pytest

from tests.dilctl.shell import Shell
from tests.dilctl.test_cli import SWEEP, train


def planned(shell: Shell, *words: str) -> list[dict[str, object]]:
    entries = json.loads(shell("submit", "denoise-small", "--dry-run", "--json", *words))
    return [entry["experiment"]["rule"] for entry in entries]


@pytest.mark.parametrize(
    "words",
    [
        ("--set", "rule.inner_rate=5e-3", "--sweep", "rule=dil-sf,dil-ss"),
        ("--sweep", "rule=dil-sf,dil-ss", "--sweep", "rule.inner_rate=5e-3"),
        ("--sweep", "rule.inner_rate=5e-3", "--sweep", "rule.kind=dil-sf,dil-ss"),
    ],
)
def test_a_setting_of_a_rule_holds_for_every_rule_of_a_sweep(
    shell: Shell, words: tuple[str, ...]
) -> None:
    rules = planned(shell, *words)
    assert [(rule["kind"], rule["inner_rate"]) for rule in rules] == [
        ("dil-sf", 5e-3),
        ("dil-ss", 5e-3),
    ]


def test_a_dry_run_says_the_swept_value_even_where_it_is_the_default(shell: Shell) -> None:
    words = ("--set", "rule=dil-ps", "--sweep", "rule.inner_rate=1e-4,1e-3")
    plan = shell("submit", "denoise-small", "--dry-run", *words)
    assert "rule.inner_rate=1e-4 · seed 1" in plan
    assert "rule.inner_rate=1e-3 · seed 1" in plan


def test_a_suite_s_name_stands_for_its_degradations_and_commas_part_suites(shell: Shell) -> None:
    shell(
        "submit", "denoise-small", "--set", "rule=erm", "--set", "confounders=noise-levels",
        "--set", "evaluate.suites=noise-levels, noise-types",
    )  # fmt: skip
    (run,) = json.loads(shell("runs", "--json"))
    assert len(run["experiment"]["confounders"]) == 10
    assert run["experiment"]["evaluate"]["suites"] == ["noise-levels", "noise-types"]


def test_a_recipe_is_shown_with_settings_changed(shell: Shell) -> None:
    text = shell("recipes", "show", "demo", "--set", "rule=mldg", "--set", "train.average=ema")
    assert 'kind = "mldg"' in text
    assert "held_out_weight = 1.0" in text
    assert "decay = 0.999" in text


def test_show_tells_what_the_test_found(shell: Shell) -> None:
    shell("submit", *SWEEP)
    train(shell.home, 1, unseen=20.0)
    assert "bundled, noise-levels, last weights: seen 35.25, unseen 20.25" in shell("show", "1")
    (tested,) = json.loads(shell("show", "1", "--json"))["tested"]
    assert tested["psnr"] == pytest.approx({"seen": 35.25, "unseen": 20.25})


def test_a_name_too_long_for_the_list_keeps_its_end(shell: Shell) -> None:
    shell("submit", "denoise-small", "--name", f"{'a' * 100} the end")
    assert "…" in shell("runs", columns=80)
    assert "the end" in shell("runs", columns=80)
