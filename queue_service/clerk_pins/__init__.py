"""Quick switching of staff at a shared counter: by a PIN, on a browser that knows the person.

``rules.py`` has what is kept of a person on a browser and which PINs are refused, ``store.py``
keeps it, and ``operations.py`` sets a PIN and begins a login by it.
"""
