"""The application with its two branches, asked without a browser."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.runtime.settings import Settings
from tests.web.houses import House


@pytest.fixture
def house(settings: Settings, redis_client: Redis) -> House:
    """The application on a store that is otherwise empty."""
    assert redis_client.dbsize() == 0
    return House.open(settings)


@pytest.fixture
def visitor(house: House) -> FlaskClient:
    """A browser that nobody knows."""
    return house.app.test_client()


@pytest.fixture
def chief(house: House) -> FlaskClient:
    """The browser of an administrator of all branches."""
    return house.staff("chef", "admin")
