"""The keys of referrals. A referral is in the slot of the branch that receives it."""

from __future__ import annotations

from dataclasses import dataclass

from queue_service.store.keys import BranchKeys


@dataclass(frozen=True, slots=True)
class ReferralKeys:
    """The keys of the referrals that a branch receives, and of those it sends."""

    branch: str

    def _key(self, name: str) -> str:
        return f"{BranchKeys(self.branch).prefix}referral:{name}"

    def document(self, referral_id: str) -> str:
        """String until the branch's retention is over: a referral."""
        return self._key(f"document:{referral_id}")

    @property
    def received(self) -> str:
        """Sorted set: ids of the referrals that the branch received, by when they were sent."""
        return self._key("received")

    @property
    def sent(self) -> str:
        """Hash: id of a referral that the branch sent → ``ms|branch``: when, and where to."""
        return self._key("sent")

    def day(self, date: str) -> str:
        """Hash: counts of referrals sent on a date (``referrals/rules.py``): field → how many."""
        return self._key(f"day:{date}")
