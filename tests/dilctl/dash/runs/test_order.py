"""Runs in order and in groups."""

from dilctl.dash.runs.marks import Marks
from dilctl.dash.runs.order import Group, live_first, ordered, place_of, runs_of
from storage.records import Line, Status


def lines(*parts: tuple[int, Status, str | None]) -> tuple[Line, ...]:
    return tuple(Line(id=id, status=status, group=group) for id, status, group in parts)


SOME = lines(
    (9, Status.QUEUED, "a"),
    (8, Status.DONE, None),
    (7, Status.RUNNING, "b"),
    (6, Status.FAILED, "a"),
    (5, Status.PAUSED, "b"),
)


def test_what_lives_comes_before_what_has_ended_else_the_newest_first():
    assert [line.id for line in live_first(SOME)] == [7, 9, 5, 8, 6]


def test_groups_stand_in_the_order_of_their_first_runs_and_count_their_states():
    order = ordered(SOME, is_grouped=True, best_first=(6, 5, 8))

    assert [(group.label, group.ids, group.best) for group in order.groups] == [
        ("a", (9, 6), 6),
        (None, (8,), 8),
        ("b", (7, 5), 5),
    ]
    assert order.groups[0].counts == {Status.QUEUED: 1, Status.FAILED: 1}
    assert order.counts[Status.DONE] == 1


def test_a_folded_group_is_a_single_row_also_that_of_runs_without_a_value():
    order = ordered(SOME, is_grouped=True)
    a, none, b = order.groups

    assert order.rows() == [a, 9, 6, none, 8, b, 7, 5]
    assert order.rows({None, "a"}) == [a, none, b, 7, 5]


def test_without_groups_there_is_a_row_for_each_run():
    assert ordered(SOME).rows({None}) == [9, 8, 7, 6, 5]
    assert ordered(()).rows() == []


def test_a_run_that_is_folded_away_is_found_at_its_group_and_a_group_by_its_label():
    order = ordered(SOME, is_grouped=True)
    rows = order.rows({"a"})

    assert place_of(6, rows, otherwise=4) == 0
    assert place_of(Group(label="b", ids=(1,), counts={}), rows, otherwise=4) == rows.index(
        order.groups[2]
    )
    assert place_of(99, rows, otherwise=4) == 4
    assert runs_of(order.groups[2]) == (7, 5)
    assert runs_of(None) == ()


def test_a_stretch_of_marks_shrinks_again_and_leaves_earlier_marks_alone():
    marks = Marks()
    marks.toggle([40])
    for end in (3, 4, 5, 4):
        marks.take(marks.stretch(3, end))
    assert marks.ids == {40, 3, 4}

    marks.end()
    marks.take(marks.stretch(10, 9))
    assert marks.ids == {40, 3, 4, 9, 10}

    marks.toggle([9, 10])
    assert marks.ids == {40, 3, 4}
    marks.toggle([3, 7])
    assert marks.ids == {40, 3, 4, 7}
    marks.keep_only([7, 8])
    assert marks.ids == {7}
