"""The outside contract, version 1: one module per kind of thing."""
