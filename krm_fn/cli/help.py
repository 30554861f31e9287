"""What `proxy-sidecar --help` and `kpt fn doc` print."""

HELP = """\
proxy-sidecar: a KRM function that puts an NGINX sidecar in front of a workload,
and moves the Services and what refers to them.

Usage:
  proxy-sidecar < resource-list.yaml > resource-list.yaml
  proxy-sidecar --help | --version

stdin is a ResourceList (config.kubernetes.io/v1) whose functionConfig is a
ProxySidecar; stdout is the ResourceList with

  - a ConfigMap with the nginx configuration, and those of static files,
  - the sidecar's container and volumes in the Pod template,
  - the Services that led to the app leading to the proxy,
  - everything among the items that referred to those Service ports following.

Untouched items leave byte for byte as they came. Run twice, it changes nothing
more. On an error the items leave untouched, the exit code is 1, and the results
tell all that is wrong, where, and a remedy; stderr has the same, a line each.

The smallest functionConfig:

  apiVersion: krm-fn.dev/v1alpha1
  kind: ProxySidecar
  metadata:
    name: web-proxy
  spec:
    target:
      kind: Deployment
      name: web

It fronts the one app port that Services lead to, with nginx on port 8080.

With kpt, in a Kptfile:            With kustomize, in the functionConfig:
  pipeline:                          metadata:
    mutators:                          annotations:
    - image: IMAGE                       config.kubernetes.io/function: |
      configPath: fn-config.yaml           container:
                                             image: IMAGE
"""
