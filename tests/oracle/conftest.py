"""Makes the reference calculation importable beside the tests.

``pytest tests/oracle --hypothesis-profile=deep`` looks fifty times as long.
"""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("deep", max_examples=5000)
