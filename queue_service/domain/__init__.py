"""The rules, in pure Python: no store, no web, standard library only."""
