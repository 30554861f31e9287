"""The defects of a hand-written nginx.conf for the reference scenario, and the tests that show we have none.

Those of the manifests (how a changed ConfigMap is loaded, block scalars, modes, ports that refer to the Service, names
of ports) are not the engine's.
"""

from __future__ import annotations

import importlib

import pytest

_OF_BOTH = ("probes", "proxying", "static")
"""Modules whose requests are sent to each engine."""
DEFECTS = {
    "1 proxy_buffering off beside proxy_cache: never a HIT": ["scenario.TestCachedAssets.test_miss_hit_hit_and_bypass"],
    "2 location / is cached: the API is stale": [
        "scenario.TestApp.test_api_is_never_stale",
        "cache.test_kept_nowhere_else",
        "cache.TestWhatIsKept.test_post_is_never_kept_nor_answered",
    ],
    "3 health is cached": ["scenario.test_alertmanager_ends_and_comes_back", "probes.test_follow_the_app_or_the_proxy"],
    "4 errors are cached": [
        "cache.TestWhatIsKept.test_nothing_else_whatever_the_app_says",
        "cache.TestWithoutTheApp.test_cached_answers_and_the_rest_says_so",
    ],
    "5 one user's response for another": ["cache.TestPersonalAnswers.test_authorization_goes_past_the_cache"],
    "6 Host is not in the key": [
        "cache.TestPersonalAnswers.test_hosts_have_their_own",
        "cache.TestPersonalAnswers.test_forwarded_origins_have_their_own",
    ],
    "7 two contradicting Cache-Control": ["scenario.TestCachedAssets.test_one_cache_control_and_304"],
    "8 an override is kept for 90 days": ["scenario.TestOverride.test_is_revalidated_on_each_use"],
    "9 a suffix decides what is cached": ["cache.test_kept_nowhere_else"],
    "10 localhost is two peers": ["process.TestSurroundings.test_the_app_is_asked_by_ipv4_alone"],
    "11 the port of Host is lost": ["proxying.TestHost.test_keeps_its_port"],
    "12 X-Forwarded-* of clients pass": [
        "proxying.TestForwarded.test_from_a_trusted_peer",
        "proxying.TestForwarded.test_from_an_untrusted_peer",
    ],
    "13 the path is decoded and merged": ["proxying.TestPath.test_arrives_byte_for_byte"],
    "14 WebSocket is answered with 200": ["proxying.TestUpgrade.test_websocket_echo"],
    "15 a body of 2 MiB is refused": ["proxying.TestSizes.test_body_within_and_over_the_limit"],
    "16 a response header of 6 kB is a 502": ["proxying.TestSizes.test_large_headers_pass"],
    "17 the wrong things are compressed": [
        "proxying.TestCompression.test_of_text",
        "proxying.TestCompression.test_not_of_what_is_compressed",
    ],
    "18 the override has no charset": ["scenario.TestOverride.test_keeps_the_apps_content_type"],
    "19 headers are missing on 404": [
        "scenario.TestCachedAssets.test_what_is_missing_is_not_kept",
        "static.test_not_found",
    ],
    "20 a stampede": ["cache.test_twenty_requests_at_once_are_one_for_the_app"],
    "21 the cache outgrows its volume": ["cache.test_volume_is_bounded"],
    "22 paths that uid 101 cannot write": ["process.TestSurroundings.test_writes_nowhere_but_in_its_volume"],
    "23 the error log reopens a stream of another owner": ["process.TestSurroundings.test_stderr_of_another_owner"],
    "24 a worker for each CPU of the node": ["process.TestSurroundings.test_workers_are_the_plans"],
    "25 requests in flight are dropped": ["process.TestEnd.test_requests_in_flight_are_answered"],
    "also: the version is shown": ["scenario.TestApp.test_no_version_is_shown"],
    "also: no access log": ["scenario.test_access_log_is_json_without_probes"],
    "also: no health endpoint": ["scenario.TestProbes.test_are_on_their_own_listener_only"],
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_is_covered(defect: str) -> None:
    for name in DEFECTS[defect]:
        module, _, path = name.partition(".")
        folder = "both" if module in _OF_BOTH else "nginx"
        found: object = importlib.import_module(f"tests.engines.{folder}.test_{module}")
        for part in path.split("."):
            found = getattr(found, part)
