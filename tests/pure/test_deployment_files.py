"""docker-compose.yml and what it mounts agree with each other and with the addons."""

import ast
import configparser
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from hub import addon_files, paths
from hub.server import configuration

DOCKER = paths.PROJECT / "setup" / "docker"
NGINX = (DOCKER / "nginx.conf").read_text()
COMPOSE = yaml.safe_load((paths.PROJECT / "docker-compose.yml").read_text())
# Import names of external_dependencies whose distribution is named otherwise.
DISTRIBUTIONS = {
    "dateutil": "python-dateutil",
    "requests_toolbelt": "requests-toolbelt",
}
# What Odoo itself needs, and so has wherever the addons run.
FROM_ODOO = frozenset(
    {"odoo", "psycopg2", "requests", "werkzeug", "lxml", "dateutil", "pytz", "PIL"}
    | {"reportlab", "PyPDF2", "urllib3", "babel", "markupsafe"}
)


def _read(path):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path)
    return parser


CONFIGURATIONS = {
    "compose": _read(DOCKER / "odoo.conf"),
    "example": _read(paths.PROJECT / "odoo.conf.example"),
}


def test_compose_has_the_three_services_and_they_know_each_other():
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "odoo", "nginx"}
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            known = source in COMPOSE["volumes"]
            assert known or (paths.PROJECT / source).exists(), source


def test_no_secret_has_a_value_in_the_repository():
    environment = COMPOSE["services"]["odoo"]["environment"]
    for name in ("PASSWORD", "LOGISTICS_SECRET_KEY"):
        assert environment[name].startswith("${")
    example = (paths.PROJECT / ".env.example").read_text()
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.M)
    assert re.search(r"^LOGISTICS_SECRET_KEY=$", example, re.M)


def test_only_the_proxy_is_reachable_and_from_this_machine_only():
    published = {n for n, s in COMPOSE["services"].items() if s.get("ports")}
    assert published == {"nginx"}
    assert COMPOSE["services"]["nginx"]["ports"][0].startswith("127.0.0.1:")


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_job_runner_is_on_and_leaves_workers_for_people(name):
    parsed = CONFIGURATIONS[name]
    loaded = parsed["options"]["server_wide_modules"].split(",")
    assert loaded == configuration.SERVER_WIDE.split(",")
    channels = dict(
        part.rsplit(":", 1) for part in parsed["queue_job"]["channels"].split(",")
    )
    assert int(channels["root"]) + 2 <= int(parsed["options"]["workers"])
    ours = dict(part.rsplit(":", 1) for part in configuration.CHANNELS.split(","))
    assert set(channels) == set(ours)


def test_the_proxy_guards_what_odoo_leaves_open():
    assert re.search(r"location \^~ /queue_job/ \{ return 404; \}", NGINX)
    assert re.search(r"location \^~ /web/database \{ return 404; \}", NGINX)
    for setting in (
        "client_max_body_size",
        "client_header_timeout",
        "client_body_timeout",
        "proxy_request_buffering on",
    ):
        assert setting in NGINX
    assert re.search(r"location /websocket \{[^}]*odoo_gevent", NGINX)


def test_the_image_pins_what_requirements_pin():
    pinned = set((paths.PROJECT / "requirements.txt").read_text().split())
    dockerfile = (DOCKER / "Dockerfile").read_text()
    for pin in re.findall(r"[\w.-]+==[\w.]+", dockerfile):
        assert pin in pinned


def test_external_dependencies_of_addons_are_pinned():
    text = (paths.PROJECT / "requirements.txt").read_text()
    pinned = {name.lower() for name in re.findall(r"^([\w.-]+)==", text, re.M)}
    for folder in paths.addon_folders():
        manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
        for name in manifest.get("external_dependencies", {}).get("python", []):
            assert DISTRIBUTIONS.get(name, name).lower() in pinned, folder.name


def _needed_by_addons():
    """Return {distribution: addon} of what the suite's manifests ask for."""
    return {
        DISTRIBUTIONS.get(name, name).lower(): folder.name
        for folder in paths.addon_folders()
        for name in addon_files.manifest(folder)
        .get("external_dependencies", {})
        .get("python", [])
    }


def test_the_image_installs_what_the_addons_import():
    text = (DOCKER / "Dockerfile").read_text()
    words = re.findall(r"(?<![\w./-])([A-Za-z][\w.-]*)(?===|\s)", text)
    installed = {word.lower() for word in words}
    missing = {n: a for n, a in _needed_by_addons().items() if n not in installed}
    assert not missing


@pytest.mark.parametrize("folder", paths.addon_folders(), ids=lambda f: f.name)
def test_an_addon_names_what_it_imports(folder):
    """Whoever installs a wheel gets what its manifest names, and nothing else."""
    named = set()
    for name in addon_files.closure([folder.name]):
        manifest = addon_files.manifest(folder.parent / name)
        named |= set(manifest.get("external_dependencies", {}).get("python", []))
    imported = {}
    for file in folder.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom) and not node.level and node.module
                else []
            )
            imported |= {name.split(".")[0]: file.name for name in names}
    unnamed = {
        name: file
        for name, file in imported.items()
        if name not in sys.stdlib_module_names
        and name not in named
        and name not in FROM_ODOO
    }
    assert not unnamed


def test_the_balancer_s_word_on_https_reaches_odoo():
    """Else Odoo behind a balancer makes http links, and partners refuse them."""
    assert "map $http_x_forwarded_proto $forwarded_proto" in NGINX
    assert "proxy_set_header X-Forwarded-Proto $forwarded_proto;" in NGINX
    assert "X-Forwarded-Proto $scheme" not in NGINX
    for parsed in CONFIGURATIONS.values():
        assert parsed["options"]["proxy_mode"] == "True"


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_accepts_its_configuration(tmp_path):
    local = NGINX.replace("odoo:80", "127.0.0.1:80")
    (tmp_path / "site.conf").write_text(local.replace("listen 80", "listen 18080"))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} "
        f"http {{ access_log off; include {tmp_path}/site.conf; }}"
    )
    done = subprocess.run(
        ["nginx", "-t", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
