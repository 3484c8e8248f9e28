"""Where a person stands in the gallery: which image, in which order, how near; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dilctl.dash.gallery.view import View
from dilctl.dash.places import Subject
from dilctl.gallery.exhibit import Exhibit, Test, closest
from dilctl.gallery.order import Order, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What one looks at, as far as there is such a thing.

    Attributes:
        test_set, suite, degradation, image: by their names; empty for any.
        order: in which the images are gone through.
        view: which part of the image.
        chosen: the frame that is marked: 0 is degraded, then the runs, then the truth.
        is_alone: only that one is seen.
        shows_errors: error maps stand for restored pictures.
    """

    test_set: str = ""
    suite: str = ""
    degradation: str = ""
    image: str = ""
    order: Order = Order.WORST
    view: View = field(default_factory=View)
    chosen: int = 1
    is_alone: bool = False
    shows_errors: bool = False

    def visited(self, subject: Subject) -> "Stand":
        """The same where nothing is asked for."""
        return replace(
            self,
            test_set=subject.test_set or self.test_set,
            degradation=subject.degradation or self.degradation,
            image=subject.image or self.image,
        )

    def test(self, exhibit: Exhibit) -> Test | None:
        """The test that is meant; None where the runs share none."""
        return closest(
            exhibit.tests,
            test_set=self.test_set,
            degradation=self.degradation,
            suite=self.suite,
        )

    def at_test(self, test: Test) -> "Stand":
        """The same before another test; the image stays if it is one of both."""
        return replace(self, test_set=test.test_set, suite=test.suite, degradation=test.degradation)

    def place(self, rows: Sequence[Row]) -> int:
        """That of the image among all; the first where it is none of them."""
        return next((n for n, row in enumerate(rows) if row.image == self.image), 0)

    def moved(self, rows: Sequence[Row], by: int) -> "Stand":
        """Some images on, as far as there are any."""
        if not rows:
            return self
        place = min(max(0, self.place(rows) + by), len(rows) - 1)
        return replace(self, image=rows[place].image)

    def remembered(self) -> Mapping[str, Any]:
        """What is worth keeping, as plain JSON."""
        return {
            "test_set": self.test_set,
            "suite": self.suite,
            "degradation": self.degradation,
            "order": self.order.value,
        }


def recalled(state: Mapping[str, Any]) -> Stand:
    """What was kept; whatever is ill-formed is left out."""
    order = state.get("order")
    known = next((each for each in Order if each.value == order), Order.WORST)
    return Stand(
        test_set=_word(state, "test_set"),
        suite=_word(state, "suite"),
        degradation=_word(state, "degradation"),
        order=known,
    )


def _word(state: Mapping[str, Any], name: str) -> str:
    value = state.get(name)
    return value if isinstance(value, str) else ""


def next_degradation(tests: Sequence[Test], test: Test, by: int) -> Test:
    """Another degradation of the same test set, round and round."""
    same = [each for each in tests if each.test_set == test.test_set]
    return same[(same.index(test) + by) % len(same)]


def next_test_set(tests: Sequence[Test], test: Test, by: int) -> Test:
    """Another test set under the same degradation, if it has that."""
    names = list(dict.fromkeys(each.test_set for each in tests))
    name = names[(names.index(test.test_set) + by) % len(names)]
    found = closest(tests, test_set=name, degradation=test.degradation, suite=test.suite)
    assert found is not None, "its name is that of a test"
    return found
