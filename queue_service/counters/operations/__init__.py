"""One function for each thing that is done with a counter."""
