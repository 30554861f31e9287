# The function as an image: stdin to stdout, without a shell, a network, a home or a writable file.
#
#   docker build --tag localhost/proxy-sidecar .
#
# Without a network, from wheels (hatchling's and the dependencies', for BASE's Python) in the build context:
#
#   pip wheel --wheel-dir wheels . hatchling
#   docker build --tag localhost/proxy-sidecar --network none \
#       --build-arg PIP_NO_INDEX=1 --build-arg PIP_FIND_LINKS=/src/wheels .
#
# BASE is any image with Python 3.11 or later as python3. Commands are in exec form, so it needs no shell either; the
# linter would rather chain them, which takes one.
# hadolint global ignore=DL3059
ARG BASE=python:3.13-slim

# The slim images ship the standard library without bytecode, and under a read-only root each call would compile it anew.
# Unchecked: bytecode that holds no time stamp and is not compared with its source; the same source, the same image.
FROM ${BASE} AS interpreter
RUN ["python3", "-c", "import compileall, os, py_compile, re; compileall.compile_dir(os.path.dirname(os.__file__), quiet=1, rx=re.compile('/(site-packages|dist-packages|test|idlelib|lib2to3)/'), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)"]

FROM interpreter AS build
# pip reads both from its environment; they are unset unless the build gives them.
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
RUN ["python3", "-m", "venv", "/pip"]
RUN ["python3", "-m", "venv", "--without-pip", "/opt/proxy-sidecar"]
COPY . /src
RUN ["/pip/bin/pip", "--python", "/opt/proxy-sidecar/bin/python3", "install", "--no-cache-dir", "--no-compile", "/src"]
RUN ["python3", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "/opt/proxy-sidecar/lib"]

FROM interpreter
LABEL org.opencontainers.image.title="proxy-sidecar" \
      org.opencontainers.image.description="A KRM function that puts an NGINX or Caddy sidecar in front of a workload" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/proxy-sidecar /opt/proxy-sidecar
USER 65532:65532
# Without the site module, and without runpy, which "-m" imports: each of them is a tenth of a small run.
ENTRYPOINT ["/opt/proxy-sidecar/bin/python3", "-I", "-S", "-c", "import sys; sys.path.append('/opt/proxy-sidecar/lib/python%d.%d/site-packages' % sys.version_info[:2]); from krm_fn.__main__ import main; sys.exit(main())"]
