"""A number that its citizen follows on a phone."""
