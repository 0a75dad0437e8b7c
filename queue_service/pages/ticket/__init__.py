"""The page of a number on its citizen's phone."""
