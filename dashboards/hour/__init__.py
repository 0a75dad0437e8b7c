"""The page *Why did it slip?*: the reasons of an hour."""
