"""Words and numbers that stand for protocols: of ports' names, of appProtocol, of controllers, and registered ports."""

from __future__ import annotations

from krm_fn.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    Says: TypeAlias = Literal["http", "https", "h2c", "grpc", "grpcs", "tls", "other"]
    """What a port speaks: HTTP by TCP or TLS, HTTP/2 without TLS, gRPC by TCP or TLS, TLS with anything inside, or
    another protocol than HTTP."""


INGRESS_WORDS = (
    "-protocol",
    "kubernetes.io/protocol",
    "secure-backends",
    "server-ssl",
    "grpc-backend",
    "passthrough",
    "ssl-services",
    "grpc-services",
)
"""Each Ingress that tells its controller what a backend speaks has one of these words in an annotation."""
SERVICE_WORDS = ("-protocol", "serversscheme", "konghq.com/protocol", "server-ssl", "load-balancer-ssl-cert")
"""Each Service that does has one of these."""
SCRAPE_PORT = "prometheus.io/port"
"""The annotation in which Prometheus is often configured to find the Pods' port."""
SCRAPE_WORD = "prometheus.io/scheme"
OPAQUE_WORD = "opaque-ports"
BY_TLS = frozenset(("https", "grpcs", "tls"))
"""What a port says that speaks TLS."""


class Meaning(Record):
    """A protocol, and the word or number that stands for it."""

    says: Says
    what: str
    """The protocol as a message names it."""


_HTTP: dict[str, Says] = {
    **dict.fromkeys(("http", "http1", "http11", "h1", "ws", "websocket", "grpc-web", "grpcweb", "web"), "http"),
    **dict.fromkeys(("https", "wss", "http-tls", "https1", "h1-ssl", "http-ssl"), "https"),
    **dict.fromkeys(("h2c", "http2", "h2"), "h2c"),
    "grpc": "grpc",
    **dict.fromkeys(("grpcs", "grpc-tls", "grpc-ssl"), "grpcs"),
    **dict.fromkeys(("h2-ssl", "h2-tls"), "https"),
    **dict.fromkeys(("tls", "ssl"), "tls"),
}
"""Istio's words for protocols by which HTTP passes, those of ingress controllers, and plain synonyms."""
_OTHER = frozenset(
    (
        *("amqp", "amqps", "beats", "bgp", "bolt", "cassandra", "clickhouse", "cql", "dns", "dns-tcp", "domain"),
        *("epmd", "fluentd", "forward", "ftp", "gelf", "imap", "imaps", "jdbc", "jmx", "kafka", "kerberos"),
        *("ldap", "ldaps", "logstash", "mariadb", "memcache", "memcached", "mongo", "mongodb", "mqtt", "mqtts"),
        *("mssql", "mysql", "nats", "ntp", "opaque", "oracle", "pop3", "postgres", "postgresql", "psql"),
        *("pgbouncer", "pgsql", "pulsar", "qpid", "radius", "raft", "rdp", "redis", "rediss", "rmi", "rsync"),
        *("rtmp", "rtsp", "serf", "sip", "smb", "smtp", "smtps", "snmp", "socks", "socks5", "sql", "sqlserver"),
        *("ssh", "statsd", "stomp", "stun", "syslog", "tcp", "telnet", "thrift", "turn", "udp", "sctp", "vnc"),
        *("xmpp", "zk", "zookeeper", "hazelcast", "gossip", "epmd", "nfs", "mountd", "rpcbind", "sftp", "dht"),
        *("p2p", "fastcgi", "fcgi", "fpm", "php-fpm"),
    )
)
"""Protocols other than HTTP: Istio's, and names under which databases, queues, caches and others are registered."""
_STANDARD: dict[str, Says] = {"h2c": "h2c", "ws": "http", "wss": "https"}
"""The values that Kubernetes itself defines for appProtocol, below kubernetes.io/."""
_NUMBERS = {
    **dict.fromkeys((443, 4443, 6443, 8443, 9443, 10250), Meaning(says="tls", what="TLS")),
    **dict.fromkeys((4317, 50051, 50052), Meaning(says="grpc", what="gRPC")),
    **{
        number: Meaning(says="other", what=what)
        for what, numbers in {
            "SSH": (22,),
            "SMTP": (25, 465, 587),
            "DNS": (53,),
            "Kerberos": (88,),
            "POP3": (110, 995),
            "IMAP": (143, 993),
            "LDAP": (389, 636),
            "SMB": (445,),
            "syslog": (514, 6514),
            "MS SQL": (1433,),
            "Oracle": (1521,),
            "MQTT": (1883, 8883),
            "NFS": (2049,),
            "ZooKeeper": (2181, 2888, 3888),
            "MySQL": (3306, 33060),
            "RDP": (3389,),
            "Erlang's distribution": (4369, 25672),
            "NATS": (4222, 6222),
            "PostgreSQL": (5432, 6432),
            "AMQP": (5671, 5672),
            "VNC": (5900,),
            "Redis": (6379, 6380, 16379, 26379),
            "Cassandra": (9042, 9160),
            "Bolt": (7687,),
            "Kafka": (9092, 9093, 9094),
            "Elasticsearch's transport": (9300,),
            "memcached": (11211,),
            "MongoDB": (27017, 27018, 27019),
            "Pulsar": (6650,),
            "fluentd's forward": (24224,),
            "Beats": (5044,),
        }.items()
        for number in numbers
    },
}
del _NUMBERS[9093]  # Alertmanager's, which speaks HTTP
"""Registered or usual ports, which are hints only: HTTP is served on any."""


_WEB = frozenset(
    (
        *("admin", "api", "auth", "bridge", "commander", "connect", "console", "dashboard", "exporter", "express"),
        *("health", "healthz", "http", "https", "insight", "manager", "metrics", "monitor", "monitoring", "prom"),
        *("prometheus", "rest", "ui", "web"),
    )
)
"""Words after which a port named after another protocol is one for HTTP, as in redis-exporter and kafka-connect."""
_LAST = ("http", "https", "h2c", "http2", "grpc")
"""Words of HTTP that say as much at the end of a name, as in otlp-grpc."""
_COMMON = frozenset((*("domain", "forward", "gossip", "sql", "turn"),))
"""Words of everyday language, which only as the whole name are a protocol's, as in domain-api."""
_VAGUE = _COMMON | {"tcp", "udp", "opaque"}
"""Words that say nothing of the protocol at the end of a name."""


def of_port_name(name: str) -> Meaning | None:
    """Return what a port's name says: the whole name, or a part before or after a `-`, is a protocol's; None otherwise.

    The longest part counts: grpc-web is not gRPC. Behind another protocol's, a word of HTTP counts: tcp-http.
    """
    parts = name.lower().split("-")
    for end in range(len(parts), 0, -1):
        word, rest = "-".join(parts[:end]), parts[end:]
        if word in _HTTP and word != "web":
            return Meaning(says=_HTTP[word], what=word)
        if word in _OTHER:
            within = of_port_name("-".join(rest)) if rest else None
            says_nothing = _WEB.intersection(rest) or (rest and word in _COMMON)
            return within or (None if says_nothing else Meaning(says="other", what=word))
    last = parts[-1]
    if last in _LAST:
        return Meaning(says=_HTTP[last], what=last)
    return Meaning(says="other", what=last) if last in _OTHER - _VAGUE else None


def of_app_protocol(word: str) -> Meaning | None:
    """Return what an appProtocol says; None for a value of a vendor's own, or one that is not known."""
    domain, _, name = word.lower().rpartition("/")
    says: Says | None
    if domain:
        says = _STANDARD.get(name) if domain == "kubernetes.io" else None
    else:
        says = _HTTP.get(name) or ("other" if name in _OTHER else None)
    return Meaning(says=says, what=word) if says else None


def of_controller(word: str) -> Meaning | None:
    """Return what a word says by which a controller is told the protocol of its backend, such as HTTPS or GRPC."""
    name = word.strip().strip('"').lower().replace("/", "").replace("auto_", "").replace("_", "-")
    if name in FASTCGI or name in ("ajp", "uwsgi"):
        return Meaning(says="other", what=name)
    return of_app_protocol(name)


_IMAGES = frozenset(
    (
        *("cassandra", "kafka", "mariadb", "memcached", "mongo", "mongodb", "mysql", "nats", "percona"),
        *("postgres", "postgresql", "redis", "valkey", "zookeeper", "mosquitto", "openldap"),
    )
)
"""Images of servers of other protocols, by the last part of their repositories."""


FASTCGI = frozenset(("fastcgi", "fcgi", "fpm", "php-fpm", "FastCGI"))
"""Words of FastCGI: the only one of the other protocols that the proxy speaks to apps."""
FPM_PORT = 9000
"""The port on which PHP-FPM listens in the official images."""


def of_fpm_image(image: str) -> Meaning | None:
    """Return what the image of an app for PHP-FPM says of its port 9000: wordpress:6.8-fpm, php-fpm and their like."""
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    words = (*name.split("-"), *tag.split("-"))
    return Meaning(says="other", what="FastCGI") if any(word == "fpm" for word in words) else None


def of_image(image: str) -> Meaning | None:
    """Return what an image's name hints at: a server of another protocol."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return Meaning(says="other", what=name) if name in _IMAGES else None


def of_number(number: int) -> Meaning | None:
    """Return what a port's number hints at."""
    return _NUMBERS.get(number)
