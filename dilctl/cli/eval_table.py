"""The results of ``dilctl eval``, as a table or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dilctl.cli import output

if TYPE_CHECKING:
    from dilctl.jobs.evaluating import Candidate, Result


def print_results(results: "Sequence[Result]") -> None:
    """A line for each test set and degradation."""
    right = ("images", "PSNR", "input", "gain", "SSIM", "input SSIM")
    table = output.table("test set", "suite", "degradation", "standing", *right, right=right)
    for each in results:
        table.add_row(
            output.cell(each.test_set),
            each.suite,
            output.cell(each.degradation),
            each.standing,
            f"{len(each.restored):,}",
            f"{each.psnr:.2f}",
            f"{each.input_psnr:.2f}",
            f"{each.psnr - each.input_psnr:+.2f}",
            f"{each.ssim:.4f}",
            f"{each.input_ssim:.4f}",
        )
    output.stdout().print(table)
    output.say("PSNR in dB on 8-bit images, means over images; input: the degraded images as such")


def results_json(candidate: "Candidate", results: "Sequence[Result]") -> dict[str, Any]:
    """The network and its results, image by image."""
    return {
        "run": candidate.run,
        "file": candidate.file,
        "weights": candidate.weights,
        "results": [_result_json(each) for each in results],
    }


def _result_json(result: "Result") -> dict[str, Any]:
    images = zip(result.restored, result.degraded, strict=True)
    return {
        "test_set": result.test_set,
        "suite": result.suite,
        "degradation": result.degradation,
        "standing": result.standing,
        "psnr": result.psnr,
        "ssim": result.ssim,
        "input_psnr": result.input_psnr,
        "input_ssim": result.input_ssim,
        "images": [
            {**asdict(own), "input_psnr": as_was.psnr, "input_ssim": as_was.ssim}
            for own, as_was in images
        ],
    }
