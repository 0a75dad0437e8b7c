"""The playbook: for each service, what to bring, what to do, and what an authority decides."""
