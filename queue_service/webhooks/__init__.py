"""Events of the branches, sent to the municipality's own systems."""
