"""The tables of the past as files: CSV for programs, XLSX for people, open data for everybody."""
