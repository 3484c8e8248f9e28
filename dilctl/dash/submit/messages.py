"""What the threads of the form tell it."""

from textual.message import Message

from dilctl.dash.submit.checking import Verdict
from dilctl.dash.submit.draft import Draft
from dilctl.dash.submit.offers import Known
from dilctl.jobs.submitting import Submission


class Learnt(Message, bubble=False):
    """There is this to choose from."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known


class Read(Message, bubble=False):
    """A run is asked for like this."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class Checked(Message, bubble=False):
    """A draft was looked at."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class Advanced(Message, bubble=False):
    """Images are being decoded."""

    def __init__(self, what: str, done: int, total: int) -> None:
        super().__init__()
        self.what = what
        self.done = done
        self.total = total


class Queued(Message, bubble=False):
    """The request was taken."""

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        self.submission = submission


class Refused(Message, bubble=False):
    """The request was not taken; sentences say why."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__()
        self.sentences = sentences
