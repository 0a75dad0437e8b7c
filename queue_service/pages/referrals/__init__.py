"""Referrals: their destinations, and the specialists' inbox."""
