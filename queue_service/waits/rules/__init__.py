"""From days of visits to the coefficients of their waits, and whether these are used."""
