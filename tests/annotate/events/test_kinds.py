"""Kinds of events: suggested where none is told, never in place of one; floors on reports that nobody learned from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.annotate.events.kinds import KindModel, load_kinds, suggest
from ingest.annotate.events.kinds.features import nameless
from ingest.annotate.events.kinds.model import FILE, KindsError, save_kinds, softmax
from ingest.annotate.events.kinds.own_files import complete
from ingest.annotate.events.kinds.reports import Report, ReportsError, alike, read_reports
from ingest.annotate.events.kinds.suggest import FLOOR, Suggestion, Untyped
from ingest.annotate.events.kinds.train import calibration_error, fit, sharpness_of, weighted_f1
from ingest.annotate.events.kinds.types import EVENT_TYPE, LABELS, NONE
from ingest.parse.events import EventDocument, EventFileError, EventRecord, read_events
from ingest.settings import REPO_ROOT
from tests.annotate.events.case_task import read_case
from tests.conftest import Command

KINDS = REPO_ROOT / "data" / "events" / "kinds"
TYPES = len(EVENT_TYPE)
CASE_F1, CASE_SURE, CASE_ERROR = 0.70, 0.78, 0.09
"""Only to be raised (the error: lowered). A word list reached 0.19, the aim is 0.84: data/events/kinds/README.md."""
WRITER_F1 = 0.78


@pytest.fixture(scope="module")
def model() -> KindModel:
    return load_kinds(KINDS)


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return read_reports(KINDS)


def _one(model: KindModel, text: str, event_type: str | None = None, sub_event_type: str | None = None) -> Suggestion:
    return suggest(model, [Untyped(text, event_type, sub_event_type)])[0]


def test_floor_on_reports_nobody_learned_from(model: KindModel, shared: Path) -> None:
    texts, labels = read_case(shared)
    truth = np.array([LABELS.index(label) for label in labels])
    typed = truth < TYPES
    shares = model.probabilities(texts)
    called = shares[:, :TYPES].argmax(axis=1)
    assert (len(texts), int(typed.sum())) == (1019, 829)
    assert weighted_f1(truth[typed], called[typed]) >= CASE_F1
    assert calibration_error(shares[typed], truth[typed]) <= CASE_ERROR
    sure = typed & (shares.max(axis=1) >= FLOOR)
    assert (shares.argmax(axis=1) == truth)[sure].mean() >= CASE_SURE


def test_nothing_was_learned_from_what_is_for_evaluation_only(reports: list[Report], shared: Path) -> None:
    texts, _ = read_case(shared)
    assert not {text.casefold() for text in texts} & {report.text.casefold() for report in reports}


def test_reports_are_of_every_type_and_said_once(reports: list[Report]) -> None:
    counts = np.bincount([report.label for report in reports], minlength=len(LABELS))
    assert counts[:TYPES].min() >= 60
    assert {report.writer for report in reports} == {"first", "second", "third"}
    groups = alike([report.text for report in reports])
    assert len(set(groups.tolist())) >= 0.99 * len(groups)


def test_a_writer_left_out_is_read_as_well(reports: list[Report]) -> None:
    """One writer only, of three, for the time it takes; `train` measures all."""
    held = [report for report in reports if report.writer == "second" and report.label < TYPES]
    scores = fit([report for report in reports if report.writer != "second"]).scores([r.text for r in held])
    truth = np.array([report.label for report in held])
    assert weighted_f1(truth, scores[:, :TYPES].argmax(axis=1)) >= WRITER_F1


@pytest.mark.parametrize(
    ("text", "sub_event_type"),
    [
        ("A suicide bomber blew himself up at the gate of the barracks, killing nine recruits", "Suicide bomb"),
        ("Police used tear gas to disperse a peaceful march for higher wages", "Protest with intervention"),
        ("The government and the rebels signed a ceasefire in the capital", "Agreement"),
        ("Unknown men threw a hand grenade at a bar, wounding two guests", "Grenade"),
        ("Warplanes bombed a market in the rebel-held town", "Air/drone strike"),
    ],
)
def test_a_type_is_suggested_where_none_is_told(model: KindModel, text: str, sub_event_type: str) -> None:
    found = _one(model, text)
    assert found[:3] == (EVENT_TYPE[sub_event_type], sub_event_type, "suggested")
    assert found.confidence is not None
    assert FLOOR <= found.confidence <= 1


def test_what_is_told_stays(model: KindModel) -> None:
    text = "A suicide bomber blew himself up at the gate of the barracks"
    assert _one(model, text, "Protests", "Peaceful protest") == ("Protests", "Peaceful protest", "told", None)
    assert _one(model, text, None, "grenade") == ("Explosions/Remote violence", "grenade", "told", None)
    assert _one(model, text, "ambush", None) == ("ambush", None, "told", None)
    assert _one(model, text, "Protests").event_type == "Protests"
    within = _one(model, text, "explosions/remote violence")
    assert within[:3] == ("explosions/remote violence", "Suicide bomb", "suggested")
    assert suggest(model, []) == []


def test_nothing_is_suggested_where_nothing_is_sure(model: KindModel) -> None:
    assert _one(model, " ") == (None, None, "unknown", None)
    assert _one(model, "", "Battles") == ("Battles", None, "told", None)
    for text in ("The national team won the final by two goals to one", "Zxqv wrbl"):
        assert _one(model, text) == (None, None, "unknown", None)


OWN = """event_id,name,start_date,event_type,sub_event_type,note,mine
e1,Rocket fire on the port,2021-05-01,,,Rockets were fired at the port and hit a warehouse,a
e2,The march of the bakers,2021-05-02,Protests,Peaceful protest,,b
e3,,2021-05-03,,,,c
"""


def test_an_own_file_is_completed_and_can_be_imported(model: KindModel) -> None:
    done = complete(EventDocument("own.csv", OWN.encode()), model)
    assert [(row["event_id"], row["type_basis"]) for row in done.rows] == [("e1", "suggested"), ("e2", "told")]
    assert done.rows[0]["sub_event_type"] == "Shelling/artillery/missile attack"
    assert done.rows[0]["mine"] == "a"
    assert done.rows[1]["type_confidence"] == ""
    assert [(rejection.line, rejection.column) for rejection in done.rejections] == [(4, "name")]
    lines = [",".join(done.columns), *(",".join(row[c] for c in done.columns) for row in done.rows)]
    again = list(read_events(EventDocument("own.csv", "\n".join(lines).encode())).outcomes)
    assert [e.sub_event_type for e in again if isinstance(e, EventRecord)] == [
        "Shelling/artillery/missile attack",
        "Peaceful protest",
    ]
    with pytest.raises(EventFileError, match="lacks"):
        complete(EventDocument("other.csv", b"a,b\n1,2\n"), model)


def test_the_command_prints_the_file_and_says_what_it_left_out(parley: Command, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(OWN, encoding="utf-8")
    done = parley("events", "kinds", str(tmp_path / "own.csv"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith("event_type,sub_event_type,type_basis,type_confidence")
    assert len(done.stdout.splitlines()) == 3
    assert "line 4: missing_value name" in done.stderr
    assert "1 suggested, 1 told" in done.stderr


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    made = fit([Report(f"{what} in the town {n}", label, "w") for n in range(4) for label, what in enumerate("abcd")])
    save_kinds(tmp_path, made)
    loaded = load_kinds(tmp_path)
    texts = ["a in the town", "c in the town"]
    assert loaded.probabilities(texts).argmax(axis=1).tolist() == [0, 2]
    assert np.abs(loaded.scores(texts) - made.scores(texts))[:, :4].max() < 0.05
    assert (KINDS / FILE).stat().st_size < 3_000_000


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not numpy"])
def test_a_damaged_model_is_told_of(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(KindsError, match=r"model\.npz.*kinds\.train"):
        load_kinds(tmp_path)


def test_a_missing_model_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(KindsError, match=r"is missing; copy .* or train it anew"):
        load_kinds(tmp_path)


@pytest.mark.parametrize("line", ["{", '{"text": "a"}', '{"text": "a", "sub_event_type": "Ambush"}', "[]"])
def test_a_line_that_is_no_report_is_told_of(tmp_path: Path, line: str) -> None:
    good = json.dumps({"text": "b", "sub_event_type": NONE})
    (tmp_path / "one.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(ReportsError, match=r"one\.jsonl:2"):
        read_reports(tmp_path)
    (tmp_path / "one.jsonl").write_text(f"{good}\n{good}\n", encoding="utf-8")
    with pytest.raises(ReportsError, match=r"one\.jsonl:2.*take one out"):
        read_reports(tmp_path)


def test_no_name_tells_the_kind(model: KindModel) -> None:
    """Rival names of a place, or other parties, give the same type at the same confidence."""
    told = "On Monday shells fired from {} fell on a school in {}, killing two, said {}."
    names = [("Avaria", "Bresk", "Carna"), ("Northern Dorsk", "Old Elm-Town", "Fo"), ("Ulu", "St. Öst", "Ministry")]
    found = model.probabilities([told.format(*three) for three in names])
    assert np.ptp(found, axis=0).max() < 0.02
    assert nameless("An IED hit a bus near San Juan, police say") == "an ied hit a bus near zz, police say"
    assert nameless("Bomb Kills Five In Market") == "bomb kills five in market"
    assert nameless(" \n") == ""


def test_texts_nearly_the_same_go_together() -> None:
    texts = ["four dead in raid on northern town", "Four dead in raid on a northern town.", "strike at the port"]
    groups = alike(texts)
    assert groups[0] == groups[1] != groups[2]


def test_sharpness_makes_scores_as_sure_as_they_are_right() -> None:
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 3, 600)
    scores = rng.normal(0, 0.5, (600, 3)).astype(np.float32)
    scores[np.arange(600), truth] += 0.7
    assert calibration_error(softmax(scores, sharpness_of(scores, truth)), truth) < 0.06
    assert calibration_error(softmax(scores, 40.0), truth) > 0.1
