import pytest

from storage.query.names import meant

NAMES = (
    "loss",
    "Loss",
    "psnr@crops:seen",
    "psnr@crops:unseen",
    "psnr@CBSD68:gaussian-noise sigma=30",
    "psnr@CBSD68:gaussian-noise sigma=30:average",
    "psnr@CBSD68:gaussian-noise sigma=130",
    "psnr@CBSD68:correlated-noise sigma=30",
    "psnr@CBSD68:noise-levels seen",
    "psnr@CBSD68:noise-levels unseen",
    "psnr@CBSD68:mixture gaussian-noise sigma=15 + jpeg quality=30",
    "psnr@CBSD68:salt-and-pepper density=0.02",
    "ssim@CBSD68:gaussian-noise sigma=30",
)


@pytest.mark.parametrize(
    ("short", "found"),
    [
        ("loss", ["loss"]),
        ("LOSS", ["Loss", "loss"]),
        ("psnr@crops:seen", ["psnr@crops:seen"]),
        ("PSNR@Crops:Seen", ["psnr@crops:seen"]),
        ("psnr@CBSD68:seen", ["psnr@CBSD68:noise-levels seen"]),
        ("psnr@CBSD68:gaussian-noise sigma=30", ["psnr@CBSD68:gaussian-noise sigma=30"]),
        ("ssim@cbsd68:Sigma30", ["ssim@CBSD68:gaussian-noise sigma=30"]),
        (
            "psnr@CBSD68:sigma30",
            ["psnr@CBSD68:correlated-noise sigma=30", "psnr@CBSD68:gaussian-noise sigma=30"],
        ),
        ("psnr@CBSD68:gaussian-noisesigma30", ["psnr@CBSD68:gaussian-noise sigma=30"]),
        ("ssim@CBSD68:σ30", ["ssim@CBSD68:gaussian-noise sigma=30"]),
        ("psnr@CBSD68:sigma30:average", ["psnr@CBSD68:gaussian-noise sigma=30:average"]),
        (
            "psnr@CBSD68:quality30",
            ["psnr@CBSD68:mixture gaussian-noise sigma=15 + jpeg quality=30"],
        ),
        ("psnr@CBSD68:density0.02", ["psnr@CBSD68:salt-and-pepper density=0.02"]),
        ("psnr@CBSD68:02", []),
        ("psnr@CBSD68:130", ["psnr@CBSD68:gaussian-noise sigma=130"]),
        ("psnr@CBSD68:", []),
        ("psnr@CBSD68", []),
        ("psnr@Kodak24:sigma30", []),
        ("oss", []),
        ("", []),
    ],
)
def test_a_short_name_means_what_ends_in_it(short: str, found: list[str]):
    assert list(meant(short, NAMES)) == found
