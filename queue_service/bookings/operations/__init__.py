"""Operations on bookings and on the times that can be booked."""
