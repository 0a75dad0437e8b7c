"""Passkeys, by an authenticator in software that signs as real ones do."""
