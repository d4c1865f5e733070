"""Receiving the results of an API that calls back: slots, listener, relay."""
