"""Keys that change together are in one slot of a cluster."""

from __future__ import annotations

import re
from typing import cast

import pytest
from redis import Redis

from queue_service.store.keys import BRANCHES, BranchKeys
from queue_service.store.optimistic_lock import Transaction
from queue_service.store.redis_store import RedisStore
from queue_service.store.scripts import SCRIPTS, script_text

ONE, OTHER = BranchKeys("raadhuset"), BranchKeys("biblioteket")


def test_a_script_that_mixes_branches_is_found(redis_client: Redis) -> None:
    store = RedisStore(redis_client)
    store.run("recall", (ONE.visit("v"),), ())
    with pytest.raises(AssertionError, match="the script recall mixes slots"):
        store.run("recall", (ONE.visit("v"), BRANCHES), ())
    with pytest.raises(AssertionError, match="mixes slots"):
        store.run("recall", (ONE.config, OTHER.config), ())


def test_so_is_a_pipeline_that_reads_or_watches_keys_of_several_slots(redis_client: Redis) -> None:
    store = RedisStore(redis_client)
    store.read(lambda p: (p.mget(ONE.config, ONE.goals), p.get(OTHER.config)))
    with pytest.raises(AssertionError, match="MGET mixes slots"):
        store.read(lambda p: p.mget(ONE.config, OTHER.config))
    with redis_client.pipeline() as pipeline, pytest.raises(AssertionError, match="WATCH mixes"):
        cast(Transaction, pipeline).watch(ONE.config, BRANCHES)


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_no_script_names_a_key_of_its_own(name: str) -> None:
    """Keys that it is not given are derived from given ones, so that they are in the same slot."""
    calls = re.findall(
        r"redis\.p?call\(\s*(['\"])(?!XINFO)(\w+)\1\s*,\s*(['\"])", script_text(name)
    )
    assert calls == []
