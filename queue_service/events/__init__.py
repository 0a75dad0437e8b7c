"""The events of a branch: each by its name, with the schema of its data and its receivers."""
