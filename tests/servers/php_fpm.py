"""PHP-FPM with apps that route like WordPress and Nextcloud, and say what they were sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cannot_run import cannot_run
from tests.servers.processes import Server, running

_USER = 65534
_SAYS = """<?php
$body = file_get_contents('php://input');
if (isset($_GET["sleep"])) { sleep((int) $_GET["sleep"]); }
if (isset($_GET['status'])) { http_response_code((int) $_GET['status']); }
foreach ((array) ($_GET['header'] ?? []) as $line) { header($line, false); }
if (isset($_GET['size'])) { echo str_repeat('x', (int) $_GET['size']); return; }
if (!array_key_exists('header', $_GET)) { header('Content-Type: application/json'); }
header('X-From: app');
header('X-Script: ' . $_SERVER['SCRIPT_NAME']);
$said = ['script' => __FILE__, 'length' => strlen($body), 'hash' => md5($body), 'server' => $_SERVER];
echo json_encode($said, JSON_UNESCAPED_SLASHES);
"""
WORDPRESS = {
    "index.php": _SAYS,
    "wp-login.php": _SAYS,
    "wp-config.php": "<?php define('DB_PASSWORD', 'secret');",
    "wp-config.php.bak": "<?php define('DB_PASSWORD', 'secret');",
    "wp-admin/index.php": _SAYS,
    "wp-admin/admin-ajax.php": _SAYS,
    "wp-admin/.hidden.css": "secret",
    "wp-content/style.css": "body { color: red }" * 200,
    "wp-content/notes.txt": "secret",
    "wp-content/UPPER.JPG": "picture",
    "wp-content/uploads/evil.jpg": "<?php echo 'evil ran';",
    "wp-content/uploads/evil": "<?php echo 'evil ran';",
    "wp-content/uploads/evil.php": "<?php echo 'evil ran';",
}
NEXTCLOUD = {
    "index.php": _SAYS,
    "remote.php": _SAYS,
    "status.php": _SAYS,
    "ocs/v1.php": _SAYS,
    "config/config.php": "<?php define('DB_PASSWORD', 'secret');",
    "core/main.js": "let x = 1;",
    "data/alice/photo.jpg": "private",
}


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder for the block that every user may write to."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def php_fpm() -> str:
    """Return the executable."""
    found = next((str(each) for each in sorted(Path("/usr/sbin").glob("php-fpm*"))), None) or shutil.which("php-fpm")
    if found is None:
        cannot_run("PHP-FPM is not installed: scripts/setup-system")
    return found


@contextmanager
def running_php_fpm(
    root: Path, files: Mapping[str, str], *, port: int = 0, socket: Path | None = None, seen_at: str = ""
) -> Iterator[Server]:
    """Run PHP-FPM on a port of the loopback, or a socket, until the block ends; the files are written below root.

    PHP-FPM has these below `seen_at`, a folder of this machine that nobody else sees changed; left out, below root.
    Its pool answers pings at /ping, runs nothing but what ends in .php, and looks for a script above a path that is
    none, as PHP does by default.
    """
    program = php_fpm()
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for each in (root, *root.rglob("*")):
        each.chmod(0o755)
    with TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        (directory / "php-fpm.conf").write_text(
            f"[global]\ndaemonize = no\nerror_log = /dev/null\n"
            f"[www]\nlisten = {socket or f'127.0.0.1:{port}'}\nlisten.mode = 0666\n"
            "pm = static\npm.max_children = 4\nping.path = /ping\nclear_env = yes\n"
            "php_admin_value[cgi.fix_pathinfo] = 1\nsecurity.limit_extensions =\n"
            "php_admin_value[post_max_size] = 0\nphp_admin_value[expose_php] = 0\n"
        )
        mount = 'mount --bind "$0" "$1"; shift; exec "$@"'
        elsewhere = ["unshare", "--mount", "sh", "-ec", mount, str(root), seen_at] if seen_at else []
        command = [
            *elsewhere,
            *("setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "--no-new-privs", "--"),
            *(program, "--nodaemonize", "--fpm-config", str(directory / "php-fpm.conf")),
        ]
        with running(command, [port] if port else [], directory) as server:
            yield server
