"""TensorBoard's files, read back."""

import math
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.export.tensorboard import folder_name, write_events
from storage.records import Curve, Run
from tests.dilctl.evaluated import NOON, experiment, finished

pytest.importorskip("tensorboardX")


def curve(metric: str, *values: float, every: int = 10) -> Curve:
    steps = tuple(every * (place + 1) for place in range(len(values)))
    return Curve(
        run=1,
        metric=metric,
        steps=steps,
        gradients=steps,
        seconds=tuple(step / 2 for step in steps),
        values=values,
    )


def run(**changes) -> Run:
    made = finished(1, experiment("dil-sf"))
    return replace(made, latest={"loss": 0.5}, **changes)


def events(folder: Path) -> list:
    """All events of the only file of a run, its checksums verified."""
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.record_writer import masked_crc32c

    (path,) = folder.iterdir()
    data, found = path.read_bytes(), []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert struct.unpack("<I", data[8:12]) == (masked_crc32c(data[:8]),)
        body, data = data[12 : 12 + length], data[12 + length :]
        assert struct.unpack("<I", data[:4]) == (masked_crc32c(body),)
        found.append(Event.FromString(body))
        data = data[4:]
    return found


def points(found: list, tag: str) -> list[tuple[int, float, float]]:
    return [
        (event.step, event.wall_time - NOON.timestamp(), value.simple_value)
        for event in found
        for value in event.summary.value
        if value.tag == tag
    ]


def test_every_point_is_there_with_its_step_and_time(tmp_path: Path):
    folder = write_events(tmp_path, run(), [curve("loss", 2.0, 1.0, 0.5), curve("psnr@a:b", 20.0)])
    found = events(folder)
    assert found[0].file_version == "brain.Event:2"
    assert points(found, "loss") == [(10, 5.0, 2.0), (20, 10.0, 1.0), (30, 15.0, 0.5)]
    assert points(found, "psnr@a:b") == [(10, 5.0, 20.0)]


def test_the_settings_are_hyperparameters_and_the_experiment_is_text(tmp_path: Path):
    found = events(write_events(tmp_path, run(), []))
    values = {value.tag: value for event in found for value in event.summary.value}
    from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData

    content = values["_hparams_/session_start_info"].metadata.plugin_data.content
    settings = HParamsPluginData.FromString(content).session_start_info.hparams
    assert settings["rule.kind"].string_value == "dil-sf"
    assert settings["network.features"].number_value == 24
    assert settings["network.bias"].bool_value is True
    assert settings["seed"].number_value == 1
    (text,) = values["experiment/text_summary"].tensor.string_val
    assert '"budget": "3200 gradients"' in text.decode()


def test_each_run_has_a_folder_whatever_it_is_called(tmp_path: Path):
    names = ("../../etc", "ünï cöde", "\x00", "", "a" * 500, "😀 \udc80", "NUL", "a/b\\c:d")
    folders = [
        write_events(tmp_path, replace(run(), id=number, name=name), [curve("loss", 1.0)])
        for number, name in enumerate(names, 1)
    ]
    assert sorted(tmp_path.iterdir()) == sorted(folders)
    assert folder_name(replace(run(), name="ünï cöde")) == "0001-uni-code"


def test_written_again_it_is_replaced(tmp_path: Path):
    write_events(tmp_path, run(), [curve("loss", 1.0)])
    found = events(write_events(tmp_path, run(), [curve("loss", 1.0, 0.5)]))
    assert len(points(found, "loss")) == 2


def test_what_is_no_number_is_kept_as_such(tmp_path: Path):
    found = events(write_events(tmp_path, run(), [curve("loss", math.nan, math.inf, 1e300)]))
    first, *others = [value for _, _, value in points(found, "loss")]
    assert math.isnan(first)
    assert others == [math.inf, math.inf]


def test_without_the_library_a_sentence_says_how_to_get_it():
    code = (
        "import sys; sys.modules['tensorboardX'] = None\n"
        "from pathlib import Path\n"
        "from dilctl.errors import DilctlError\n"
        "from dilctl.export.tensorboard import write_events\n"
        "try: write_events(Path('nowhere'), None, [])\n"
        "except DilctlError as error: print(error)\n"
        "assert not Path('nowhere').exists()\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "pip install 'dilctl[tensorboard]'" in answer.stdout
