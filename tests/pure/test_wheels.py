"""Each addon builds as a wheel with whool, its data files included."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from hub import addon_files, paths

BUILD = "import sys, whool.buildapi as api; print(api.build_wheel(sys.argv[1]))"
ADDONS = [f for f in paths.addon_folders() if (f / "pyproject.toml").is_file()]


@pytest.mark.parametrize("addon", ADDONS, ids=lambda folder: folder.name)
def test_the_addon_builds_as_a_wheel(addon, tmp_path):
    # A copy outside git, so that a file not yet committed is in the wheel too.
    copy = tmp_path / "source" / addon.name
    shutil.copytree(addon, copy, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)],
        cwd=copy,
        env={**os.environ, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = f"odoo/addons/{addon.name}"
    assert f"{inside}/__manifest__.py" in names
    for data in addon_files.manifest(addon).get("data", []):
        assert f"{inside}/{data}" in names
