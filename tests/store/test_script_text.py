"""The text of a script as the server gets it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from queue_service import store
from queue_service.store.scripts import SCRIPTS, script_text

PRELUDE = Path(store.__file__).with_name("prelude.lua").read_text("utf-8")
FUNCTION = re.compile(r"^local function (\w+)", re.MULTILINE)
CONSTANT = re.compile(r"\b[A-Z]+_[A-Z_]+\b")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_has_what_it_uses_of_the_prelude_and_no_other_function(name: str) -> None:
    text = script_text(name)
    own = SCRIPTS[name].read_text("utf-8")
    assert text.startswith("#!lua\n")
    assert text.endswith(own)
    code = re.sub(r"--.*", "", text)
    called = Counter(re.findall(r"(?<![\w.])(\w+)\(", code))
    known = {*FUNCTION.findall(PRELUDE)}
    assert len(known) > 30
    known -= {*re.findall(r"local (?:function )?(\w+)", own)}
    # Once where it is defined, and where it is called.
    assert {word for word in known if called[word]} == {
        word for word in FUNCTION.findall(text) if word in known and called[word] > 1
    }
    for constant in {*CONSTANT.findall(PRELUDE)} & {*CONSTANT.findall(code)}:
        assert re.search(rf"^local [A-Z_, ]*\b{constant}\b", code, re.MULTILINE), constant
