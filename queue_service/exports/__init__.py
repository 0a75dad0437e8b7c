"""The tables of past days as files: CSV for programs, XLSX for people, open data for the public."""
