"""The staff's pages about appointments."""
