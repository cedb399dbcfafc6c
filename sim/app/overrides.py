"""Checks ``key=value`` settings before Hydra sees them, and puts them in Hydra's words.

Hydra answers a mistyped key with the advice to prefix ``+``, which would create a setting that
nothing reads. Here the nearest real name is offered instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sim.app.commands import Command
from sim.errors import DesistError
from sim.experiment.data.columns import NAMES as COLUMNS
from sim.experiment.scenario import Scenarios
from sim.experiment.study import Study

IN_FILE = ("title", "vary", "design", "precision", "margin", "weights")
"""Parts of a study that only its file can give."""

_STUDY = (
    "study", "jurisdiction", "out", "workers", "engine", "cell", "report",
    *(name for name in Study.model_fields if name not in IN_FILE),
)  # fmt: skip
KEYS: dict[str, tuple[str, ...]] = {
    "compare": _STUDY,
    "sweep": _STUDY,
    "fit": ("jurisdiction", "persons", "months", "warmup_months", "replications", "seed"),
    "calibrate": (
        "jurisdiction", "targets", "free", "persons", "months", "warmup_months", "replications",
        "rounds", "draws", "seed", "workers", "out",
        "data", "format", "columns", "outcome", "index", "covariates",
    ),
    "validate": (
        "jurisdictions", "jurisdiction", "trials", "targets", "out", "persons", "months",
        "warmup_months", "replications", "trial_persons", "trial_worlds", "trial_replications",
        "refit_persons", "refit_points", "check_persons", "seed", "workers",
    ),
    "trial": ("trial", "out", "persons", "worlds", "replications", "warmup_months", "seed"),
}  # fmt: skip
"""Settings of each command that uses Hydra."""

NESTED = ("dials", "parameters")
"""Settings of the form ``dials.LEVER.DIAL``."""

ENGINES = {
    "local": (), "serial": (), "dask": ("address",),
    "slurm": ("queue", "cores", "memory", "walltime", "account"),
    "pbs": ("queue", "cores", "memory", "walltime", "account"),
}  # fmt: skip
"""Engines, and their settings ``engine.NAME``."""

PATHS = ("out", "data")
"""Settings that are paths, which may hold any letters."""

HYDRA_GROUPS = ("hydra/launcher", "hydra/sweeper")
HYDRA_SETTINGS = r"hydra\.((launcher|sweeper|sweep)(\.\w+)+|verbose)"
"""Settings of Hydra's own that a command line may give; the others could run code or read files."""

SINGLE = {
    "compare": ("jurisdictions", "[{}]"), "sweep": ("jurisdictions", "[{}]"),
    "fit": ("place", "{}"),
    "calibrate": ("place", "{}"),
    "validate": ("jurisdictions", "[{}]"),
}  # fmt: skip
"""What ``jurisdiction=NAME`` means to each command: Hydra takes that word for the folder."""


def to_hydra(
    command: Command, words: Sequence[str], scenarios: Scenarios, sweeping: bool
) -> list[str]:
    """Check settings and translate them.

    Parameters
    ----------
    sweeping
        Whether ``--multirun`` was given, so that ``a,b`` means one run for each.

    Raises
    ------
    DesistError
        For a word that is no setting, an unknown key, study or engine, or a malformed value.
    """
    return [_one(command, word, scenarios, sweeping) for word in words]


def quoted_paths(words: Sequence[str]) -> list[str]:
    """Put paths that Hydra's grammar cannot read, such as ``out=résultats``, in quotes.

    >>> quoted_paths(["out=résultats", "out=plain", "persons=é"])
    ['out="résultats"', 'out=plain', 'persons=é']
    """
    return [_quoted(word) if _is_path(word) and not _readable(word) else word for word in words]


def _is_path(word: str) -> bool:
    return word.partition("=")[0] in PATHS


def _quoted(word: str) -> str:
    key, _, value = word.partition("=")
    escaped = value.replace('"', '\\"')
    return f'{key}="{escaped}"'


def _readable(word: str) -> bool:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        return not OverridesParser.create().parse_override(word).is_sweep_override()
    except HydraException:
        return False


def given_keys(words: Sequence[str]) -> frozenset[str]:
    """First parts of the keys set on the command line."""
    return frozenset(word.lstrip("+~").partition("=")[0].partition(".")[0] for word in words)


def swept_keys(words: Sequence[str]) -> tuple[str, ...]:
    """Keys that a multirun gives several values, in order."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parsed = (OverridesParser.create().parse_override(word) for word in words if "=" in word)
    return tuple(override.key_or_group for override in parsed if override.is_sweep_override())


def _one(command: Command, word: str, scenarios: Scenarios, sweeping: bool) -> str:
    key, equals, value = word.partition("=")
    if re.match(r"[+~]*hydra([./@]|$)", key):
        return _hydra_setting(key, word)
    if key[:1] in ("+", "~"):
        _check_key(command, key.lstrip("+~"))
        raise DesistError(
            "settings can be changed, not added or removed", where=word, mend="leave out + and ~"
        )
    if not equals:
        mend = "write key=value"
        if word in scenarios.names("study"):
            mend = f"write study={word}"
        raise DesistError(f"cannot read '{word}'", where=f"desist {command.name}", mend=mend)
    _check_key(command, key)
    values = list(_values(word, sweeping))
    if key in ("study", "trial"):
        for name in values:
            if "/" in str(name) or str(name).endswith(".yaml"):
                raise DesistError(
                    f"a {key} is chosen by name, not by file: '{name}'",
                    where=f"{key}=",
                    mend=f"put it into DIR/{key} and add --scenarios DIR",
                )
            scenarios.load(key, str(name), f"{key}=")
    if key == "engine":
        for name in values:
            if str(name) not in ENGINES:
                raise DesistError(
                    f"unknown engine '{name}'", "engine=", given=str(name), valid=ENGINES
                )
    if key == "jurisdiction":
        target, form = SINGLE[command.name]
        return f"{target}=" + ",".join(form.format(part) for part in value.split(","))
    if key.partition(".")[0] in (*NESTED, "columns"):
        return f"++{word}"
    return f"++{word}" if key.startswith("engine.") else word


def _hydra_setting(key: str, word: str) -> str:
    """Let through what says how a multirun is launched, and nothing that names files or Python."""
    bare = key.lstrip("+~")
    if "searchpath" in word:
        raise DesistError("the search path is closed", where=word, mend="use --scenarios DIR")
    chosen = word.partition("=")[2]
    if bare in HYDRA_GROUPS:
        if not re.fullmatch(r"\w+", chosen):
            raise DesistError(f"no usable name '{chosen}'", where=word, mend=f"write {bare}=NAME")
    elif not re.fullmatch(HYDRA_SETTINGS, bare) or re.search(r"\b_\w*_\b", word):
        raise DesistError(
            f"the setting '{bare}' is closed", where=word,
            why="of Hydra's own, only launcher, sweeper and sweep can be set",
        )  # fmt: skip
    return word


def _check_key(command: Command, key: str) -> None:
    valid = KEYS[command.name]
    first, *more = key.split(".")
    if first not in valid:
        raise DesistError(
            f"unknown setting '{key}'", where=f"desist {command.name}", given=first, valid=valid
        )
    if first == "engine" and more:
        settings = sorted({name for names in ENGINES.values() for name in names})
        if len(more) != 1 or more[0] not in settings:
            raise DesistError(
                f"unknown setting '{key}'", "engine", given=".".join(more), valid=settings
            )
        return
    if first in NESTED and (len(more) != 2 or not all(more)):
        form = "LEVER.DIAL" if first == "dials" else "RULE.NAME"
        raise DesistError(f"incomplete setting '{key}'", mend=f"write {first}.{form}=value")
    if first == "columns":
        if len(more) != 1 or more[0] not in COLUMNS:
            raise DesistError(
                f"unknown setting '{key}'", mend="write columns.age=NAME",
                given=".".join(more), valid=COLUMNS,
            )  # fmt: skip
        return
    if first == "report" and more != ["language"]:
        raise DesistError(f"unknown setting '{key}'", mend="write report.language=en")
    if first not in (*NESTED, "report") and more:
        raise DesistError(f"unknown setting '{key}'", mend=f"set {first} as a whole")


def _values(word: str, sweeping: bool) -> Iterator[object]:
    """The value, or in a multirun the values, as Hydra reads them."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        override = OverridesParser.create().parse_override(word)
        swept = override.is_sweep_override()
        values = list(override.sweep_iterator()) if swept else [override.value()]
    except HydraException:
        raise DesistError(
            f"cannot read '{word}'",
            mend="put values with special characters in quotes: 'key=\"value\"'",
        ) from None
    if swept and not sweeping:
        key, _, value = word.partition("=")
        raise DesistError(
            f"several values for '{key}'",
            where=word,
            mend=f"write {key}=[{value}] for a list, or add --multirun to run once for each",
        )
    yield from values
