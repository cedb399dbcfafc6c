"""The guard at the gate: scenario folders that did not ship with desist are data from strangers.

Read before Hydra composes anything. By then it would be too late: a ``hydra:`` block in a
scenario runs code of its choice, and ``${oc.env:...}`` copies secrets into results.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.app.guard_content import NAME, check_file
from sim.errors import DesistError
from sim.experiment.fit_table import SUFFIX as DRAWS
from sim.experiment.fit_table import read_table
from sim.experiment.scenario import KINDS, PLURALS
from sim.experiment.yaml_file import read_yaml, shown

MOST_FILES = 2_000
"""Files, or folders, in one scenario folder; ``--scenarios /`` should not read the disk."""

MOST_BYTES = 4_000_000
"""All scenario files of one folder together."""

MOST_BUILT_ON = 20
"""Files that one scenario may be put together from."""

_SUFFIXES = (".yaml", ".yml")


BuiltOn = dict[tuple[str, str], tuple[Path, list[str]]]
"""(kind, name) -> the file, and the names in its ``defaults``."""


def check_folders(folders: Sequence[Path]) -> None:
    """Read every scenario file of the user's folders and refuse what is not plain description.

    Parameters
    ----------
    folders
        In the order in which they are searched.

    Raises
    ------
    DesistError
        For the first thing that is not allowed, with file and line.
    """
    built_on: BuiltOn = {}
    for folder in folders:
        for key, found in _check_folder(folder).items():
            built_on.setdefault(key, found)
    for kind, name in built_on:
        _follow(built_on, kind, name, ())


def _check_folder(folder: Path) -> BuiltOn:
    built_on: BuiltOn = {}
    size = 0
    for path in _scenario_files(folder):
        if path.name.casefold().endswith(DRAWS):
            _check_draws(folder, path)
        else:
            kind, name = _place(folder, path)
            file = read_yaml(path)
            check_file(file, kind)
            others = [str(item) for item in file.content.get("defaults", ()) if item != "_self_"]
            built_on[kind, name] = path, others
        size += path.stat().st_size
        if size > MOST_BYTES:
            why = f"more than {MOST_BYTES // 1_000_000} MB of scenarios"
            raise DesistError("a scenario folder too large", where=shown(folder), why=why)
    return built_on


def _check_draws(folder: Path, path: Path) -> None:
    """Refuse draws of a fit that no place would find, and what is not a table of numbers."""
    place = path.with_name(path.name[: -len(DRAWS)] + ".yaml")
    parts = path.relative_to(folder.resolve()).parts
    if len(parts) != 2 or parts[0] != "jurisdiction" or not place.is_file():
        raise DesistError(
            "draws of a fit without their place", where=shown(path),
            why=f"expected {place.name} beside it, in the folder jurisdiction",
            mend="copy both files that desist calibrate has written",
        )  # fmt: skip
    if not path.name.endswith(DRAWS):
        raise DesistError(
            f"draws of a fit are named NAME{DRAWS}", where=shown(path), mend="rename it"
        )
    read_table(path)


def _follow(built_on: BuiltOn, kind: str, name: str, chain: tuple[str, ...]) -> int:
    """Count the files that a scenario is put together from; Hydra would go round for ever."""
    path, others = built_on.get((kind, name), (None, []))
    if path is None:
        return 1  # a shipped one, or none at all
    if name in chain:
        raise DesistError(
            f"the {kind} '{name}' builds on itself", where=shown(path),
            why=" -> ".join([*chain[chain.index(name):], name]), mend="take it out of 'defaults'",
        )  # fmt: skip
    count = 1
    for other in others:
        count += _follow(built_on, kind, other, (*chain, name))
        if count > MOST_BUILT_ON:
            why = f"more than {MOST_BUILT_ON} files are put together"
            raise DesistError(f"the {kind} '{name}' builds on too many others", shown(path), why)
    return count


def _place(folder: Path, path: Path) -> tuple[str, str]:
    """Kind and name of a file, both by where it lies."""
    parts = path.relative_to(folder.resolve()).parts
    if len(parts) != 2 or parts[0] not in KINDS:
        given = parts[0] if len(parts) == 2 else None
        raise DesistError(
            "a scenario file in the wrong place", where=shown(path),
            why=f"expected one of the folders {', '.join(KINDS)} with NAME.yaml in it",
            mend=f"rename the folder to '{_singular(given)}'" if _singular(given) else None,
        )  # fmt: skip
    if path.suffix != ".yaml":
        raise DesistError("a scenario file is named NAME.yaml", where=shown(path), mend="rename it")
    if not NAME.match(path.stem):
        raise DesistError(
            f"not a usable name '{path.stem}'",
            where=shown(path),
            mend="use letters, digits, - and _",
        )
    return parts[0], path.stem


def _singular(name: str | None) -> str | None:
    """The kind that a folder's name means, such as ``policies``."""
    return next((kind for kind, plural in PLURALS.items() if name and plural == name), None)


def _scenario_files(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    count = 0
    for place, folders, files in os.walk(root, onerror=_unreadable):
        for name in sorted(folders):
            path = Path(place, name)
            if path.is_symlink():
                raise DesistError(
                    "a linked folder among the scenarios", where=shown(path), mend="copy it instead"
                )
            if name.casefold().endswith((*_SUFFIXES, DRAWS)):
                raise DesistError("a folder named like a scenario file", where=shown(path))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = sorted(name for name in files if not name.startswith("."))
        count += len(files) + len(folders)
        if count > MOST_FILES:
            raise DesistError(
                "not a scenario folder", where=shown(folder), why=f"more than {MOST_FILES} files"
            )
        for name in files:
            path = Path(place, name)
            if name.casefold().endswith((*_SUFFIXES, DRAWS)):
                _check_regular(root, path)
                yield path
            elif name.casefold().endswith((".py", ".pyc", ".so")) and (
                Path(place) == root or path.relative_to(root).parts[0] in KINDS
            ):
                raise DesistError(
                    "Python among the scenarios", where=shown(path), why="scenarios are data",
                    mend="put rules into a folder of their own and add --rules DIR",
                )  # fmt: skip


def _unreadable(error: OSError) -> None:
    raise DesistError(
        "cannot read the folder", where=shown(Path(str(error.filename))), why=error.strerror
    )


def _check_regular(root: Path, path: Path) -> None:
    try:
        inside = root in path.resolve().parents
    except (OSError, RuntimeError):  # a link to itself
        inside = False
    if not inside:
        raise DesistError(
            "a link that leaves the scenario folder, or leads nowhere",
            where=shown(path),
            mend="copy the file instead",
        )
    if not path.is_file():
        raise DesistError("not a regular file", where=shown(path))
