"""Makes the reference calculation importable beside the tests.

``pytest tests/oracle --hypothesis-profile=deep`` looks twenty times as long; ``glance`` as long as
usual, but shows what it finds as it is.
"""

import sys
from pathlib import Path

from hypothesis import Phase, settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("deep", max_examples=2000)
settings.register_profile("deepglance", max_examples=2000, phases=(Phase.explicit, Phase.generate))
settings.register_profile("glance", phases=(Phase.explicit, Phase.generate))
