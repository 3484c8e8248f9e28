"""Queries, sorts and patterns that might be asked, and texts that are nearly such."""

from hypothesis import strategies as st

from storage.query.checks import PATTERN, complaint, kept, value_complaint
from storage.query.fields import FIELDS, Kind
from storage.query.sort import Key, Sort
from storage.query.tree import (
    And,
    Asked,
    Comparison,
    Condition,
    Literal,
    Metric,
    Named,
    Not,
    Operator,
    Or,
    Property,
    Query,
    Runs,
    Setting,
)
from tests.storage.query.plain import AMOUNTS

SETTINGS = (
    "config.train.lr",
    "config.train.batch",
    "config.train",
    "config.rule",
    "config.rule.kind",
    "config.rule.inner_rate",
    "config.confounders.0.sigma",
    "config.confounders.1",
    "config.confounders",
    "config.name",
    "config.flag",
    "config.nothing",
    "config.absent.even-more",
    "needs.gpu_memory",
    "needs.processes",
    "provenance.commit",
)
METRICS = (
    "loss",
    "odd name",
    "psnr@CBSD68:gaussian-noise sigma=30",
    "psnr@CBSD68:gaussian-noise sigma=30:average",
    "psnr@CBSD68:correlated-noise sigma=30",
    "psnr@CBSD68:noise-levels seen",
    "psnr@CBSD68:noise-levels unseen",
)
SHORT = ("psnr@CBSD68:sigma30", "PSNR@cbsd68:Sigma30", "psnr@CBSD68:30:average", "psnr@CBSD68:seen")
WORDS = (
    "erm",
    "dil-sf",
    "rrdb",
    "Ünïcode ☃ run",
    "box-1",
    "quo\"ted \\ and 'more'",
    "failed",
    "true",
    "0123",
    "3",
    "best",
    "a,b",
    "x" * 30,
    "100%_",
    "line\nbreak",
    "",
    "RRDB small",
)
PATTERNS = (
    "rrdb.*",
    "^dil-(sf|pf)$",
    "[a-m]+",
    "(?:x{3}){2,}",
    "\\d",
    "(a+)+$",
    "",
    "☃",
    "x$|^b",
    "\\.",
)
MOMENTS = (
    "2026-11-20",
    "2026-11-20T12:00",
    "2026-11-21T08:30:15",
    "2026-11-22T00:00Z",
    "2026-11-20T12:00:00+02:00",
    "2026-11-19",
)

texts = st.sampled_from(WORDS) | st.text(max_size=8)
numbers = (
    st.sampled_from((*AMOUNTS, "0", "1", "7", "29.5", "1e-4", "-3", "inf", "-inf", "1e999", "3.0"))
    | st.integers(-(10**20), 10**20).map(str)
    | st.integers(0, 12).map(str)
    | st.floats(allow_nan=False).map(repr)
)
plain_numbers = numbers.filter(lambda text: text not in AMOUNTS)
durations = st.sampled_from([text for text in AMOUNTS if text[-1] in "dmhw"])


def expressions() -> st.SearchStrategy[str]:
    """Patterns of the common language."""
    atoms = st.sampled_from(
        [
            "a",
            "b",
            "é",
            ".",
            "\\d",
            "\\W",
            "[ab]",
            "[^a]",
            "[\\w-]",
            "\\.",
            "^",
            "$",
            "",
            " ",
            "\\$",
        ]
    )
    repeats = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"])
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner).map("|".join),
            inner.map("({})".format),
            st.tuples(inner, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        ),
        max_leaves=8,
    )


patterns = st.sampled_from(PATTERNS) | expressions()


def setting(text: str) -> Setting:
    document, *path = text.split(".")
    return Setting(document=document, path=tuple(path))


properties = st.sampled_from(sorted(FIELDS)).map(lambda name: Property(name=name))
settings_ = st.sampled_from(SETTINGS).map(setting)
metrics = st.sampled_from((*METRICS, *SHORT, "absent@x:y")).map(lambda name: Metric(name=name))
fields: st.SearchStrategy[Asked] = properties | settings_ | metrics
any_metrics = st.text(min_size=1, max_size=12).map(lambda name: Metric(name=name))


def _literals(asked: Asked, operator: Operator) -> st.SearchStrategy[Literal]:
    if operator in PATTERN:
        return patterns.map(lambda text: Literal(text=text, quoted=True))
    match asked:
        case Metric():
            texts_ = numbers
        case Setting():
            bare = numbers.map(lambda text: Literal(text=text))
            return bare | texts.map(lambda text: Literal(text=text, quoted=True))
        case Property(name=name):
            texts_ = _property_texts(name, operator)
    return texts_.map(lambda text: kept(asked, operator, Literal(text=text)))


def _property_texts(name: str, operator: Operator) -> st.SearchStrategy[str]:
    field = FIELDS[name]
    match field.kind:
        case Kind.TEXT:
            return st.sampled_from(field.words) if field.words else texts
        case Kind.INTEGER:
            return plain_numbers
        case Kind.NUMBER:
            return numbers
        case Kind.DURATION:
            return plain_numbers | durations
        case Kind.MOMENT:
            moments = st.sampled_from(MOMENTS)
            same = operator in (Operator.EQUAL, Operator.UNEQUAL)
            return moments if same else moments | durations


@st.composite
def comparisons(draw: st.DrawFn, asked: st.SearchStrategy[Asked] = fields) -> Comparison:
    what = draw(asked)
    operator = draw(st.sampled_from([one for one in Operator if complaint(what, one) is None]))
    literals = _literals(what, operator).filter(
        lambda value: value_complaint(what, operator, value) is None
    )
    most = 3 if operator in (Operator.EQUAL, Operator.UNEQUAL) else 1
    values = draw(st.lists(literals, min_size=1, max_size=most))
    return Comparison(asked=what, operator=operator, values=tuple(values))


def _stretch(ends: tuple[int, int]) -> tuple[int, int]:
    return min(ends), max(ends)


def _trees(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return (
            inner.map(lambda part: Not(part=part))
            | several.map(lambda parts: And(parts=parts))
            | several.map(lambda parts: Or(parts=parts))
        )

    return st.recursive(leaves, grown, max_leaves=6)


ids = st.integers(0, 45) | st.integers(0, 10**18 - 1)
runs = st.lists(st.tuples(ids, ids).map(_stretch), min_size=1, max_size=3).map(
    lambda stretches: Runs(stretches=tuple(stretches))
)
named = texts.map(lambda text: Named(text=text))
conditions = _trees(comparisons() | runs | named)
queries = conditions.map(lambda condition: Query(condition=condition)) | st.just(Query())
odd_queries = _trees(comparisons(any_metrics) | named).map(lambda c: Query(condition=c))

sortable = fields.filter(
    lambda asked: not (isinstance(asked, Property) and FIELDS[asked.name].many)
)
keys = st.builds(Key, asked=sortable | any_metrics, descending=st.booleans())
sorts = st.lists(keys, min_size=1, max_size=3).map(lambda keys: Sort(keys=tuple(keys)))


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A query's text with a few places cut out, doubled or overwritten."""
    text = str(draw(queries))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 5)))
        pieces = (
            "",
            text[start:end] * 2,
            "(",
            ")",
            '"',
            "'",
            "=",
            "~",
            " or ",
            "not ",
            ":",
            ",",
            "\\",
            "@",
            "..",
            ";--",
            "%s",
            ":x",
            "?",
        )
        text = text[:start] + draw(st.sampled_from(pieces) | st.text(max_size=2)) + text[end:]
    return text
