"""FastCGI: where an app's scripts are, and which of them a request may run."""

from __future__ import annotations

from pydantic import Field

from krm_fn.function_config.formats.kubernetes_types import DirectoryPath
from krm_fn.function_config.formats.types import AssetFolder, RequestPath, ScriptName, ScriptPath
from krm_fn.function_config.models.base import Model


class FastCGI(Model):
    """An app behind PHP-FPM. A request runs a script that is listed, else the front controller, and no other file."""

    root: DirectoryPath = "/var/www/html"
    """The folder of the scripts, as PHP-FPM's container has it."""
    index: ScriptName = "index.php"
    """The front controller in that folder: it gets each path that leads to no script of `scripts`, and to no asset.
    /index.php, and paths below it, are its own, too."""
    scripts: list[ScriptPath] = Field(default_factory=list, examples=[["/wp-login.php", "/wp-admin/*.php"]])
    """Other scripts that may be requested by their path. In a name `*` stands for letters, digits, `-`, `_` and `~`.
    With a slash at the end, /remote.php/, the script also gets the paths below it, as PATH_INFO. Where one is named as
    `index`, its folder's path with a slash runs it. Every other path with .php is the front controller's, whatever lies
    there: so no upload runs."""
    path_info: bool = False
    """Whether the front controller gets the whole path as PATH_INFO, for an app that does not read REQUEST_URI."""
    assets: list[AssetFolder] = Field(default_factory=list, examples=[["/wp-content/", "/wp-includes/"]])
    """Folders whose styles, scripts of browsers, images, fonts, sound, films and PDFs the proxy serves itself: PHP-FPM
    serves none. The sidecar must mount the volume with the app's code at `root`. Files with other endings are never
    served, so no source of a script is; nor is a name, or a folder, that begins with a dot."""
    ping: RequestPath | None = Field(default=None, examples=["/ping"])
    """`ping.path` of the pool: /readyz requests it. Left out: any response of PHP-FPM below 500 to a request for a
    script that there is not, or for `spec.probes.appPath`, counts as ready."""
