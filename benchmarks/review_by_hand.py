"""The statements of ``monthly_review.sql`` on the engine alone; prints JSON.

Run: python benchmarks/review_by_hand.py FILES blocks|scan
"""

import json
import re
import sys
import time
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_suffix("").with_name("monthly_review.sql")
_STATEMENT = re.compile(r"^-- ([\w-]+)(?::.*)?\n((?:(?!-- ).*\n)+)", re.MULTILINE)


def statements(files: str) -> dict[str, str]:
    """The statements of the script by name."""
    text = SCRIPT.read_text(encoding="utf-8").replace("FILES", files)
    return dict(_STATEMENT.findall(text))


def main(files: str, what: str) -> None:
    """Run the statements of the blocks, or the scan."""
    script = statements(files)
    view, scan = script.pop("calls"), script.pop("scan")
    asked = {"scan": scan} if what == "scan" else script
    with duckdb.connect() as engine:
        engine.execute(view)
        seconds, cpu = time.perf_counter(), time.process_time()
        found = {}
        for name, statement in asked.items():
            cursor = engine.execute(statement)
            columns = [column[0] for column in cursor.description or ()]
            found[name] = {"columns": columns, "rows": cursor.fetchall()}
        taken = {"seconds": time.perf_counter() - seconds, "cpu": time.process_time() - cpu}
    print(json.dumps({"taken": taken, "results": found}, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
