"""Requests to the API in any role, on the store of the test."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore


class Roles:
    """The application, with one token for each role and branch that a request names."""

    def __init__(self, settings: Settings, client: Redis) -> None:
        self.store = AccessStore(RedisStore(client))
        self._client = create_app(settings).test_client()
        self._secrets: dict[tuple[Role, str | None], str] = {}

    def send(
        self,
        role: Role,
        path: str,
        body: Any = None,
        *,
        branch: str | None = None,
        method: str = "",
        key: str = "",
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The response to a GET, or to a POST if there is a body.

        The token is of the branch, or of all branches; ``path`` begins after ``/api/v1``.
        """
        return self._client.open(
            f"/api/v1{path}",
            method=method or ("GET" if body is None else "POST"),
            json=body,
            query_string=query,
            headers={
                "Authorization": f"Bearer {self.secret(role, branch)}",
                **({"Idempotency-Key": key} if key else {}),
                **(headers or {}),
            },
        )

    def secret(self, role: Role, branch: str | None = None) -> str:
        """The secret of the role's token."""
        if (role, branch) not in self._secrets:
            _, made = access.create_token(
                self.store, role, branch, now=self.store.now(), label=f"Ved {role}"
            )
            self._secrets[role, branch] = made
        return self._secrets[role, branch]


@pytest.fixture
def roles(settings: Settings, redis_client: Redis) -> Roles:
    """Requests in any role."""
    return Roles(settings, redis_client)
