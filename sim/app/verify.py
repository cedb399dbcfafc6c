"""``desist verify``: is what is stored whole and unchanged?"""

from __future__ import annotations

from sim.app.commands import OK, SOME_FAILED
from sim.app.options import Arguments
from sim.app.plain import folder_of, plain_settings
from sim.errors import DesistError
from sim.experiment.yaml_file import shown


def verify(arguments: Arguments) -> int:
    """Run the command; see ``desist verify --help``."""
    from sim.experiment.folder import read_manifest
    from sim.experiment.store import write_json
    from sim.experiment.verify import set_aside
    from sim.experiment.verify import verify as examine

    out = folder_of("verify", plain_settings("verify", arguments.words, ("out",)))
    total = int(read_manifest(out)["cells"]["total"])
    verified = examine(out)
    left = max(total - verified.sound, 0)
    for finding in verified.findings:
        print(f"{shown(finding.file)} {finding.what}: {finding.cells} cells will be run again")
    if verified.findings:
        try:
            set_aside(out, verified.findings)
            print(f"Moved to {shown(out)}/damaged; the command that began the study repeats them.")
        except DesistError as error:  # a run goes on: it must not lose files under its hands
            print(f"desist: nothing was moved: {error}")
    if not arguments.quiet:
        print(f"{verified.files:,} files read, {verified.sound:,} of {total:,} cells sound"
              + (f", {left:,} missing" if left else ""))  # fmt: skip
    if arguments.json is not None:
        write_json(arguments.json, {
            "files": verified.files, "total": total, "sound": verified.sound, "missing": left,
            "damaged": [
                {"file": str(f.file), "what": f.what, "cells": f.cells} for f in verified.findings
            ],
        })  # fmt: skip
    return SOME_FAILED if verified.findings or left else OK
