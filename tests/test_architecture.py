"""The order of rooms and what else holds for modules, from the syntax trees; each rule can fail."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest

from queue_service.goals.rules.verdicts import Z95
from queue_service.language.languages import LANGUAGES
from scripts.architecture import PICTURE, facts, picture
from scripts.rooms import (
    MODULES,
    OF_NO_ROOM,
    OF_ONE_PART,
    PACKAGES,
    PARTS,
    ROOMS,
    ROOT,
    Module,
    import_graph,
    name_of,
    place,
    within,
)

RULES_LIBRARIES: Final = frozenset(sys.stdlib_module_names) | {"queue_service"}
PURE: Final = ("rules", "contract")
MACHINE: Final = ("queue_service.store", "queue_service.notify", "queue_service.runtime")
"""Ground that meets the machine: of the two lowest levels it is for a capability's store alone."""

SHARED_RUNTIME: Final = ("queue_service.runtime.settings", "queue_service.runtime.process")
"""Modules that access the machine: not for rules and operations, which receive their input."""


def upward(module: Module) -> list[str]:
    return [
        f"{module.name} imports {name}"
        for name in sorted(set(module.imports))
        if within(name, PACKAGES) and not allowed(module.name, name)
    ]


def allowed(importer: str, name: str) -> bool:
    if name in (*PACKAGES, *OF_NO_ROOM):
        return True
    mine, theirs = place(importer), place(name)
    if mine.part in PURE and mine.room not in OF_ONE_PART and within(name, MACHINE):
        return False
    return theirs.order <= mine.order and theirs.level <= mine.level


def names(module: Module, library: str) -> bool:
    return any(within(name, library) for name in module.imports)


def names_redis(module: Module) -> list[str]:
    """Only the store, a capability's own part of it, the reader of events and entry points may."""
    mine = place(module.name)
    stored = mine.room in ("store", "live") or mine.part == "store"
    at_home = stored or (mine.order > ROOMS.index("dashboards"))
    return [f"{module.name} names redis"] if names(module, "redis") and not at_home else []


def names_flask(module: Module) -> list[str]:
    """Only what answers requests may."""
    at_home = place(module.name).level >= PARTS["api"]
    return [f"{module.name} names flask"] if names(module, "flask") and not at_home else []


def names_settings(module: Module) -> list[str]:
    """Rules and operations receive what they need."""
    mine = place(module.name)
    reported = mine.room not in OF_ONE_PART and mine.level <= PARTS["text"]
    found = any(within(name, SHARED_RUNTIME) for name in module.imports)
    return [f"{module.name} reads settings"] if found and reported else []


def beyond_the_standard_library(module: Module) -> list[str]:
    mine = place(module.name)
    if mine.part != "rules" or mine.room in OF_ONE_PART:
        return []
    foreign = {name.split(".")[0] for name in module.imports} - RULES_LIBRARIES
    return [f"{module.name} imports {name}" for name in sorted(foreign)]


INDENTED_IMPORT: Final = re.compile(r"^[ \t]+(?:import|from)\b", re.MULTILINE)


def hidden_imports(module: Module) -> list[str]:
    if not INDENTED_IMPORT.search(module.text):
        return []
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    functions = (n for n in module.nodes if isinstance(n, kinds))
    return [
        f"{module.name}.{function.name} imports inside"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


HEAVY: Final = re.compile(r"^(?:import|from) (holidays|weasyprint|xlsxwriter)\b", re.MULTILINE)


def loads_at_its_start(module: Module) -> list[str]:
    """A library that few processes need is loaded at its first use."""
    return [f"{module.name} imports {name}" for name in HEAVY.findall(module.text)]


def relative_imports(module: Module) -> list[str]:
    """They hide from the law whose name it is."""
    nodes = (n for n in module.nodes if isinstance(n, ast.ImportFrom) and n.level)
    return [f"{module.name}:{node.lineno} imports by a dot" for node in nodes]


ENVIRONMENT: Final = frozenset({"environ", "environb", "getenv", "getenvb", "putenv"})


def reads_environment(module: Module) -> list[str]:
    if not any(name in module.text for name in ENVIRONMENT):
        return []
    imported = [n for n in module.nodes if isinstance(n, ast.Import)]
    os_names = {a.asname or a.name for n in imported for a in n.names if a.name == "os"}
    named = {
        n.attr
        for n in module.nodes
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in os_names
    }
    taken = {name.rpartition(".")[2] for name in module.imports if within(name, "os")}
    home = module.name == "queue_service.runtime.settings"
    found = not home and ENVIRONMENT & (named | taken)
    return [f"{module.name} reads the environment"] if found else []


def takes_signals_over(module: Module) -> list[str]:
    """``supervisor.signals`` does: a handler that takes a lock may wait for itself."""
    taken = re.search(r"\bsignal\.signal\(|from signal import .*\bsignal\b", module.text)
    home = module.name == "queue_service.supervisor.signals"
    return [f"{module.name} takes a signal over"] if taken and not home else []


ELSEWHERE: Final = frozenset({"RedisStore", "ExportStore", "ClipStore"})
"""Access to Redis, and the files and clips in the jobs' store: no part of ``Queue``."""


def makes_stores(module: Module) -> list[str]:
    """``Queue.get`` makes each once in a process."""
    if "Store(" not in module.text:
        return []
    calls = (n.func for n in module.nodes if isinstance(n, ast.Call))
    made = {f.id for f in calls if isinstance(f, ast.Name) and f.id.endswith("Store")}
    return [f"{module.name} makes a {name}" for name in sorted(made - ELSEWHERE)]


def spells_the_95_percent_point(module: Module) -> list[str]:
    """``goals.rules.Z95`` is it, so that an interval is as wide wherever it is made."""
    numbers = (n.value for n in module.nodes if isinstance(n, ast.Constant))
    found = [n for n in numbers if isinstance(n, float) and abs(n - Z95) < 0.005]
    home = module.name == "queue_service.goals.rules.verdicts"
    return [] if home else [f"{module.name} spells {number}" for number in found]


def reads_the_stores_time(module: Module) -> list[str]:
    """Seconds and microseconds are added up in ``redis_store.milliseconds`` alone."""
    if module.name == "queue_service.store.redis_store" or not re.search("// *1_?000", module.text):
        return []
    found = re.findall(r"\* 1000 \+ .*// 1000", ast.unparse(module.tree))
    return [f"{module.name} adds up {text}" for text in found]


def names_faults_by_hand(module: Module) -> list[str]:
    """``Invalid.at`` and ``Invalid.of`` say which fields are wrong, and in which form."""
    if "errors" not in module.text:
        return []
    calls = (n for n in module.nodes if isinstance(n, ast.Call))
    refusals = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "Invalid"]
    found = [c for c in refusals if any(word.arg == "errors" for word in c.keywords)]
    return [f"{module.name}:{call.lineno} names faults by hand" for call in found]


WORDING: Final = "queue_service.language.wording"
"""The modules that write numbers, shares, lengths, times and dates for people."""

FOR_PROGRAMS: Final = ("queue_service.language.instants", "queue_service.runtime.logs")
"""The functions that write instants for programs."""


def writes_times_or_numbers(module: Module) -> list[str]:
    """``language.wording`` does, so that each is written in one way everywhere."""
    if module.name == WORDING:
        return []
    names = {name for name in module.imports if within(name, ("babel",))}
    found = sorted(name for name in names if re.search(r"\.(format_|get_\w+_symbol|Locale)", name))
    found += [] if module.name in FOR_PROGRAMS else ["strftime"] * names_strftime(module)
    return [f"{module.name} uses {name}" for name in found]


def names_strftime(module: Module) -> bool:
    if "strftime" not in module.text:
        return False
    named = (n for n in module.nodes if isinstance(n, ast.Attribute | ast.Name))
    return any("strftime" in (getattr(n, "attr", ""), getattr(n, "id", "")) for n in named)


def spells_a_language(module: Module) -> list[str]:
    """``language.languages`` does; everybody else goes through its list."""
    if module.name == "queue_service.language.languages":
        return []
    nodes = (n for n in module.nodes if isinstance(n, ast.Constant))
    tags = {*LANGUAGES, *(one.locale for one in LANGUAGES.values())}
    spelled = [n for n in nodes if isinstance(n.value, str) and n.value.replace("_", "-") in tags]
    return [f"{module.name}:{node.lineno} spells {node.value!r}" for node in spelled]


def cycles(graph: Mapping[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            return [" → ".join((*path[path.index(name) :], name))]
        if name in done:
            return []
        found = [c for other in sorted(graph[name]) for c in visit(other, (*path, name))]
        done.add(name)
        return found

    return [cycle for name in sorted(graph) for cycle in visit(name, ())]


RULES: Final = (
    upward,
    names_redis,
    names_flask,
    names_settings,
    beyond_the_standard_library,
    hidden_imports,
    loads_at_its_start,
    reads_environment,
    takes_signals_over,
    relative_imports,
    makes_stores,
    names_faults_by_hand,
    spells_the_95_percent_point,
    reads_the_stores_time,
    writes_times_or_numbers,
    spells_a_language,
)
"""Each names the breaches of a module."""


def test_imports_follow_the_order_and_modules_the_rules() -> None:
    assert [breach for module in MODULES for rule in RULES for breach in rule(module)] == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert cycles(import_graph(MODULES)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("queue_service.visits.rules.x", "import queue_service.visits.store.changes"),
        ("queue_service.visits.rules", "from queue_service.history.rules import summary"),
        ("queue_service.branches.rules.x", "from queue_service.visits.rules.visit import Visit"),
        ("queue_service.access.store", "from queue_service.alerts.store import AlertStore"),
        ("queue_service.visits.store.x", "from queue_service.command import Queue"),
        ("queue_service.visits.operations.x", "from queue_service.board.operations import state"),
        ("queue_service.visits.operations.x", "from queue_service.web import access"),
        ("queue_service.visits.api", "from queue_service.pages import login"),
        ("queue_service.exports.make", "from queue_service.exports import api"),
        ("queue_service.goals.rules.verdicts", "import queue_service.store.keys"),
        ("queue_service.visits.rules.x", "from queue_service.runtime.logs import say"),
        ("queue_service.visits.contract", "from queue_service.store.keys import LOG"),
        ("queue_service.store.x", "from queue_service.access.keys import AccountKeys"),
        ("queue_service.contract.x", "from queue_service.visits.contract import IssueBody"),
        ("queue_service.web.x", "from queue_service.app import create_app"),
        ("queue_service.pages.x", "from dashboards.board import page"),
        ("dashboards.x", "from queue_service.cli import main"),
    ],
)
def test_an_import_of_what_is_above_is_a_breach(name: str, text: str) -> None:
    assert upward(Module(name, text))


def test_each_other_rule_can_fail() -> None:
    assert names_redis(Module("queue_service.web.x", "import redis"))
    assert names_redis(Module("queue_service.visits.operations.x", "from redis import Redis"))
    assert names_flask(Module("queue_service.live.stream", "from flask import g"))
    settings = "from queue_service.runtime.settings import Settings"
    assert names_settings(Module("queue_service.visits.operations.x", settings))
    assert beyond_the_standard_library(
        Module("queue_service.goals.rules.verdicts", "import pydantic")
    )
    assert hidden_imports(Module("queue_service.x", "def f():\n    import os\n"))
    assert hidden_imports(Module("queue_service.x", "async def f():\n    import os\n"))
    assert loads_at_its_start(Module("queue_service.x", "import os\nfrom holidays import DK\n"))
    assert reads_environment(Module("queue_service.x", "import os\nos.environ['A']\n"))
    assert reads_environment(Module("queue_service.x", "import os as o\no.environb[b'A']\n"))
    assert reads_environment(Module("queue_service.x", "from os import getenv\n"))
    assert takes_signals_over(Module("queue_service.x", "signal.signal(SIGTERM, f)"))
    assert relative_imports(Module("queue_service.x", "from . import api"))
    assert names_redis(Module("dashboards.board.store", "import redis"))
    assert makes_stores(Module("queue_service.notes.operations", "NoteStore(queue.store)"))
    assert names_faults_by_hand(Module("queue_service.notes.x", "Invalid('No.', errors=[])"))
    assert spells_the_95_percent_point(Module("queue_service.goals.x", "LIMIT = 1.96"))
    time = "int(time[0]) * 1000 + int(time[1]) // 1000"
    assert reads_the_stores_time(Module("queue_service.visits.store.x", time))
    page = "dashboards.x"
    assert writes_times_or_numbers(Module(page, "from babel.dates import format_time"))
    assert writes_times_or_numbers(Module(page, "from babel import Locale"))
    assert writes_times_or_numbers(Module(page, "from babel.numbers import format_percent"))
    assert writes_times_or_numbers(Module(page, "now.strftime('%H:%M')"))
    assert writes_times_or_numbers(Module(page, "from time import strftime\nstrftime('%H')"))
    assert spells_a_language(Module(page, "names.get('da')"))
    assert spells_a_language(Module(page, "LOCALE = 'en_GB'"))
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a → b → c → a"]


EXCEPTION: Final = re.compile(r"#\s*(?:ruff: )?noqa\b.*|#\s*type:\s*ignore\b.*")
REASONED: Final = re.compile(
    r"# (?:ruff: )?noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \w.*|# type: ignore\[[a-z, -]+\]  # \w.*"
)


def without_reason(text: str) -> list[str]:
    """The exceptions from a check of style or types that do not say why."""
    return [found for found in EXCEPTION.findall(text) if not REASONED.fullmatch(found)]


def test_each_exception_from_a_check_has_its_reason() -> None:
    folders = (*PACKAGES, "benchmarks", "scripts", "tests")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    wrong = {
        str(file.relative_to(ROOT)): found
        for file in (*files, *ROOT.glob("*.py"))
        if file != Path(__file__) and (found := without_reason(file.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_an_exception_without_a_reason_is_found() -> None:
    assert without_reason("a = 1  # noqa: S105\nb = 2  # noqa - why\nc = 3  # noqa: S105 (why)")
    assert without_reason("a()  # type: ignore[misc]\nb()  # type: ignore  # why")
    assert not without_reason("a  # noqa: E731, S105 - why\nb  # type: ignore[misc, a-b]  # why")


def test_the_picture_shows_the_code_as_it_is() -> None:
    """Its numbers may lag behind a little, else nearly every change would have to redraw it."""
    number = re.compile(r"\d+(?=</text>| [↓←])")
    drawn, now = PICTURE.read_text(encoding="utf-8"), picture()
    pairs = zip(map(int, number.findall(drawn)), map(int, number.findall(now)), strict=False)
    near = all(abs(there - here) <= max(2, here // 4) for there, here in pairs)
    advice = "Draw it again: .venv/bin/python -m scripts.architecture"
    assert number.sub("#", drawn) == number.sub("#", now), advice
    assert near, advice


def test_the_picture_counts_modules_and_imports() -> None:
    imports = "import re\nfrom queue_service.visits.rules import a"
    modules = [
        Module("queue_service.visits.rules", '"""Only a sentence."""'),
        Module("queue_service.visits.rules.a", "import re\nimport json"),
        Module("queue_service.history.rules.b", imports),
        Module("queue_service.visits.store.c", imports),
        Module("queue_service.app", imports),
    ]
    found = facts(modules)
    rules, store, api = PARTS["rules"], PARTS["store"], PARTS["api"]
    assert found.modules == {
        ("visits", rules): 1, ("history", rules): 1, ("visits", store): 1, ("app", api): 1,
    }  # fmt: skip
    assert found.imports == {"visits": set(), "history": {"visits"}, "app": {"visits"}}


def test_every_room_has_its_place_in_the_order() -> None:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    found = {place(name).room for file in files if (name := name_of(file)) not in OF_NO_ROOM}
    assert found == {*ROOMS}


def test_contributing_describes_every_room() -> None:
    tree = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```\nqueue_service/\n")[1]
    described = set(re.findall(r"\b(\w+)(?:/|\.py)", tree.split("```")[0]))
    assert {*ROOMS} - {"__main__"} - described == set()


def test_no_two_modules_have_a_public_class_of_one_name() -> None:
    assert shared_names(MODULES, classes) == {}


def test_no_two_modules_of_rules_have_a_public_name_for_two_things() -> None:
    rules = [module for module in MODULES if place(module.name).part == "rules"]
    assert shared_names(rules, lambda module: {*classes(module), *aliases(module)}) == {}


def test_a_name_of_two_things_is_found() -> None:
    pair = [
        Module("a", "class Line: ..."),
        Module("b", "class Line: ..."),
        Module("c", "Line = int"),
    ]
    assert shared_names(pair, classes) == {"Line": ["a", "b"]}
    assert shared_names(pair, aliases) == {}


def shared_names(
    modules: Iterable[Module], names_of: Callable[[Module], set[str]]
) -> dict[str, list[str]]:
    """Each public name that several modules define, with these modules."""
    found: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for name in names_of(module):
            if not name.startswith("_"):
                found[name].append(module.name)
    return {name: homes for name, homes in found.items() if len(homes) > 1}


def classes(module: Module) -> set[str]:
    return {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}


def aliases(module: Module) -> set[str]:
    """The names of types that a module gives by an assignment, without variables of types."""
    targets = (
        node.targets[0]
        for node in module.tree.body
        if isinstance(node, ast.Assign) and "TypeVar(" not in ast.unparse(node)
    )
    return {t.id for t in targets if isinstance(t, ast.Name) and re.match(r"[A-Z][a-z]", t.id)}


def test_no_test_imports_a_private_name() -> None:
    private = [
        f"{file.relative_to(ROOT)}: {node.module}.{alias.name}"
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if re.match(r"_[A-Za-z]", alias.name)
    ]
    assert private == []


def test_names_that_are_looked_up_alone_are_unique() -> None:
    scripts = (ROOT / "queue_service").glob("*/scripts/*.lua")
    pages = [f for home in ("queue_service/pages", "dashboards") for f in (ROOT / home).iterdir()]
    folders = [page for page in pages if any((page / x).is_dir() for x in ("static", "templates"))]
    templates = [
        file.relative_to(home).as_posix()
        for home in [ROOT / "queue_service/web/templates", *(f / "templates" for f in folders)]
        for file in home.rglob("*.html")
    ]
    names_given = [s.stem for s in scripts], [f.name for f in folders], templates
    assert [sorted(set(names)) for names in names_given] == [sorted(n) for n in names_given]
    assert all(names_given)
