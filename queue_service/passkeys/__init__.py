"""Passkeys: a second factor of administrators, and a login without a password.

``rules.py`` has what is kept of them, ``store.py`` keeps it, and ``operations/`` registers them and
checks their answers with the library `webauthn`.
"""
