"""A whole table of the paper with our numbers beside its own, cell by cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dilctl.flat import flat
from dilctl.leaderboard.labels import confounders_of, images_of, short_name, trained_as
from dilctl.leaderboard.paper import SOURCE, Published, facts, orders, published, same_test_set
from dilctl.leaderboard.phrases import listed
from dilctl.leaderboard.values import Board, ColourSpace, Estimate, Row
from storage.records import Json
from trainers.suites import is_captured

_SERVER = "server only: dilctl eval RUN --pairs {} --save DIR makes the submission"
_DATA = ("data.", "evaluate.", "resources.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our number for a cell.

    Attributes:
        ssim: at most 1.
        runs, seeds: whose mean it is.
        images: how many it is over.
    """

    psnr: Estimate
    ssim: float
    runs: tuple[int, ...]
    seeds: tuple[int, ...]
    images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A cell of the paper and ours.

    Attributes:
        missing: why there is none of ours; empty where there is.
    """

    paper: Published
    ours: Ours | None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A method: one cell for each degradation of its block."""

    label: str
    rule: str
    network: str
    cells: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A test set.

    Attributes:
        colour_space: of the paper's numbers: ``rgb``, ``y`` or a server's ``official``.
        degradations: full names, in the order of the paper; lines: likewise.
    """

    task: str
    test_set: str
    colour_space: ColourSpace | str
    degradations: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table of the paper, by its number there; notes are what a reader must know."""

    number: int
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of our side.

    Attributes:
        wanted: the experiments of the table, as the registry would keep them.
        boards: of all finished runs of its tasks.
        experiments: of the runs on those boards, by number.
        is_there: whether a test set can be found.
    """

    wanted: Sequence[Json]
    boards: Sequence[Board]
    experiments: Mapping[int, Json]
    is_there: Callable[[str], bool]


def paper_table(number: int, evidence: Evidence) -> PaperTable:
    """Every cell of a table of the paper, with ours or with why there is none.

    Ours is of finished runs of the same task, rule, kind of network, confounders, test set and
    colour space, tested with their last weights. Of several, that which differs least from what
    the table trains counts, then the newest; what it differs in is said in the notes.
    """
    cells = [cell for cell in published() if cell.table == number]
    several = len({cell.order for cell in cells}) > 1
    sets = dict.fromkeys((cell.task, cell.test_set) for cell in cells)
    blocks = tuple(
        _block([c for c in cells if (c.task, c.test_set) == each], evidence, several=several)
        for each in sets
    )
    return PaperTable(number=number, blocks=blocks, notes=tuple(_notes(number, blocks, evidence)))


def _block(cells: Sequence[Published], evidence: Evidence, *, several: bool) -> Block:
    """The cells of one test set.

    Args:
        cells: at least one.
        evidence: our side.
        several: whether the table has several orders of synthesis, which the lines must say.
    """
    degradations = tuple(dict.fromkeys(cell.degradation for cell in cells))
    methods = dict.fromkeys((cell.rule, cell.network, cell.order) for cell in cells)
    lines: list[Line] = []
    for rule, network, order in methods:
        own = {
            c.degradation: c
            for c in cells
            if (c.rule, c.network, c.order) == (rule, network, order)
        }
        label = f"{rule} {network}" + (f" order {order}" if several else "")
        sides = tuple(_side(own[name], evidence) for name in degradations if name in own)
        lines.append(Line(label=label, rule=rule, network=network, cells=sides))
    first = cells[0]
    return Block(
        task=first.task,
        test_set=first.test_set,
        colour_space=first.colour_space,
        degradations=degradations,
        lines=tuple(lines),
    )


def _side(cell: Published, evidence: Evidence) -> Side:
    wanted = _wanted(cell, evidence)
    if wanted is None:
        return Side(paper=cell, ours=None, missing="not trained here: another's method")
    if cell.colour_space == "official":
        return Side(paper=cell, ours=None, missing=_SERVER.format(cell.test_set))
    found = list(_rows(cell, wanted, evidence.boards))
    best = min(found, key=lambda each: _distance(each[1], wanted, evidence), default=None)
    if best is None:
        return Side(paper=cell, ours=None, missing=_why(cell, wanted, evidence))
    _, row = best
    (ours,) = (each for each in row.cells if each.degradation == cell.degradation)
    return Side(
        paper=cell,
        ours=Ours(
            psnr=ours.psnr, ssim=ours.ssim, runs=row.runs, seeds=row.seeds, images=row.images
        ),
    )


def _wanted(cell: Published, evidence: Evidence) -> Json | None:
    """The experiment of the table that a cell belongs to."""
    for experiment in evidence.wanted:
        same = (experiment["task"], experiment["rule"]["kind"], experiment["network"]["kind"])
        is_of_order = cell.order is None or orders(confounders_of(experiment)) == {cell.order}
        if same == (cell.task, cell.rule, cell.network) and is_of_order:
            return experiment
    return None


def _rows(cell: Published, wanted: Json, boards: Sequence[Board]) -> Iterable[tuple[Board, Row]]:
    for board in boards:
        is_same = (
            same_test_set(board.test_set, cell.test_set)
            and board.colour_space == cell.colour_space
            and any(name == cell.degradation for name, _ in board.degradations)
        )
        if is_same:
            yield from ((board, row) for row in _of(wanted, board) if _holds(row, cell))


def _holds(row: Row, cell: Published) -> bool:
    return any(each.degradation == cell.degradation for each in row.cells)


def _of(wanted: Json, board: Board) -> list[Row]:
    """The rows of a board that are of an experiment's task, confounders, rule and network."""
    if board.task != wanted["task"]:
        return []
    if set(board.confounders) != set(confounders_of(wanted)):
        return []
    method = (wanted["rule"]["kind"], wanted["network"]["kind"])
    return [
        row
        for row in board.rows
        if (row.rule, row.network.partition(" ")[0]) == method
        and (row.weights, row.verdict == "oracle") == ("last", False)
    ]


def _distance(row: Row, wanted: Json, evidence: Evidence) -> tuple[int, int]:
    newest = max(row.runs)
    return len(_differences(evidence.experiments[newest], wanted)), -newest


def _differences(experiment: Json, wanted: Json) -> tuple[str, ...]:
    """The settings of training, rule and network in which two experiments differ."""
    one, other = _settings(experiment), _settings(wanted)
    paths = dict.fromkeys((*other, *one))
    return tuple(path for path in paths if one.get(path) != other.get(path))


def _settings(experiment: Json) -> dict[str, str]:
    rule = {f"rule.{key}": str(value) for key, value in flat(experiment["rule"]).items()}
    shaping = {k: v for k, v in trained_as(experiment).items() if not k.startswith(_DATA)}
    average = str(experiment["train"].get("average"))
    return shaping | rule | {"train.average": average}


def _why(cell: Published, wanted: Json, evidence: Evidence) -> str:
    """Why there is no number of ours for a cell that could have one."""
    if not evidence.is_there(cell.test_set):
        return f"no data: {cell.test_set} is not there"
    tested = [(board, row) for board in evidence.boards for row in _of(wanted, board)]
    if not tested:
        return "no run yet"
    board, row = tested[-1]
    is_pairs = is_captured(board.suite)
    how = f"--pairs {cell.test_set}" if is_pairs else f"--images {cell.test_set}"
    suite = "" if is_pairs else f" --suite {board.suite}"
    return f"not tested on {cell.test_set}: dilctl eval {max(row.runs)} {how}{suite}"


def _notes(number: int, blocks: Sequence[Block], evidence: Evidence) -> Iterable[str]:
    yield f"Paper: {SOURCE}, Table {number}; single numbers of one run each, without intervals."
    yield "Ours: means over images and seeds, ± half of a 95 % bootstrap interval over images."
    yield from dict.fromkeys(fact for block in blocks for fact in facts(block.task))
    filled = {
        (line.label, side.ours.runs): side
        for block in blocks
        for line in block.lines
        for side in line.cells
        if side.ours
    }
    for (label, runs), side in filled.items():
        wanted = _wanted(side.paper, evidence)
        assert wanted is not None, "a cell that has ours belongs to an experiment of the table"
        yield _whose(label, runs, evidence.experiments[max(runs)], wanted)


def _whose(label: str, runs: Sequence[int], experiment: Json, wanted: Json) -> str:
    """Which runs are behind a line, and whether they may be compared with the paper."""
    which = f"{label}: run{'s'[: len(runs) - 1]} {', '.join(map(str, runs))}"
    differences = _differences(experiment, wanted)
    if not differences:
        training = listed(short_name(source) for source in images_of(experiment))
        return f"{which}, trained as the table says, on {training}."
    return (
        f"{which}, not trained as the table says, so not to be compared with the paper; "
        f"different are {listed(differences)}."
    )
