"""Editions: each is made once, judged once, remembered, and delivered once."""
