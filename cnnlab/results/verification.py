"""Showing that a change of code changes no result, without computing it again.

The smoke budget is run by the code that made (or last verified) a result, taken from git, and by today's, with the same
options, on the same machine, with the same libraries. Equal outputs are attested in result.json; a difference is named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cnnlab import paths
from cnnlab.errors import VerificationError
from cnnlab.results import comparison, freshness, registry, schema, smoke
from cnnlab.results.commits import checked_out, committed_head, full_name
from cnnlab.results.document import DOCUMENT, read_document, write_document
from cnnlab.results.smoke import Outputs
from cnnlab.results.store import Record


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
        self.against = full_name(against)[:7] if against else None
        self.renamed, self.say = dict(renamed or {}), say
        self.old_names = {new: old for old, new in self.renamed.items()}
        self.head = committed_head()
        self.contents: dict[str, bytes] = {}  # of each result.json when its verification began
        self.runs_today: dict[str, tuple[object, Outputs]] = {}  # the last of each: (conditions, outputs)

    def verify(self, name: str) -> bool:
        """Whether today's code computes what the code did that made the result; if so, result.json attests it.

        Raises VerificationError where no comparison can be made: a result that is missing, damaged or made with other
        options or files, a commit that git does not have, a run that fails. The kept result is then as it was.
        """
        document = self.kept(name)
        base = self.base_commit(document)
        begin = time.monotonic()
        before, after = self.both_outputs(name, base)
        if base == self.head and document["key"]["code"] != after.code:
            raise VerificationError(
                f"{name!r} was not made by {base}, whose code would be compared with itself",
                remedy="name an earlier commit with --against",
            )
        measured = schema.measured_fields(registry.get(name).result)
        difference = comparison.first_difference(before, after, measured)
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
        folder = paths.figures_dir() / name
        document = read_document(folder)
        self.contents[name] = (folder / DOCUMENT).read_bytes()
        document["experiment"] = name
        for part, field in ((document, "result"), (document["key"], "options")):
            part[field] = self.with_today_names(part[field])
        remedy = "name what was renamed since: cnnlab verify NAME --renamed OLD=NEW"
        schema.from_plain(experiment.result, document["result"], f"figures/{name}/{DOCUMENT}", remedy)
        record = Record(paths.figures_dir() / name, document)
        changed = freshness.changed_options(experiment, record) + freshness.changed_inputs(experiment, record)
        if changed:
            raise VerificationError(f"{name!r} is stale: {changed[0]}", remedy=f"compute it again: cnnlab run {name}")
        return document

    def base_commit(self, document: dict) -> str:
        """The commit to compare with: the named one, else that of the last attestation or of the provenance."""
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
        """Outputs of the base's code and of today's, under the names of today."""
        before = self.outputs_of(base, name)
        after = self.outputs_with_options_of(before, name, base)
        if not same_conditions(before, after):  # it was run earlier, with other data or libraries
            before = self.outputs_of(base, name, again=True)
        return replace(before, fields=self.with_today_names(before.fields)), after

    def outputs_of(self, commit: str, name: str, again: bool = False) -> Outputs:
        """The outputs of a commit's own smoke budget; those of an earlier verification where there are any."""
        checkout, old_name = checked_out(commit), self.old_names.get(name, name)
        for other in registry.get(name).depends_on:
            self.outputs_of(commit, other, again)
        return (None if again else smoke.read(checkout, old_name)) or smoke.run(
            checkout, old_name, f"the code of commit {commit}"
        )

    def outputs_with_options_of(self, before: Outputs, name: str, base: str) -> Outputs:
        """The outputs of today's code with another run's options; those that it did not have are the published ones."""
        others = registry.get(name).depends_on
        read = [self.outputs_with_options_of(self.outputs_of(base, other), other, base).large_files for other in others]
        options = overlaid(registry.get(name).plain_options("cpu"), self.with_today_names(before.options))
        if name not in self.runs_today or self.runs_today[name][0] != (options, read):
            outputs = smoke.run(paths.project_root(), name, "today's code", options)
            self.runs_today[name] = ((options, read), outputs)
        return self.runs_today[name][1]

    def with_today_names(self, value):
        """Plain data with the names of its fields as they are today."""
        if isinstance(value, dict):
            return {self.renamed.get(name, name): self.with_today_names(inner) for name, inner in value.items()}
        return [self.with_today_names(inner) for inner in value] if isinstance(value, list) else value

    # ---- the attestation

    def attest(self, name: str, document: dict, base: str, after: Outputs, measured: frozenset[str]) -> None:
        """Write into result.json that today's code is equal to the base's; nothing else in it changes.

        Raises VerificationError where the code or the result has changed since the verification began.
        """
        document["key"]["options"] = registry.get(name).plain_options(document["provenance"]["budget"])
        document["key"]["code"] = after.code
        attestation = {
            "commit": self.head,
            "against": base,
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "outputs": comparison.digest(after, measured),
        }
        document["attestations"] = [*document["attestations"], attestation]
        folder = paths.figures_dir() / name
        with paths.lock(f"result-{name}"):
            if committed_head() != self.head or (folder / DOCUMENT).read_bytes() != self.contents[name]:
                raise VerificationError(
                    f"the code or the result of {name!r} changed while it was verified", remedy=f"cnnlab verify {name}"
                )
            write_document(folder, document)


def overlaid(published: dict, given: dict) -> dict:
    """Published options with the given values of those that both have, at any depth."""
    return {
        name: overlaid(value, given[name])
        if isinstance(value, dict) and isinstance(given.get(name), dict)
        else given.get(name, value)
        for name, value in published.items()
    }


def same_conditions(before: Outputs, after: Outputs) -> bool:
    """Whether two runs found the same files and libraries, as far as both used them."""
    given = {name: one for name, one in before.inputs.items() if one["variant"] != "computed"}
    return agree(given, after.inputs) and agree(before.versions, after.versions)


def agree(one: Mapping, other: Mapping) -> bool:
    """Whether two mappings give the same values to the names that both have."""
    return all(one[name] == other[name] for name in one.keys() & other.keys())
