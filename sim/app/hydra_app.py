"""The only place that talks to Hydra: composes the settings and calls the command with them."""

from __future__ import annotations

import logging
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.scenario import KINDS

SCHEME = "desist"
"""Of the folders in Hydra's search path that hold scenarios."""

Task = Callable[[dict[str, Any], "Choice"], int]


class Choice:
    """What Hydra chose besides the settings.

    Attributes
    ----------
    study
        Name of the study.
    out
        In a multirun, the folder of this job; otherwise None.
    """

    def __init__(self, study: str, out: Path | None) -> None:
        self.study = study
        self.out = out


_own_folders: list[Path] = []


def call(
    name: str, overrides: Sequence[str], flags: Sequence[str], folders: Sequence[Path], task: Task
) -> int:
    """Let Hydra compose ``configs/NAME.yaml`` and call ``task`` with the resolved settings.

    Parameters
    ----------
    overrides
        Checked settings, in Hydra's words.
    flags
        Hydra's own flags, such as ``--multirun`` or ``--cfg job``.
    folders
        The user's scenario folders, searched first.

    Returns
    -------
    int
        The highest exit code of the jobs.
    """
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from hydra.types import RunMode
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    codes: list[int] = [0]
    errors: list[Exception] = []
    elsewhere = any(word.startswith("hydra/launcher=") for word in overrides)
    mailbox = Path(tempfile.mkdtemp(prefix=".desist-jobs-", dir=Path.cwd())) if elsewhere else None

    def job(config: Any) -> None:
        # Errors are kept and raised outside Hydra, which would print its own account of them.
        if errors:
            return
        try:
            settings = HydraConfig.get()
            many = settings.mode == RunMode.MULTIRUN
            out = Path(settings.runtime.output_dir) if many else None
            study = str(settings.runtime.choices.get("study"))
            content: Any = OmegaConf.to_container(config, resolve=True)
            codes.append(task(content, Choice(study, out)))
        except Exception as error:
            errors.append(error)
        if mailbox is not None:
            # The job runs in a process of its own, from which nothing else comes back.
            letter = pickle.dumps((codes, errors))
            (mailbox / f"{HydraConfig.get().job.num}").write_bytes(letter)

    logging.raiseExceptions = False  # Hydra logs to a pipe that `head` may have closed
    _own_folders[:] = folders
    _register_search_path()
    with _as_program(["desist", *flags, *overrides]):
        try:
            hydra.main(version_base="1.3", config_path=str(shipped("configs")), config_name=name)(
                job
            )()
        except (HydraException, OmegaConfBaseException, ValueError) as error:
            raise DesistError("the settings cannot be put together", why=_plain(error)) from None
        except Exception as error:
            if mailbox is None:
                raise
            # The jobs' own errors come by letter: this one is of the plugin that starts them.
            raise DesistError("the launcher failed", "hydra/launcher", _plain(error)) from None
        finally:
            if mailbox is not None:
                _collect(mailbox, codes, errors)
    for kept in errors:
        if isinstance(kept, OmegaConfBaseException):
            raise DesistError("the settings cannot be resolved", why=_plain(kept)) from None
        raise kept
    return max(codes)


def _collect(mailbox: Path, codes: list[int], errors: list[Exception]) -> None:
    """Read how the jobs in other processes ended, and clear their letters away."""
    for letter in sorted(mailbox.iterdir()):
        some_codes, some_errors = pickle.loads(letter.read_bytes())
        codes += some_codes
        errors += some_errors
    shutil.rmtree(mailbox, ignore_errors=True)


@cache
def _register_search_path() -> None:
    from hydra._internal.core_plugins.file_config_source import FileConfigSource
    from hydra.core.config_search_path import ConfigSearchPath
    from hydra.core.plugins import Plugins
    from hydra.plugins.search_path_plugin import SearchPathPlugin

    class ScenarioFolder(FileConfigSource):
        """A folder of which only the kinds of scenarios are read.

        A setting whose name is that of a folder would otherwise choose a file in it: ``out=DIR``
        beside a folder ``out``.
        """

        @staticmethod
        def scheme() -> str:
            return SCHEME

        def is_group(self, config_path: str) -> bool:
            kind = config_path.partition("/")[0]
            return kind in ("", *KINDS) and super().is_group(config_path)

        def is_config(self, config_path: str) -> bool:
            return config_path.partition("/")[0] in KINDS and super().is_config(config_path)

    class OwnFoldersFirst(SearchPathPlugin):
        """The user's folders before the shipped ones, so that they can replace a file."""

        def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
            for folder in reversed(_own_folders):
                search_path.prepend("own", f"{SCHEME}://{folder}", anchor="main")
            search_path.append("desist", f"{SCHEME}://{shipped('scenarios')}")

    for plugin in (ScenarioFolder, OwnFoldersFirst):
        Plugins.instance().register(plugin)


@contextmanager
def _as_program(argv: list[str]) -> Iterator[None]:
    before, full = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = argv
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then raises instead of printing and exiting
    try:
        yield
    finally:
        sys.argv = before
        if full is None:
            del os.environ["HYDRA_FULL_ERROR"]
        else:
            os.environ["HYDRA_FULL_ERROR"] = full


def _plain(error: Exception) -> str:
    """First sentence of Hydra's message, without its advice to add unknown keys."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("To append", "full_key", "object_type"))]
    return (kept or ["unknown reason"])[0].rstrip(".")
