"""Finished parts of a validation, one file each: the same command goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiment.cells import code_version, digest
from sim.experiment.store import write_json

PARTS = "parts"


@dataclass(frozen=True)
class Task:
    """One world, trial or claim to simulate.

    Attributes
    ----------
    label
        What it is, for the reader who waits.
    content
        Everything that the answer depends on, as plain data.
    work
        Computes the answer: plain data.
    arguments
        Given to ``work``.
    """

    label: str
    content: Any
    work: Callable[..., Any]
    arguments: tuple[Any, ...]

    @property
    def key(self) -> str:
        """Name of the file that keeps the answer."""
        return digest([code_version(), self.label, self.content])[:24]


def carry_out(
    tasks: list[Task], out: Path, workers: int, tell: Callable[[str, int, int], None]
) -> list[Any]:
    """Answers of all tasks in order; those kept in the folder are read, the rest computed."""
    from joblib import Parallel, delayed

    folder = out / PARTS
    folder.mkdir(parents=True, exist_ok=True)
    answers: dict[str, Any] = {}
    for task in tasks:
        path = folder / f"{task.key}.json"
        if path.exists():
            answers[task.key] = json.loads(path.read_text(encoding="utf-8"))
    missing = {task.key: task for task in tasks if task.key not in answers}
    if missing:
        pool = Parallel(n_jobs=min(workers, len(missing)), return_as="generator_unordered")
        calls = (delayed(_keyed)(key, task.work, task.arguments) for key, task in missing.items())
        for key, answer in pool(calls):
            write_json(folder / f"{key}.json", answer)
            answers[key] = json.loads(json.dumps(answer))
            tell(missing[key].label, len(answers), len({task.key for task in tasks}))
    return [answers[task.key] for task in tasks]


def _keyed(key: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[str, Any]:
    return key, work(*arguments)
