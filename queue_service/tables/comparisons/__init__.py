"""Tables that compare branches, or a trial's branches with the others."""
