"""Steps bound to a world: each becomes a function without arguments, called once a month.

A person step is compiled to a loop over everybody, or run as plain Python with that engine; an
array step is called as it is, an agent step once for each institution of its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.institutions import Institution
from sim.kernels import argument_names, compile_person_step
from sim.rules import Rule, Step
from sim.selection import Selections

if TYPE_CHECKING:
    from sim.world import World


def watched(selections: Selections, step: Step, run: Callable[[], None]) -> Callable[[], None]:
    """Run a step so that groups of people are known to be steady, or looked at again."""
    changes_status = not {"status", "*"}.isdisjoint(step.writes)

    def watching() -> None:
        selections.steady = not changes_status
        try:
            run()
        finally:
            selections.steady = False
        if changes_status:
            selections.look_again()

    return watching


def bind(world: World, rule: Rule, step: Step) -> Callable[[], None]:
    """Make the call that carries out a step of a rule in a world."""
    if step.kind == "array":
        return partial(step.function, rule, world)
    if step.kind == "agent":
        agents = [i for i in world.institutions if type(i).__name__.lower() == step.agents]
        if not agents:
            raise TypeError(f"{rule.name}.{step.name}: no institutions {step.agents!r}")
        return partial(_run_agents, world, rule, step, agents)
    if world.engine == "python":
        return partial(_run_python, world, rule, step, scalars(world, rule, step))
    return _compiled(world, rule, step)


def _run_agents(world: World, rule: Rule, step: Step, agents: list[Institution]) -> None:
    for agent in agents:
        step.function(rule, world, agent)


def scalars(world: World, rule: Rule, step: Step) -> dict[str, float]:
    """Arguments of a person step that are the same for everybody, by name.

    Raises
    ------
    TypeError
        For an argument that is neither one of these, nor a column, nor luck, nor the month.
    """
    derived = rule.constants(world)
    found: dict[str, float] = {}
    for name in argument_names(step.function):
        if name in derived:
            found[name] = float(derived[name])
        elif name in type(rule).model_fields:
            found[name] = float(getattr(rule, name))
        elif not world.has_column(name) and name not in ("u", "u1", "month"):
            raise TypeError(f"{rule.name}.{step.name} has an unknown argument {name!r}")
    return found


def _compiled(world: World, rule: Rule, step: Step) -> Callable[[], None]:
    known = scalars(world, rule, step)
    roles = []
    for name in argument_names(step.function):
        role = "word" if name in ("u", "u1") else "column" if world.has_column(name) else "scalar"
        roles.append((name, role))
    outputs = (f"rate_{step.adds_to}",) if step.adds_to else step.writes
    stream = f"{rule.name}.{step.name}"
    kernel = compile_person_step(stream, step.function, roles, outputs, step.adds_to is not None)
    columns = [n for n, role in roles if role == "column"]
    words = sum(role == "word" for _, role in roles)
    numbers = [known.get(n) for n, role in roles if role == "scalar"]  # None is the month
    others = [o for o in outputs if o not in columns]
    sources: dict[str, Callable[[str], NDArray[Any]]] = {
        name: world.column if name.startswith("rate_") else world.people.array
        for name in (*columns, *others)
    }

    def run() -> None:
        ids = world.people.id
        arrays = {name: column(name) for name, column in sources.items()}
        rows = world.selection(step.where) if step.where else None
        if rows is not None:
            # Gathered, run as a vector and put back: a loop over an index does not vectorise.
            if rows.shape[0] == 0:
                return
            ids = ids[rows]
            arrays = {name: array[rows] for name, array in arrays.items()}
        drawn = [np.empty(ids.shape[0], np.uint32) for _ in range(words)]
        if words == 2:
            world.draws.word_pairs(stream, ids, world.month, drawn[0], drawn[1])
        elif words:
            world.draws.words(stream, ids, world.month, drawn[0])
        month = float(world.month)
        kernel(
            *(arrays[name] for name in columns),
            *drawn,
            *(month if number is None else number for number in numbers),
            *(arrays[name] for name in others),
        )
        if rows is not None:
            for name in outputs:
                world.column(name)[rows] = arrays[name]

    return run


def _run_python(world: World, rule: Rule, step: Step, known: dict[str, float]) -> None:
    rows = world.selection(step.where) if step.where else np.arange(len(world.people))
    names = argument_names(step.function)
    outputs = [f"rate_{step.adds_to}"] if step.adds_to else list(step.writes)
    stream = f"{rule.name}.{step.name}"
    for row in rows:
        identity = int(world.people.id[row])
        values = []
        for name in names:
            if name in ("u", "u1"):
                word = ("u", "u1").index(name)
                values.append(world.draws.one(stream, identity, world.month, word))
            elif name == "month":
                values.append(float(world.month))
            elif name in known:
                values.append(known[name])
            else:
                values.append(float(world.column(name)[row]))
        answer = step.function(*values)
        parts = answer if isinstance(answer, tuple) else (answer,)
        for output, part in zip(outputs, parts, strict=True):
            column = world.column(output)
            column[row] = float(column[row]) + part if step.adds_to else part
