"""Files made up for tests, in the columns of those that users download. Nobody in them exists."""

from __future__ import annotations

import pandas as pd

NIJ_LEVELS = {"Age_at_Release": ["18-22", "23-27", "48 or older"],
              "Prior_Arrest_Episodes_Felony": ["0", "3", "10 or more"],
              "Prison_Offense": ["Drug", "Property", "Violent/Sex"]}  # fmt: skip


def nij(each: int = 40) -> pd.DataFrame:
    """240 people at each=40: 1 in 4 arrested in year 1, 1 in 8 in year 2, 1 in 8 in year 3."""
    year = [1, 1, 2, 3, 0, 0, 0, 0] * (6 * each // 8)
    rows = len(year)
    frame = pd.DataFrame({"ID": range(1, rows + 1), "Gender": ["M", "M", "F"] * (rows // 3)})
    for column, levels in NIJ_LEVELS.items():
        frame[column] = [levels[(i // 8) % 3] for i in range(rows)]
    for k in (1, 2, 3):
        frame[f"Recidivism_Arrest_Year{k}"] = ["Yes" if y == k else "No" for y in year]
    return frame


IOWA = (
    ("Return to Prison", "Days to Return", "Offense Type"),
    ("Recidivism - Return to Prison", "Days to Recidivism", "Convicting Offense Type"),
)


def iowa(layout: int = 0, rows: int = 120) -> pd.DataFrame:
    """One in three returns, after 100, 400 or 1,000 days in turn."""
    event, days, offence = IOWA[layout]
    back = [i % 3 == 0 for i in range(rows)]
    after = [(100, 400, 1000)[(i // 3) % 3] if b else "" for i, b in enumerate(back)]
    return pd.DataFrame({
        "Fiscal Year Released": 2012, "Age At Release ": ["Under 25", "25-34", "55 and Older"]
        * (rows // 3), "Sex": ["Male", "Female"] * (rows // 2),
        event: ["Yes" if b else "No" for b in back], days: after,
        offence: ["Violent", "Drug", "Public Order", "Other"] * (rows // 4),
    })  # fmt: skip


def compas(before: int = 250, recidivists: int = 90, late: int = 40) -> pd.DataFrame:
    """True two-year rate 90 / 250 = 36 %; 40 screened too late were kept for reoffending only."""
    rows = []
    for i in range(before + late):
        too_late, back = i >= before, i < recidivists or i >= before
        screened = pd.Timestamp("2014-04-02" if too_late else "2013-01-01") + pd.Timedelta(
            days=(i - before if too_late else i * 455 // before)
        )
        offended = screened + pd.Timedelta(days=30 + 17 * (i % 40))
        rows.append({
            "id": i, "name": f"made up {i}", "decile_score": i % 10 + 1,
            "compas_screening_date": f"{screened:%Y-%m-%d}", "sex": "Female" if i % 4 else "Male",
            "age": 20 + i % 40, "priors_count": i % 7, "is_recid": int(back),
            "r_offense_date": f"{offended:%Y-%m-%d}" if back else "", "two_year_recid": int(back),
        })  # fmt: skip
    return pd.DataFrame(rows)


def cohort(rows: int = 200) -> pd.DataFrame:
    """A plain cohort: half have the event, after 5 to 700 days; the others are followed 730."""
    days = [5 + (695 * i) // rows if i % 2 else 730 for i in range(rows)]
    return pd.DataFrame({
        "id": range(rows), "days": days, "event": [i % 2 for i in range(rows)],
        "age": [20 + i % 30 for i in range(rows)],
        "sex": ["male" if i % 5 else "female" for i in range(rows)],
        "priors": [i % 6 for i in range(rows)],
    })  # fmt: skip
