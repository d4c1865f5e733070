"""LibreOffice, which opens workbooks as people do and computes all their formulas anew."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

MAC: Final = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
_ALWAYS: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
"""Compute every formula of a workbook when it is opened, whatever its file says."""


def program() -> str:
    """LibreOffice's program; without it the tests that need it fail."""
    found = shutil.which("soffice") or MAC
    assert Path(found).exists(), "no LibreOffice; scripts/test brings it"
    return found


def saved_again(workbooks: Iterable[Path], folder: Path) -> None:
    """Open workbooks, compute their formulas, save them under the same names in a folder."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    done = subprocess.run(
        [
            *(program(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder)),
            *map(str, workbooks),
        ],
        env=os.environ | {"HOME": str(profile), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    missing = [path.name for path in workbooks if not (folder / path.name).exists()]
    assert missing == [], done.stdout + done.stderr
