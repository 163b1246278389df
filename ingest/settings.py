"""Where things lie: every path the project reads or writes is decided here, and can be moved by the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPO_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """The folders of one installation.

    `data` holds what is versioned (conflicts, demo, events, stance, sources.toml), `state` what the pipeline writes
    (archive, warehouse, inbox, Dagster's home). Both are `data/` unless PARLEY_DATA or PARLEY_STATE say otherwise.
    """

    data: Path
    state: Path

    @classmethod
    def from_env(cls) -> Settings:
        """Read PARLEY_DATA and PARLEY_STATE."""
        data = Path(os.environ.get("PARLEY_DATA") or REPO_ROOT / "data").resolve()
        state = Path(os.environ.get("PARLEY_STATE") or data).resolve()
        return cls(data=data, state=state)

    @property
    def conflicts(self) -> Path:
        """Folder with one sub-folder per conflict."""
        return self.data / "conflicts"

    @property
    def demo(self) -> Path:
        """The embedded, invented corpus."""
        return self.data / "demo"

    @property
    def stance(self) -> Path:
        """Training corpus, model artefacts and model card."""
        return self.data / "stance"

    @property
    def kinds(self) -> Path:
        """Invented reports with ACLED's types, and the model learned from them."""
        return self.data / "events" / "kinds"

    @property
    def sources(self) -> Path:
        """The file that lists what is crawled."""
        return self.data / "sources.toml"

    @property
    def archive(self) -> Path:
        """WARC files: the source of truth."""
        return self.state / "archive"

    @property
    def inbox(self) -> Path:
        """Folder watched for saved pages."""
        return self.state / "inbox"

    @property
    def warehouse(self) -> Path:
        """Folder of the working file and the published builds."""
        return self.state / "warehouse"

    @property
    def build_db(self) -> Path:
        """The working file that only the pipeline opens."""
        return self.warehouse / "build.duckdb"

    @property
    def published(self) -> Path:
        """Immutable builds and the pointer to the current one."""
        return self.warehouse / "published"

    @property
    def dagster_home(self) -> Path:
        """Where Dagster keeps its runs."""
        return self.warehouse / "dagster"
