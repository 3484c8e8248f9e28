"""A screen whose runs can be steered: the keys of what can be done to runs, the same everywhere."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual import work
from textual.binding import Binding
from textual.message import Message

from dilctl import deeds
from dilctl.dash.actions import words
from dilctl.dash.actions.lines import LineAsked, note_asked, priority_asked, tags_asked
from dilctl.dash.confirm import Question
from dilctl.dash.live import EXPECTED, LiveScreen
from dilctl.deeds import Deed
from dilctl.jobs import who
from dilctl.tagging import parse_note
from storage.errors import RefusedError, UnknownRunError
from storage.records import LIVE, Run

Page = TypeVar("Page")

MANY = 100
"""Of more runs it is said that they take their time."""


class Done(Message, bubble=False):
    """Something was done to runs, or refused; sentences say which."""

    def __init__(self, sentence: str, refusals: Sequence[str] = ()) -> None:
        super().__init__()
        self.sentence = sentence
        self.refusals = refusals


class Weighed(Message, bubble=False):
    """It is known how much the files of runs hold that are to be deleted."""

    def __init__(self, runs: Sequence[Run], chosen: Sequence[Run], size: int) -> None:
        super().__init__()
        self.runs = runs
        self.chosen = chosen
        self.size = size


class ActingScreen(LiveScreen[Page], Generic[Page]):
    """Subclasses say which runs are meant; what destroys asks first."""

    BINDINGS = [
        Binding("n", "submit", "Submit", id="runs.submit"),
        Binding("ctrl+n", "submit_alike", "Submit one like this", show=False, id="runs.alike"),
        Binding("c", "steer('cancel')", "Cancel", id="runs.cancel"),
        Binding("p", "steer('pause')", "Pause", show=False, id="runs.pause"),
        Binding("u", "steer('resume')", "Resume", show=False, id="runs.resume"),
        Binding("R", "steer('retry')", "Retry", show=False, id="runs.retry"),
        Binding("P", "priority", "Priority", show=False, id="runs.priority"),
        Binding("t", "tag", "Tags", show=False, id="runs.tag"),
        Binding("N", "note", "Note", show=False, id="runs.note"),
        Binding("D", "delete", "Delete", show=False, id="runs.delete"),
    ]

    @abstractmethod
    def chosen_runs(self) -> tuple[Run, ...]:
        """The runs that are meant: those that are marked, else the one under the cursor."""

    def _meant(self) -> tuple[Run, ...]:
        """The runs that are meant; where there are none, that is said."""
        runs = self.chosen_runs()
        if not runs:
            self.tell(words.nothing_to_do(runs, deeds.CANCEL))
        return runs

    def action_steer(self, verb: str) -> None:
        """Cancel, pause, resume or retry the runs that are meant."""
        deed = {each.verb: each for each in (deeds.CANCEL, deeds.PAUSE, deeds.RESUME, deeds.RETRY)}
        self._steer(deed[verb])

    def _steer(self, deed: Deed) -> None:
        runs = self.chosen_runs()
        able = [run for run in runs if deed.can(run)]
        if not able:
            self.tell(words.nothing_to_do(runs, deed), is_fault=bool(runs))
        elif deed is deeds.CANCEL:
            self._ask(words.cancel_question(able, runs), lambda: self._do_to(able, deed))
        else:
            self._do_to(able, deed)

    def _do_to(self, runs: Sequence[Run], deed: Deed) -> None:
        if len(runs) > MANY:
            self.tell(f"{deed.verb} {len(runs):,} runs: it takes a moment …")
        self._do_in_thread(runs, deed)

    def _ask(self, question: Question, then: Callable[[], object]) -> None:
        def answered(answer: bool | None) -> None:  # noqa: FBT001 -- Textual calls it so
            if answer:
                then()

        self.app.push_screen(question, answered)

    @work(thread=True)
    def _do_in_thread(self, runs: Sequence[Run], deed: Deed) -> None:
        said: list[deeds.Said] = []
        refused: list[str] = []
        for run in runs:
            try:
                said.append((run.id, deeds.do(self.seat.jobs, run.id, deed)))
            except (RefusedError, UnknownRunError) as error:
                refused.append(str(error))
            except EXPECTED as error:  # of the registry: it would be the same for the others
                refused.append(str(error))
                break
        self.post_message(Done(deeds.summary(said), refused))

    def action_priority(self) -> None:
        """Ask for a number, and move the runs that are meant in the queue."""
        runs = self.chosen_runs()
        able = [run for run in runs if deeds.priority(0).can(run)]
        if able:
            self._ask_line(
                priority_asked(able), lambda said: self._do_to(able, deeds.priority(int(said)))
            )
        else:
            self.tell(words.nothing_to_do(runs, deeds.priority(0)), is_fault=bool(runs))

    def _ask_line(self, line: LineAsked, then: Callable[[str], object]) -> None:
        def answered(answer: str | None) -> None:
            if answer is not None:
                then(answer)

        self.app.push_screen(line, answered)

    def action_tag(self) -> None:
        """Ask for tags that are put on the runs that are meant, or taken off."""
        runs = self._meant()
        if runs:
            known = self.seat.jobs.tags  # asked in a thread
            self._ask_line(tags_asked(runs, known), lambda said: self._tag_in_thread(runs, said))

    @work(thread=True)
    def _tag_in_thread(self, runs: Sequence[Run], said: str) -> None:
        add, take = words.tags_of(said)
        ids = [run.id for run in runs]
        self._say_what_came_of(
            lambda: self.seat.jobs.tag(ids, add=add, remove=take),
            f"{' '.join((*(f'+{tag}' for tag in add), *(f'-{tag}' for tag in take)))} on "
            f"{words.runs(ids)}",
        )

    def action_note(self) -> None:
        """Ask for a note on the runs that are meant."""
        runs = self._meant()
        if runs:
            self._ask_line(note_asked(runs), lambda said: self._note_in_thread(runs, said))

    @work(thread=True)
    def _note_in_thread(self, runs: Sequence[Run], said: str) -> None:
        def note() -> None:
            for run in runs:
                self.seat.jobs.note(run.id, parse_note(said), who=who())

        self._say_what_came_of(note, f"noted on {words.runs([run.id for run in runs])}")

    def action_delete(self) -> None:
        """Ask, then forget the runs that are meant and delete their files."""
        runs = self._meant()
        able = tuple(run for run in runs if run.status not in LIVE)
        if able:
            self._weigh_in_thread(able, runs)
        elif runs:
            self.tell("what runs now is never deleted; cancel it first (c)", is_fault=True)

    @work(thread=True)
    def _weigh_in_thread(self, runs: Sequence[Run], chosen: Sequence[Run]) -> None:
        folders = (self.seat.jobs.settings.run(run.id).path for run in runs)
        self.post_message(Weighed(runs, chosen, sum(map(deeds.size_of, folders))))

    def on_weighed(self, message: Weighed) -> None:
        """Ask whether it is meant."""
        runs = message.runs
        question = words.delete_question(runs, message.chosen, message.size)
        self._ask(question, lambda: self._delete_in_thread(runs))

    @work(thread=True)
    def _delete_in_thread(self, runs: Sequence[Run]) -> None:
        try:
            refused = deeds.remove(self.seat.jobs, [run.id for run in runs])
        except EXPECTED as error:
            self.post_message(Done("", [str(error)]))
            return
        gone = [run.id for run in runs if run.id not in refused]
        sentence = f"deleted: {words.runs(gone)}" if gone else ""
        self.post_message(Done(sentence, tuple(refused.values())))

    def _say_what_came_of(self, deed: Callable[[], object], sentence: str) -> None:
        """Do something in this thread, and have it told."""
        try:
            deed()
        except EXPECTED as error:
            self.post_message(Done("", [str(error)]))
        else:
            self.post_message(Done(sentence))

    def on_done(self, message: Done) -> None:
        """Say what became of it, and look at once."""
        if message.sentence:
            self.tell(message.sentence)
        if message.refusals:
            self.tell(words.first_of(message.refusals), is_fault=True)
        self.forget()
        self.look(again=True)

    def action_submit(self) -> None:
        """Open the form that submits runs."""
        from dilctl.dash.submit.form import SubmitForm

        self.app.push_screen(SubmitForm(self.seat), self._submitted)

    def action_submit_alike(self) -> None:
        """Open the form with the settings of the run that is meant."""
        from dilctl.dash.submit.form import SubmitForm

        runs = self._meant()
        if runs:
            self.app.push_screen(SubmitForm(self.seat, like=runs[0]), self._submitted)

    def _submitted(self, runs: tuple[int, ...] | None) -> None:
        if runs:
            self.tell(f"queued: {words.runs(runs)}")
            self.show_submitted(runs)
            self.look(again=True)

    def show_submitted(self, runs: tuple[int, ...]) -> None:
        """Runs were submitted from here; a list goes to the first of them."""
        del runs
