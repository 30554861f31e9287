"""Codes: the number, severity, meaning and remedy of each message, for good. docs/messages.md shows them.

A number is never used for something else. Where a message is gone, so is its number.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    Severity: TypeAlias = Literal["error", "warning", "info"]


class Code:
    """What identifies a kind of message. Plain, not a Record: there are many, and each run makes them all.

    The first line under each says what it means, whatever the object; the second what to do, where there is anything.
    """

    __slots__ = ("number", "severity")

    def __init__(self, number: str, severity: Severity) -> None:
        self.number = number
        """PS and three digits."""
        self.severity: Severity = severity

    def __repr__(self) -> str:
        return self.number


# Input, and what is written back

SUMMARY = Code("PS000", "info")
"""What a run did, in one line."""
STDIN_UNREADABLE = Code("PS001", "error")
"""Standard input is not a ResourceList.
Pipe a ResourceList in, as kustomize and kpt do.
"""
FUNCTION_CONFIG_UNREADABLE = Code("PS002", "error")
"""The functionConfig is not YAML that can be read.
Correct it on the line that is named.
"""
LIST_NOT_WRITTEN = Code("PS003", "error")
"""The ResourceList has a form in which the change cannot be written without another.
Write the list in block style, each item on lines of its own.
"""
ANCHOR_SHARED = Code("PS004", "error")
"""An object has an anchor that another object uses, so a change would reach both.
Write out the alias in the other object.
"""
LIST_NOT_OPENED = Code("PS005", "warning")
"""A list of objects among the items cannot be opened safely, so nothing in it is found.
Correct what the message names, or write its objects as items of their own.
"""
EDIT_REFUSED = Code("PS006", "error")
"""The text of an object cannot be changed in this place without another change.
Write out the alias or merge key that is named, or put the comment on a line of its own.
"""
STDOUT_NOT_WRITTEN = Code("PS007", "error")
"""Standard output does not accept all of the output, so the result is not complete.
Correct what the message names, such as a full disk, and run it again.
"""
FAULT = Code("PS008", "error")
"""The program has a fault that this input shows, and changes nothing.
Report the message with the input; CONTRIBUTING.md says how to see the traceback.
"""

ENCRYPTED = Code("PS009", "error")
"""SOPS has encrypted an object that would have to be changed.
Decrypt it first, or leave it out.
"""

# Files, for the command line

FUNCTION_CONFIG_NOT_ALONE = Code("PS010", "error")
"""The file of the functionConfig holds several documents.
Put it into a file of its own.
"""
FILE_UNREADABLE = Code("PS011", "error")
"""A file or folder cannot be read.
Allow it, or name the files to work on.
"""
LINK_TO_NOTHING = Code("PS012", "error")
"""A link points to nothing that can be read.
Delete it, or correct its target.
"""
FILE_CHANGED_MEANWHILE = Code("PS013", "error")
"""Something else changed a file while it was worked on.
Run the command again.
"""
FILE_NOT_WRITTEN = Code("PS014", "error")
"""A file cannot be written, and so none was.
Correct what is named.
"""
FILE_NOT_PUT_BACK = Code("PS015", "error")
"""A file could not get its old text back.
Rename the file that holds it, which is named.
"""
NEW_FILE_NAME_TAKEN = Code("PS016", "error")
"""A new file has the name of one that is there with other content.
Rename that file, or make the workload's a YAML file that ends in a line break.
"""
RECORDED_FILE_UNREADABLE = Code("PS017", "error")
"""An object or file holds what a ProxySidecar added, and cannot be read.
Correct it on the line named.
"""
LINK_LEADS_OUTSIDE = Code("PS018", "error")
"""A file that a link reaches outside of the folders would have to change.
Name that file as well, if it may change.
"""
NEW_FILE_NOT_LISTED = Code("PS019", "warning")
"""A kustomization does not list a new file beside it.
Add it to its resources.
"""
DELETED_FILE_LISTED = Code("PS020", "warning")
"""A kustomization lists a file that was deleted.
Delete it from its resources.
"""
PROXY_SIDECAR_UNKNOWN = Code("PS021", "warning")
"""Nothing in the files was added by the ProxySidecar that is named.
Use a name that is there.
"""
LEFTOVER = Code("PS022", "warning")
"""A run that was killed left a hidden folder with copies of files.
Look at the files beside it that this run does not work on: each is whole, old or new.
"""
LEFTOVER_NOT_REMOVED = Code("PS023", "warning")
"""A hidden folder with copies of files cannot be removed, or it cannot be known whether it may be.
Delete it when no run is at work on the files beside it.
"""
FOLDER_IN_USE = Code("PS024", "error")
"""Another run writes files in a folder.
Run the command again when that is done.
"""
FOLDER_NOT_SYNCED = Code("PS025", "warning")
"""All files are written, but the system could not bring the change of a folder to the disk.
Check the disk: after a power failure, run the command again.
"""

# The command line

COMMAND_UNKNOWN = Code("PS031", "error")
"""The first argument is not a command.
Use a command that the message lists, or no argument at all to filter standard input.
"""
OPTION_UNKNOWN = Code("PS032", "error")
"""The command does not have this option.
Use an option that the message lists.
"""
OPTION_WITHOUT_VALUE = Code("PS033", "error")
"""The option needs a value.
Write the value behind the option.
"""
OPTION_WITH_VALUE = Code("PS034", "error")
"""The option does not accept a value.
Write the option alone.
"""
OPERAND_MISSING = Code("PS035", "error")
"""The command line does not name what the command must work on, such as a file or folder.
Name it, as the example in the message does.
"""
OPTION_NOT_ONCE = Code("PS036", "error")
"""An option that the command needs is missing, or is there more than once.
Write it once.
"""
PATH_ABSENT = Code("PS037", "error")
"""A path of the command line cannot be found.
Name a file or folder that is there.
"""
CONFIG_ABSENT = Code("PS038", "error")
"""The file that --config names cannot be read.
Name the file that holds the functionConfig.
"""
PATH_OF_OTHER_TYPE = Code("PS039", "error")
"""A path of the command line is neither a file nor a folder.
Name a file or folder, or filter standard input.
"""
DASH_AS_PATH = Code("PS040", "error")
"""The command does not read standard input.
Name files or folders, or leave the command out to filter standard input.
"""
OPERAND_UNEXPECTED = Code("PS041", "error")
"""The command accepts nothing but options.
Leave out what the message names.
"""
OPTION_VALUE_UNKNOWN = Code("PS042", "error")
"""The option does not accept this value.
Write one of those that the message lists.
"""

# The functionConfig

NO_FUNCTION_CONFIG = Code("PS101", "error")
"""The functionConfig is not a mapping.
Give the function a document of kind ProxySidecar.
"""
CONFIG_MAP_GIVEN = Code("PS102", "error")
"""The functionConfig is a ConfigMap, whose options cannot say what a ProxySidecar says.
Write a ProxySidecar to a file, and name it under configPath in a Kptfile.
"""
OTHER_KIND = Code("PS103", "error")
"""The functionConfig is of another apiVersion or kind.
Give the function a document with apiVersion: krm-fn.dev/v1alpha1 and kind: ProxySidecar.
"""
WRONG_TYPE = Code("PS110", "error")
"""A field holds a value of another type.
Write the value as the type that is named.
"""
LIST_EMPTY = Code("PS111", "error")
"""A list is empty.
Give it an entry, or leave the field out.
"""
FIELD_UNKNOWN = Code("PS112", "error")
"""There is no field of that name.
Correct its name, or leave it out.
"""
FIELD_MISSING = Code("PS113", "error")
"""A required field is not set.
Set it.
"""
NOT_A_CHOICE = Code("PS114", "error")
"""A field has none of its choices.
Use one that the message lists.
"""
TEXT_REFUSED = Code("PS115", "error")
"""A text does not have the form that its field requires.
Write it in the form that is described.
"""
NUMBER_OUT_OF_RANGE = Code("PS116", "error")
"""A number is outside its limits.
Use a number between the limits.
"""
APP_PORT_REFUSED = Code("PS117", "error")
"""A port of the app is neither a number nor a name.
Write a port's number, or its name.
"""
NOT_JSON = Code("PS118", "error")
"""A field of Kubernetes holds what JSON cannot hold.
Put dates and other text in quotes.
"""
KEY_NOT_TEXT = Code("PS119", "error")
"""The key of a mapping is not text.
Put it in quotes.
"""

TARGET_MISSING = Code("PS120", "error")
"""No target is set.
Set spec.target, spec.targets or spec.remove.
"""
TARGET_AND_TARGETS = Code("PS121", "error")
"""Both spec.target and spec.targets are set.
List also the one target under spec.targets.
"""
TARGET_SELECTS_NOTHING = Code("PS122", "error")
"""A target sets no field that selects objects.
Set kind, name, labelSelector or annotationSelector.
"""
FORMER_NAME_CURRENT = Code("PS123", "error")
"""A former name is the name that the ProxySidecar has.
Leave it out of spec.formerNames.
"""
TEMPLATE_IN_LIST = Code("PS124", "error")
"""The path of a Pod template goes into a list.
Target the object that holds one template.
"""
REFERRER_PATHS_APART = Code("PS125", "error")
"""The paths of a referrer's Service and port go into different lists.
Start both with the same list.
"""

PORTS_ALIKE = Code("PS130", "error")
"""Two ports of the Pod have the same number or name.
Set another for one.
"""
CONTAINERS_ALIKE = Code("PS131", "error")
"""The exporter has the sidecar's name.
Set another name.
"""
VOLUMES_ALIKE = Code("PS132", "error")
"""Two volumes of the sidecar have the same name.
Set another for one.
"""
MOUNT_PATHS_OVERLAP = Code("PS133", "error")
"""A mount path of the sidecar is inside another.
Use paths beside each other.
"""
CACHE_LARGER_THAN_VOLUME = Code("PS134", "error")
"""The cache may grow larger than its volume, and the Pod would be evicted.
Make spec.cache.maxSize smaller than spec.sidecar.cacheSizeLimit.
"""

FILES_ALIKE = Code("PS140", "error")
"""Two ConfigMaps to generate have the same name.
Set another for one.
"""
FILE_TWICE = Code("PS141", "error")
"""data and binaryData have the same key.
Keep one of the two.
"""
FILES_BY_REGEX = Code("PS142", "error")
"""A regular expression cannot serve files.
Set match to exact or prefix.
"""
FILE_NOT_NAMED = Code("PS143", "error")
"""An exact route names no file to serve.
Set files.key, or end the path with a file's name.
"""
PREFIX_WITHOUT_SLASH = Code("PS144", "error")
"""A prefix does not end with /.
End it with /.
"""
FILE_OF_OTHER_MATCH = Code("PS145", "error")
"""A field of files is for routes of another match.
Leave it out, or set another match.
"""
FILE_NOT_GENERATED = Code("PS146", "error")
"""A route serves a file that its ConfigMap under spec.files does not have.
Use a key it has.
"""

ROUTES_ALIKE = Code("PS150", "error")
"""Two routes of a listener have the same match and path.
Remove one.
"""
PATH_TOO_LONG = Code("PS151", "error")
"""A path has more bytes than the proxy can match.
Match a shorter one.
"""
PATH_NOT_ABSOLUTE = Code("PS152", "error")
"""A path does not start with /.
Start it with /.
"""
PATH_NEVER_REQUESTED = Code("PS153", "error")
"""No request has such a path once it is decoded and cleaned.
Write the decoded path, without a query.
"""
REGEX_REFUSED = Code("PS154", "error")
"""A regular expression is not one that PCRE reads as it is meant.
Write it for PCRE.
"""
REGEX_NOT_OF_ENGINE = Code("PS155", "error")
"""The engine cannot read a regular expression.
Write it in the engine's dialect.
"""
ROUTE_FIELDS_CONFLICT = Code("PS156", "error")
"""A field of a route has no use beside another that is set.
Leave one of the two out.
"""
NOT_EXACTLY_ONE = Code("PS157", "error")
"""None or several of the fields are set of which one must be.
Set one of them.
"""
REWRITE_WITHOUT_PREFIX = Code("PS158", "error")
"""rewrite.prefix is set for a route that is no prefix.
Set rewrite.path, or match: prefix.
"""
REWRITE_GROUPS = Code("PS159", "error")
"""A rewrite names groups that the route's path does not have.
Name groups of a regular expression that is the path.
"""

USERS_MISSING = Code("PS160", "error")
"""The engine must know the users' names, and none is set.
List them under auth.basic.users.
"""
HEADER_OF_PROXY = Code("PS161", "error")
"""The proxy or the connection sets this header itself.
Leave it out, or use another.
"""
HEADER_TWICE = Code("PS162", "error")
"""A header is named twice.
Name it once.
"""
ROUTE_OF_AUTH_SERVICE = Code("PS163", "error")
"""A route is the prefix that the auth service answers itself.
Remove the route, or set auth.external.ownPrefix.
"""
NOBODY_TRUSTED = Code("PS164", "error")
"""A listener reads the PROXY protocol, and nobody is trusted to send it.
List the load balancers under spec.realIP.trustedProxies.
"""
ERROR_PAGE_TWICE = Code("PS165", "error")
"""A status has two pages.
Keep one of them.
"""
ERROR_PAGES_AND_SIGN_IN = Code("PS166", "error")
"""The engine cannot show a page in place of the app's 401 where it also sends clients to sign in.
Set signIn: null, or leave ofApp out.
"""
UPSTREAM_NOT_CHECKABLE = Code("PS167", "error")
"""An upstream's certificate is checked, and what it is checked against is not set.
Set it, or verify: false.
"""
UPSTREAM_NOT_CHECKED = Code("PS168", "error")
"""Authorities are named, and the upstream's certificate is not checked against them.
Set verify: true, or remove them.
"""
UPSTREAM_FIELDS_CONFLICT = Code("PS169", "error")
"""What an upstream speaks does not go with another field.
Change one of the two.
"""

SNIPPETS_NOT_ALLOWED = Code("PS170", "error")
"""There are snippets, and spec.snippets.allow is not true.
Read them, then set it.
"""
SNIPPET_NOT_WHOLE = Code("PS171", "error")
"""A snippet is not whole directives that stay in their block.
Write whole directives.
"""
SNIPPET_DENIED = Code("PS172", "error")
"""A snippet has a directive that is not among those that are known to be safe in its place.
Leave the directive out, or use the field that the message names.
"""
PATCH_MALFORMED = Code("PS173", "error")
"""An operation of the patch is not one that is supported.
Give it op, path and value.
"""
PATCH_DENIED = Code("PS174", "error")
"""An operation of the patch is outside of what it may change.
Leave out what is named.
"""
SNIPPET_ARGUMENT_DENIED = Code("PS175", "error")
"""A directive of a snippet is allowed, and this argument of it is not.
Write what the message says.
"""
SNIPPET_NAME_TAKEN = Code("PS176", "error")
"""A snippet uses a name for a variable or a zone that nginx or the proxy's own configuration has.
Use another name.
"""
SNIPPET_REPEATS = Code("PS177", "error")
"""A snippet has a directive that is there already, in the snippet or in the proxy's own configuration of that block.
Leave it out, or set it in another block.
"""
PATCH_ADDS = Code("PS178", "error")
"""With the patch, the configuration has something that is not among what a patch may add or set.
Leave it out, or do what the message says.
"""
PATCH_TAKES_AWAY = Code("PS179", "error")
"""With the patch, the configuration lacks something that the other fields ask for, or has it in another place.
Leave the operation out, and set those fields.
"""

FIELD_UNSUPPORTED = Code("PS180", "error")
"""The engine does not support the field.
Leave it out, or use another engine.
"""
FIELD_NEEDS_LATER_KUBERNETES = Code("PS185", "error")
"""A field needs a later version of Kubernetes than spec.kubernetesVersion.
Leave it out, or set a later version.
"""
IMAGE_OF_OTHER_PROGRAM = Code("PS186", "error")
"""The name of the image says another program than the one that is to run.
Use an image of that program, or set spec.engine.
"""
STATUS_NOT_ANSWERED = Code("PS187", "error")
"""The engine cannot answer with a page and this status.
Remove the status, or use another engine.
"""
TEXT_TOO_LONG = Code("PS188", "error")
"""A text, or a list that is sent as one, has more bytes than the engine reads at once.
Shorten it.
"""

# The functionConfig: fields of a container, by the rules of Kubernetes

CONTAINER_VALUE_REFUSED = Code("PS190", "error")
"""A field of a container has a value that Kubernetes does not accept there.
Set one that the message says is right.
"""
CONTAINER_FIELDS_CONFLICT = Code("PS191", "error")
"""Two fields of a container contradict each other.
Remove or change the one that the message names.
"""
CONTAINER_FIELD_INCOMPLETE = Code("PS192", "error")
"""A field of a container needs another one that is not there.
Set what the message names.
"""
CONTAINER_ENTRY_TWICE = Code("PS193", "error")
"""Two entries of one list have the same name or path.
Give one of them another, or delete it.
"""

# Targets and workloads

TARGET_UNREADABLE = Code("PS201", "error")
"""An object that may be the target cannot be read.
Correct it on the line that is named.
"""
NOT_A_WORKLOAD = Code("PS202", "error")
"""The target is of a kind whose Pod template is not known.
Target a workload, or say under spec.workloadKinds where the Pod template is.
"""
KIND_REFUSED = Code("PS203", "error")
"""The target is of a kind that cannot have a sidecar.
Put the proxy in front of another workload.
"""
POD_FINISHES = Code("PS204", "error")
"""The target's Pods must finish, which a classic sidecar would prevent.
Set spec.sidecar.mode: native.
"""
WORKLOAD_REF_ABSENT = Code("PS205", "error")
"""The workload that spec.workloadRef names is not among the items.
Add its file to the package.
"""
NO_CONTAINER = Code("PS206", "error")
"""The target has no container to put the proxy in front of.
Add the app's container.
"""
NO_TARGET = Code("PS207", "error")
"""No object among the items has all that the target requires.
Correct the target by what the message lists.
"""
OPTED_OUT = Code("PS208", "info")
"""A workload has opted out by its annotation, and is left as it is."""
ALL_OPTED_OUT = Code("PS209", "warning")
"""All workloads that the target matches have opted out.
Remove the annotation krm-fn.dev/inject, or the functionConfig.
"""
NAME_MISSING = Code("PS215", "error")
"""The target has neither a name nor a generateName.
Give it one of the two.
"""
OTHER_SYSTEM = Code("PS216", "error")
"""The target's Pods are for another operating system than Linux.
Leave it out by its annotation, or target another.
"""

# The functionConfig: caches and static files of routes

CACHE_QUERY_TWICE = Code("PS220", "error")
"""A cache's key says in two ways which parameters of a query count.
Keep one of them.
"""
CACHE_PARAMETER_UNKNOWN = Code("PS221", "error")
"""A parameter that counts in a cache's key is the beginning of names.
List the whole names.
"""
CACHE_KEY_BYPASSES = Code("PS222", "error")
"""A cache's key goes by something with which a request bypasses the cache, or a cache by a header of the connection.
Remove it.
"""
CACHE_STATUS_REFUSED = Code("PS223", "error")
"""A cache does not keep or replace responses with this status.
Use another.
"""
CACHE_STATUS_TWICE = Code("PS224", "error")
"""A cache has two times for a status.
Keep one of them.
"""
NO_FALLBACK = Code("PS225", "error")
"""A route to files names paths without a fallback, and has none.
Remove the field, or set a fallback.
"""
IMAGE_ROUTE_REFUSED = Code("PS226", "error")
"""The path of a route to files of an image cannot be a folder in the container.
Use letters, digits, '.', '_', '-' and slashes.
"""
IMAGE_FOLDER_REFUSED = Code("PS227", "error")
"""The folder of an image cannot be copied as it is given.
Name the folder, and mount images outside of it.
"""
IMAGE_VOLUME_GATED = Code("PS228", "warning")
"""Image volumes are off by default in the version of Kubernetes.
Turn on the feature gate ImageVolume, or have the files copied.
"""
KEY_OF_TWO = Code("PS229", "error")
"""Two ConfigMaps of one route have the same key.
Remove it from one of them.
"""

# Answers of the proxy's own

REDIRECT_STATUS_TWICE = Code("PS230", "error")
"""A redirect has both status and permanent, which say the same.
Keep one of the two.
"""
REDIRECT_GROUPS = Code("PS231", "error")
"""A redirect names parts of the path that its route does not have, or in place of a host.
Name groups of a regular expression, or $1 in a prefix route, behind the host.
"""
ANSWER_STATUS_REFUSED = Code("PS232", "error")
"""A fixed answer has a status that the engine cannot answer with, or that has another field.
Use another status.
"""
ANSWER_WITHOUT_BODY = Code("PS233", "error")
"""A fixed answer has a body, and a status that has none.
Remove the body, or use another status.
"""
HEADER_SIZE_REFUSED = Code("PS234", "error")
"""A size of headers is outside of what the proxy can be given.
Use a size between the limits.
"""
PRELOAD_REFUSED = Code("PS235", "error")
"""Strict-Transport-Security says preload without what the list of browsers requires.
Remove preload, or set the other two fields.
"""
PATH_OF_THE_PROXY = Code("PS236", "error")
"""A route has a path by which the proxy serves its pages, or that it requests itself.
Use another path.
"""

# The functionConfig: upstreams

SERVICE_WITHOUT_NAMESPACE = Code("PS240", "error")
"""nginx would look a Service's name up again, and the functionConfig does not say in which namespace it is.
Set namespace beside the name.
"""
SPLIT_VALUE_ALONE = Code("PS241", "error")
"""A split says which value decides, and not of which header or cookie, or in two ways.
Name the header or the cookie, and keep one of the values.
"""
SPLIT_COOKIE_TWICE = Code("PS242", "error")
"""The cookie that keeps a client's version is also the one that decides in its place.
Give one of them another name.
"""
STICKY_UPSTREAMS_DIFFER = Code("PS243", "error")
"""Caddy would choose between two upstreams by a client's address, header or cookie, and they differ in more than that.
Let both speak the same without TLS and get the same Host header, or keep versions by a cookie of the proxy's.
"""

# The functionConfig: who may send requests

NOTHING_TO_CHOOSE = Code("PS250", "error")
"""A route admits by an address or by credentials, and lacks one of the two.
Set allow and auth, or remove satisfy.
"""
OWN_PREFIX_TWICE = Code("PS251", "error")
"""Two auth services of one listener have the same paths of their own.
Set another ownPrefix for one of them, as the service itself is configured.
"""
LIMIT_KEY_REFUSED = Code("PS252", "error")
"""A limit counts requests by what the proxy itself handles, or by a user's name that nothing checks.
Count by another header, by a cookie, or by the client's address.
"""
RATE_OF_NOTHING = Code("PS253", "error")
"""Responses would be sent with no bytes a second.
Set a rate, or remove bandwidth.
"""

# FastCGI

ASSETS_NOT_MOUNTED = Code("PS260", "error")
"""Assets beside an app's scripts are to be served, and the sidecar does not mount them.
Mount the volume with the app's code in the sidecar's container.
"""
SCRIPT_GUARDED_IN_PART = Code("PS261", "error")
"""A route guards one path of a script, and other paths run it as well.
Guard them all, by a prefix.
"""
ASSETS_BESIDE_SECRETS = Code("PS262", "error")
"""Assets beside an app's scripts are to be served by what follows links in the app's volume, and Secrets are mounted.
Use engine nginx there.
"""
CLIENT_SPEAKS_FASTCGI = Code("PS263", "warning")
"""A client sends FastCGI, and the proxy takes HTTP.
Remove what makes it do so.
"""

# The sidecar

PORT_TAKEN = Code("PS301", "error")
"""A container has the port number that the sidecar needs.
Use the free number that the message names.
"""
PORT_NAME_TAKEN = Code("PS302", "error")
"""A container has the port name that the sidecar needs.
Use the free name that is named.
"""
CONTAINER_NAME_TAKEN = Code("PS303", "error")
"""Another container has the name of the sidecar or of its companion.
Set another name.
"""
VOLUME_NAME_TAKEN = Code("PS304", "error")
"""Another volume has the name of one of the sidecar's volumes.
Set another name.
"""
APP_PORT_OF_PROXY = Code("PS305", "error")
"""The upstream port is one that another ProxySidecar has added.
Name a port of the app.
"""
APP_PORT_UNKNOWN = Code("PS306", "error")
"""No container declares a port of the upstream's name.
Use a declared name, or the number, which need not be declared.
"""
APP_PORT_UNCLEAR = Code("PS307", "error")
"""Which port of the app is meant does not follow from the manifests.
Set spec.listeners[].upstream.port.
"""
UPSTREAM_PORT_UNKNOWN = Code("PS308", "error")
"""No container declares a port of the name that a route points to.
Use a declared name.
"""
CPU_LIMIT_TOO_HIGH = Code("PS309", "error")
"""The CPU limit of the sidecar is more than any node has.
Write it as "500m", or "2".
"""
DRAIN_SHORTENED = Code("PS310", "warning")
"""The Pod's grace period ends before the requests in flight may take as long as is set.
Set terminationGracePeriodSeconds, or spec.shutdown, as the message says.
"""
HOST_NETWORK = Code("PS311", "warning")
"""The Pod uses the node's network, so the proxy's ports are the node's.
Keep these ports free on each node.
"""
HOST_PORT = Code("PS312", "warning")
"""A port of the node bypasses the proxy.
Remove hostPort, or let clients use the Service.
"""
LIVE_OBJECT = Code("PS313", "warning")
"""An object that is edited was read from a cluster, with fields that only a cluster sets.
Use the manifest as it was written, or delete the fields that are named.
"""
SIDECAR_INJECTED = Code("PS320", "info")
"""The sidecar was injected into the workload."""
GUARD_OF_EXACT_PATH = Code("PS321", "warning")
"""A guard holds for a path as it is, and many apps answer the path with or without a slash at its end alike.
Guard both paths, or all below by a prefix.
"""
PREFIX_MATCHES_MORE = Code("PS322", "warning")
"""A prefix without a slash at its end has a guard, or takes one away, also for longer names that begin alike.
Let the prefix end with a slash, and name the path itself in an exact route.
"""
OPEN_EXPRESSION = Code("PS323", "warning")
"""A regular expression without a folder at its beginning takes authentication away from paths anywhere.
Begin it with the folder that is open.
"""
PREFIX_COMES_FIRST = Code("PS324", "warning")
"""A regular expression is not asked about what lies below a prefix.
Write it as a longer prefix or an exact path, or give the prefix the same settings.
"""
EVERY_POD_TRUSTED = Code("PS325", "warning")
"""A setting goes by the client's address, which every Pod can choose where spec.realIP.trustedProxies is left out.
Set the proxies in front there; the same networks as by default, if they are meant.
"""
MESH_HIDES_CLIENTS = Code("PS326", "warning")
"""A setting goes by the client's address, and a service mesh connects in place of the client.
Let the mesh decide who may connect, or keep the port out of it.
"""
REWRITE_AROUND_GUARD = Code("PS327", "warning")
"""A rewrite sends requests to paths of the app that another route guards, and this one does not.
Give both routes the same settings, or rewrite to a path below which nothing is guarded.
"""
REWRITE_TO_BLOCKED = Code("PS328", "error")
"""A rewrite leads to a path that is blocked, so that requests would reach it under another one.
Set another path, or do not block it.
"""
ENGINE_TOO_OLD = Code("PS330", "error")
"""This version of the engine is not supported.
Use a later image.
"""
FIELD_NEEDS_LATER_ENGINE = Code("PS331", "error")
"""This version of the engine cannot do what the field requires.
Use a later image, or what the message says.
"""
PATCH_DOES_NOT_FIT = Code("PS332", "error")
"""An operation of the patch finds no place in the configuration.
Correct its path.
"""
PORT_SHARED = Code("PS340", "warning")
"""Two containers of the Pod declare the same port, which only one of them can have.
Declare it in the container that listens on it.
"""
QOS_CHANGED = Code("PS341", "warning")
"""The Pod is of the QoS class Guaranteed, and what is added makes it Burstable.
Set spec.sidecar.guaranteed to true, or to false if it may change.
"""
POD_RESOURCES_EXCEEDED = Code("PS342", "warning")
"""A container that is added has more than the Pod's own resources allow.
Set less, or raise the Pod's.
"""
QUOTA_UNMET = Code("PS343", "warning")
"""A container that is added lacks what a ResourceQuota requires, or one Pod exceeds the quota with it.
Set what the message names, or raise the quota.
"""
LIMIT_RANGE_UNMET = Code("PS344", "warning")
"""A container that is added is outside of what a LimitRange allows.
Set the value that the message names.
"""
USER_REFUSED = Code("PS345", "warning")
"""OpenShift refuses the user that a container which is added runs as, unless that is allowed there.
Set runAsUser and runAsGroup to null.
"""
VERSION_ASSUMED = Code("PS346", "warning")
"""The image's tag does not say the version of the engine, and may mean another one tomorrow.
Use a tag with the version, or set spec.engineVersion.
"""
VOLUME_UNKNOWN = Code("PS347", "error")
"""A container of ours has a mount or a device of a volume that the Pod does not have, or not as a claim.
Add the volume to the Pod, or name one that the message lists.
"""
HOST_PORT_TAKEN = Code("PS348", "error")
"""A port of the node that a container of ours needs is another port's, or is not the one that the container has.
Use another number, or leave hostPort out.
"""
PORT_RENAMED = Code("PS349", "warning")
"""A port of ours has another name in the container, and what names the port does not find it.
Set the name in the field of the port that the message names.
"""
CONTAINER_PORT_TWIN = Code("PS350", "warning")
"""kubectl apply takes a container's port for an earlier one of the same number, and changes or loses one of them.
Use the command that the message names.
"""

# What the app speaks, and its clients

TARGET_PORT_UNKNOWN = Code("PS360", "error")
"""A Service's port points to a name that no container declares, and nothing else says which port is the app's.
Correct the targetPort, or set spec.listeners[].upstream.port.
"""
NO_HTTP = Code("PS361", "error")
"""The manifests say that the app's port speaks another protocol than HTTP.
Front another port; where it speaks HTTP after all, set spec.listeners[].upstream.protocol.
"""
PROTOCOL_UNCLEAR = Code("PS362", "error")
"""The manifests contradict themselves in what the app's port speaks.
Set spec.listeners[].upstream.protocol.
"""
MAYBE_NO_HTTP = Code("PS363", "warning")
"""A port's number, its image, or UDP on the same number, hints at another protocol than HTTP.
Set spec.listeners[].upstream.protocol if it speaks HTTP.
"""
MAYBE_SPEAKS = Code("PS364", "warning")
"""A port's number or a flag hints that the app speaks TLS or gRPC, and nothing says so for certain.
Set spec.listeners[].upstream.protocol.
"""
UPSTREAM_PROTOCOL = Code("PS365", "info")
"""The manifests say that the app speaks something else than plain HTTP, and so does the proxy to the app."""
PROBE_HEADER_LOST = Code("PS366", "warning")
"""A header of the app's probe has a name or value that no HTTP request can carry.
Correct it in the probe.
"""
PROBE_ELSEWHERE = Code("PS367", "warning")
"""The app's probe requests another host than its Pod.
Set spec.probes.appPath.
"""
CLIENT_SPEAKS_TLS = Code("PS368", "warning")
"""A client sends TLS to a port at which the proxy now takes requests without it.
Set spec.listeners[].tls, or let the client use HTTP.
"""
CLIENT_SPEAKS_PLAIN = Code("PS369", "warning")
"""A client sends requests without TLS to a port at which the proxy now takes TLS.
Let the client use TLS.
"""
APP_PROTOCOL_KEPT = Code("PS370", "warning")
"""The appProtocol or name of a Service's port no longer says what is spoken there.
Set spec.listeners[].tls, or spec.listeners[].service.appProtocol.
"""
APP_PORT_UNDECLARED = Code("PS371", "warning")
"""The app's port is one that no container declares, though others are declared.
Correct the number where it is a slip, or declare the port.
"""
TARGET_PORT_DANGLING = Code("PS372", "warning")
"""One of a Service's ports points to a name that no container declares.
Correct the targetPort, or declare the name.
"""
CLIENT_SPEAKS_GRPC = Code("PS373", "warning")
"""A client sends gRPC to a listener that does not serve it.
Set spec.listeners[].upstream.protocol, or grpc on a route.
"""
AUTH_LINES_LOST = Code("PS374", "warning")
"""This version of nginx sends clients only the first of several cookies of the auth service.
Use a later image, or name the cookies.
"""
CLIENT_LACKS_CREDENTIALS = Code("PS375", "warning")
"""A client among the items requests a path without credentials, which the proxy now requires.
Give it credentials; or set anonymous on a route for the path, which opens it to everybody.
"""
CLIENT_LACKS_CERTIFICATE = Code("PS376", "warning")
"""A client among the items connects without a certificate, which the proxy now requires.
Give it one, or set spec.listeners[].tls.clients.required to false.
"""

# The cutover from running Pods to new ones

CUTOVER_NOT_BY_NAME = Code("PS380", "error")
"""The cutover cannot be by name, as spec.cutover says.
Do what the message says, or set staged.
"""
CUTOVER_GAP = Code("PS381", "warning")
"""Services lose requests from the moment that the change is applied until new Pods have replaced the running ones.
Do it in two steps, as the message says; or set spec.cutover to service.
"""
CUTOVER_STAGED = Code("PS382", "warning")
"""Services still route to the app: they follow in a second run.
When the rollout is complete, run it with spec.cutover: service.
"""
NO_ROLLOUT = Code("PS383", "warning")
"""Pods that run are not replaced by this change.
Replace them as the message says.
"""
SERVICE_BYPASSES = Code("PS384", "warning")
"""A Service also routes to Pods that get no proxy: a part of its requests is not proxied.
List these Pods' workloads under spec.targets, or narrow the Service's selector.
"""
APP_PORT_RENAMED = Code("PS385", "info")
"""The app's port got another name, as the sidecar's has taken its own."""
STAGE_CHANGES_PODS = Code("PS386", "error")
"""The second stage of a staged cutover would change Pods: the first one was not rendered, or not with these settings.
Render with --stage workload, apply that, and wait for the rollout.
"""

# ConfigMaps

CONFIG_MAP_NAME_TAKEN = Code("PS401", "error")
"""Another ConfigMap has the name of one that is to be generated.
Set another name.
"""
CONFIG_MAP_CONFLICT = Code("PS402", "error")
"""Several ConfigMaps of different content are to be generated under one name.
Leave the name out, or give each target a ProxySidecar of its own.
"""
CONFIG_MAP_TOO_LARGE = Code("PS403", "error")
"""A ConfigMap is larger than the API server accepts.
Split it into several.
"""
CONFIG_MAP_LARGE_FOR_APPLY = Code("PS404", "warning")
"""A ConfigMap is larger than kubectl apply can record in an annotation.
Use kubectl apply --server-side --force-conflicts, after kubectl replace where it was applied without before.
"""
CONFIG_MAP_ABSENT = Code("PS405", "error")
"""A route serves files of a ConfigMap that is neither generated nor among the items.
Correct the name, add the ConfigMap, or generate it under spec.files.
"""
CONFIG_MAP_KEY_ABSENT = Code("PS406", "error")
"""A route serves a key that its ConfigMap does not have.
Set a key that it has, or add this one.
"""
CONFIG_MAP_EDITS_LOST = Code("PS407", "warning")
"""A generated ConfigMap was edited by hand, and the edits are gone.
Set in the functionConfig what must stay.
"""
NO_NAME_HASH = Code("PS408", "warning")
"""kustomize will not add a hash to the ConfigMap's name, as spec.configMap.rollout requires.
List the functionConfig under generators and transformers, or set rollout: checksum.
"""
GENERATOR_NEEDS_NAME = Code("PS409", "error")
"""The ConfigMap's name depends on the workload, which kustomize's generators do not see.
Set spec.configMap.name, or name one workload.
"""
PLACE_OUTSIDE = Code("PS410", "warning")
"""The annotation of a host names a file outside of the package, so that a new ConfigMap cannot be put beside it.
Correct the annotation, or leave it out.
"""
CONFIG_MAP_OF_ANOTHER_NAME = Code("PS411", "warning")
"""A ConfigMap has the mark of a ProxySidecar, which gives none that name: it is left.
Delete it, if nothing needs it; else delete the annotation.
"""
CONFIG_MAP_STILL_NAMED = Code("PS412", "warning")
"""A ConfigMap is not needed by the proxy any more, but something else names it: it is left.
Remove what names it, and run the function again.
"""
CONFIG_MAP_WRITTEN = Code("PS420", "info")
"""A ConfigMap was generated or brought up to date."""
CONFIG_MAP_PRUNED = Code("PS421", "info")
"""A generated ConfigMap is not needed any more, and was removed."""

# Services

SERVICE_PORT_TAKEN = Code("PS501", "error")
"""The number or name that a listener sets for its Service port is another port's of that Service.
Leave it out, or set another.
"""
SERVICE_PORT_DIVIDED = Code("PS502", "error")
"""A Service port points to one listener in one workload, and to another or none in the next.
Give each workload a Service of its own, or name the containers' ports alike.
"""
SERVICE_CUTS_OFF = Code("PS503", "error")
"""A Service port also reaches Pods that get no proxy, which would be cut off.
List these workloads under spec.targets, or narrow the Service's selector.
"""
SERVICE_MAY_CUT_OFF = Code("PS504", "warning")
"""A Service also selects Pods that declare no port and get no proxy.
List these workloads under spec.targets, or narrow the Service's selector.
"""
LISTENER_WITHOUT_SERVICE = Code("PS505", "warning")
"""No Service points to a listener.
Point a Service at the port that is named.
"""
SERVICE_SPEAKS_TLS = Code("PS506", "warning")
"""Clients of a Service port must speak TLS from now on.
Change what names it by http, as the message says.
"""
HEADLESS_ONLY = Code("PS507", "warning")
"""Only a headless Service points to the proxy: its clients still reach the app by the old number.
Let clients use the proxy's port, or give the Service an address.
"""
HEADLESS = Code("PS508", "info")
"""A headless Service resolves to the Pods: its clients choose the port themselves."""
SERVICE_PORT_TWIN = Code("PS510", "warning")
"""kubectl apply takes a port for another of the same number and another protocol, and changes or loses that one.
Use kubectl apply --server-side, as the message says.
"""
NODE_PORT_LOST = Code("PS511", "warning")
"""A port whose number changes gets another node port, since none is written.
Write the node port that it has.
"""
SERVICE_NAME_MISSING = Code("PS512", "error")
"""A Service whose port gets another number or name has no name, so that what refers to it cannot be found.
Give it a name.
"""
PORT_TYPE = Code("PS513", "error")
"""A field of a port, in a target or in a Service that selects its Pods, holds a value of a wrong type.
Correct it, as the API server would refuse the object.
"""
SERVICE_UNREADABLE = Code("PS514", "error")
"""A Service that selects the Pods of a target has a key twice, so that it cannot be changed.
Correct it on the line named.
"""
SERVICE_PORT_CHANGED = Code("PS520", "info")
"""A field of a Service port was changed to point to the proxy."""

# What refers to Services and Pods

REFERENCE_FIXED = Code("PS601", "warning")
"""An object means the old port in a place where no port can be written.
Do what the message says.
"""
REFERENCE_LEADS_ELSEWHERE = Code("PS602", "warning")
"""A port also points to what has no proxy, or to several ports that differ now, and so it cannot follow.
Give the ports one number or name in all Services or Pods that it is for.
"""
REFERENCE_PORT_UNKNOWN = Code("PS603", "warning")
"""An object names a port that the Service does not have.
Name a port that it has.
"""
POLICY_UNSURE = Code("PS604", "warning")
"""A rule may be for the Pods, and the items do not show whether it is.
Add the proxy's port to the rule if it is.
"""
POLICY_FOR_ALL = Code("PS605", "warning")
"""A rule for all destinations names the app's port, and the proxy's port cannot be added for all.
Add a rule for these Pods.
"""
POLICY_STAYS_OPEN = Code("PS606", "warning")
"""A rule still admits the app's port: it is in a range, or other Pods have it.
Narrow the rule if the port must be closed.
"""
ADDRESS_IN_TEXT = Code("PS607", "warning")
"""A text names a Service by a port that it does not have any more.
Write the address that is named.
"""
ADDRESS_IN_FIELDS = Code("PS608", "warning")
"""Two fields look like a Service's name and a port that it does not have any more.
Write the port that is named.
"""
SCRAPE_SHARED = Code("PS609", "warning")
"""A monitor also scrapes what has no proxy, and so it cannot scrape the app itself.
Give that Service a monitor of its own.
"""
ENCRYPTED_UNREAD = Code("PS610", "warning")
"""An object has values that SOPS encrypted, and they may name the app or a port that changes.
Decrypt it and look.
"""
REFERRER_UNREADABLE = Code("PS611", "warning")
"""An object that refers to a port that changes has a key twice, so that it cannot follow.
Correct it on the line named.
"""
POD_PORT_IN_FIELDS = Code("PS612", "warning")
"""An object of a kind without a table, or in a place that none covers, selects Pods that have a proxy now, and has the
number or name of the app's port: what goes there goes past the proxy.
Change it to the proxy's port, or leave it where the app itself is meant.
"""
EGRESS_DENIED = Code("PS613", "warning")
"""The proxy sends requests to another Service, and the policies among the items do not let its Pods reach that, or the
cluster's DNS. nginx does not start where it cannot look a name up.
Add a rule under `egress`, or let the one that denies it admit it.
"""
POD_PORT_IN_TEXT = Code("PS614", "warning")
"""A text names Pods that have a proxy now, by a name of theirs or by their labels, and the app's own port: what goes
there goes past the proxy, as long as the app listens there.
Change it to the proxy's port, or leave it where the app itself is meant.
"""
VARIABLE_OUTDATED = Code("PS615", "warning")
"""A text has a variable that the kubelet sets when a Pod starts, and running Pods keep the old port in it.
Restart them once the Service has changed, or write the address that is named.
"""
REFERENCE_FOLLOWED = Code("PS620", "info")
"""A reference was changed to point to the proxy."""
REFERENCE_ENTRY_ADDED = Code("PS621", "info")
"""An entry was added beside a reference that also points elsewhere."""
POLICY_FOLLOWED = Code("PS622", "info")
"""The proxy's port was written into the rule of a policy."""
SCRAPES_APP = Code("PS623", "info")
"""A monitor scrapes the app itself, past the proxy."""
NAMESPACE_ASSUMED = Code("PS630", "warning")
"""An object names no namespace, and is taken for one of default, where what it refers to, or what refers to it, is.
Write its namespace into it.
"""
COPIES_UNCLEAR = Code("PS631", "error")
"""One object stands twice where nothing says which is applied with what: in one file, folder or kustomization.
Delete one, or put each into a folder or a kustomization of its own.
"""
SHARED_LEFT = Code("PS632", "warning")
"""An object in no folder or kustomization refers to a port that changes in one that stands in several of these.
Copy it into each of these.
"""
SHARED_DIVIDED = Code("PS633", "error")
"""A Service outside of all sets would have to change in several ways for the workloads that stand in several sets.
Copy it into each of these.
"""
PATCH_NAMES_PORT = Code("PS634", "warning")
"""A patch or replacement of kustomize names a port that moves, or undoes what is changed: it is left as it is.
Make it what it must be, as the message says.
"""
PATCH_LEFT = Code("PS635", "info")
"""An object is a patch, which is a part of another one: it is left as it is."""
COPY_APART = Code("PS636", "info")
"""An object stands several times: each is changed by itself, with what is in its set."""
TARGET_IS_PATCH = Code("PS637", "error")
"""The target stands among the items only as a patch of kustomize, without the object that this is a part of.
Name the folder of its base as well.
"""
ANNOTATION_UNKNOWN = Code("PS640", "warning")
"""An annotation that is not known seems to name a port that changed: it stays.
Change it where it means that port.
"""
PROXY_LEFT_OUT_OF_MESH = Code("PS641", "warning")
"""A list of ports that a service mesh leaves alone has the proxy's: requests to it have neither its encryption nor its
policies.
Give the listener another port, or remove the number from the list.
"""
PROXY_IN_MESH = Code("PS642", "warning")
"""The app's port was left out of a service mesh, and the proxy's, which clients reach now, is not.
Add the proxy's port to the list, or remove the app's.
"""
ANNOTATION_OF_NAMESPACE = Code("PS643", "warning")
"""An annotation of a Namespace lists the app's port, and not the proxy's.
Add the proxy's port to it, or set the annotation in the Pod template.
"""
ANNOTATION_KEPT = Code("PS644", "warning")
"""An annotation names a port that changed, and stays: what it means depends on the cluster, or it has the new one, too.
Change it where it means that port, or remove the old one.
"""
CHECK_PASSES_BY = Code("PS645", "warning")
"""A load balancer checks the app past the proxy, which would refuse it: it has no credentials, or not the same TLS.
Do what the message says, and set the port to the proxy's.
"""
REFERENCE_NAMES_TWO = Code("PS650", "warning")
"""A port's name is that of two containers of the Pods, and so it cannot follow the one that gets the proxy.
Give the ports of the containers names of their own, or write the port that is named.
"""
PORT_UNGUARDED = Code("PS651", "error")
"""An object sets something for the app's port, such as mutual TLS, and cannot set it for the proxy's as well.
Set another port of the listener.
"""
PORT_SET_APART = Code("PS652", "warning")
"""An object sets something for the number of the proxy's port, and nothing for the app's.
Remove it there, or set another port of the listener.
"""
POLICY_OPENS = Code("PS653", "warning")
"""A policy's rule admits clients to the number of the proxy's port that other rules do not admit to the app's, so that
they now reach the app by way of the proxy.
Remove it, or set another port of the listener.
"""
APP_PORT_UNGUARDED = Code("PS654", "warning")
"""An object whose policies hold for one port, such as a Server of Linkerd, was for the app's, and is for the proxy's
now: the app's own port has the mesh's default policy on the Pods' addresses.
Add one for the app's port by its new name, or let the app listen on 127.0.0.1 alone.
"""

# The records of what was changed

RECORD_UNREADABLE = Code("PS701", "error")
"""The record of an earlier run is not as it was written, and so cannot be undone.
Put the annotation back; or undo by hand what it lists, and then delete it.
"""
VALUE_EDITED = Code("PS702", "warning")
"""A value that an earlier run set was edited since: it stays.
Check what refers to it.
"""
ENTRY_NOT_TOLD_APART = Code("PS703", "warning")
"""An entry that an earlier run added was edited or deleted since, so that it cannot be identified: it stays.
If it is still there, delete it by hand, unless that leaves the list empty.
"""
ENTRY_EDITED = Code("PS704", "warning")
"""An entry that an earlier run added was edited since: it was removed with the edits.
Set in the functionConfig what must stay.
"""
RECORD_PLACE_GONE = Code("PS706", "warning")
"""What an earlier run changed cannot be found any more.
Look for what is left of it, and remove it by hand.
"""
ANNOTATIONS_TOO_LARGE = Code("PS707", "error")
"""The annotations of an object, with the record of what was changed in it, are larger than the API server accepts.
Delete the one that is named, or split the object into several.
"""
OBJECT_LARGE_FOR_APPLY = Code("PS708", "warning")
"""An object becomes larger than kubectl apply can record in an annotation.
Use kubectl apply --server-side --force-conflicts, after kubectl replace where it was applied without before.
"""
PORT_NAME_GONE = Code("PS709", "warning")
"""A probe or hook names a port by the name that it had only while the proxy was there.
Change it to the name that the port has again.
"""
VALUE_RESTORED = Code("PS710", "info")
"""A value that an earlier run had changed is undone. What is desired now is changed after that."""
ENTRY_REMOVED = Code("PS711", "info")
"""An entry that an earlier run had added is undone. What is desired now is added after that."""
RECORD_NOT_OURS = Code("PS712", "warning")
"""A record lists a change that no run can have made: it is left.
Look who wrote that line of the record, and delete it.
"""
RECORD_PASSED_BY = Code("PS713", "warning")
"""The record of an earlier run is not as it was written: the object is left as it is.
Put the annotation back; or undo by hand what it lists, and then delete it.
"""
UNDONE_ALONE = Code("PS714", "warning")
"""What an earlier run did to an object is undone, and this run does nothing to that object.
If another ProxySidecar of that name did it, give one of both another name.
"""
RECORD_NEWER = Code("PS715", "error")
"""A record was written by a later release, and so cannot be undone.
Use that release, or a later one.
"""
NO_RECORD = Code("PS716", "error")
"""An object is the output of an earlier run that left no record, so nothing says how to undo it.
Run it on the source instead; or put the annotation with the record back where only that was lost.
"""
RECORD_NEEDED = Code("PS717", "error")
"""Files would be written over without a record of how to undo it, and what they were would be lost.
Leave spec.record out, or render from the source each time, such as by kustomize build.
"""
PORT_LEFT_BEHIND = Code("PS718", "warning")
"""Something still names a port that a Service or Pods had only with the proxy.
Change it to the port that the message names, or remove it.
"""
REMOVED = Code("PS720", "info")
"""What a ProxySidecar had added was removed from an object."""
NOTHING_TO_REMOVE = Code("PS721", "info")
"""Nothing among the items was added by this ProxySidecar."""
