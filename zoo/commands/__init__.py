"""The commands of `python -m zoo`, one file a subject."""
