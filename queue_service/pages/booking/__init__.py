"""Pages with which citizens book, move and cancel an appointment, and the file of free times."""
