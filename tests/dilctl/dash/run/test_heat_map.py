"""Tests as a map: kinds under each other, levels beside each other."""

from dilctl.dash.run import heat_map
from storage.records import Evaluation, ImageValue


def a_test(degradation: str, psnr: float, standing: str = "unseen") -> Evaluation:
    return Evaluation(
        run=1,
        step=1,
        suite="type-levels",
        test_set="CBSD68",
        degradation=degradation,
        standing=standing,
        images=(ImageValue(image="a.png", psnr=psnr, ssim=psnr / 100),),
    )


TESTS = (
    a_test("gaussian-noise sigma=50", 20.0),
    a_test("gaussian-noise sigma=5", 35.0, "seen"),
    a_test("jpeg quality=10", 25.0),
    a_test("hybrid mild", 30.0, "interpolated"),
    a_test("as-captured", float("nan")),
)


def lines_of(width: int, score="psnr") -> list[str]:
    cells = heat_map.cells_of(TESTS, score)
    return ["".join(text for text, _ in row) for row in heat_map.rows(cells, score, width)]


def test_levels_ascend_and_the_best_is_darkest_and_what_was_seen_is_marked():
    lines = lines_of(80)

    at = lines.index("gaussian-noise sigma")
    assert lines[at + 1].split() == ["●5", "50"]
    assert lines[at + 2].split() == ["█35.00", "20.00"]
    assert any("◐mild" in line for line in lines)
    assert "seen         35.00  over 1 degradation" in lines


def test_a_narrow_terminal_breaks_a_row_of_levels():
    lines = lines_of(10)

    assert max(map(len, lines[:8])) <= 20
    assert "█35.00" in [line.strip() for line in lines]


def test_ssim_has_four_decimals():
    assert any("0.3500" in line for line in lines_of(80, "ssim"))
