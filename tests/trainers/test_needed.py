"""Which images an experiment trains on."""

from pathlib import Path

from PIL import Image

from trainers.data.needed import needed
from trainers.recipe import apply_assignment, parse_experiment, read_settings


def test_of_a_folder_of_pairs_in_parts_its_training_part_is_trained_on(tmp_path: Path) -> None:
    for part, images in (("test", 2), ("train", 3)):
        for side in ("input", "target"):
            folder = tmp_path / "Rainy" / part / side
            folder.mkdir(parents=True)
            for number in range(images):
                Image.new("RGB", (64, 64)).save(folder / f"{part}-{number}.png")
    settings = read_settings("derain")
    apply_assignment(settings, f"confounders=[{{ kind='pairs', folder='{tmp_path / 'Rainy'}' }}]")
    degraded, clean = needed(parse_experiment(settings))
    assert {file.path.parent.parent.name for file in (*degraded.files, *clean.files)} == {"train"}
    assert len(degraded.files) == len(clean.files) == 3
