"""docker-compose.yml and what it mounts, as the programs that read them understand them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
import yaml
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError
from redis.retry import Retry

from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.server.running import wait_until_answers
from tests.composed import compose_config
from tests.ports import free_port
from tests.programs import find_program
from tests.running import eventually
from tests.web.test_settings_at_work import SHOWN_BY

ROOT = Path(__file__).parent.parent
RUNBOOK = ROOT / "queue_service" / "web" / "static" / "runbook"
PROMETHEUS = ROOT / "dashboards" / "prometheus" / "prometheus.yml"

PASSWORDS = {
    "store_password": "long-and-random",
    "store_backup_password": "of-the-backup",
    "store_monitor_password": "of-the-monitor",
    "store_operator_password": "of-the-operator",
    "store_replica_password": "of-replicas",
    "store_sentinel_password": "of-sentinels",
}


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """The whole configuration after docker-compose has read it."""
    return compose_config()


def composed_of_several(kind: str) -> dict[str, Any]:
    """The services with a store of this kind."""
    services: dict[str, Any] = compose_config(kind)["services"]
    return services


def secrets_in(folder: Path, **others: str) -> Path:
    """A folder with the passwords of the store."""
    made = folder / "secrets"
    made.mkdir(exist_ok=True)
    for name, password in {**PASSWORDS, **others}.items():
        (made / name).write_text(f"{password}\n")
    return made


def here(script: str, folder: Path) -> str:
    """A composed script, with the folders of this machine in place of the container's."""
    places = {
        "$$": "$",
        "/run/secrets": str(folder / "secrets"),
        "/srv/store-users": str(ROOT / "deploy" / "store-users"),
    }
    for theirs, ours in places.items():
        script = script.replace(theirs, ours)
    return script


def settings_of(part: dict[str, Any], folder: Path) -> Settings:
    """The settings of a composed part, with the secrets that are mounted for it."""
    secrets_in(folder)
    mounted = {secret["source"] for secret in part["secrets"]}
    for name in mounted - PASSWORDS.keys():
        (folder / "secrets" / name).touch()
    given = {name: here(str(value), folder) for name, value in part["environment"].items()}
    files = {Path(value).name for name, value in given.items() if name.endswith("_FILE")}
    assert files == mounted, "it gets the secrets that it reads"
    return Settings.from_env(given)


@contextmanager
def started(store: dict[str, Any], folder: Path) -> Iterator[tuple[Popen[bytes], Path]]:
    """A composed store on this machine, with its data in a folder: its process and its socket."""
    find_program("redis-server", package="redis-server")
    if not (folder / "secrets").exists():
        secrets_in(folder)
    shell, option, script, *options = (here(word, folder) for word in store["command"])
    socket_file = folder / "socket"
    more = ["--port", "0", "--unixsocket", str(socket_file), "--dir", str(folder)]
    command = [shell, option, f"cd '{folder}'\n{script}", *options, *more]
    environment = {**os.environ, **store["environment"]}
    running = process.spawn(command, folder / "log", environment=environment)
    try:
        eventually(socket_file.exists)
        yield running, socket_file
    finally:
        process.stop(running, 5)
        socket_file.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("kind", "servers"),
    [
        ("cluster", {"redis", *(f"store-{n}" for n in range(1, 7))}),
        ("sentinel", {"redis", "redis-2", "redis-3", *(f"sentinel-{n}" for n in range(1, 4))}),
    ],
)
def test_a_store_of_several_servers(kind: str, servers: set[str], tmp_path: Path) -> None:
    services = composed_of_several(kind)
    volumes = {
        name: [v["source"] for v in services[name]["volumes"] if v["type"] == "volume"]
        for name in servers
    }
    assert all(len(found) == 1 for found in volumes.values()), "each a volume of its own"
    assert len({found[0] for found in volumes.values()}) == len(servers)
    for name in ("web", "worker", "deliveries", "files", "schedule"):
        settings = settings_of(services[name], tmp_path)
        assert (settings.redis_url or "").startswith(f"redis+{kind}://queue:long-and-random@")
        assert ("sentinel_password=long-and-random" in (settings.redis_url or "")) == (
            kind == "sentinel"
        )
        assert all("long-and-random" not in str(v) for v in services[name]["environment"].values())
        assert settings.replicas_to_wait == 1


def test_web_processes_reach_the_provider_of_the_towns_accounts(composed: dict[str, Any]) -> None:
    assert composed["services"]["web"]["networks"].keys() == {"store", "web"}
    services = composed_of_several("sign-in")
    assert services["web"]["networks"].keys() == {"store", "web", "outside"}
    unchanged = {name for name, service in services.items() if name != "web"}
    for name in unchanged:
        assert services[name]["networks"] == composed["services"][name]["networks"], name


def test_every_part_is_there_and_has_a_healthcheck(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert services.keys() == {
        "redis", "web", "worker", "deliveries", "files", "schedule", "proxy", "prometheus",
        "alertmanager", "grafana",
    }  # fmt: skip
    assert all(service["healthcheck"]["test"] for service in services.values())


def test_the_store_is_durable_on_its_own_volume(composed: dict[str, Any]) -> None:
    store = composed["services"]["redis"]
    options = options_of(store)
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "always"
    assert options["--maxmemory-policy"] == "noeviction"
    volumes = [v for v in store["volumes"] if v["type"] == "volume"]
    assert [(v["source"], v["target"]) for v in volumes] == [("store", "/data")]


def options_of(store: dict[str, Any]) -> dict[str, str]:
    """The options that the store is started with, after the shell's own words."""
    command = store["command"]
    assert command[:2] == ["sh", "-c"]
    return dict(zip(command[4::2], command[5::2], strict=True))


def test_the_stores_passwords_are_asked_for_and_in_no_list_of_processes(
    composed: dict[str, Any], tmp_path: Path
) -> None:
    store = composed["services"]["redis"]
    with started(store, tmp_path) as (running, socket_file):
        command = Path(f"/proc/{running.pid}/cmdline").read_bytes()
        variables = Path(f"/proc/{running.pid}/environ").read_bytes()
        assert b"redis-server" in command, "no shell is left that would keep signals from it"
        users = (tmp_path / "users.acl").read_bytes()
        for password in PASSWORDS.values():
            assert password.encode() not in command + variables + users
        with client_of(socket_file, "operator", "of-the-operator") as client:
            assert client.config_get("appendfsync") == {"appendfsync": "always"}
        with client_of(socket_file, "queue", "long-and-random") as client:
            assert client.set("queue:barrier", "1")
        for user, password in (("default", ""), ("queue", "wrong")):
            with (
                client_of(socket_file, user, password) as client,
                pytest.raises(AuthenticationError),
            ):
                client.ping()
        health = here(store["healthcheck"]["test"][1], tmp_path)
        health = health.replace("redis-cli", f"redis-cli -s {socket_file}")
        find_program("redis-cli", package="redis-tools")
        assert subprocess.run(["/bin/sh", "-c", health], check=False).returncode == 0


def client_of(socket_file: Path, user: str, password: str) -> Redis:
    """A client of a composed store."""
    return Redis(
        unix_socket_path=str(socket_file), username=user, password=password, decode_responses=True,
        retry=Retry(NoBackoff(), 0),
    )  # fmt: skip


def test_a_store_keeps_the_role_that_sentinels_gave_it_and_not_its_former_password(
    tmp_path: Path,
) -> None:
    store = composed_of_several("sentinel")["redis-2"]

    def role(socket_file: Path, *commands: tuple[str, ...]) -> str:
        with client_of(socket_file, "sentinel", "of-sentinels") as client:
            for command in commands:
                client.execute_command(*command)
            return str(client.info("replication")["role"])

    with started(store, tmp_path) as (_, socket_file):
        assert role(socket_file) == "slave"
        assert role(socket_file, ("REPLICAOF", "NO", "ONE"), ("CONFIG", "REWRITE")) == "master"
    secrets_in(tmp_path, store_replica_password="another-one", store_password="a-new-one")
    with started(store, tmp_path) as (_, socket_file):
        assert role(socket_file) == "master"
        with client_of(socket_file, "operator", "of-the-operator") as client:
            assert client.config_get("masterauth") == {"masterauth": "another-one"}
        with client_of(socket_file, "queue", "a-new-one") as client:
            assert client.ping()
        with (
            client_of(socket_file, "queue", "long-and-random") as client,
            pytest.raises(AuthenticationError),
        ):
            client.ping()


def test_a_sentinel_takes_another_password_at_its_next_start_and_knows_the_primary(
    tmp_path: Path,
) -> None:
    find_program("redis-server", package="redis-server")
    sentinel = composed_of_several("sentinel")["sentinel-1"]
    port = free_port()
    script = here(sentinel["command"][-1], tmp_path).replace("/data/", f"{tmp_path}/")
    script = script.replace("26379", str(port)).replace("queue redis 6379", "queue 127.0.0.1 1")

    def client(user: str, password: str) -> Redis:
        at_once = Retry(NoBackoff(), 0)
        return Redis(
            port=port, username=user, password=password, decode_responses=True, retry=at_once
        )

    @contextmanager
    def running(**passwords: str) -> Iterator[None]:
        secrets_in(tmp_path, **passwords)
        one = process.spawn(["sh", "-c", script], tmp_path / "log")
        try:
            with client("operator", "of-the-operator") as operator:
                wait_until_answers(operator)
                yield
        finally:
            process.stop(one, 5)

    # As an earlier version left it, and as after a failover it knows another primary.
    (tmp_path / "sentinel.conf").write_text(
        "requirepass former\nsentinel sentinel-pass former\nsentinel resolve-hostnames yes\n"
        "sentinel monitor queue 127.0.0.1 1 2\nsentinel auth-pass queue former\n"
        "user default on sanitize-payload ~* &* +@all >former\n"
    )
    with running(), client("operator", "of-the-operator") as operator:
        operator.sentinel_remove("queue")
        operator.sentinel_monitor("queue", "127.0.0.1", 2, 2)
    with running(store_sentinel_password="a-new-one", store_password="of-the-service"):
        with client("queue", "of-the-service") as service:
            primary: Any = service.sentinel_master("queue")
            assert (primary["ip"], primary["port"]) == ("127.0.0.1", 2)
            for refused in ("SENTINEL RESET queue", "SENTINEL FAILOVER queue", "SHUTDOWN"):
                with pytest.raises(NoPermissionError):
                    service.execute_command(*refused.split())
        for user, password in (("default", "former"), ("queue", "long-and-random")):
            with client(user, password) as other, pytest.raises(AuthenticationError):
                other.ping()
    file = (tmp_path / "sentinel.conf").read_text()
    assert "former" not in file
    assert "of-sentinels" not in file
    assert "sentinel auth-pass queue" in file
    assert "sentinel auth-user queue sentinel" in file


def test_only_the_proxy_is_reachable_from_outside(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    everywhere = {p["published"] for p in services["proxy"]["ports"] if not p.get("host_ip")}
    assert everywhere == {"80", "443"}
    here = {p["published"] for p in services["proxy"]["ports"] if p.get("host_ip") == "127.0.0.1"}
    assert here == {"9090", "9093"}
    assert composed["networks"]["store"]["internal"] is True
    connected = {name for name, service in services.items() if "store" in service["networks"]}
    assert connected == {"redis", "web", "worker", "deliveries", "files", "schedule"}


def test_only_the_workers_reach_out_for_mail_and_webhooks(composed: dict[str, Any]) -> None:
    services = composed["services"]
    both = {name for name, one in services.items() if {"store", "outside"} <= {*one["networks"]}}
    assert both == {"deliveries", "files"}
    for reported in (services[name]["environment"] for name in ("web", "deliveries", "files")):
        assert reported["QUEUE_SMTP_URL"] == ""
        assert reported["QUEUE_PUBLIC_URL"] == "https://localhost"


def test_each_setting_can_be_given_in_the_file_of_settings(composed: dict[str, Any]) -> None:
    """Except settings that the image or these files decide, a bus', which has neither, and
    devices, which containers do not see."""
    decided = {"QUEUE_HOST", "QUEUE_PORT", "QUEUE_DATA_DIR", "QUEUE_SAMPLE"}
    decided |= {"QUEUE_JOBS_REDIS_URL", "QUEUE_REPLICAS_TO_WAIT"}
    of_a_bus = {"QUEUE_HOME_URL", "QUEUE_HOME_TOKEN"}
    given = {n.removesuffix("_FILE") for n in composed["services"]["web"]["environment"]}
    assert SHOWN_BY.keys() - given == decided | of_a_bus | {"QUEUE_PRINTER_DEVICES"}


def test_long_jobs_have_a_worker_of_their_own(composed: dict[str, Any]) -> None:
    for name, only in (("worker", "prompt"), ("deliveries", "deliveries"), ("files", "files")):
        assert composed["services"][name]["command"][1:] == ["worker", "--only", only]


def test_each_is_read_only_without_powers_and_not_root_where_possible(
    composed: dict[str, Any],
) -> None:
    for name, service in composed["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        runs_as = service.get("user", "10001" if service.get("build") else "root")
        assert (runs_as == "root") == (name == "proxy"), name
    assert re.search(r"^USER 10001", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_every_secret_is_a_file_that_the_script_makes(
    composed: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "deploy")
    subprocess.run([tmp_path / "deploy" / "make-secrets"], check=True)
    made = {file.name for file in (tmp_path / "deploy" / "secrets").iterdir()}
    files = {Path(one["file"]).relative_to(ROOT) for one in composed["secrets"].values()}
    assert {Path("deploy/secrets") / name for name in made} == files
    assert not any(
        re.search("PASSWORD|SECRET|HEADERS", line) and "=" in line
        for line in (ROOT / "deploy" / "example.env").read_text().splitlines()
        if not line.startswith("#")
    )


def test_a_backup_is_made_by_a_user_of_its_own(composed: dict[str, Any], tmp_path: Path) -> None:
    compose = find_program("docker-compose", package="docker-compose")
    done = subprocess.run(
        [compose, "--profile", "backup", "--file", ROOT / "docker-compose.yml", "config",
         "--format", "json"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    backup = json.loads(done.stdout)["services"]["backup"]
    assert "backup" not in composed["services"], "it runs only when it is asked for"
    given = {n: v for n, v in backup["environment"].items() if not n.endswith("_FILE")}
    password = backup["environment"]["QUEUE_STORE_PASSWORD_FILE"]
    read = Settings.from_env(
        {**given, "QUEUE_STORE_PASSWORD_FILE": here(password, secrets_in(tmp_path).parent)}
    )
    assert read.redis_url == "redis://queue-backup:of-the-backup@redis:6379/0"


def test_mounted_files_exist_in_the_repository(composed: dict[str, Any]) -> None:
    mounted = [
        Path(volume["source"])
        for service in composed["services"].values()
        for volume in service.get("volumes", ())
        if volume["type"] == "bind"
    ]
    assert {str(path.relative_to(ROOT)) for path in mounted} == {
        "deploy/Caddyfile",
        "deploy/store-users",
        "deploy/local",
        "deploy/alertmanager.yml",
        "queue_service/web/static/runbook",
        "dashboards/prometheus/prometheus.yml",
        "dashboards/prometheus/rules",
        "dashboards/grafana/provisioning",
        "dashboards/grafana/generated",
    }
    assert all(path.exists() for path in mounted if path.name != "alertmanager.yml")


def test_a_filled_in_copy_is_ignored_by_git(composed: dict[str, Any]) -> None:
    copies = {
        ".env": "deploy/example.env",
        "deploy/alertmanager.yml": "dashboards/alertmanager/alertmanager.yml",
    }
    ours = (
        "deploy/secrets/metrics_token",
        "deploy/secrets/mail_password",
        "deploy/local/tls.caddy",
        "deploy/local/key.pem",
    )
    done = subprocess.run(
        [shutil.which("git") or "false", "check-ignore", "--no-index", *copies, *ours],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode == 128 or not shutil.which("git"):
        pytest.skip("this is no git checkout")
    assert done.stdout.split() == [*copies, *ours]
    head, first_start = (ROOT / "docker-compose.yml").read_text().split("docker compose up")[:2]
    for copy, template in copies.items():
        assert f"cp {template} {copy}" in head, "before the first start"
        assert (ROOT / template).exists()
    assert "deploy/make-secrets" in head
    (mount,) = (
        volume
        for volume in composed["services"]["alertmanager"]["volumes"]
        if volume["type"] == "bind"
    )
    assert not mount.get("bind", {}).get("create_host_path"), "a forgotten copy is an error"
    assert "token create --role metrics > deploy/secrets/metrics_token" in first_start


def test_the_password_for_mail_is_where_the_template_says(composed: dict[str, Any]) -> None:
    template = (ROOT / "dashboards" / "alertmanager" / "alertmanager.yml").read_text()
    (named,) = re.findall(r"# smtp_auth_password_file: (\S+)", template)
    (secret,) = composed["services"]["alertmanager"]["secrets"]
    assert named == f"/run/secrets/{secret['source']}"
    source = Path(composed["secrets"][secret["source"]]["file"]).relative_to(ROOT)
    head = (ROOT / "docker-compose.yml").read_text().split("docker compose up")[0]
    assert f"> {source}" in head
    assert f"{source}" in template


def test_nothing_grows_without_end(composed: dict[str, Any]) -> None:
    for name, service in composed["services"].items():
        assert service["logging"]["options"]["max-size"] == "10m", name
        assert int(service["logging"]["options"]["max-file"]) > 1, name
        assert int(service["mem_limit"]) > 0, name
        assert service["pids_limit"] == 512, name
    store = composed["services"]["redis"]
    options = options_of(store)
    assert options["--maxmemory"] == "1gb"
    assert int(store["mem_limit"]) == 2 * 1024**3, "room for compacting"


def test_links_in_alerts_lead_to_where_operators_reach_them(composed: dict[str, Any]) -> None:
    for name, port in (("prometheus", 9090), ("alertmanager", 9093)):
        assert (
            f"--web.external-url=http://localhost:{port}" in composed["services"][name]["command"]
        )
    assert composed["services"]["prometheus"]["environment"] == {"QUEUE_DOMAIN": "localhost"}
    assert "queue_url: https://${QUEUE_DOMAIN}\n" in PROMETHEUS.read_text()


def test_grafana_finds_prometheus_and_its_dashboards(composed: dict[str, Any]) -> None:
    grafana = composed["services"]["grafana"]
    mounted = {volume["target"]: volume["source"] for volume in grafana["volumes"]}
    provisioning = Path(mounted["/etc/grafana/provisioning"])
    provided = yaml.safe_load((provisioning / "dashboards" / "queue.yml").read_text())
    (provider,) = provided["providers"]
    dashboards = Path(mounted[provider["options"]["path"]])
    assert len(list(dashboards.glob("*.json"))) == 4
    sources = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())
    (source,) = sources["datasources"]
    assert source["url"] == "http://prometheus:9090"
    interval = yaml.safe_load(PROMETHEUS.read_text())["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == interval


def test_prometheus_scrapes_the_queue_once_and_each_process() -> None:
    promtool = find_program("promtool", package="prometheus")
    done = subprocess.run(
        [promtool, "check", "config", "--syntax-only", PROMETHEUS],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert 'targets: ["alertmanager:9093"]' in PROMETHEUS.read_text()
    processes, queue = PROMETHEUS.read_text().split("- job_name: ")[1:]
    assert "metrics_path: /metrics\n" in processes
    assert "dns_sd_configs" in processes
    assert "metrics_path: /metrics/queue\n" in queue
    assert queue.count("targets:") == 1
    assert "dns_sd_configs" not in queue


def test_the_image_is_made_as_a_developers_machine_is() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "RUN ./dev setup" in dockerfile
    copied = re.search(r"^COPY (dev .*) \./$", dockerfile, re.MULTILINE)
    assert copied is not None
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    folders = {"queue_service", "workers", "dashboards"}
    assert {*copied.group(1).split(), *folders} == let_in
    assert all((ROOT / name).exists() for name in let_in)
