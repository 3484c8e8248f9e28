"""What the machine did while a run trained, as curves."""

from dilctl.dash.run.curves import of_the_machine
from dilctl.dash.run.curves_part import CurvesPart


class SystemPart(CurvesPart):
    """What the machine did meanwhile."""

    TITLE = "system"
    CHOICE = staticmethod(of_the_machine)
    EMPTY = "What the machine does is recorded every ten seconds while the run trains."
    NEVER = "No record: it trained for less than ten seconds, or by an older dilctl."
