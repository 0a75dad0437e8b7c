"""The playbook's pages: the list, an entry as it is read, and its editor."""
