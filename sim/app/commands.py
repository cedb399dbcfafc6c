"""The commands: one line each for ``desist --help``, and the text of ``desist COMMAND --help``.

Nothing heavy may be imported here: this is all that ``desist --help`` reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.app.study_keys import STUDY_KEYS
from sim.experiment.limits import OPTION, in_words

OK, BAD_INPUT, SOME_FAILED, INTERRUPTED, READER_GONE = 0, 2, 3, 130, 141
"""Exit codes; the last as any program's whose output is cut off by ``head``."""


@dataclass(frozen=True)
class Command:
    """One command of the program.

    Attributes
    ----------
    uses_hydra
        Whether ``key=value`` overrides go to Hydra, with ``configs/NAME.yaml`` as primary config.
    options
        Dashed options of our own that it takes (see `sim.app.options`).
    keys
        ``key=value`` settings as (name, meaning), for the help.
    """

    name: str
    summary: str
    example: str
    uses_hydra: bool
    options: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    more: str = ""


OPTIONS: dict[str, tuple[str, str]] = {
    "--scenarios": (
        "DIR",
        "your own policies, places and studies, first (repeatable; also in DESIST_SCENARIOS)",
    ),
    "--rules": ("DIR", "your own rules in Python, one a file (repeatable)"),
    "--json": ("FILE", "also write the result as JSON"),
    "--quiet": ("", "print errors only"),
    "--dry-run": ("", "say how many cells there are and how long they take, and stop"),
    "--quick": ("", "a first look in under 40 seconds, with wider intervals"),
    OPTION: ("", f"lift the limits, which are {in_words()}"),
}
"""Dashed options: name -> (what it takes, meaning)."""

COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command(
            "compare",
            "simulate policies side by side and report the differences",
            "desist compare study=kyoto_core out=results/first",
            True,
            ("--scenarios", "--rules", "--json", "--quiet", "--dry-run", OPTION),
            STUDY_KEYS,
            """Examples:
  desist compare study=kyoto_core persons=2000 months=48 replications=4 out=results/small
  desist compare policies=[status_quo,restorative] replications=40 out=results/restorative
  desist compare study=my_study --scenarios my_scenarios --dry-run

The folder gets report.html, contrasts.csv, outcomes.parquet, manifest.json and the cells.
Exit codes: 0 done, 2 bad input, 3 some cells failed, 130 interrupted.""",
        ),
        Command(
            "sweep",
            "simulate a study of many cells, and go on where it stopped",
            "desist sweep study=treatment_dose out=results/dose",
            True,
            ("--scenarios", "--rules", "--json", "--quiet", "--dry-run", OPTION),
            STUDY_KEYS,
            """Examples:
  desist sweep study=treatment_dose out=results/dose --dry-run
  desist sweep study=treatment_dose out=results/dose replications=40 draws=32
  desist sweep out=results/dose engine=dask engine.address=tcp://node1:8786
  desist sweep --multirun dials.prison_treatment.places=2,4,8 out=results/dose

A study file says what to vary and by which design; the folder gets outcomes.parquet,
points.parquet, draws.parquet, manifest.json and the cells. Jobs of a multirun go to one folder.
desist status, verify and export read it; docs/clusters.md shows clusters.
Exit codes: 0 done, 2 bad input, 3 some cells failed, 130 interrupted.""",
        ),
        Command(
            "status",
            "say how many cells of a folder are finished, failed and left",
            "desist status out=results/dose",
            False,
            ("--json", "--quiet"),
            (("out=DIR", "output folder, also of a run that goes on"),),
            """The run itself is not disturbed.""",
        ),
        Command(
            "verify",
            "check that what is stored is whole and unchanged",
            "desist verify out=results/dose",
            False,
            ("--json", "--quiet"),
            (("out=DIR", "output folder"),),
            """Reads every file: its hash, its columns, and whether all cells are there. A damaged
file is named and moved aside; the command that began the study runs its cells again.
Exit codes: 0 all sound, 2 bad input, 3 something is damaged or missing.""",
        ),
        Command(
            "export",
            "write the outcomes of a folder as one table",
            "desist export out=results/dose to=dose.csv",
            False,
            ("--json", "--quiet"),
            (
                ("out=DIR", "output folder"),
                ("to=FILE", "a .csv or .parquet file, or a folder for one CSV an outcome"),
            ),
            """One row per cell and outcome in a fixed order: however often a run was interrupted,
the file is the same.""",
        ),
        Command(
            "why",
            "trace a number of a report to its cells, settings, sources and command",
            "desist why results/first/report.html 3f2a9c41",
            False,
            ("--json", "--quiet"),
            (("out=DIR", "output folder, instead of a report"), ("id=ID", "what to trace")),
            """ID is the id of a row of contrasts.csv, shown by report.html when the pointer rests
on a number; RULE.NAME for a number used; or the name of a figure or table, with COLUMN=VALUE
for a row of it: its data file (figures/NAME.csv, tables/NAME.csv) has the columns.

Examples:
  desist why results/first/report.html 3f2a9c41
  desist why results/first/report.html us_states-incidence-rearrest policy=restorative month=24
  desist why results/first/report.html contrasts policy=restorative outcome=employed group=all
  desist why out=results/first id=offending.age_slope""",
        ),
        Command(
            "fit",
            "simulate a place and set it beside the published figures",
            "desist fit jurisdiction=us_states",
            True,
            ("--scenarios", "--json", "--quiet", OPTION),
            (
                ("jurisdiction=NAME", "place (desist list jurisdictions)"),
                ("persons=N", "simulated people at the start"),
                ("months=N", "recorded months; targets that need more are left out"),
                ("warmup_months=N", "months simulated before month 0"),
                ("replications=N", "repetitions"),
                ("seed=N", "first key of the luck"),
            ),
            """Examples:
  desist fit jurisdiction=us_states --json fit.json
  desist fit jurisdiction=us_states persons=100000 replications=4""",
        ),
        Command(
            "calibrate",
            "fit the free constants of a place to published figures or to your own data",
            "desist calibrate jurisdiction=us_states out=results/us",
            True,
            ("--scenarios", "--json", "--quiet"),
            (
                ("jurisdiction=NAME", "place (desist list jurisdictions)"),
                ("targets=[A,B]", "beginnings of target ids; those of its file by default"),
                ("free=[A,B]", "constants, as rule.name or rule.name.entry; the fitted ones"),
                ("out=DIR", "folder; the same calibration goes on where it stopped"),
                ("persons=N", "simulated people of each evaluation"),
                ("months=N", "recorded months; targets that need more are left out"),
                ("warmup_months=N", "months simulated before month 0"),
                ("replications=N", "repetitions of each evaluation"),
                ("rounds=N", "rounds of the search"),
                ("draws=N", "size of the posterior sample"),
                ("seed=N", "first key of the luck"),
                ("workers=N", "processes; one a core by default"),
                ("data=FILE", "your own cohort (a row a person) or table, CSV or Parquet"),
                ("format=NAME", "cohort, table, nij, iowa or compas; told by the columns"),
                ("columns.WHAT=COLUMN", "WHAT: days, weeks, months, time, follow_up, event, kind,"),
                ("", "  age, sex, priors, offence or id"),
                ("outcome=NAME", "what the event is: rearrest, reconviction or return"),
                ("index=EVENT", "from when people are followed, e.g. release_from_prison"),
                ("covariates=[A,B]", "further columns for the Cox regression"),
            ),
            """Examples:
  desist calibrate jurisdiction=us_states out=results/us
  desist calibrate jurisdiction=us_states data=cohort.csv columns.days=time out=results/own
  desist calibrate jurisdiction=japan free=[offending.arrests_per_year] rounds=2 out=results/jp

The folder gets NAME.yaml (the jurisdiction file with the constants that were found),
NAME.posterior.csv (draws of them that studies use), fit.csv and calibration.json (widths, profiles,
the simulated sample with its weights, what the targets leave open).
With data=: also data_report.md (rows left out, and why), targets.csv, risk.csv and survival.csv.
Put both files of NAME under jurisdiction/ in a folder of your own and use it with --scenarios.""",
        ),
        Command(
            "validate",
            "set predictions beside what was observed: places, trials, what must hold",
            "desist validate out=results/validation --quick",
            True,
            ("--scenarios", "--json", "--quiet", "--quick"),
            (
                ("jurisdictions=[A,B]", "places; all by default"),
                ("trials=[A,B]", "trials; all for validation or calibration, and your own"),
                ("targets=FILE.csv", "targets of your own, as docs/validation.md describes"),
                ("out=DIR", "folder; the same validation goes on where it stopped"),
                ("persons=N", "simulated people of each place at the start"),
                ("months=N", "recorded months; targets that need more are left out"),
                ("warmup_months=N", "months simulated before month 0"),
                ("replications=N", "repetitions of each place"),
                ("trial_persons=N", "simulated people of each trial's world"),
                ("trial_worlds=N", "worlds of each trial"),
                ("trial_replications=N", "virtual trials at the published n, at most"),
                (
                    "refit_points=N",
                    "worlds for each constant of a place that is fitted anew; 0: none",
                ),
                ("check_persons=N", "people in the small worlds of what must hold"),
                ("seed=N", "first key of the luck"),
                ("workers=N", "processes; one a core by default"),
            ),
            """Examples:
  desist validate out=results/validation --quick
  desist validate jurisdictions=[japan] trials=[] out=results/japan
  desist validate targets=my_cohorts.csv out=results/mine --scenarios my_scenarios

The folder gets validation.html (one page, misses first), validation.csv and validation.json.
A miss is a result: the exit code is 0 all the same, but 3 where something that must hold does
not.""",
        ),
        Command(
            "trial",
            "simulate a randomised trial and set it beside the published result",
            "desist trial trial=cbt_prison out=results/cbt_prison",
            True,
            ("--scenarios", "--rules", "--json", "--quiet", "--quick", OPTION),
            (
                ("trial=NAME", "which trial (desist list trials)"),
                ("out=DIR", "folder that trial.json is written to"),
                ("persons=N", "simulated people at the start of a world"),
                ("worlds=N", "worlds, each with its own luck"),
                ("replications=N", "virtual trials at the published n"),
                ("warmup_months=N", "months simulated before enrolment begins"),
                ("seed=N", "first key of the luck"),
            ),
            """Examples:
  desist trial trial=cbt_prison out=results/cbt_prison --quick
  desist trial trial=my_trial out=results/my_trial --scenarios my_scenarios

docs/trials.md explains the files in scenarios/trial and how to write another.""",
        ),
        Command(
            "new",
            "write a commented policy, place, study or trial to start from",
            "desist new policy my_policy --scenarios my_scenarios",
            False,
            ("--scenarios", "--json", "--quiet"),
            (),
            """KIND is policy, jurisdiction, study or trial. The file goes to DIR/KIND/NAME.yaml, or
without --scenarios to my_scenarios, runs as it is, and never replaces another one.

Examples:
  desist new study my_study --scenarios my_scenarios
  desist compare study=my_study persons=2000 replications=2 --scenarios my_scenarios""",
        ),
        Command(
            "list",
            "list what can be chosen: policies, jurisdictions, studies, levers, outcomes, ...",
            "desist list policies",
            False,
            ("--scenarios", "--rules", "--json", "--quiet"),
            (),
            """What to list: policies, jurisdictions, studies, trials, levers, outcomes, parameters.
Without a word, an overview. Your own files are marked with where they are.

Examples:
  desist list studies
  desist list levers --json levers.json""",
        ),
        Command(
            "show",
            "explain one policy, place, study, trial, lever, outcome or parameter",
            "desist show policy=restorative",
            False,
            ("--scenarios", "--rules", "--json"),
            (
                ("policy=NAME", "its dials in words, with the status quo beside them"),
                ("jurisdiction=NAME", "its figures and its own status quo, with their sources"),
                ("study=NAME", "its design"),
                ("trial=NAME", "who, which arms, and what was published"),
                ("lever=NAME", "what it does, its dials, its parameters and their evidence"),
                ("outcome=NAME", "its definition and unit"),
                ("parameter=RULE.NAME", "its value, range, evidence, and places that differ"),
            ),
            """Examples:
  desist show lever=prison_treatment
  desist show jurisdiction=us_states""",
        ),
        Command(
            "evidence",
            "show a row of evidence and who uses it, or check all numbers against their rows",
            "desist evidence cbt_meta_rct",
            False,
            ("--scenarios", "--rules", "--json", "--quiet"),
            (),
            """What to show: the id of a row, check, or contradictions. Without a word, an overview.
check exits with 3 when a number does not rest on its rows, with one line for each.

Examples:
  desist evidence em_france
  desist evidence contradictions
  desist evidence check""",
        ),
        Command(
            "protocol",
            "write the ODD+D document, the TRACE page and the model card from the code",
            "desist protocol out=docs",
            False,
            ("--json", "--quiet"),
            (("out=DIR", "folder that odd.md, trace.md and model_card.md are written to"),),
            """The pages in docs/ are made by this command; a test fails when they are stale.

Examples:
  desist protocol out=docs""",
        ),
    )
}
