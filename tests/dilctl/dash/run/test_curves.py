"""Grouping metrics into plots, and finding some of them."""

from dilctl.dash.run.curves import charts, meant, of_the_machine, of_the_model


def test_seen_and_unseen_share_a_plot_and_levels_share_another_in_the_order_of_their_strength():
    names = (
        "loss",
        "lr",
        "psnr@crops:gaussian-noise sigma=10",
        "psnr@crops:gaussian-noise sigma=5",
        "psnr@crops:unseen",
        "psnr@crops:seen",
    )

    found = {chart.title: [label for _, label in chart.metrics] for chart in charts(names)}

    assert list(found) == ["psnr@crops", "psnr@crops, each degradation", "loss", "lr"]
    assert found["psnr@crops"] == ["seen", "unseen"]
    assert found["psnr@crops, each degradation"] == ["σ5", "σ10"]
    assert charts(()) == ()


def test_what_the_machine_does_stands_apart_and_gpus_share_a_plot():
    names = ("loss", "system:gpu 0", "system:gpu 1", "system:cpu", "speed:examples")

    assert of_the_model(names) == ("loss",)
    found = {chart.title: len(chart.metrics) for chart in charts(of_the_machine(names))}
    assert found == {"system:gpu": 2, "system:cpu": 1, "speed:examples": 1}


def test_a_word_finds_plots_by_any_part_of_a_name_and_a_glob_by_all_of_it():
    found = charts(("loss", "loss/rate", "psnr@crops:seen", "psnr@crops:unseen"))

    def titles(pattern: str) -> list[str]:
        return [chart.title for chart in meant(found, pattern)]

    assert titles("LOSS") == ["loss", "loss/rate"]
    assert titles("loss?*") == ["loss/rate"]
    assert titles("*:unseen") == ["psnr@crops"]
    assert titles("[") == []
