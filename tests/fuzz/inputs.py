"""Inputs: a ResourceList for each number, the same in each run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from tests.corpus.files import HEAD
from tests.fuzz.data_mutations import mutated_data
from tests.fuzz.seeds import seed
from tests.fuzz.text_mutations import mutated_text
from tests.laws.choices import Choices
from tests.laws.items import as_json
from tests.laws.shared_nodes import SharingWriter
from tests.manifests import load_quickly

if TYPE_CHECKING:
    from tests.laws.configs import Config

_HEADS = ("", "", "", "", "\ufeff", "---\n", "# c\n", "---\n# c\n", "%YAML 1.1\n---\n")
_ENDS = ("\n", "\n", "\n", "\n", "", "\n\n", "\n# end\n", "\n...\n", "\nresults:\n- message: m\n")


@dataclass(frozen=True)
class Input:
    """Documents as they are after their mutations, and a functionConfig."""

    texts: list[str]
    config: Config
    random: Random
    """For what is drawn from now on."""

    def stdin(self) -> bytes:
        """Return them as a ResourceList, in one of the forms that there are."""
        choices = Choices(self.random)
        form = choices.one("block", "block", "block", "block", "block", "json", "list")
        if form == "json":
            return self._json()
        indent = choices.one("", "", "", "  ")
        items = [_entry(text, indent) for text in self.texts]
        if form == "list":
            items = [
                f"{indent}- apiVersion: v1\n{indent}  kind: List\n{indent}  items:\n",
                *(_deeper(each) for each in items),
            ]
        config, body = f"functionConfig: {as_json(self.config)}", "".join(items)
        head, end = choices.one(*_HEADS) + HEAD, choices.one(*_ENDS)
        text = head + body + config + end
        if choices.maybe(2):
            text = head.replace("items:\n", f"{config}\nitems:\n") + body.removesuffix("\n") + end
        if choices.random.random() < 0.04:
            text = mutated_text(self.random, text)
        if choices.maybe(1):
            text = text.replace("\n", choices.one("\r\n", "\r\n", "\r"))
        return text.encode(errors="replace")

    def _json(self) -> bytes:
        whole: dict[str, Any] = {"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList"}
        whole["items"] = [data for text in self.texts if (data := data_of(text)) is not None]
        whole["functionConfig"] = self.config
        try:
            indent = self.random.choice((None, None, 2))
            text = json.dumps(whole, indent=indent, ensure_ascii=self.random.random() < 0.2)
        except (TypeError, ValueError):
            return b"{}"
        if indent:
            text = text.replace(json.dumps(self.config, indent=2).replace("\n", "\n  "), as_json(self.config))
        return text.encode(errors="replace")


def made(run: int, number: int) -> Input:
    """Return an input by its number in a run, which is a number too."""
    random = Random(f"{run}/{number}")
    found = seed(random)
    texts, config = list(found.texts), found.config
    for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        texts = _mutated(random, texts)
    if random.random() < 0.1:
        config = {**config, "spec": mutated_data(random, config.get("spec"))}
    return Input(texts, config, random)


def _mutated(random: Random, texts: list[str]) -> list[str]:
    if not texts:
        return texts
    at, chance = random.randrange(len(texts)), random.random()
    if chance < 0.05:  # of whole documents
        other = texts[random.randrange(len(texts))]
        return random.choice(
            (
                texts[:at] + texts[at + 1 :],
                [*texts, other],
                [*texts[:at], texts[at] + "\n---\n" + other, *texts[at + 1 :]],
            )
        )
    if chance < 0.55:
        return [*texts[:at], mutated_text(random, texts[at]), *texts[at + 1 :]]
    data = data_of(texts[at])
    if data is None:
        return texts
    return [*texts[:at], written(random, mutated_data(random, data)), *texts[at + 1 :]]


def data_of(text: str) -> Any:
    """Return the data of a text, None where it is none that JSON can say."""
    try:
        data = load_quickly(text)
        return data if json.loads(json.dumps(data)) == data else None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError):
        return None


def written(random: Random, data: Any) -> str:
    """Return data as a text, in one of many styles."""
    form = random.choice(("plain", "any", "any", "json", "json lines", "PyYAML"))
    if form == "json":
        return as_json(data)
    if form == "json lines":
        return as_json(data, indent=2)
    if form == "PyYAML":
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True).rstrip("\n")
    writer = SharingWriter(random)
    if form == "plain":
        writer.comments = writer.flow = 0
    try:
        text = "\n".join(writer.block(data, 0)) if isinstance(data, dict) and data else as_json(data)
    except RecursionError:  # of what was copied into itself again and again
        return as_json(data)
    return text if data_of(text) == data else as_json(data)


def _entry(text: str, indent: str) -> str:
    first, *rest = text.split("\n")
    return "".join([f"{indent}- {first}\n", *(f"{indent}  {line}\n" if line else "\n" for line in rest)])


def _deeper(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.removesuffix("\n").split("\n"))
