"""Referrals: an authority's decision goes to a specialist, and its landing is seen."""
