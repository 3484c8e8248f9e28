"""Makes pictures of test images with runs' weights, in a child process that loads PyTorch."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dilctl.errand import Companion, Json
from dilctl.gallery import cache
from dilctl.gallery.cache import Picture
from dilctl.gallery.exhibit import Test

Told = Callable[[Json], None]
"""Told how far it is: the ``run`` that restores, and its ``share`` of the image so far."""

_INPUTS_AT_ONCE = 8

DEGRADED, TRUTH = "degraded.png", "truth.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What of an experiment says how pictures are scored."""

    task: str
    border: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A run's weights.

    Attributes:
        run: whose they are.
        weights: their file.
        changed: when that was written, in nanoseconds.
        judge: how its pictures are scored.
    """

    run: int
    weights: Path
    changed: int
    judge: Judge

    @property
    def file(self) -> str:
        """The name of its picture, another one once the weights are others."""
        told = (str(self.weights), self.changed, self.judge.task, self.judge.border)
        return f"run-{self.run}-{cache.key(*told)}.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A test, with all that it takes to repeat it.

    Attributes:
        test: which.
        source: where its images lie, an absolute path or ``bundled``.
        degradation: its settings, as plain JSON.
        scale: how many times larger the truth is than what is restored.
        judge: how the degraded images are scored.
    """

    test: Test
    source: str
    degradation: Json
    scale: int
    judge: Judge

    @property
    def key(self) -> str:
        """A name for files that belong to it."""
        judge = (self.judge.task, self.judge.border)
        test = (self.test.test_set, self.test.suite)
        return cache.key(self.source, *test, self.degradation, self.scale, *judge)

    def request(self) -> dict[str, Any]:
        """The same to the errand."""
        return {
            "test": {
                "source": self.source,
                "name": self.test.test_set,
                "suite": self.test.suite,
                "degradation": self.degradation,
                "scale": self.scale,
            },
            "judge": {"task": self.judge.task, "border": self.judge.border},
            "device": "auto",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One image, and the networks that restore it."""

    setting: Setting
    image: str
    networks: tuple[Network, ...]

    @property
    def key(self) -> str:
        """A name, the same only for the same pictures."""
        return cache.key(self.setting.key, self.image, [each.file for each in self.networks])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """The pictures of a scene as far as they were made; None for those that were not."""

    degraded: Picture | None
    truth: Picture | None
    restored: tuple[Picture | None, ...]

    @property
    def is_complete(self) -> bool:
        """Whether none is missing."""
        return None not in (self.degraded, self.truth, *self.restored)


@dataclass(slots=True)
class Studio:
    """The pictures of one home. Its methods are called from threads.

    Attributes:
        root: where pictures are kept.
        most: bytes of them.
    """

    root: Path
    most: int = cache.MOST_BYTES
    _companion: Companion = field(default_factory=lambda: Companion("gallery"))
    _inputs: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])

    def plate(self, scene: Scene) -> Plate:
        """What there is of a scene, without making anything."""
        folder = self.folder(scene)
        cache.touch(folder)
        degraded = cache.found(folder / DEGRADED)
        if degraded is not None and degraded.psnr is not None:
            self._inputs[scene.setting.key] = {
                **self.inputs(scene.setting),
                scene.image: degraded.psnr,
            }
        return Plate(
            degraded=degraded,
            truth=cache.found(folder / TRUTH),
            restored=tuple(cache.found(folder / network.file) for network in scene.networks),
        )

    def make(self, scene: Scene, told: Told) -> Mapping[int, str]:
        """Make what there is not; a sentence for each run that cannot restore it.

        Raises:
            TrainerError: the image cannot be read any more.
            DilctlError: out of memory, or dismissed.
            OSError: a picture cannot be written.
        """
        wanted = self._missing(scene)
        folder = self.folder(scene)
        request = scene.setting.request() | {
            "image": scene.image,
            "folder": str(folder),
            "wanted": wanted,
        }
        faults = self._companion.ask(request, progress=told)["faults"] if wanted else {}
        cache.keep_within(self.root, self.most, spared=folder)
        return {each.run: faults[each.file] for each in scene.networks if each.file in faults}

    def inputs(self, setting: Setting) -> Mapping[str, float]:
        """PSNR of the degraded images that were measured so far, by their names."""
        known = self._inputs.get(setting.key)
        if known is None:
            known = {}
            with suppress(OSError, ValueError):
                known = json.loads(self._inputs_file(setting).read_bytes())
            self._inputs[setting.key] = known
        return dict(known)

    def measure_inputs(self, setting: Setting, images: Sequence[str]) -> Mapping[str, float]:
        """Measure a few more degraded images; all that are known then. Fails as ``make`` does."""
        known = dict(self.inputs(setting))
        some = [image for image in images if image not in known][:_INPUTS_AT_ONCE]
        if some:
            answer = self._companion.ask(setting.request() | {"inputs": some})
            known |= dict(zip(some, answer["psnr"], strict=True))
            self._inputs[setting.key] = known
            file = self._inputs_file(setting)
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_suffix(f".{os.getpid()}~")
            beside.write_text(json.dumps(known))
            beside.replace(file)
        return known

    def rest(self) -> None:
        """Let the child go; the next picture takes the seconds that a new one needs to start."""
        self._companion.dismiss()

    def folder(self, scene: Scene) -> Path:
        """Where the pictures of a scene lie."""
        return self.root / cache.key(scene.setting.key, scene.image)

    def _inputs_file(self, setting: Setting) -> Path:
        return self.root / f"inputs-{setting.key}.json"

    def _missing(self, scene: Scene) -> list[Json]:
        plate = self.plate(scene)
        own = {TRUTH: plate.truth, DEGRADED: plate.degraded}
        return [
            *({"file": file} for file, picture in own.items() if picture is None),
            *(
                {
                    "run": n.run,
                    "file": n.file,
                    "weights": str(n.weights),
                    "judge": {"task": n.judge.task, "border": n.judge.border},
                }
                for n, picture in zip(scene.networks, plate.restored, strict=True)
                if picture is None
            ),
        ]
