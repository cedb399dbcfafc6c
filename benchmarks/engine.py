"""How fast, how small, and what keyed draws buy: one run, printed as figures and ratios.

    python benchmarks/engine.py [--quick] [--json FILE]

Nothing here fails on wall time: machines differ and are noisy. Each figure asserts the work done.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import mesa
import numpy as np

from sim.app.shipped import shipped
from sim.assembly import build_rules
from sim.binding import scalars
from sim.experiment.scenario import scenarios_in
from sim.kernels import argument_names
from sim.place import Place
from sim.rules import Rule, Step
from sim.schedule import plan
from sim.world import World

PLACE = "us_states"
POLICIES = ("rehabilitation", "restorative", "noncustodial")
EVERYTHING = ("kyoto_ambitious",)
"""Every lever of paragraphs 36 to 42 on, each at an ambitious level."""

SCENARIOS = scenarios_in([shipped("scenarios")])


def load_place() -> Place:
    """The shipped place."""
    return Place.from_mapping(PLACE, SCENARIOS.load("jurisdiction", PLACE).content)


def rules_of(*policies: str) -> tuple[Rule, ...]:
    """Rules of the place with all levers of the policies on."""
    dials: dict[str, Any] = {}
    for name in policies:
        dials |= SCENARIOS.load("policy", name).content["dials"]
    return build_rules(load_place(), dials)


def speed(persons: int, months: int, policies: tuple[str, ...] = POLICIES) -> tuple[float, World]:
    """Nanoseconds per person-month of the whole schedule under the policies: the median month.

    Processor time of the one thread there is: on a shared machine a clock would time the others.
    """
    world = World(load_place(), rules_of(*policies), persons, 1, warmup_months=24)
    world.run_to(0)
    seconds = []
    for _ in range(months):
        start = time.process_time()
        world.step()
        seconds.append(time.process_time() - start)
    assert world.month == months
    assert abs(world.people.alive() / persons - 1.0) < 0.1
    if persons >= 10_000:
        work_was_done(world, policies)
    return float(np.median(seconds)) / persons * 1e9, world


def work_was_done(world: World, policies: tuple[str, ...]) -> None:
    """Refuse a figure for a world in which the courts or a lever of the policies stand idle."""
    series = world.records.finish().series
    for metric in ("offences", "arrests", "convictions", "prison_receptions", "prison_releases"):
        assert (series[metric] > 0).all(), metric
    for name in policies:
        for lever in SCENARIOS.load("policy", name).content["dials"]:
            metrics = world.rules[lever].metrics
            moved = [m for m in metrics if np.nansum(np.abs(series[m])) > 0]
            assert moved or not metrics, f"{lever} did nothing"


def sizes_of(policies: tuple[str, ...], quick: bool) -> tuple[dict[str, float], World]:
    """Nanoseconds per person-month by size, and the largest world."""
    found: dict[str, float] = {}
    for persons, months in ((10_000, 60), (100_000, 24), (1_000_000, 6 if quick else 24)):
        found[f"{persons:.0e}".replace("e+0", "e")], world = speed(persons, months, policies)
    return found, world


def bytes_per_person(world: World) -> float:
    """Bytes of columns and named rates, spare rows included, for each person alive."""
    row = world.people.bytes_per_row() + 4 * len(world._used_rates)
    return row * len(world.people) / world.people.alive()


class Citizen(mesa.Agent):
    """A person as an ordinary Mesa object: attributes, one method a month, Mesa's own luck."""

    def __init__(self, model: mesa.Model, columns: dict[str, float]) -> None:
        super().__init__(model)
        self.__dict__.update(columns)

    def month(self) -> None:
        """Run the bodies of the same person rules on this object."""
        for body, names, writes, adds_to, known in self.model.bodies:
            values = [
                self.random.random() if name in ("u", "u1")
                else known[name] if name in known
                else getattr(self, name)
                for name in names
            ]  # fmt: skip
            answer = body(*values)
            if adds_to:
                setattr(self, adds_to, getattr(self, adds_to) + answer)
            else:
                setattr(self, writes[0], answer)
        self.rate_offending = 0.0


def mesa_objects(persons: int, months: int) -> float:
    """Nanoseconds per person-month of the person rules alone, as Mesa objects under `do`.

    The array steps (courts, prisons, queues) are left out, which favours the objects.
    """
    world = World(load_place(), rules_of(*POLICIES), persons, 1, warmup_months=1)
    world.run_to(0)
    model = mesa.Model(rng=1)
    model.bodies = []
    for rule, step in plan(world.rules.values()):
        if step.kind == "person" and step.where is None:
            model.bodies.append(_as_object_step(world, rule, step))
    people = world.people
    for row in world.selection("everybody"):
        values = {name: float(people.array(name)[row]) for name in people.columns}
        Citizen(model, values | {"rate_offending": 0.0, "rate_breach": 0.0})
    start = time.process_time()
    for _ in range(months):
        model.agents.do("month")
    seconds = time.process_time() - start
    assert sum(agent.offences for agent in model.agents) > 0
    return seconds / (len(model.agents) * months) * 1e9


def _as_object_step(world: World, rule: Rule, step: Step) -> tuple[Any, ...]:
    known = scalars(world, rule, step) | {"month": float(world.month)}
    adds_to = f"rate_{step.adds_to}" if step.adds_to else None
    return step.function, argument_names(step.function), step.writes, adds_to, known


def variance_ratio(persons: int, replications: int, months: int) -> dict[str, float]:
    """Variance of the 36-month reconviction difference: independent seeds over keyed draws."""
    share: dict[str, list[float]] = {name: [] for name in ("status_quo", *POLICIES)}
    for replication in range(replications):
        world = World(load_place(), rules_of(), persons, 1000 + replication, warmup_months=36)
        world.run_to(0)
        past = world.snapshot()
        for name in share:
            arm = World.resume(past, rules_of(name))
            arm.run_to(months)
            cohort = arm.records.finish().cohort
            chosen = (cohort["index"] == 0) & (cohort["month"] < months - 36)
            to = cohort["to_reconviction"][chosen]
            assert to.shape[0] > 50
            share[name].append(float(((to > 0) & (to <= 36)).mean()))
    base = np.array(share["status_quo"])
    ratios = {}
    for name in POLICIES:
        arm = np.array(share[name])
        independent = arm.var(ddof=1) + base.var(ddof=1)
        paired = (arm - base).var(ddof=1)
        if paired > 0:  # a lever that does not touch the cohort has no difference to compare
            ratios[name] = float(independent / paired)
    return ratios


START = (
    "import time; t = time.perf_counter(); import benchmarks.engine as e; "
    "w = e.World(e.load_place(), e.rules_of(*e.POLICIES), 1000, 1, warmup_months=1); "
    "w.step(); print(time.perf_counter() - t)"
)


def start_seconds() -> tuple[float, float]:
    """Seconds from an empty process to the first month: cold (empty kernel cache) and warm."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as cache:
        env = os.environ | {"DESIST_CACHE": cache, "PYTHONPATH": str(root)}
        seconds = [
            float(
                subprocess.run(
                    [sys.executable, "-c", START], env=env, cwd=root, check=True,
                    capture_output=True, text=True,
                ).stdout
            )
            for _ in range(2)
        ]  # fmt: skip
    return seconds[0], seconds[1]


def main() -> None:
    """Run all figures and print them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer months and replications")
    parser.add_argument("--json", type=Path, help="also write the figures to FILE")
    options = parser.parse_args()
    quick: bool = options.quick
    for policies in (POLICIES, EVERYTHING):
        speed(5000, 24, policies)  # compile before anything is timed
    everything, world = sizes_of(EVERYTHING, quick)
    everything_bytes = bytes_per_person(world)
    sizes, world = sizes_of(POLICIES, quick)
    ns = sizes["1e6"]
    alive = world.people.alive()
    victims = sum(getattr(world.victims, c).nbytes for c in world.victims.state() if c != "dropped")
    objects = mesa_objects(2_000, 4 if quick else 12)
    ratios = variance_ratio(3_000 if quick else 10_000, 10 if quick else 30, 60)
    cold, warm = start_seconds()
    figures = {
        "ns_per_person_month": ns,
        "ns_per_person_month_by_size": sizes,
        "linearity_1e6_to_1e4": sizes["1e6"] / sizes["1e4"],
        "everything_ns_per_person_month": everything["1e6"],
        "everything_ns_per_person_month_by_size": everything,
        "everything_linearity_1e6_to_1e4": everything["1e6"] / everything["1e4"],
        "everything_to_three_levers": everything["1e6"] / ns,
        "everything_bytes_per_person": everything_bytes,
        "bytes_per_person": bytes_per_person(world),
        "bytes_of_victims_per_person": victims / alive,
        "mesa_do_ns_per_person_month": objects,
        "ratio_to_mesa_do": objects / ns,
        "variance_ratio": min(ratios.values()),
        "variance_ratio_by_policy": ratios,
        "start_seconds_cold": cold,
        "start_seconds_warm": warm,
        "cold_to_warm": cold / warm,
        "quick": quick,
    }
    for name, value in figures.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {part:,.2f}" for key, part in value.items())
        shown = f"{value:,.2f}" if isinstance(value, float) else value
        print(f"{name:40} {shown}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
