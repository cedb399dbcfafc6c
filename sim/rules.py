"""What a rule is: one file, one class, its numbers, and one or more steps of the month.

A *process* happens anyway (``sim/processes``), a *lever* is what a policy changes
(``sim/levers``). The folder is the registry: the class's name in scenarios is its file's stem.
A step is of one of three kinds:

``@person_step``
    Plain Python about one person: arguments are column names, the rule's own numbers, ``month``,
    and ``u``/``u1`` for the person's luck this month. Arithmetic and conditional expressions
    only; compiled to a vector loop, or run as written with ``engine="python"``.
``@array_step``
    NumPy on index sets, for what is collective: queues, capacity, matching.
``@agent_step``
    Ordinary Mesa Python, once per institution of a kind.

Every step names its phase of the month (`sim.schedule`) and the columns that it writes.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from sim.access import Stage, counts
from sim.effects import Effect, effect_function
from sim.errors import DesistError
from sim.kernels import argument_names
from sim.parameters import Quantity, dial, figure, parameter, quantity_of

if TYPE_CHECKING:
    from sim.world import World

__all__ = [
    "Column", "Effect", "Lever", "Process", "Rule", "Step", "agent_step", "array_step", "dial",
    "figure", "parameter", "person_step", "registry",
]  # fmt: skip

StepKind = Literal["person", "array", "agent"]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """A column of the people table: name, dtype, unit, meaning, and the value of a new row."""

    name: str
    dtype: str
    unit: str
    meaning: str
    initial: float = 0


@dataclass(frozen=True)
class Step:
    """One thing that a rule does in one phase of the month."""

    kind: StepKind
    phase: str
    writes: tuple[str, ...]
    function: FunctionType
    where: str | None = None
    adds_to: str | None = None
    agents: str | None = None

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__


F = TypeVar("F", bound=Callable[..., Any])


def person_step(
    phase: str, *, writes: Sequence[str] = (), adds_to: str | None = None, where: str | None = None
) -> Callable[[F], F]:
    """Mark a function of one person as a step.

    Parameters
    ----------
    phase
        Phase of the month.
    writes
        Columns that the returned values (one, or a tuple) are stored in.
    adds_to
        Instead of ``writes``: the named rate (log scale) that the returned value is added to.
    where
        Selection of people (`World.selection`) that the step visits; everybody when None.
    """
    if bool(writes) == bool(adds_to):
        raise TypeError("a person step either writes columns or adds to one rate")
    return _mark("person", phase, tuple(writes), where=where, adds_to=adds_to)


def array_step(
    phase: str, *, writes: Sequence[str] = (), adds_to: str | None = None
) -> Callable[[F], F]:
    """Mark a method ``(self, world)`` as a step on arrays.

    Parameters
    ----------
    phase
        Phase of the month.
    writes
        Columns that it may change.
    adds_to
        Named rate (log scale) that it adds to for a few rows, by `World.rate`.
    """
    return _mark("array", phase, tuple(writes), adds_to=adds_to)


def agent_step(phase: str, *, agents: str, writes: Sequence[str] = ()) -> Callable[[F], F]:
    """Mark a method ``(self, world, agent)`` as a step of every institution of a kind."""
    return _mark("agent", phase, tuple(writes), agents=agents)


def _mark(kind: StepKind, phase: str, writes: tuple[str, ...], **more: Any) -> Callable[[F], F]:
    def mark(function: F) -> F:
        function.__step__ = (kind, phase, writes, more)  # type: ignore[attr-defined]
        if kind == "person":
            # Read now: the file may be edited while a long run goes on.
            function.__source__ = inspect.getsource(function)  # type: ignore[attr-defined]
        return function

    return mark


class Rule(BaseModel):
    """Base of every process and lever: a frozen set of numbers with steps.

    Class attributes a rule may set: ``paragraphs`` (of the Kyoto Declaration), ``columns`` (of its
    own), ``effects`` (columns that fade and act on offending by themselves), ``metrics``
    (name -> (unit, meaning)) that its steps count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = ""
    kind: ClassVar[Literal["process", "lever"]] = "process"
    paragraphs: ClassVar[tuple[int, ...]] = ()
    columns: ClassVar[tuple[Column, ...]] = ()
    effects: ClassVar[tuple[Effect, ...]] = ()
    metrics: ClassVar[Mapping[str, tuple[str, str]]] = {}

    @classmethod
    def all_columns(cls) -> tuple[Column, ...]:
        """The rule's columns, those of its effects included."""
        return cls.columns + tuple(
            Column(effect.column, "f4", "log hazard ratio", effect.meaning)
            for effect in cls.effects
        )

    @classmethod
    def steps(cls) -> tuple[Step, ...]:
        """Steps of the effects, then the others in the order in which the file has them."""
        found = [
            Step("array", e.phase, (e.column,), effect_function(e), adds_to="offending")
            for e in cls.effects
        ]
        for member in vars(cls).values():
            function: Any = member.__func__ if isinstance(member, staticmethod) else member
            if hasattr(function, "__step__"):
                kind, phase, writes, more = function.__step__
                found.append(Step(kind, phase, writes, function, **more))
        return tuple(found)

    @classmethod
    @cache
    def quantities(cls) -> dict[str, Quantity]:
        """Every number of the rule, by name."""
        return {n: quantity_of(cls.name, n, field) for n, field in cls.model_fields.items()}

    def found(self, world: World) -> None:
        """Prepare a new world (once, before its first month)."""

    def enter(self, world: World, rows: Rows) -> None:
        """Complete people who have just entered the world, as founders or as entrants."""

    def constants(self, world: World) -> Mapping[str, float]:
        """Derived scalars that person steps may name as arguments."""
        return {}

    def note_access(self, world: World, stage: Stage, rows: Rows) -> None:
        """Record that these people have reached a stage of access to this lever."""
        if world.month >= 0:  # nothing is recorded in the warm-up
            world.records.access(self.name, stage, world.month, counts(world, rows))

    def draw(
        self,
        world: World,
        decision: str,
        ids: NDArray[np.uint32],
        month: int | NDArray[np.integer] | None = None,
        slot: int | NDArray[np.integer] = 0,
    ) -> NDArray[np.float64]:
        """Uniforms in (0, 1) of a named decision of this rule, one per identity."""
        when = world.month if month is None else month
        return world.draws.uniform(f"{self.name}.{decision}", ids, when, slot)

    def happens(
        self,
        world: World,
        decision: str,
        ids: NDArray[np.uint32],
        chance: float | NDArray[np.floating],
        month: int | NDArray[np.integer] | None = None,
        slot: int | NDArray[np.integer] = 0,
        kind: NDArray[np.integer] | None = None,
    ) -> NDArray[np.bool_]:
        """Whether a named decision turns out yes, per identity: ``draw(...) < chance``, cheaper.

        With ``kind``, ``chance`` holds the probability of each kind: ``draw(...) < chance[kind]``.
        """
        when = world.month if month is None else month
        return world.draws.below(f"{self.name}.{decision}", ids, when, chance, slot, kind)

    def by_lot(
        self,
        world: World,
        decision: str,
        rows: Rows,
        places: int,
        month: int | NDArray[np.integer] | None = None,
        slot: int | NDArray[np.integer] = 0,
    ) -> Rows:
        """Rows that get the places when all draw lots: the lowest draws, lowest first.

        Nothing is drawn or sorted that need not be (`Draws.lowest`): with no place, or with one
        for everybody (who come in the order given), the lot decides nothing.
        """
        when = world.month if month is None else month
        if places <= 0:
            return rows[:0]
        stream = f"{self.name}.{decision}"
        return rows[world.draws.lowest(stream, world.people.id[rows], places, when, slot)]


class Process(Rule):
    """What happens anyway."""

    kind: ClassVar[Literal["process", "lever"]] = "process"


class Lever(Rule):
    """What policy changes. With every dial at its default it must change nothing."""

    kind: ClassVar[Literal["process", "lever"]] = "lever"

    def is_on(self) -> bool:
        """Whether any dial differs from the status quo."""
        return any(
            getattr(self, q.name) != q.default
            for q in self.quantities().values()
            if q.kind == "dial"
        )


SHIPPED = (Path(__file__).parent / "processes", Path(__file__).parent / "levers")


def registry(folders: Iterable[Path | str] = ()) -> dict[str, type[Rule]]:
    """Every rule by name: the shipped folders, then the given ones.

    Raises
    ------
    DesistError
        When a file does not hold exactly one rule, or two files share a name.
    """
    return dict(_registry(tuple(Path(f).resolve() for f in folders)))


@cache
def _registry(folders: tuple[Path, ...]) -> dict[str, type[Rule]]:
    rules: dict[str, type[Rule]] = {}
    for folder in (*SHIPPED, *folders):
        if not folder.is_dir():
            raise DesistError("no such folder of rules", where=str(folder))
        for path in sorted(folder.glob("*.py")):
            if path.stem.startswith("_"):
                continue
            try:
                rule = _rule_in(path, shipped=folder in SHIPPED)
            except DesistError:
                raise
            except Exception as error:  # whatever Python says of a file that is not ours
                raise DesistError(
                    "the rule cannot be read", _line_of(path, error),
                    f"{type(error).__name__}: {error}",
                ) from error  # fmt: skip
            if path.stem in rules:
                raise DesistError(
                    f"two rules are named {path.stem!r}",
                    where=str(path),
                    mend="rename one of the files",
                )
            rules[path.stem] = rule
    return rules


def _rule_in(path: Path, shipped: bool) -> type[Rule]:
    if shipped:
        module_name = f"sim.{path.parent.name}.{path.stem}"
        module = importlib.import_module(module_name)
    else:
        module_name = f"desist_rules_{path.stem}"
        spec = importlib.util.spec_from_file_location(module_name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module
        spec.loader.exec_module(module)
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module_name
    ]
    if len(found) != 1:
        raise DesistError(
            f"expected one rule, found {len(found)}", where=str(path), mend="one file, one rule"
        )
    rule = found[0]
    rule.name = path.stem
    _check(rule)
    return rule


def _line_of(path: Path, error: Exception) -> str:
    """Where in a file of rules an error is: its last line that was run, or that has the slip."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    return f"{path}:{line}" if line else str(path)


def _check(rule: type[Rule]) -> None:
    """Fail early, naming the culprit, when a rule's declaration cannot work."""
    from sim import schedule

    for quantity in rule.quantities().values():
        if quantity.kind == "dial" and rule.kind != "lever":
            raise TypeError(f"{rule.name}.{quantity.name}: only levers have dials")
    for step in rule.steps():
        if step.phase not in schedule.PHASES:
            raise TypeError(f"{rule.name}.{step.name}: no phase {step.phase!r} in the month")
        if step.kind == "person" and not argument_names(step.function):
            raise TypeError(f"{rule.name}.{step.name}: a person step reads at least one column")
