"""The operations of referrals."""
