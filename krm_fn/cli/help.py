"""What `proxy-sidecar --help` and `kpt fn doc` print, and the help of the subcommands."""

HELP = """\
proxy-sidecar: a KRM function that puts an NGINX or Caddy sidecar in front of a
workload, and moves the Services and what refers to them.

Usage:
  proxy-sidecar < resource-list.yaml > resource-list.yaml
  proxy-sidecar render --config FN_CONFIG.yaml [--diff] PATH...
  proxy-sidecar remove [--name NAME]... [--diff] PATH...
  proxy-sidecar --help | --version

render and remove work on files; see proxy-sidecar render --help.

stdin is a ResourceList (config.kubernetes.io/v1) whose functionConfig is a
ProxySidecar; stdout is the ResourceList with

  - a ConfigMap with the proxy's configuration, and those of static files,
  - the sidecar's container and volumes in the Pod template,
  - the Services that led to the app leading to the proxy,
  - everything among the items that referred to those ports following, and what
    cannot follow told of.

Untouched items leave byte for byte as they came. Run twice, it changes nothing
more. On an error the items leave untouched, the exit code is 1, and the results
tell all that is wrong, where, and a remedy; stderr has the same, a line each,
and on success a line that sums up.

The smallest functionConfig:

  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: web-proxy
  spec:
    target:
      kind: Deployment
      name: web

It fronts the one app port that Services lead to, with nginx on port 8080;
spec.engine: caddy puts Caddy there.
With spec.remove: true it takes out again what it put in, to the byte.

With kpt, in a Kptfile:            With kustomize, in the functionConfig:
  pipeline:                          metadata:
    mutators:                          annotations:
    - image: IMAGE                       config.kubernetes.io/function: |
      configPath: fn-config.yaml           container:
                                             image: IMAGE
"""

_FILES = """\
PATH is a file or a folder. Of a folder, all *.yaml, *.yml and *.json below it
are taken, but for hidden ones; a file may hold several documents, and what is
no manifest stays as it is.

All files are written, or none: on an error nothing is, the exit code is 1, and
stderr tells all that is wrong, where, and a remedy, a line each. The exit code
is 2 where the command line cannot be followed. The last line on stderr tells
what was done.
"""

COMMAND_HELP = {
    "render": f"""\
proxy-sidecar render: puts the proxy into manifests where they lie.

Usage:
  proxy-sidecar render --config FN_CONFIG.yaml [--diff] PATH...

  --config FN_CONFIG.yaml  the file that holds the functionConfig
  --diff                   print a unified diff, and write nothing
  --help                   print this

Only the lines meant change. Run again, it changes nothing; with another
functionConfig of the same name, it replaces what the earlier one put in.

A ConfigMap is added at the end of the workload's file. One that cannot take it
(JSON, or no line break at its end) gets configmap_NAME.yaml beside it.

{_FILES}""",
    "remove": f"""\
proxy-sidecar remove: takes out of manifests what render put in.

Usage:
  proxy-sidecar remove [--name NAME]... [--diff] PATH...

  --name NAME  the name of a ProxySidecar to take out; without, all of them
  --diff       print a unified diff, and write nothing
  --help       print this

Annotations of the manifests tell what to undo: no functionConfig is needed.
Files that nothing else was done to are what they were, to the byte.

{_FILES}""",
}
