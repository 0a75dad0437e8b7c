"""Lifelines and referrals, for supervisors."""
