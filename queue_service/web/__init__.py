"""What people and programs meet: the HTTP interface and the pages."""
