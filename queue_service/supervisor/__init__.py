"""`queue-service up`: everything in one go, kept running, and stopped together.

Nothing here touches a citizen's visit: the store keeps what was acknowledged whatever ends, and
this only ensures that all parts run, or none.
"""

from queue_service.supervisor.run import run

__all__ = ["run"]
