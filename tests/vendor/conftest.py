"""Makes the double importable, and the other plain-Python reference beside it."""

import sys
from pathlib import Path

HERE = Path(__file__).parent

sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "oracle"))
