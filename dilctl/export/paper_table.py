"""A table of the paper beside ours, for other programs and for papers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dilctl.export.markdown import escaped as as_markdown
from dilctl.export.spreadsheet import Value, csv_text
from dilctl.export.tex import comment
from dilctl.export.tex import escaped as as_tex
from dilctl.leaderboard.paper_table import Block, PaperTable, Side
from dilctl.words import short_degradation

ABSENT = "—"


def title(block: Block) -> str:
    """What a block is of, as in ``denoise · CBSD68 · PSNR in dB``."""
    measure = {"y": "PSNR on Y in dB", "official": "PSNR of its server in dB"}
    return (
        f"{block.task} · {block.test_set} · {measure.get(block.colour_space, 'PSNR in dB')}, "
        "ours / paper"
    )


def cell(side: Side, *, with_interval: bool) -> str:
    """Ours and the paper's number, as in ``30.12 ±0.41 / 30.29``, or ``30.12/30.29``."""
    ours = side.ours.psnr if side.ours else None
    said = ABSENT if ours is None else f"{ours.mean:.2f}"
    if not with_interval:
        return f"{said}/{side.paper.psnr:.2f}"
    if ours is not None and ours.low is not None and ours.high is not None:
        said += f" ±{(ours.high - ours.low) / 2:.2f}"
    return f"{said} / {side.paper.psnr:.2f}"


def rows(block: Block, *, with_interval: bool) -> list[list[str]]:
    """The lines of a block: the method, then its cells."""
    return [
        [line.label, *(cell(side, with_interval=with_interval) for side in line.cells)]
        for line in block.lines
    ]


def heads(block: Block) -> list[str]:
    """What stands above the columns."""
    return ["method", *map(short_degradation, block.degradations)]


def reasons(block: Block) -> list[str]:
    """Why cells are empty, a sentence each, with the methods whose cells they are."""
    found: dict[str, dict[str, None]] = {}
    for line in block.lines:
        for side in line.cells:
            if side.missing:
                found.setdefault(side.missing, {})[line.label] = None
    return [
        f"{ABSENT} {why}"
        if len(methods) == len(block.lines)
        else f"{ABSENT} {why} ({_all(methods)})"
        for why, methods in found.items()
    ]


def _all(methods: Mapping[str, None]) -> str:
    return ", ".join(methods)


def paper_table_json(table: PaperTable) -> dict[str, Any]:
    """A table as JSON values: its fields by their names."""
    return asdict(table)


def paper_table_csv(table: PaperTable) -> str:
    """A table as CSV: a line for each cell."""
    return csv_text(
        [
            _line(block, line.label, side)
            for block in table.blocks
            for line in block.lines
            for side in line.cells
        ]
    )


def _line(block: Block, label: str, side: Side) -> dict[str, Value]:
    ours = side.ours
    return {
        "table": side.paper.table,
        "task": block.task,
        "test_set": block.test_set,
        "colour_space": block.colour_space,
        "method": label,
        "rule": side.paper.rule,
        "network": side.paper.network,
        "order": side.paper.order,
        "degradation": side.paper.degradation,
        "psnr": ours.psnr.mean if ours else None,
        "psnr low": ours.psnr.low if ours else None,
        "psnr high": ours.psnr.high if ours else None,
        "ssim": ours.ssim if ours else None,
        "paper psnr": side.paper.psnr,
        "paper ssim": side.paper.ssim,
        "runs": " ".join(map(str, ours.runs)) if ours else "",
        "seeds": " ".join(map(str, ours.seeds)) if ours else "",
        "images": ours.images if ours else None,
        "missing": side.missing,
    }


def paper_table_markdown(table: PaperTable) -> str:
    """A heading, a table and the empty cells' reasons for each block, then the notes."""
    parts: list[str] = []
    for block in table.blocks:
        above = heads(block)
        lines = [above, [":--", *["--:"] * (len(above) - 1)]]
        said = [[as_markdown(field) for field in row] for row in rows(block, with_interval=True)]
        parts += [f"### {as_markdown(title(block))}", ""]
        parts += [f"| {' | '.join(line)} |" for line in (*lines, *said)]
        parts += ["", *(f"* {as_markdown(why)}" for why in reasons(block)), ""]
    return "\n".join([*parts, *(f"* {as_markdown(note)}" for note in table.notes)]) + "\n"


def paper_table_latex(table: PaperTable) -> str:
    r"""A table for each block, for ``\input`` with the package booktabs; notes as comments."""
    parts = [r"% In the preamble: \usepackage{booktabs}.", *map(comment, table.notes)]
    for block in table.blocks:
        columns = "l" + "r" * len(block.degradations)
        parts += ["", *(comment(why) for why in reasons(block))]
        parts += [r"\begin{table}[t]", r"  \centering", rf"  \caption{{{as_tex(title(block))}}}"]
        parts += [rf"  \begin{{tabular}}{{{columns}}}", r"    \toprule"]
        parts += [_tex(heads(block)), r"    \midrule"]
        parts += [_tex(row) for row in rows(block, with_interval=True)]
        parts += [r"    \bottomrule", r"  \end{tabular}", r"\end{table}"]
    return "\n".join(parts) + "\n"


def _tex(fields: Sequence[str]) -> str:
    return f"    {' & '.join(map(as_tex, fields))} \\\\"
