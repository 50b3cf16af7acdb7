"""./setup/fuzz [--reader NAME]... [--seconds N] [--engine NAME]

Searches for input of partners that breaks a reader or costs it too much. See
setup/proof/fuzz/README.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from hub import paths, progress
from hub.machine import command, lock
from hub.testing import without_odoo

from .entry import guarded

ENGINES = ("atheris", "hypothesis")
REQUIREMENTS = paths.PROJECT / "setup" / "proof" / "fuzz" / "requirements.txt"
# Megabytes; a label may be a large picture.
MEMORY = 2048
LARGEST = 65536


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="setup/fuzz", description=__doc__)
    parser.add_argument("--reader", action="append", metavar="NAME")
    parser.add_argument("--seconds", type=int, default=600, help="each, 600 by default")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    return parser


@guarded
def run(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    without_odoo.pytest_configure()
    from proof.fuzz.readers import READERS

    failed = []
    with lock.held("fuzz"):
        for engine in options.engine or ENGINES:
            if engine == "atheris":
                _install()
            for name in options.reader or READERS:
                with progress.step(f"{engine}: {name}, {options.seconds} s"):
                    if _search(engine, name, READERS[name].examples, options.seconds):
                        failed.append(f"{engine} {name}")
    for what in failed:
        print(f"Found something: {what}, see {paths.state('fuzz')}", file=sys.stderr)
    return int(bool(failed))


def _install() -> None:
    if importlib.util.find_spec("atheris"):
        return
    with progress.step("Installing atheris"):
        command.run(
            [sys.executable, "-m", "pip", "install", "-q", "-r", REQUIREMENTS],
            log=paths.log_file("pip"),
            problem="atheris could not be installed.",
            remedy="use --engine hypothesis",
        )


def _search(engine: str, name: str, examples: tuple[bytes, ...], seconds: int) -> int:
    folder = paths.state_folder("fuzz", name)
    findings = paths.state_folder("fuzz", name, "findings")
    if engine == "hypothesis":
        target = findings / f"hypothesis-{os.getpid()}"
        told = ["proof.fuzz.shaped", name, str(seconds), str(target)]
    else:
        corpus = paths.state_folder("fuzz", name, "corpus")
        for number, example in enumerate(examples):
            (corpus / f"example-{number}").write_bytes(example)
        told = [
            "proof.fuzz.guided",
            name,
            f"-max_total_time={seconds}",
            f"-rss_limit_mb={MEMORY}",
            f"-max_len={LARGEST}",
            f"-artifact_prefix={findings}/",
            "-timeout=60",
            str(corpus),
            *_kept(name),
        ]
    with (folder / f"{engine}.log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-m", *told],
            stdout=log,
            stderr=log,
            preexec_fn=lambda: os.nice(19),  # noqa: PLW1509
            check=False,
        )
    return done.returncode


def _kept(name: str) -> list[str]:
    folder = Path(paths.PROJECT / "tests" / "pure" / "fuzz" / name)
    return [str(folder)] if folder.is_dir() else []


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
