"""Compile a rule about one person into a loop over columns.

The body of a person step is plain Python on floats. Here its text is put into a generated module
with a loop around it and compiled by Numba, one kernel a step, which LLVM vectorises because the
body has no early exit. The module's file name is a hash of its text, so Numba's disk cache can
never serve a stale kernel, whichever file the body or its helpers come from.

Arithmetic is float64 without contraction, columns are stored narrower: the compiled loop and the
same body called on one person give identical bits.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import inspect
import os
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import llvmlite.binding as llvm

from sim import mathematics

# A rule reads up to a dozen columns; LLVM gives up vectorising beyond 8 overlap checks by default.
llvm.set_option("desist", "-runtime-memory-check-threshold=1000")

_MATHEMATICS = ("exp", "log")
_BUILTINS = {"min", "max", "abs", "float", "int", "bool"}


def compile_person_step(
    name: str,
    body: FunctionType,
    arguments: Sequence[tuple[str, str]],
    outputs: Sequence[str],
    adds: bool,
) -> Callable[..., None]:
    """Return ``kernel(*columns, *words, *scalars, *outputs)``, arrays all of one length.

    Parameters
    ----------
    name
        ``rule.step``, for the generated file's heading.
    body
        Function of one person; returns one value per output (a tuple when there are several).
    arguments
        ``(name, role)`` in the body's order; role is ``column``, ``word`` or ``scalar``.
    outputs
        Columns written, in the order of the returned values.
    adds
        True when the single output is a rate that the step adds to.
    """
    text = _module_text(name, body, arguments, outputs, adds)
    module = _load(name, text)
    kernel: Callable[..., None] = module.kernel
    return kernel


def _module_text(
    name: str,
    body: FunctionType,
    arguments: Sequence[tuple[str, str]],
    outputs: Sequence[str],
    adds: bool,
) -> str:
    imports, constants = _globals_of(name, body)
    source = textwrap.dedent(getattr(body, "__source__", None) or inspect.getsource(body))
    source = source[source.index("def ") :].replace(f"def {body.__name__}(", "def body(", 1)
    source = source.replace("from __future__ import annotations", "")
    columns = [a for a, role in arguments if role == "column"]
    words = [a for a, role in arguments if role == "word"]
    scalars = [a for a, role in arguments if role == "scalar"]
    extra_outputs = [o for o in outputs if o not in columns]
    call = {"column": "float({}[i])", "word": "(({}[i] + 0.5) * UNIT)", "scalar": "{}"}
    passed = ", ".join(call[role].format(a) for a, role in arguments)
    signature = ", ".join([*columns, *words, *scalars, *extra_outputs])
    targets = ", ".join(f"{o}[i]" for o in outputs)
    lines = [
        f'"""Generated from {name}; edit the rule, not this file."""',
        "import numba as nb",
        *imports,
        "UNIT = 2.0**-32",
        *constants,
        "",
        "@nb.njit(inline='always')",
        source.rstrip(),
        "",
        "@nb.njit(cache=True)",
        f"def kernel({signature}):",
        f"    for i in range({outputs[0]}.shape[0]):",
        f"        {targets} {'+=' if adds else '='} body({passed})",
        "",
    ]
    return "\n".join(lines)


def _globals_of(name: str, body: FunctionType) -> tuple[list[str], list[str]]:
    """Names that a body uses beyond its arguments: mathematics and constants, nothing else."""
    imports: list[str] = []
    constants: list[str] = []
    for used in body.__code__.co_names:
        if used in _MATHEMATICS:
            text = inspect.getsource(getattr(mathematics, used))
            imports += ["from math import sqrt", "@nb.njit(inline='always')", text]
        elif used in body.__globals__:
            value = body.__globals__[used]
            if not isinstance(value, (int, float)):
                raise TypeError(f"{name} uses {used}, which is neither a number nor exp/log")
            constants.append(f"{used} = {float(value)!r}")
        elif used not in _BUILTINS or not hasattr(builtins, used):
            raise TypeError(f"{name} uses {used}: a person step may use arithmetic, exp and log")
    return imports, constants


def _load(name: str, text: str) -> ModuleType:
    digest = hashlib.blake2s(text.encode(), digest_size=10).hexdigest()
    module_name = f"desist_kernel_{name.replace('.', '_')}_{digest}"
    if module_name in sys.modules:
        return sys.modules[module_name]
    path = cache_folder() / f"{module_name}.py"
    if not path.exists():
        # Written aside and renamed: workers that start together must never read half a file.
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(text)
        aside.replace(path)
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


def cache_folder() -> Path:
    """Folder of generated kernels: ``DESIST_CACHE``, the user's cache, or a temporary one."""
    wanted = os.environ.get("DESIST_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "desist", "kernels"
    )
    for folder in (Path(wanted), Path(tempfile.gettempdir()) / f"desist-kernels-{os.getuid()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError:
            continue
        return folder
    raise OSError("no writable folder for compiled kernels; set DESIST_CACHE")


def argument_names(body: Any) -> list[str]:
    """Names of a body's arguments, in order."""
    return list(inspect.signature(body).parameters)
