"""What a build was made from: an answer given while a run goes on must not pass for one that the run has heard."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingest.settings import Settings
from ingest.warehouse.build import open_build
from ingest.warehouse.fingerprint import fingerprint, hash_given, remember_inputs, remembered_inputs


def _loaded(con: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    inputs = fingerprint(con, hash_given(settings))
    remember_inputs(con, inputs)
    return inputs


def test_an_answer_given_after_the_load_is_new_to_the_next_run(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", state=tmp_path / "state")
    folder = settings.conflicts / "river_war"
    folder.mkdir(parents=True)
    (folder / "conflict.toml").write_text('name = "River War"')
    with open_build(settings.build_db) as con:
        assert remembered_inputs(con) == ""
        loaded = _loaded(con, settings)
        (folder / "labels.jsonl").write_text("{}\n")
        published = remembered_inputs(con)
    assert published == loaded
    with open_build(settings.build_db) as con:
        assert remembered_inputs(con) == published
        assert fingerprint(con, hash_given(settings)) != published
        (folder / "labels.jsonl").unlink()
        assert fingerprint(con, hash_given(settings)) == published
