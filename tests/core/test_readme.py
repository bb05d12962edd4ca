"""What the README says of the kept results."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_names_the_longest_uninterrupted_experiments_and_their_minutes():
    records = [json.loads(each.read_text(encoding="utf-8")) for each in (ROOT / "figures").glob("*/result.json")]
    whole = [
        (each["provenance"]["seconds"], each["experiment"]) for each in records if not each["provenance"]["resumed"]
    ]
    (long, first), (less, second) = sorted(whole, reverse=True)[:2]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for conjunction in ("y", "and"):
        assert f"`{first}` {conjunction} `{second}`" in readme
        assert f"{long / 60:.0f} {conjunction} {less / 60:.0f} min" in readme
