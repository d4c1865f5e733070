"""Reporter: business reports on voice and video calls, declared in YAML."""

__version__ = "0.1.0"
