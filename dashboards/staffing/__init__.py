"""The page of arrivals to expect and of staffing advice for the next two weeks."""
