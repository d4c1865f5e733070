"""Call records on the embedded engine: mapping, SQL compiler, execution."""
