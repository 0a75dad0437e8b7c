"""One function per deed: load, decide, commit."""
