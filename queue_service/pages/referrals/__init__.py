"""Referrals: what landed where, and the specialists' inbox."""
