"""The figures of bookings: how soon people get a time, and how many do not come."""
