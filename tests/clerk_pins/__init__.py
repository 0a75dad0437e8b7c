"""The switch of staff at a shared counter."""
