"""The feedback terminal."""
