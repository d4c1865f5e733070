"""Makes the reference calculation importable beside the tests.

``pytest tests/oracle --hypothesis-profile=deep`` looks twenty times as long, ``glance`` as long as
usual; both show what they find as it is. Run the failing test alone, without them, to have it
made smaller.

What chance reaches here is not counted as covered: the tests of each room have to reach it.
"""

import sys
from pathlib import Path

import pytest
from hypothesis import Phase, settings

sys.path.insert(0, str(Path(__file__).parent))

_AS_IT_IS = (Phase.explicit, Phase.reuse, Phase.generate)

settings.register_profile("deep", max_examples=2000, phases=_AS_IT_IS)
settings.register_profile("glance", phases=_AS_IT_IS)


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.unmeasured)
