"""The words and numbers that stand for protocols; first those that say nothing."""

from __future__ import annotations

import pytest

from krm_fn.traffic.words import (
    Meaning,
    of_app_protocol,
    of_controller,
    of_fpm_image,
    of_image,
    of_number,
    of_port_name,
)


def says(meaning: Meaning | None) -> str:
    return meaning.says if meaning else ""


@pytest.mark.parametrize(
    "name",
    [
        *("", "app", "web", "web-ui", "api", "server", "main", "admin", "metrics", "port-1", "80-80", "8080-tcp"),
        *(
            "redis-exporter",
            "kafka-ui",
            "kafka-connect",
            "mongo-express",
            "tcp-prometheus",
            "forward-auth",
            "turn-service",
            "mysql-metrics",
            "tcp-web",
            "tcp-api",
            "https2",
            "grpcx",
            "nothttp",
            "myredis",
        ),
    ],
)
def test_names_of_ports_that_say_nothing(name: str) -> None:
    assert says(of_port_name(name)) == ""


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("http", "http"),
        ("HTTP", "http"),
        ("http-api", "http"),
        ("http-grpc-bridge", "http"),
        ("web-http", "http"),
        ("ws", "http"),
        ("grpc-web", "http"),
        ("grpc-web-api", "http"),
        ("tcp-http", "http"),
        ("https", "https"),
        ("https-web", "https"),
        ("web-https", "https"),
        ("wss", "https"),
        ("http-tls", "https"),
        ("http2", "h2c"),
        ("h2c-api", "h2c"),
        ("grpc", "grpc"),
        ("grpc-api", "grpc"),
        ("otlp-grpc", "grpc"),
        ("tcp-grpc", "grpc"),
        ("grpc-tls", "grpcs"),
        ("tls", "tls"),
        ("tls-api", "tls"),
        ("redis", "other"),
        ("redis-cluster", "other"),
        ("api-redis", "other"),
        ("tcp", "other"),
        ("tcp-main", "other"),
        ("dns-tcp", "other"),
        ("forward", "other"),
        ("gossip-tcp", "other"),
    ],
)
def test_names_of_ports(name: str, meaning: str) -> None:
    assert says(of_port_name(name)) == meaning


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("", ""),
        ("example.com/http", ""),
        ("kubernetes.io/http", ""),
        ("linkerd.io/opaque", ""),
        ("custom", ""),
        ("http", "http"),
        ("HTTP", "http"),
        ("https", "https"),
        ("grpc", "grpc"),
        ("grpc-web", "http"),
        ("http2", "h2c"),
        ("kubernetes.io/h2c", "h2c"),
        ("kubernetes.io/ws", "http"),
        ("kubernetes.io/wss", "https"),
        ("tls", "tls"),
        ("tcp", "other"),
        ("mongo", "other"),
    ],
)
def test_app_protocols(word: str, meaning: str) -> None:
    assert says(of_app_protocol(word)) == meaning


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("", ""),
        ("banana", ""),
        ("HTTP", "http"),
        ("HTTP1", "http"),
        ("HTTP/1.1", ""),
        ("AUTO_HTTP", "http"),
        ("h1", "http"),
        ("HTTPS", "https"),
        ('"HTTPS"', "https"),
        ("h1-ssl", "https"),
        ("h2-ssl", "https"),
        ("H2_SSL", "https"),
        ("HTTP2", "h2c"),
        ("HTTP/2", "h2c"),
        ("h2", "h2c"),
        ("GRPC", "grpc"),
        ("GRPCS", "grpcs"),
        ("ssl", "tls"),
        ("FCGI", "other"),
        ("FastCGI", "other"),
        ("AJP", "other"),
        ("tcp", "other"),
    ],
)
def test_words_for_controllers(word: str, meaning: str) -> None:
    assert says(of_controller(word)) == meaning


@pytest.mark.parametrize(
    ("number", "meaning"),
    [
        *((number, "") for number in (80, 3000, 5000, 8000, 8080, 8081, 8888, 9090, 9093, 9100, 9200, 15672)),
        *((number, "tls") for number in (443, 6443, 8443, 9443)),
        *((number, "grpc") for number in (4317, 50051)),
        *((number, "other") for number in (22, 53, 3306, 5432, 5672, 6379, 9092, 27017)),
    ],
)
def test_numbers_of_ports(number: int, meaning: str) -> None:
    assert says(of_number(number)) == meaning


@pytest.mark.parametrize(
    ("image", "meaning"),
    [
        *((image, "") for image in ("", "app", "nginx", "redis-exporter", "redis/app", "kafka-ui:1", "redisinsight")),
        *((image, "other") for image in ("redis", "redis:7", "docker.io/library/redis:7-alpine", "a/mysql@sha256:00")),
        ("localhost:5000/postgres:16", "other"),
    ],
)
def test_images(image: str, meaning: str) -> None:
    assert says(of_image(image)) == meaning


@pytest.mark.parametrize(
    ("image", "meaning"),
    [
        ("wordpress:6.8-php8.3-fpm", "other"),
        ("docker.io/library/nextcloud:fpm-alpine@sha256:0", "other"),
        ("registry.example:5000/bitnami/php-fpm:8.3", "other"),
        ("php:8.3-fpm", "other"),
        ("wordpress:6.8-apache", ""),
        ("fpmx:1", ""),
        ("registry.example/fpm/web:1", ""),
    ],
)
def test_images_for_php_fpm(image: str, meaning: str) -> None:
    assert says(of_fpm_image(image)) == meaning


def test_words_of_fastcgi() -> None:
    assert [says(of_port_name(name)) for name in ("fpm", "php-fpm", "fastcgi", "fcgi", "fpm-metrics", "php")] == [
        *(["other"] * 4),
        "",
        "",
    ]
    assert [says(of_controller(word)) for word in ("FCGI", "fastcgi")] == ["other", "other"]
