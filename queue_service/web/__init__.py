"""The interfaces for people and programs: HTTP and the pages."""
