import json
from pathlib import Path

import pytest
from PIL import Image

from dilctl.dash.app import DashApp
from dilctl.dash.gallery.words import nothing_of
from dilctl.dash.places import Go, Place, Subject
from dilctl.gallery.exhibit import Exhibit, exhibit_of
from dilctl.gallery.hanging import hanging_of
from dilctl.gallery.studio import DEGRADED, TRUTH, Studio
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Evaluation, ImageValue
from tests.dilctl.dash.screen import Viewer, viewer
from tests.dilctl.evaluated import evaluations, experiment, finished
from tests.dilctl.seeded import fill

PSNR = {"astronaut.png": 30.0, "[b]\x1b.png": 20.0, "moon.png": 40.0}


def jobs_with_pictures(home: Path) -> Jobs:
    """Run 1 was tested on three images, whose pictures were made before."""
    settings = Settings(home)
    fill(settings)
    settings.run(1).weights.parent.mkdir(parents=True)
    settings.run(1).weights.touch()
    jobs = Jobs(settings)
    images = tuple(ImageValue(image=name, psnr=psnr, ssim=0.8) for name, psnr in PSNR.items())
    jobs.registry.add_evaluations(1, [evaluation(sigma, images) for sigma in (5, 50)], who="ada")
    exhibit = exhibit_of(jobs.runs(ids=[1]), jobs.registry.evaluations([1]))
    for test in [test for test in exhibit.tests if test.test_set == "bundled"]:
        hanging = hanging_of(exhibit, test, jobs.weights)
        studio = Studio(root=jobs.settings.gallery)
        for image, psnr in PSNR.items():
            scene = hanging.scene(image)
            folder = studio.folder(scene)
            folder.mkdir(parents=True)
            files = {TRUTH: {}, DEGRADED: {"psnr": 15.0, "ssim": 0.5}}
            files[scene.networks[0].file] = {"psnr": psnr, "ssim": 0.8}
            for number, (file, scores) in enumerate(files.items()):
                Image.new("RGB", (60, 40), (90 * number, 0, 9)).save(folder / file)
                (folder / file).with_suffix(".json").write_text(json.dumps(scores))
    return jobs


def evaluation(sigma: int, images: tuple[ImageValue, ...]) -> Evaluation:
    return Evaluation(
        run=1,
        step=800,
        suite="noise-levels",
        test_set="bundled",
        degradation=f"gaussian-noise sigma={sigma}",
        standing="unseen",
        images=images,
    )


async def visit(person: Viewer, subject: Subject) -> None:
    person.app.post_message(Go(Place.GALLERY, subject))
    await person.sees("truth")


async def test_a_person_goes_through_the_images_worst_first(tmp_path: Path):
    with jobs_with_pictures(tmp_path) as jobs:
        async with viewer(jobs) as person:
            await visit(person, Subject(runs=(1,), test_set="bundled"))
            await person.sees("[b]␛.png 1 of 3", "bundled σ5", "> 1 erm", "20.00 dB", "15.00 dB")
            assert "▀▀▀" in person.text()
            await person.press("j")
            await person.sees("astronaut.png 2 of 3", "30.00 dB")
            await person.press("d")
            await person.sees("σ50", "astronaut.png")
            await person.press("o")
            await person.sees("best first", "moon.png 1 of 3")


async def test_a_person_looks_closer_at_errors_and_takes_the_path_along(tmp_path: Path):
    with jobs_with_pictures(tmp_path) as jobs:
        async with viewer(jobs, (160, 50)) as person:
            await visit(person, Subject(runs=(1,), test_set="bundled", image="moon.png"))
            await person.sees("moon.png 3 of 3", "40.00 dB  SSIM 0.800")
            await person.press("e")
            await person.sees("errors, dark 0 to bright")
            await person.sees("1:1.2")
            await person.press("plus", "plus")
            await person.sees("2:1")
            await person.press("0", "enter")
            await person.until(lambda text: "degraded" not in text)
            await person.press("y")
            await person.sees("copied: the path of 1 erm")
            assert person.app.clipboard.endswith(".png")


def test_where_nothing_can_hang_one_is_told_what_to_do():
    assert "dilctl submit denoise-small" in nothing_of(Exhibit())
    assert "no run 7, 8 any more" in nothing_of(Exhibit(gone=(7, 8)))
    one, other = finished(1, experiment()), finished(2, experiment("dil-sf"))
    untested = exhibit_of([one, other], evaluations(one, {5: [30.0]}))
    assert "Run 2 was not tested" in nothing_of(untested)
    assert "  dilctl eval 2" in nothing_of(untested)
    kodak = evaluations(other, {5: [30.0]}, test_set="Kodak24")
    apart = exhibit_of([one, other], [*evaluations(one, {5: [30.0]}), *kodak])
    assert "1 erm: CBSD68 (noise-levels)" in nothing_of(apart)
    assert "2 dil-sf: Kodak24 (noise-levels)" in nothing_of(apart)
    assert nothing_of(exhibit_of([one], evaluations(one, {5: [30.0]}))) == ""


@pytest.mark.slow
async def test_a_terminal_without_colour_is_told_where_the_pictures_lie(tmp_path: Path):
    with jobs_with_pictures(tmp_path) as jobs:
        app = DashApp(jobs)
        app.no_color = True
        async with app.run_test(size=(160, 50)) as pilot:
            person = Viewer(app, pilot)
            await visit(person, Subject(runs=(1,), test_set="bundled"))
            await person.sees("truth.png")
            assert "▀" not in person.text()
            await app.workers.wait_for_complete()
