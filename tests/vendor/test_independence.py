"""The double says something about Reporter only as long as it knows nothing of it."""

import subprocess
import sys
from pathlib import Path


def test_nothing_of_reporter_is_imported() -> None:
    said = (
        "import sys, vendor_double, vendor_double.schema;"
        "print([name for name in sys.modules if name.partition('.')[0] == 'reporter'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
