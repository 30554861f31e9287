from __future__ import annotations

import pytest

from krm_fn import codes
from krm_fn.result import Result
from krm_fn.summary import FileSummary, ObjectSummary, Outcome

PODS = tuple(f"Pod/{number}" for number in range(10))


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (ObjectSummary(), "nothing to change."),
        (ObjectSummary(warnings=1), "nothing to change; 1 warning."),
        (ObjectSummary(changed=("Service/web",)), "changed Service/web."),
        (
            ObjectSummary(changed=("Pod/a", "Pod/b"), added=("ConfigMap/c",), removed=("ConfigMap/d",), warnings=2),
            "changed Pod/a, Pod/b; added ConfigMap/c; removed ConfigMap/d; 2 warnings.",
        ),
        (
            ObjectSummary(changed=PODS[:8]),
            "changed Pod/0, Pod/1, Pod/2, Pod/3, Pod/4, Pod/5, Pod/6, Pod/7.",
        ),
        (
            ObjectSummary(added=PODS),
            "added Pod/0, Pod/1, Pod/2, Pod/3, Pod/4, Pod/5, Pod/6, Pod/7 and 2 more.",
        ),
    ],
)
def test_the_closing_line_names_the_objects_of_a_list(summary: ObjectSummary, text: str) -> None:
    outcome = Outcome(exit_code=0, name="web", summary=summary)
    assert outcome.closing_line == f'[info] PS000 ProxySidecar "web": {text}'


@pytest.mark.parametrize(
    ("summary", "done", "shown"),
    [
        (FileSummary(is_done=True), "nothing to change.", "nothing to change."),
        (FileSummary(is_done=True, changed=1), "changed 1 file.", "would change 1 file."),
        (
            FileSummary(is_done=True, changed=2, created=3, deleted=4, config_maps_added=5, config_maps_removed=1),
            "changed 2 files, made 3 files, deleted 4 files, added 5 ConfigMaps, removed 1 ConfigMap.",
            "would change 2 files, make 3 files, delete 4 files, add 5 ConfigMaps, remove 1 ConfigMap.",
        ),
    ],
)
def test_the_closing_line_counts_files(summary: FileSummary, done: str, shown: str) -> None:
    assert Outcome(exit_code=0, summary=summary).closing_line == f"proxy-sidecar: {done}"
    assert Outcome(exit_code=0, summary=summary.replace(is_done=False)).closing_line == f"proxy-sidecar: {shown}"


def test_a_line_for_each_error_and_warning() -> None:
    results = tuple(
        Result(code=code, message="must be …") for code in (codes.REMOVED, codes.VALUE_EDITED, codes.PORT_TAKEN)
    )
    assert Outcome(exit_code=1, results=results, name="web").lines == (
        '[warning] PS702 ProxySidecar "web": must be …',
        '[error] PS301 ProxySidecar "web": must be …',
    )
    assert Outcome(exit_code=1, results=results).closing_line == ""
