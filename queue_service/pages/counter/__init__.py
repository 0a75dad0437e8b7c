"""The counter: where clerks call and serve."""
