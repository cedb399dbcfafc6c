"""Reading a table: every value as text, so that nothing is guessed before it is checked."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import pandas as pd

from sim.errors import DesistError

KINDS = (".csv", ".tsv", ".txt", ".parquet")
BLANK = ("", "na", "n/a", "nan", "none", "null", ".")
"""What people write where a value is missing."""


def read(path: Path) -> pd.DataFrame:
    """Read a CSV or Parquet file; values are stripped text, missing ones ``<NA>``.

    Raises
    ------
    DesistError
        A file that is missing, empty, of another kind, or cannot be parsed.
    """
    where = "data="
    if not path.is_file():
        near = [entry.name for entry in path.parent.glob("*") if entry.suffix in KINDS]
        raise DesistError(
            f"no file '{path}'", where, given=path.name if near else None, valid=near
        )  # fmt: skip
    if path.suffix.lower() not in KINDS:
        raise DesistError(
            f"'{path.name}' is no CSV or Parquet file", where,
            mend="save it as .csv (comma, semicolon or tab) or .parquet",
        )  # fmt: skip
    if path.stat().st_size == 0:
        raise DesistError(f"'{path.name}' is empty", where)
    frame = _parsed(path)
    frame.columns = pd.Index([str(name).strip().lstrip("\ufeff") for name in frame.columns])
    _refuse_doubled(list(frame.columns), path)
    if frame.empty:
        raise DesistError(f"'{path.name}' has column names but no rows", where)
    return frame


def _refuse_doubled(names: list[str], path: Path) -> None:
    # pandas would call the second one 'days.1' and say nothing.
    plain = [name.strip() for name in names]
    doubled = next((name for name in plain if plain.count(name) > 1), None)
    if doubled is not None:
        raise DesistError(f"column '{doubled}' appears twice in '{path.name}'", "data=")


def _parsed(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path)
        else:
            with path.open(encoding="utf-8-sig") as file:
                head = file.readline()
            separator = max(",;\t", key=head.count)
            _refuse_doubled(next(csv.reader([head], delimiter=separator), []), path)
            with warnings.catch_warnings():
                # Values beyond the last column would be cut off with no more than a warning.
                warnings.simplefilter("error", pd.errors.ParserWarning)
                frame = pd.read_csv(
                    path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig",
                    index_col=False,
                )  # fmt: skip
    except DesistError:
        raise
    except UnicodeDecodeError:
        raise DesistError(
            f"'{path.name}' is not UTF-8 text", "data=", mend="save it as CSV UTF-8"
        ) from None
    except Exception as error:  # pandas and pyarrow raise many kinds
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DesistError(f"cannot read '{path.name}'", "data=", why=reason) from None
    texts = frame.astype("string").apply(lambda column: column.str.strip())
    blank = texts.apply(lambda column: column.str.casefold().isin(BLANK))
    cleaned: pd.DataFrame = texts.mask(blank)
    return cleaned
