"""Showing that a change of code changes no result, without computing it again.

The smoke budget is run by the code that made (or last verified) a result, taken from git, and by today's, with the same
options, on the same machine, with the same libraries. Equal outputs are attested in result.json; a difference is named.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cnnlab import paths
from cnnlab.errors import VerificationError, storage
from cnnlab.results import freshness, registry, schema, smoke
from cnnlab.results.commits import checked_out, committed_head
from cnnlab.results.smoke import Outputs
from cnnlab.results.store import DOCUMENT, Record, read_document


class Verifier:
    """Verifies results one after another; smoke runs on which several depend are made once.

    against: the commit to compare with, by default the last one that was verified, or that made the result. renamed:
    {old: new} names of options, of fields and of experiments that have changed since that commit.
    """

    def __init__(
        self,
        *,
        against: str | None = None,
        renamed: Mapping[str, str] | None = None,
        say: Callable[[str], None] = print,
    ):
        self.against, self.renamed, self.say = against, dict(renamed or {}), say
        self.old_names = {new: old for old, new in self.renamed.items()}
        self.head = committed_head()
        self.outputs_today: dict[str, Outputs] = {}

    def verify(self, name: str) -> bool:
        """Whether today's code computes what the code did that made the result; if so, result.json attests it.

        Raises VerificationError where no comparison can be made: a result that is missing, damaged or made with other
        options or files, a commit that git does not have, a run that fails. The kept result is then as it was.
        """
        document = self.kept(name)
        base = self.base_commit(document)
        begin = time.monotonic()
        before, after = self.both_outputs(name, base)
        measured = schema.measured_fields(registry.get(name).result)
        difference = smoke.first_difference(before, after, measured)
        seconds = f"{time.monotonic() - begin:.0f} s"
        if difference:
            freshness.remember_difference(name, after.code, difference)
            self.say(f"! {name}: {base} and {self.head} differ ({seconds}): {difference}")
            return False
        self.attest(name, document, base, after, measured)
        self.say(f"✓ {name}: {base} and {self.head} compute the same ({seconds})")
        return True

    def kept(self, name: str) -> dict:
        """The document of a kept result under the names of today; VerificationError where it cannot be verified."""
        experiment = registry.get(name)
        document = read_document(paths.figures_dir() / name)
        document["experiment"] = name
        for part, field in ((document, "result"), (document["key"], "options")):
            part[field] = self.with_today_names(part[field])
        schema.from_plain(experiment.result, document["result"], f"figures/{name}/{DOCUMENT}")
        record = Record(paths.figures_dir() / name, document)
        changed = freshness.changed_options(experiment, record) + freshness.changed_inputs(experiment, record)
        if changed:
            raise VerificationError(f"{name!r} is stale: {changed[0]}", remedy=f"compute it again: cnnlab run {name}")
        return document

    def base_commit(self, document: dict) -> str:
        attested = [attestation["commit"] for attestation in document["attestations"]]
        base = self.against or [document["provenance"]["commit"], *attested][-1]
        if base is None or base.endswith("+"):
            raise VerificationError(
                f"{document['experiment']!r} was made by code that was not committed ({base})",
                remedy="name a commit whose code is known to give the same: cnnlab verify NAME --against COMMIT",
            )
        return base

    # ---- the two smoke runs

    def both_outputs(self, name: str, base: str) -> tuple[Outputs, Outputs]:
        before = self.outputs_of(base, name)
        after = self.outputs_with_options_of(before, name, base)
        if not same_conditions(before, after):  # it was run earlier, with other data or libraries
            before = self.outputs_of(base, name, again=True)
        return self.outputs_with_today_names(before), after

    def outputs_of(self, commit: str, name: str, again: bool = False) -> Outputs:
        """The outputs of a commit's own smoke budget; those of an earlier verification where there are any."""
        checkout, old_name = checked_out(commit), self.old_names.get(name, name)
        for other in registry.get(name).depends_on:
            self.outputs_of(commit, other, again)
        return (None if again else smoke.read(checkout, old_name)) or smoke.run(checkout, old_name)

    def outputs_with_options_of(self, before: Outputs, name: str, base: str) -> Outputs:
        """The outputs of today's code with another run's options; those that it did not have are the published ones."""
        for other in registry.get(name).depends_on:
            self.outputs_with_options_of(self.outputs_of(base, other), other, base)
        published = registry.get(name).plain_options("cpu")
        given = self.with_today_names(before.options)
        options = overlaid(published, given)
        key = f"{name} {json.dumps(options, sort_keys=True)}"
        if key not in self.outputs_today:
            self.outputs_today[key] = smoke.run(paths.project_root(), name, options)
        return self.outputs_today[key]

    def with_today_names(self, value):
        if isinstance(value, dict):
            return {self.renamed.get(name, name): self.with_today_names(inner) for name, inner in value.items()}
        return [self.with_today_names(inner) for inner in value] if isinstance(value, list) else value

    def outputs_with_today_names(self, outputs: Outputs) -> Outputs:
        return replace(outputs, fields=self.with_today_names(outputs.fields))

    # ---- the attestation

    def attest(self, name: str, document: dict, base: str, after: Outputs, measured: frozenset[str]) -> None:
        """Write into result.json that today's code is equal to the base's; nothing else in it changes."""
        document["key"]["options"] = registry.get(name).plain_options(document["provenance"]["budget"])
        document["key"]["code"] = after.code
        attestation = {
            "commit": self.head,
            "against": base,
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "outputs": smoke.digest(after, measured),
        }
        document["attestations"] = [*document["attestations"], attestation]
        path = paths.figures_dir() / name / DOCUMENT
        with storage(path):
            paths.write_atomically(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def overlaid(published: dict, given: dict) -> dict:
    """Published options with the given values of those that both have, at any depth."""
    return {
        name: overlaid(value, given[name])
        if isinstance(value, dict) and isinstance(given.get(name), dict)
        else given.get(name, value)
        for name, value in published.items()
    }


def same_conditions(before: Outputs, after: Outputs) -> bool:
    """Whether two runs read the same files with the same libraries."""

    def read(outputs: Outputs) -> dict:
        return {name: given for name, given in outputs.inputs.items() if given["variant"] != "computed"}

    return read(before) == read(after) and before.versions == after.versions
