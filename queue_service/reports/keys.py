"""Each key that a branch's reports are kept under, spelled once, in the branch's own slot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportKeys:
    """The reports' keys of one branch."""

    branch: str

    def _key(self, name: str) -> str:
        return f"q:{{{self.branch}}}:reports{name}"

    @property
    def reports(self) -> str:
        """Hash: a report's id (``week-2026-11-23``) → its stored form."""
        return self._key("")

    @property
    def readers(self) -> str:
        """Hash: id → JSON of a Reader, the only place that has its address."""
        return self._key(":readers")

    def letters(self, report_id: str) -> str:
        """Hash with a time to live: reader → how far the letter with a report has got."""
        return self._key(f":sent:{report_id}")
