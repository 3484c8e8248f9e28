"""The form in which runs are asked for; it says while one types what would become of it."""

from dataclasses import fields
from pathlib import Path

from rich.text import Text
from textual import on, work
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import Button, Checkbox, Static

from dilctl.dash.confirm import Question
from dilctl.dash.live import EXPECTED, Seat
from dilctl.dash.submit import foot
from dilctl.dash.submit.checking import Verdict, check
from dilctl.dash.submit.draft import Draft, wish_of
from dilctl.dash.submit.layout import SubmitLayout
from dilctl.dash.submit.line import Line
from dilctl.dash.submit.messages import Advanced, Checked, Learnt, Queued, Read, Refused
from dilctl.dash.submit.offers import Known
from dilctl.dash.submit.sending import Sending
from dilctl.text import visible
from dilctl.wish import command
from storage.records import Run

REST = 0.2
"""Seconds without a key after which what is typed is looked at."""
MANY = 100
"""More runs are asked about before they are queued."""


class SubmitForm(SubmitLayout):
    """Returns the numbers of the runs that were queued; None where it was left.

    Args:
        seat: whose registry takes the runs; it keeps what was typed when the form is left.
        like: a run whose settings the form begins with.
    """

    BINDINGS = [
        Binding("escape", "leave", "Close", id="submit.leave"),
        Binding("ctrl+s", "send", "Submit", priority=True, id="submit.send"),
        Binding("ctrl+y", "copy", "Copy the command", priority=True, id="submit.copy"),
    ]

    def __init__(self, seat: Seat, *, like: Run | None = None) -> None:
        super().__init__("" if like is None else f"like run {like.id}")
        self._seat = seat
        self._like = like
        self._here = Path.cwd()
        self._known = Known()
        self._verdict: Verdict | None = None
        self._resting: Timer | None = None
        self._is_checking = False
        self._is_awaited = False
        self._sending: Sending | None = None

    @property
    def _key(self) -> str:
        """Under which the draft is kept."""
        return "submit" if self._like is None else f"submit like {self._like.id}"

    def on_mount(self) -> None:
        """Begin where one left off."""
        kept = self._seat.drafts.get(self._key)
        if isinstance(kept, Draft):
            self._fill(kept)
        elif self._like is not None:
            self._read_in_thread(self._like)
        self._learn_in_thread()
        self.query_one(Line).begin()
        self._typed()

    @work(thread=True)
    def _learn_in_thread(self) -> None:
        from dilctl.vocabulary import all_settings

        jobs = self._seat.jobs
        try:
            tags = jobs.tags() if jobs.settings.has_registry else {}
        except EXPECTED:  # the banner of the screen below says so
            tags = {}
        known = Known(
            recipes=jobs.recipes(),
            settings=tuple(all_settings()),
            tags=tuple((tag, f"{count:,} run{'s' * (count > 1)}") for tag, count in tags.items()),
        )
        self.post_message(Learnt(known))

    def on_learnt(self, message: Learnt) -> None:
        """Offer it."""
        self._known = message.known
        for line in self.query(Line):
            line.learn(message.known)
        self._describe()

    @work(thread=True)
    def _read_in_thread(self, run: Run) -> None:
        from dilctl.dash.submit.likeness import draft_like

        try:
            self.post_message(Read(draft_like(run, here=self._here)))
        except EXPECTED as error:
            self.post_message(Refused((str(error),)))

    def on_read(self, message: Read) -> None:
        """Begin with it, unless somebody was faster."""
        if self._draft == Draft():
            self._fill(message.draft)

    @property
    def _draft(self) -> Draft:
        said: dict[str, str | bool] = {str(line.id): line.said for line in self.query(Line)}
        said |= {str(box.id): box.value for box in self.query(Checkbox)}
        return Draft(**said)  # pyright: ignore[reportArgumentType] -- each line is named so

    def _fill(self, draft: Draft) -> None:
        for field in fields(draft):
            match self.query_one(f"#{field.name}"):
                case Line() as line:
                    line.say(getattr(draft, field.name))
                case Checkbox() as box:
                    box.value = getattr(draft, field.name)
                case _:
                    pass

    @on(Line.Typed)
    @on(Checkbox.Changed)
    def _typed(self) -> None:
        """Show at once what is known at once; the rest when the keys rest."""
        draft = self._draft
        said = Text(f"$ {_command(draft)}")
        self.query_one("#submit-command", Static).update(said, layout=False)
        self._describe()
        if self._verdict is not None and self._verdict.draft == draft:
            self._show(self._verdict)
            return
        self._verdict = None
        self.query_one("#submit-verdict Static", Static).update(foot.CHECKING, layout=False)
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._check)

    def _describe(self) -> None:
        said = self.query_one("#recipe", Line).said.strip()
        words = next((words for name, words in self._known.recipes if name == said), "")
        shown = self.query_one("#recipe-words", Static)
        if shown.content != words:
            shown.update(visible(words))

    def _say(self, text: Text) -> None:
        self.query_one("#submit-verdict Static", Static).update(text)

    def _check(self) -> None:
        if not self._is_checking:
            self._is_checking = True
            self._check_in_thread(self._draft)

    @work(thread=True)
    def _check_in_thread(self, draft: Draft) -> None:
        self.post_message(Checked(check(self._seat.jobs, draft, here=self._here)))

    def on_checked(self, message: Checked) -> None:
        """Say it, unless something else is typed by now."""
        self._is_checking = False
        if message.verdict.draft != self._draft:
            self._check()
            return
        self._verdict = message.verdict
        self._show(message.verdict)
        if self._is_awaited:
            self._is_awaited = False
            self.action_send()

    def _show(self, verdict: Verdict) -> None:
        for line in self.query(Line):
            line.complain(verdict.faults.get(str(line.id), ()))
        if self._sending is None:
            self._say(foot.verdict_text(verdict))

    @on(Line.Taken)
    def _taken(self, event: Line.Taken) -> None:
        """Enter leads to the next line, and from the last one on to the queue."""
        if self.focused is not None and self.focused.parent is self.query(".line").last():
            self.action_send()
        else:
            self.focus_next()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "send":
                self.action_send()
            case "copy":
                self.action_copy()
            case _:
                self.action_leave()

    def action_copy(self) -> None:
        """Copy the command that says the same."""
        self.app.copy_to_clipboard(_command(self._draft))
        self.notify("copied: the command", markup=False)

    def action_send(self) -> None:
        """Submit, as soon as it is known that it can be."""
        if self._sending is not None:
            return
        verdict = self._verdict
        if verdict is None:
            self._is_awaited = True
        elif verdict.faults or verdict.request is None:
            wrong = (line for line in self.query(Line) if str(line.id) in verdict.faults)
            next(wrong, self.query_one(Line)).begin()
        elif not verdict.fresh:
            self.query_one("#again", Checkbox).focus()
        elif verdict.fresh > MANY:
            self._ask(verdict)
        else:
            self._send(verdict)

    def _ask(self, verdict: Verdict) -> None:
        def answered(answer: bool | None) -> None:  # noqa: FBT001 -- Textual calls it so
            if answer:
                self._send(verdict)

        runs = f"{verdict.fresh:,} runs"
        self.app.push_screen(
            Question(f"Queue {runs}?", verdict.sentences[0], yes=f"Queue {runs}", no="Not yet"),
            answered,
        )

    def _send(self, verdict: Verdict) -> None:
        assert verdict.request is not None, "only what was understood is sent"
        self._sending = Sending(
            self._seat.jobs, verdict.request, self._here, self.post_message
        )  # fmt: skip
        self._lock(is_locked=True)
        self._say(Text("submitting …", style="bold"))
        self.run_worker(self._sending, thread=True)

    def _lock(self, *, is_locked: bool) -> None:
        self.query_one("#submit-lines").disabled = is_locked

    def on_advanced(self, message: Advanced) -> None:
        """Say how far it is."""
        if self._sending is not None:
            self._say(foot.decoding_text(message))

    def on_refused(self, message: Refused) -> None:
        """Say why; what was typed stays."""
        self._sending = None
        self._lock(is_locked=False)
        self.query_one(Line).begin()
        self._say(foot.refusal_text(message.sentences))

    def on_queued(self, message: Queued) -> None:
        """Leave; what was typed is done with."""
        self._seat.drafts.pop(self._key, None)
        self.dismiss(tuple(run.id for run in message.submission.queued))

    def action_leave(self) -> None:
        """Stop what is under way; else keep what was typed, and leave."""
        if self._sending is not None:
            self._sending.stop()
            return
        self._seat.drafts[self._key] = self._draft
        self.dismiss(None)


def _command(draft: Draft) -> str:
    return visible(command(wish_of(draft)[0]))
