"""Tokens of programs: how long each lasts, when it was last used, and the list over HTTP."""
