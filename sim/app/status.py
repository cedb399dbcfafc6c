"""``desist status``: how far a run is, also while it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.app.commands import OK
from sim.app.options import Arguments
from sim.app.plain import folder_of, plain_settings
from sim.experiment.yaml_file import shown


def status(arguments: Arguments) -> int:
    """Run the command; see ``desist status --help``."""
    out = folder_of("status", plain_settings("status", arguments.words, ("out",)))
    content = status_of(out)
    if arguments.json is not None:
        write_status(arguments.json, content)
    if not arguments.quiet:
        print(f"{content['study']}: {content['state']}, in {shown(out)}")
        print(f"  finished {content['finished']:>9,}")
        print(f"  failed   {content['failed']:>9,}")
        print(f"  left     {content['left']:>9,}")
        print(f"  in all   {content['total']:>9,}")
        for failure in content["failures"][:5]:
            print(f"  failed: {failure['error']}\n    {failure['command']}")
    return OK


def write_status(path: Path, content: dict[str, Any]) -> None:
    """Write a status as JSON."""
    from sim.experiment.store import write_json

    write_json(path, content)


def status_of(out: Path) -> dict[str, Any]:
    """Count a folder's cells: finished, failed in the latest run, left."""
    from sim.experiment.folder import read_manifest
    from sim.experiment.lock import is_running
    from sim.experiment.shelf import CELLS, take_stock
    from sim.experiment.store import read_part

    manifest = read_manifest(out)
    stock = take_stock(out / CELLS)
    cells = stock.book.cells
    for name, sizes in stock.unknown.items():
        part = read_part(out / CELLS, name, sizes)
        cells |= set(part.cells) if part is not None else set()
    total = max(int(manifest["cells"]["total"]), len(cells))
    failures = [f for f in stock.book.failures.values() if f.cell not in cells]
    running = is_running(out)
    state = manifest["state"]
    if state == "running" and not running:
        state = "stopped"
    return {
        "out": str(out),
        "study": manifest["study"]["name"],
        "state": "running" if running else state,
        "running": running,
        "total": total,
        "finished": len(cells),
        "failed": len(failures),
        "left": total - len(cells) - len(failures),
        "bytes": sum(sum(part.sizes.values()) for part in stock.book.parts.values()),
        "failures": [dict(vars(failure)) for failure in failures],
    }
