"""The training loop: outer steps until the budget is spent, a look now and then, a test."""

import math
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial

import torch
from torch import Tensor

from trainers import checkpoint as checkpoints
from trainers.checkpoint import Checkpoint
from trainers.data.batches import Recipe, StepDraw, Stores
from trainers.data.material import Material
from trainers.distributed import Processes, processes
from trainers.errors import DivergedError
from trainers.examination import Examination
from trainers.experiment import Experiment, draws_per_step, gradients_per_step, steps_of
from trainers.files import Files
from trainers.kept import Kept
from trainers.networks.build import build
from trainers.parts import PartsDone
from trainers.reporter import Position, Reporter, Silent, Weights
from trainers.rules.choose import outer_optimiser, outer_rate, outer_step
from trainers.rules.objective import Objective
from trainers.rules.values import RuleState
from trainers.tiling import Restorer


class Ending(StrEnum):
    """How a call of ``train`` came to its end."""

    DONE = "done"
    INTERRUPTED = "interrupted"


def train(
    experiment: Experiment,
    *,
    seed: int,
    files: Files,
    reporter: Reporter | None,
    should_stop: Callable[[], bool],
) -> Ending:
    """Train and test one run, going on from its checkpoint if it has one.

    Under torchrun, every process calls this; the first one reports and writes.

    Args:
        experiment: what to do.
        seed: of every random choice.
        files: where to read and write.
        reporter: told of what is measured, by the first process alone; others need none.
        should_stop: asked between steps; once true, a checkpoint is written and the call ends.

    Raises:
        TrainerError: data or checkpoint cannot be used, or the loss is no longer a number.
        OSError: a file cannot be written.
    """
    with processes(experiment.resources.device) as group:
        told = reporter if group.is_first and reporter else Silent()
        return _Run(experiment, seed, files, told, group).go(should_stop)


class _Run:
    """One run in one process."""

    def __init__(
        self, experiment: Experiment, seed: int, files: Files, reporter: Reporter, group: Processes
    ) -> None:
        self.experiment, self.seed, self.files = experiment, seed, files
        self.reporter, self.group = reporter, group
        self.settings = experiment.train
        self.cost = gradients_per_step(experiment)
        self.steps = steps_of(self.settings.budget, self.cost)
        dtype, autocast = _precision(self.settings.precision, group.device)
        network = build(experiment.network, seed=seed).to(group.device, dtype)
        self.objective = Objective(
            network, group, autocast=autocast, micro_batch=experiment.resources.micro_batch
        )
        reporter.working(_START, "reading images")
        self.material = Material.read(experiment, files.packed, group)
        self.stores = Stores.open(self.material, group.device)
        self.recipe = Recipe(
            confounders=experiment.confounders,
            seed=seed,
            batch=self.settings.batch,
            patch=self.settings.patch,
            draws=draws_per_step(experiment),
            shared_content=self.settings.shared_content,
            mask=self.settings.mask,
            sharpen=self.settings.sharpen,
            dtype=dtype,
        )
        self.examination = Examination(experiment, self.material, group, reporter, dtype)
        self.tested = PartsDone(path=files.tested, signature=experiment.signature, seed=seed)
        self._wants_best = "best-seen" in experiment.evaluate.weights
        self._set_out()

    def _set_out(self) -> None:
        """Start from the checkpoint, or from the seed."""
        saved = checkpoints.load(
            self.files.checkpoint,
            signature=self.experiment.signature,
            seed=self.seed,
            device=self.group.device,
        )
        self.theta = saved.theta if saved else self.objective.flatten()
        self.optimiser = outer_optimiser(self.experiment.rule, self.settings, self.theta)
        self.state: RuleState = None
        self.position = _START
        self.kept = saved.kept if saved else Kept()
        if saved:
            self.optimiser.load_state_dict(dict(saved.outer))
            self.state, self.position = saved.rule, saved.position
        self.losses = list(saved.losses) if saved else []
        self.saved_step = saved.position.step if saved else None
        self.stopwatch = _Stopwatch()
        self.reporter.resumed(self.position)

    def go(self, should_stop: Callable[[], bool]) -> Ending:
        """Train until the budget is spent, then test; or stop between two steps."""
        if self.group.is_first and not self._is_finished():
            self.tested.forget()
        while not self._is_finished():
            if self._must_stop(should_stop):
                self._save()
                return Ending.INTERRUPTED
            self._step()
            if self._is_due(self.settings.log_every):
                self._log()
            if self._is_due(max(1, self.experiment.evaluate.every // self.cost)):
                self._look()
            if self._is_due(self.settings.checkpoint_every):
                self._save()
        self._finish()
        return self._test(should_stop)

    def _finish(self) -> None:
        """Catch up on what was not due at the last step."""
        is_saved = self.saved_step == self.position.step
        if self.losses:
            self._log()
            is_saved = False
        if self._wants_best and self.kept.best_seen is None:
            self._look()
            is_saved = False
        if not is_saved:
            self._save()

    def _test(self, should_stop: Callable[[], bool]) -> Ending:
        """Export and test the weights that are asked for."""
        chosen = self.kept.chosen(self.experiment.evaluate.weights, self.theta)
        if self.group.is_first:
            self._export({"last": self.theta, **chosen})
        networks = {str(name): self._network(theta) for name, theta in chosen.items()}
        is_done = self.examination.test(networks, self.position, should_stop, self.tested)
        return Ending.DONE if is_done else Ending.INTERRUPTED

    def _export(self, chosen: Mapping[Weights, Tensor]) -> None:
        for name, theta in chosen.items():
            checkpoints.export_weights(
                self.objective.unflatten(theta),
                self.files.exported(name),
                experiment=self.experiment.model_dump_json(),
            )

    def _step(self) -> None:
        """One outer step: the rule's gradient, given to the outer optimiser."""
        draw = StepDraw(self.stores, self.recipe, self.group, self.position.step)
        outer = outer_step(self.experiment.rule, self.objective, self.theta, draw, self.state)
        self.optimiser.param_groups[0]["lr"] = self._rate()
        self.theta.grad = outer.gradient
        self.optimiser.step()
        self.state = outer.state
        self.losses.append(outer.loss)
        self._advance()
        fraction = self.position.fraction
        self.kept = self.kept.after_step(self.settings.average, self.theta, fraction)

    def _advance(self) -> None:
        step, seconds = self.position.step + 1, self.position.seconds + self.stopwatch.lap()
        if self.steps is None:  # rate and end hang on the clock: one clock for all processes
            seconds = self.group.of_first(seconds)
        done = seconds / self.settings.budget.amount if self.steps is None else step / self.steps
        self.position = Position(
            step=step, gradients=step * self.cost, seconds=seconds, fraction=min(1.0, done)
        )

    def _rate(self) -> float:
        halved = self.position.fraction >= self.settings.halve_at
        rate = outer_rate(self.experiment.rule, self.settings)
        return rate / 2 if halved else rate

    def _is_finished(self) -> bool:
        if self.steps is None:
            return self.position.fraction >= 1
        return self.position.step >= self.steps

    def _is_due(self, every: int) -> bool:
        return self.position.step % every == 0

    def _must_stop(self, should_stop: Callable[[], bool]) -> bool:
        """Whether any process was asked to stop; several ask each other only now and then."""
        if self.group.size == 1:
            return should_stop()
        return self._is_due(self.settings.log_every) and self.group.any(should_stop())

    def _log(self) -> None:
        """Report the mean loss since the last point; the only wait for the device in the loop."""
        loss = torch.stack(self.losses).mean().item()
        self.losses.clear()
        if not math.isfinite(loss):
            raise DivergedError(
                f"the loss is {loss} after {self.position.step} steps; "
                f"try lower rates (train.lr is {self.settings.lr:g}{self._inner_rate()})"
            )
        rate: float = self.optimiser.param_groups[0]["lr"]
        self.reporter.measured(self.position, {"loss": loss, "lr": rate})

    def _inner_rate(self) -> str:
        inner = getattr(self.experiment.rule, "inner_rate", None)
        return "" if inner is None else f", rule.inner_rate {inner:g}"

    def _look(self) -> None:
        with self._clock_stopped():
            values = self.examination.look(self._network(self.theta))
            if average := self.kept.average:
                network = self._network(average.theta)
                values |= self.examination.look(network, name="psnr@crops-average")
            self.reporter.measured(self.position, values)
            if self._wants_best:
                seen = self.group.of_first(values["psnr@crops:seen"])  # one choice for all
                self.kept = self.kept.after_look(self.theta, seen, self.position.step)

    def _network(self, theta: Tensor) -> Restorer:
        return partial(self.objective.restore, theta)

    def _save(self) -> None:
        self.saved_step = self.position.step
        if not self.group.is_first:
            return
        with self._clock_stopped():
            self.reporter.secure()
            checkpoints.save(
                Checkpoint(
                    signature=self.experiment.signature,
                    seed=self.seed,
                    position=self.position,
                    theta=self.theta,
                    outer=self.optimiser.state_dict(),
                    rule=self.state,
                    kept=self.kept,
                    losses=tuple(self.losses),
                ),
                self.files.checkpoint,
            )

    @contextmanager
    def _clock_stopped(self) -> Generator[None]:
        """What is done inside is no training; what the device still has to do before it, is."""
        self.group.finish()
        trained = self.position.seconds + self.stopwatch.lap()
        self.position = replace(self.position, seconds=trained)
        yield
        self.stopwatch.lap()


_START = Position(step=0, gradients=0, seconds=0.0, fraction=0.0)


def _precision(precision: str, device: torch.device) -> tuple[torch.dtype, torch.dtype | None]:
    """The type of the weights, and that of matrix products where it is another."""
    if precision == "float64":
        return torch.float64, None
    has_bfloat16 = device.type == "cuda" and torch.cuda.is_bf16_supported()
    wants_bfloat16 = precision == "bfloat16" or (precision == "auto" and has_bfloat16)
    return torch.float32, torch.bfloat16 if wants_bfloat16 else None


class _Stopwatch:
    """Seconds between laps; a lap that is thrown away is time not spent on training."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        seconds, self._since = now - self._since, now
        return seconds
