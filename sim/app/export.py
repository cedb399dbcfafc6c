"""``desist export``: the outcomes of a folder as one table."""

from __future__ import annotations

from sim.app.commands import OK
from sim.app.options import Arguments
from sim.app.plain import folder_of, path_of, plain_settings
from sim.errors import DesistError
from sim.experiment.yaml_file import shown


def export(arguments: Arguments) -> int:
    """Run the command; see ``desist export --help``."""
    from sim.experiment.export import export as write
    from sim.experiment.folder import read_manifest
    from sim.experiment.store import write_json

    settings = plain_settings("export", arguments.words, ("out", "to"))
    out = folder_of("export", settings)
    if "to" not in settings:
        raise DesistError("no file given", "desist export", mend="write to=FILE.csv")
    read_manifest(out)
    paths = write(out, path_of(settings["to"]))
    if arguments.json is not None:
        write_json(arguments.json, {"out": str(out), "files": [str(path) for path in paths]})
    if not arguments.quiet:
        print("\n".join(f"Written: {shown(path)}" for path in paths))
    return OK
