"""Folders of pairs in every layout that is known, built small."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from trainers.data import pairs
from trainers.data.layouts.names import key_of, role_of_file, role_of_folder
from trainers.data.pairs import Pair, find_pairs, is_pairs, suite_of
from trainers.data.reading import read
from trainers.errors import DataError


def _image(path: Path, width: int = 4, height: int = 3) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (10, 20, 30)).save(path)


def _tree(root: Path, *names: str, factor: int = 1) -> str:
    """Small images; those marked low are smaller than the others by a factor."""
    for name in names:
        low = factor > 1 and "LR" in name
        _image(root / name, 4 if low else 4 * factor, 3 if low else 3 * factor)
    return str(root)


def _told(found: tuple[Pair, ...], root: Path) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    for pair in found:
        assert pair.clean is not None
        told.append(
            (
                pair.degraded.path.relative_to(root).as_posix(),
                pair.clean.path.relative_to(root).as_posix(),
            )
        )
    return told


@pytest.mark.parametrize(
    ("degraded", "clean"),
    [
        ("input", "target"),
        ("noisy", "GT"),
        ("lq", "gt"),
        ("LR", "HR"),
        ("LRx4", "HR"),
        ("Rainy", "norain"),
        ("rain", "no_rain"),
        ("rainy_image", "ground_truth"),
        ("low", "high"),
        ("blur", "sharp"),
        ("in", "gt"),
        ("input_crops", "target_crops"),
        ("test_LR", "test_HR"),
        ("DIV2K_valid_LR_bicubic", "DIV2K_valid_HR"),
        ("Real_NoisyImage", "Real_MeanImage"),
    ],
)
def test_two_folders_of_equal_names_are_pairs(tmp_path: Path, degraded: str, clean: str) -> None:
    source = _tree(tmp_path, f"{degraded}/2.png", f"{degraded}/10.png", f"{clean}/2.jpg")
    _image(tmp_path / clean / "10.png")
    assert is_pairs(source)
    assert _told(find_pairs(source), tmp_path) == [
        (f"{degraded}/2.png", f"{clean}/2.jpg"),
        (f"{degraded}/10.png", f"{clean}/10.png"),
    ]
    assert [pair.name for pair in find_pairs(source)] == ["2.png", "10.png"]


@pytest.mark.parametrize(
    ("degraded", "clean"),
    [
        ("Canon5D2_5_160_3200_chair_11_real.JPG", "Canon5D2_5_160_3200_chair_11_mean.JPG"),
        ("5dmark3_iso3200_1_real.png", "5dmark3_iso3200_1_mean.png"),
        ("rain-001.png", "norain-001.png"),
        ("Canon_001_LR4.png", "Canon_001_HR.png"),
        ("panasonic_102_x4.png", "panasonic_102_x1.png"),
        ("001L.PNG", "001H.PNG"),
        ("NOISY_SRGB_010.PNG", "GT_SRGB_010.PNG"),
        ("0001_NOISY_SRGB_010.PNG", "0001_GT_SRGB_010.PNG"),
        ("007_in.png", "007_GT.png"),
        ("0_rain.png", "0_clean.png"),
        ("Müller im Grünen_noisy.png", "Mu\u0308ller im Gru\u0308nen_clean.png"),
    ],
)
def test_one_folder_of_marked_names_is_pairs(tmp_path: Path, degraded: str, clean: str) -> None:
    source = _tree(tmp_path, degraded, clean)
    assert is_pairs(source)
    assert _told(find_pairs(source), tmp_path) == [(degraded, clean)]


@pytest.mark.parametrize(
    ("degraded", "clean"),
    [
        ("rain/X2/norain-12x2.png", "norain/norain-12.png"),  # JORDER's Rain100H
        ("rainy/rain-001.png", "norain-001.png"),  # PReNet's Rain100L
        ("LR_bicubic/X4/0801x4.png", "HR/0801.png"),
        ("input/deep/er/a.png", "target/deep/er/a.png"),
        ("Data/0001_001_S6_00100_00060_3200_L/NOISY_SRGB_010.PNG",) * 2,
    ],
)
def test_names_that_differ_by_their_marks_are_pairs(
    tmp_path: Path, degraded: str, clean: str
) -> None:
    clean = clean.replace("NOISY", "GT")
    source = _tree(tmp_path, degraded, clean)
    assert is_pairs(source)
    assert _told(find_pairs(source), tmp_path) == [(degraded, clean)]


def test_rain_drawn_several_times_on_one_image_shares_its_truth(tmp_path: Path) -> None:
    rainy = [f"testing/rainy_image/901_{number}.jpg" for number in range(1, 15)]
    source = _tree(tmp_path, *rainy, "testing/ground_truth/901.jpg")
    _tree(tmp_path, "training/rainy_image/1_1.jpg", "training/ground_truth/1.jpg")
    assert _told(find_pairs(source), tmp_path) == [
        (name, "testing/ground_truth/901.jpg") for name in rainy
    ]
    outdoor = tmp_path / "Outdoor-Rain"
    source = _tree(outdoor, "in/im_0001_s80_a04.png", "in/im_0001_s95_a06.png", "gt/im_0001.png")
    assert len(find_pairs(source)) == 2
    assert suite_of(source) == "rain"


def test_the_test_pairs_of_one_factor_are_taken_from_the_top_of_realsr(tmp_path: Path) -> None:
    root = tmp_path / "RealSR(V3)"
    names = [
        f"{camera}/{split}/{factor}/{camera}_001_{side}.png"
        for camera in ("Canon", "Nikon")
        for split in ("Train", "Test")
        for factor in (2, 3, 4)
        for side in (f"LR{factor}", "HR")
    ]
    source = _tree(root, *names, factor=4)
    assert _told(find_pairs(source, scale=4), root) == [
        (f"{camera}/Test/4/{camera}_001_LR4.png", f"{camera}/Test/4/{camera}_001_HR.png")
        for camera in ("Canon", "Nikon")
    ]
    training = find_pairs(source, scale=4, split="train")
    assert [pair.name for pair in training] == [
        "Canon/Canon_001_LR4.png",
        "Nikon/Nikon_001_LR4.png",
    ]
    assert {pair.degraded.path.parts[-3] for pair in training} == {"Train"}
    assert [suite_of(source), suite_of(f"{source}/Canon/Test/4")] == ["real-sr"] * 2
    assert pairs.test_set_name(f"{source}/Canon/Test/4") == "RealSR-V3-Canon-Test-4"


def test_drealsr_and_city100_are_found_from_their_tops(tmp_path: Path) -> None:
    root = tmp_path / "DRealSR"
    names = [
        f"{split}_x{factor}/{split.lower()}_{side}/p_102_{mark}.png"
        for split in ("Train", "Test")
        for factor in (2, 4)
        for side, mark in (("LR", f"x{factor}"), ("HR", "x1"))
    ]
    source = _tree(root, *names, factor=4)
    assert _told(find_pairs(source, scale=4), root) == [
        ("Test_x4/test_LR/p_102_x4.png", "Test_x4/test_HR/p_102_x1.png")
    ]
    city = tmp_path / "City100"
    source = _tree(city, *(f"City100_{of}/001{side}.PNG" for of in "AB" for side in "LH"))
    assert [pair.name for pair in find_pairs(source)] == [
        "City100_A/001L.PNG",
        "City100_B/001L.PNG",
    ]
    assert pairs.test_set_name(f"{source}/City100_A") == "City100_A"
    assert suite_of(f"{source}/City100_A") == "real-sr"


def test_the_crops_of_polyu_and_all_scenes_of_sidd_are_found_from_their_tops(
    tmp_path: Path,
) -> None:
    root = tmp_path / "PolyU"
    source = _tree(root, "CroppedImages/a_real.JPG", "CroppedImages/a_mean.JPG")
    _tree(root, "OriginalImages/a_Real.JPG", "OriginalImages/a_mean.JPG")
    assert [pair.name for pair in find_pairs(source)] == ["CroppedImages/a_real.JPG"]
    scenes = [f"000{number}_00{number}_GP_01600_03200_5500_N" for number in (1, 2)]
    root = tmp_path / "SIDD_Medium_Srgb"
    source = _tree(
        root,
        *(
            f"Data/{scene}/{scene[:4]}_{side}_SRGB_{shot}.PNG"
            for scene in scenes
            for side in ("NOISY", "GT")
            for shot in ("010", "011")
        ),
    )
    assert len(find_pairs(source)) == 4
    assert suite_of(source) == suite_of(f"{source}/Data") == "real-noise"


@pytest.mark.parametrize(
    ("name", "clean"), [("Rain800", "left"), ("rain800_test", "left"), ("DID-MDN-test", "right")]
)
def test_images_side_by_side_are_told_by_the_name_of_their_folder(
    tmp_path: Path, name: str, clean: str
) -> None:
    root = tmp_path / name
    root.mkdir()
    both = np.zeros((2, 6, 3), dtype=np.uint8)
    both[:, :3] = 255 if clean == "left" else 0
    both[:, 3:] = 255 if clean == "right" else 0
    Image.fromarray(both).save(root / "1.png")
    (pair,) = find_pairs(str(root))
    assert is_pairs(str(root))
    assert suite_of(str(root)) == "rain"
    assert pair.clean is not None
    assert (read(pair.clean) == 255).all()
    assert (read(pair.degraded) == 0).all()
    assert read(pair.clean).shape == (2, 3, 3)


def test_the_densities_of_did_mdn_are_found_from_its_top_and_one_by_one(tmp_path: Path) -> None:
    root = tmp_path / "DID-MDN-datasets"
    for density in ("Heavy", "Light"):
        _image(root / f"DID-MDN-training/Rain_{density}/train2018new/1.jpg")
    _image(root / "DID-MDN-test/0.jpg")
    assert [pair.name for pair in find_pairs(str(root))] == ["DID-MDN-test/0.jpg"]
    assert len(find_pairs(str(root), split="train")) == 2
    one = root / "DID-MDN-training" / "Rain_Heavy" / "train2018new"
    assert [pair.name for pair in find_pairs(str(one))] == ["1.jpg"]


def test_an_image_of_odd_width_is_refused_as_two_halves(tmp_path: Path) -> None:
    _image(tmp_path / "Rain800" / "1.png", width=5)
    with pytest.raises(DataError, match="1.png: is 5 pixels wide, so it does not hold two images"):
        find_pairs(str(tmp_path / "Rain800"))


@pytest.mark.parametrize(
    "names",
    [
        ("baby.png", "bird.png"),
        ("kodim01.png", "notes.txt"),
        ("a_real.png", "b_mean.png"),
        ("rain-001.png", "rain-002.png"),
        ("train/1.png", "test/1.png"),
        ("Set5/input/a.png", "Set5/target/a.png"),  # the folder above data sets is none of them
        ("1.png", "result/rainy.png"),
        (".input/1.png", ".target/1.png"),
    ],
)
def test_other_folders_are_plain(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        _image(tmp_path / name) if name.endswith("png") else (tmp_path / name).touch()
    assert not is_pairs(str(tmp_path))
    with pytest.raises(DataError, match=r"holds no pairs of images; known layouts: input/"):
        find_pairs(str(tmp_path))


def test_what_is_not_there_or_bundled_holds_no_pairs(tmp_path: Path) -> None:
    assert not is_pairs("bundled")
    assert not is_pairs(str(tmp_path / "gone"))
    assert not is_pairs("nul\0byte")
    assert suite_of(str(tmp_path / "gone")) == "pairs"
    with pytest.raises(DataError, match="gone: cannot be read as a folder"):
        find_pairs(str(tmp_path / "gone"))


def test_a_folder_of_pairs_is_told_by_names_alone(tmp_path: Path) -> None:
    for name in ("input", "target"):
        (tmp_path / name).mkdir()
    assert is_pairs(str(tmp_path))
    with pytest.raises(DataError, match="holds no pairs"):
        find_pairs(str(tmp_path))


def test_images_without_a_partner_are_counted_and_named(tmp_path: Path) -> None:
    source = _tree(tmp_path, *(f"{side}/{n}.png" for side in ("input", "target") for n in "12345"))
    (tmp_path / "target" / "3.png").unlink()
    _image(tmp_path / "target" / "6.png")
    with pytest.raises(DataError) as refusal:
        find_pairs(source)
    assert "2 of 10 images have no partner" in str(refusal.value)
    assert "(input/3.png, target/6.png)" in str(refusal.value)


def test_a_strange_image_among_marked_ones_is_refused_and_streaks_are_left_out(
    tmp_path: Path,
) -> None:
    source = _tree(tmp_path, "rain-1.png", "norain-1.png", "rainstreak-1.png")
    assert len(find_pairs(source)) == 1
    _image(tmp_path / "preview.png")
    with pytest.raises(DataError, match=r"1 of 3 images have no partner, or several \(preview"):
        find_pairs(source)


def test_a_hole_is_never_mended_by_a_looser_rule(tmp_path: Path) -> None:
    source = _tree(tmp_path, "input/1.png", "input/1_2.png", "target/1.png")
    with pytest.raises(DataError, match=r"1 of 3 images have no partner, or several \(input/1_2"):
        find_pairs(source)


def test_two_images_of_one_name_are_refused(tmp_path: Path) -> None:
    source = _tree(tmp_path, "input/a.png", "input/a.jpg", "target/a.png", "input/b.png")
    _image(tmp_path / "target/b.png")
    with pytest.raises(DataError, match=r"3 of 5 images .*input/a.jpg, input/a.png, target/a.png"):
        find_pairs(source)


def test_sizes_that_do_not_fit_name_both_files_and_the_scale_they_are_for(tmp_path: Path) -> None:
    source = _tree(tmp_path, "a_LR4.png", "a_HR.png", factor=4)
    assert len(find_pairs(source, scale=4)) == 1
    with pytest.raises(DataError) as refusal:
        find_pairs(source)
    for words in ("a_LR4.png is 4 × 3, a_HR.png 16 × 12", "use a network of scale 4"):
        assert words in str(refusal.value)


def test_a_damaged_header_is_named_among_the_pairs_that_do_not_fit(tmp_path: Path) -> None:
    source = _tree(tmp_path, "input/a.png", "target/a.png")
    (tmp_path / "input" / "a.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"1 of 1 pairs do not fit.*input/a.png: is empty"):
        find_pairs(source)


def test_a_link_that_leads_back_ends_the_search(tmp_path: Path) -> None:
    (tmp_path / "test").symlink_to(tmp_path)
    assert not is_pairs(str(tmp_path))
    source = _tree(tmp_path / "set", "input/a.png", "target/a.png")
    (tmp_path / "set" / "input" / "again").symlink_to(tmp_path / "set" / "input")
    assert len(find_pairs(source)) == 1


def test_a_folder_that_looks_like_an_image_is_none(tmp_path: Path) -> None:
    source = _tree(tmp_path, "input/a.png", "target/a.png", "input/b.png/c.txt.png")
    with pytest.raises(DataError, match=r"1 of 3 images .*input/b.png/c.txt.png"):
        find_pairs(source)


@pytest.mark.parametrize(
    ("folder", "suite", "name"),
    [
        ("/data/CC15", "real-noise", "CC15"),
        ("/data/dnd_2017", "real-noise", "dnd_2017"),
        ("/data/SIDD/val", "real-noise", "SIDD-val"),
        ("/data/Rain100L", "rain", "Rain100L"),
        ("/data/Rain13K/test", "rain", "Rain13K-test"),
        ("/data/RainTrainL", "rain", "RainTrainL"),
        ("/data/OutdoorRain", "rain", "OutdoorRain"),
        ("/data/Test2800", "rain", "Test2800"),
        ("/data/DRealSR/Test_x4", "real-sr", "DRealSR-Test_x4"),
        ("/data/rain/PolyU", "real-noise", "PolyU"),
        ("/rain/mine", "pairs", "mine"),
        ("/train/brains/Ukraine", "pairs", "Ukraine"),
        ("/data/test", "pairs", "test"),
        ("bundled", "pairs", "bundled"),
        ("/", "pairs", ""),
    ],
)
def test_published_sets_are_known_by_name_wherever_they_lie(
    folder: str, suite: str, name: str
) -> None:
    assert suite_of(folder) == suite
    assert pairs.test_set_name(folder) == name


@pytest.mark.parametrize(
    ("names", "suite"),
    [
        (("rainy/1.png", "gt/1.png"), "rain"),
        (("LR/1.png", "HR/1.png"), "real-sr"),
        (("noisy/1.png", "clean/1.png"), "real-noise"),
        (("input/1.png", "target/1.png"), "pairs"),
        (("low/1.png", "high/1.png"), "pairs"),
        (("rainy day_real.png", "rainy day_mean.png"), "real-noise"),
        (("rain-1.png", "norain-1.png"), "rain"),
    ],
)
def test_the_suite_of_other_pairs_is_told_by_their_sides(
    tmp_path: Path, names: tuple[str, ...], suite: str
) -> None:
    source = _tree(tmp_path / "mine", *names)
    assert is_pairs(source)
    assert suite_of(source) == suite


@given(st.text(max_size=20))
def test_any_name_has_a_key_that_no_mark_is_left_in(stem: str) -> None:
    key = key_of(stem)
    assert role_of_file(key)[0] is None
    assert key or not stem
    assert role_of_folder(stem) in ("degraded", "clean", None)
