"""Services of event data, good and bad: pages, back-off, tokens, cut transfers, deletions, damaged files."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from ingest.fetch.event_sources import acled
from ingest.fetch.event_sources.collect import visit
from ingest.fetch.event_sources.http import Client, EventSourceError
from ingest.fetch.event_sources.ucdp import candidate_releases
from tests.fetch.event_sources.conftest import Plan
from tests.fetch.event_sources.fake_service import Asked, FakeService, Told, told

PAGES = 3


def _ged_pages(service: FakeService, releases: tuple[str, ...] = ("31.1",)) -> None:
    def answer(asked: Asked) -> Told:
        release = asked.path.rpartition("/")[2]
        if asked.headers.get("x-ucdp-access-token") != "sesame":
            return Told(401)
        if release not in releases:
            return Told(404)
        page = int(asked.values["page"])
        following = f"{service.base}{asked.path}?page={page + 1}" if page < PAGES else ""
        rows = [{"id": 10 * page + n} for n in range(2)]
        return told({"TotalCount": 2 * PAGES, "TotalPages": PAGES, "NextPageUrl": following, "Result": rows})

    service.answer = answer


def test_every_page_of_a_release_is_kept_and_asked_for_once(plan: Plan) -> None:
    _ged_pages(plan.service)
    report = visit(plan.visit("ucdp", candidate=False))
    assert plan.names() == [f"gedevents/31.1 page {n}" for n in (1, 2, 3)]
    assert report.counts == {"files": 3, "new files": 3}
    first = plan.service.asked[0].values
    assert (first["Country"], first["StartDate"], first["pagesize"]) == ("41,42", "2031-01-05", "1000")

    before = len(plan.service.asked)
    visit(plan.visit("ucdp", candidate=False))
    assert len(plan.service.asked) == before, "a release that is complete is not asked for again"


def test_candidate_releases_are_those_no_yearly_one_covers_and_one_that_is_not_out_is_no_trouble(plan: Plan) -> None:
    assert candidate_releases(plan.visit("ucdp").today)[-3:] == ["30.0.12", "31.0.1", "31.0.2"]
    _ged_pages(plan.service, ("30.1", "31.0.1"))
    report = visit(plan.visit("ucdp"))
    assert not report.details["problems"]
    assert {name.split()[0] for name in plan.names()} == {"gedevents/30.1", "gedevents/31.0.1"}
    assert any("31.0.2 is not out" in line for line in plan.said)


def test_a_wrong_or_missing_token_is_told_and_never_shown(plan: Plan) -> None:
    _ged_pages(plan.service)
    plan.environment |= {"UCDP_ACCESS_TOKEN": "open-barley"}
    with pytest.raises(EventSourceError, match="UCDP refused the token") as error:
        visit(plan.visit("ucdp"))
    assert "open-barley" not in str(error.value)
    del plan.environment["UCDP_ACCESS_TOKEN"]
    with pytest.raises(EventSourceError, match="UCDP_ACCESS_TOKEN is not set"):
        visit(plan.visit("ucdp"))


def test_a_token_never_travels_to_another_host(plan: Plan) -> None:
    elsewhere = "http://elsewhere.example/gedevents?page=2"
    plan.service.answer = lambda _: told({"NextPageUrl": elsewhere, "Result": []})
    with pytest.raises(EventSourceError, match="points to another host"):
        visit(plan.visit("ucdp"))
    plan.service.answer = lambda _: Told(302, headers={"Location": "http://elsewhere.example/"})
    with pytest.raises(EventSourceError, match="points to another host"):
        visit(plan.visit("ucdp"))


def test_rows_that_went_missing_between_pages_are_noticed_and_the_release_is_asked_for_again(plan: Plan) -> None:
    plan.service.answer = lambda _: told({"TotalCount": 5, "NextPageUrl": "", "Result": [{"id": 1}]})
    with pytest.raises(EventSourceError, match="1 rows came where 5 were announced"):
        visit(plan.visit("ucdp", releases=("31.1",)))
    asked = len(plan.service.asked)
    with pytest.raises(EventSourceError):
        visit(plan.visit("ucdp", releases=("31.1",)))
    assert len(plan.service.asked) > asked


def test_a_release_that_is_configured_and_unknown_is_a_problem(plan: Plan) -> None:
    _ged_pages(plan.service)
    report = visit(plan.visit("ucdp", releases=("99.1",), candidate=False))
    assert "knows no release 99.1" in report.details["problems"][0]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again_when_it_says_so(plan: Plan, status: int) -> None:
    _ged_pages(plan.service)
    pages, busy = plan.service.answer, [status]
    plan.service.answer = lambda asked: Told(busy.pop(), headers={"Retry-After": "7"}) if busy else pages(asked)
    visit(plan.visit("ucdp", releases=("31.1",), candidate=False))
    assert plan.slept == [7.0]
    assert len(plan.names()) == PAGES


def test_ucdp_says_400_when_asked_too_often_and_is_given_time(plan: Plan) -> None:
    _ged_pages(plan.service)
    pages, hasty = plan.service.answer, [400]
    plan.service.answer = lambda asked: Told(hasty.pop()) if asked.values["page"] == "2" and hasty else pages(asked)
    visit(plan.visit("ucdp", releases=("31.1",), candidate=False))
    assert len(plan.slept) == 1
    assert plan.slept[0] >= 2
    assert len(plan.names()) == PAGES


def test_a_service_that_stays_down_is_told_after_growing_waits(service: FakeService, slept: list[float]) -> None:
    service.answer = lambda _: Told(503)
    with pytest.raises(EventSourceError, match="HTTP 503, 3 times over"):
        Client(attempts=3, sleep=slept.append).get(f"{service.base}/x", {"key": "hush"})
    assert slept == sorted(slept)
    assert len(slept) == 2
    assert slept[0] >= 2


def test_a_cut_transfer_is_asked_again_and_never_kept(plan: Plan) -> None:
    _ged_pages(plan.service)
    pages, cuts = plan.service.answer, [9]

    def answer(asked: Asked) -> Told:
        whole = pages(asked)
        return replace(whole, cut=cuts.pop()) if cuts else whole

    plan.service.answer = answer
    visit(plan.visit("ucdp", releases=("31.1",), candidate=False))
    for entry in plan.archive.entries():
        assert json.loads(plan.archive.read(entry).content)["TotalCount"] == 2 * PAGES


def test_what_came_before_a_failure_is_kept_and_nothing_is_forgotten(plan: Plan) -> None:
    _ged_pages(plan.service)
    pages = plan.service.answer
    plan.service.answer = lambda asked: Told(500) if asked.values["page"] == "3" else pages(asked)
    with pytest.raises(EventSourceError):
        visit(plan.visit("ucdp", releases=("31.1",), candidate=False))
    assert len(plan.names()) == 2
    plan.service.answer = pages
    visit(plan.visit("ucdp", releases=("31.1",), candidate=False))
    assert len(plan.names()) == PAGES


class _Acled:
    """ACLED's service: tokens that run out, pages of two rows, deletions."""

    def __init__(self, rows: int = 5) -> None:
        self.rows = [{"event_id_cnty": f"RUR{n}", "timestamp": 1000 + n} for n in range(rows)]
        self.deleted = [{"event_id_cnty": "RUR90", "deleted_timestamp": 2000}]
        self.good_for = 2
        self.tokens = 0
        self.uses = 0
        self.grants: list[str] = []

    def __call__(self, asked: Asked) -> Told:
        if asked.path == "/oauth/token":
            self.grants.append(asked.values["grant_type"])
            if asked.values.get("password", "pass-word") != "pass-word":
                return Told(400)
            self.tokens, self.uses = self.tokens + 1, 0
            return told({"access_token": f"token-{self.tokens}", "refresh_token": "again", "expires_in": 86400})
        self.uses += 1
        if asked.headers.get("authorization") != f"Bearer token-{self.tokens}" or self.uses > self.good_for:
            return Told(401)
        rows = self.rows if "acled" in asked.path else self.deleted
        column = "timestamp" if "acled" in asked.path else "deleted_timestamp"
        rows = [row for row in rows if int(str(row[column])) >= int(asked.values.get(column, "0"))]
        start = (int(asked.values["page"]) - 1) * int(asked.values["limit"])
        return told({"status": 200, "success": True, "data": rows[start : start + int(asked.values["limit"])]})


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acled, "_PAGE_SIZE", 2)


@pytest.mark.usefixtures("small_pages")
def test_acled_is_read_page_by_page_with_a_token_that_is_renewed_when_it_runs_out(plan: Plan) -> None:
    site = plan.service.answer = _Acled()
    visit(plan.visit("acled"))
    assert sorted(plan.names()) == ["acled deletions page 1", *(f"acled events page {n}" for n in (1, 2, 3))]
    assert site.grants[0] == "password"
    assert set(site.grants[1:]) == {"refresh_token"}
    events = next(asked for asked in plan.service.asked if asked.path == "/api/acled/read")
    assert events.values["country"] == "Grand Fenwick|Ruritania"
    assert events.values["event_date"] == "2031-01-05"


@pytest.mark.usefixtures("small_pages")
def test_the_next_visit_to_acled_asks_only_for_what_changed_and_what_was_deleted_since(plan: Plan) -> None:
    site = plan.service.answer = _Acled()
    site.good_for = 100
    visit(plan.visit("acled"))
    plan.service.asked.clear()
    site.rows.append({"event_id_cnty": "RUR1", "timestamp": 1500})
    visit(plan.visit("acled"))
    stamps = {
        asked.path: asked.values.get("timestamp") or asked.values.get("deleted_timestamp")
        for asked in plan.service.asked
    }
    assert stamps["/api/acled/read"] == "1004"
    assert stamps["/api/deleted/read"] == "2000"
    assert len(plan.names()) == 5


def test_a_time_of_acled_that_is_none_does_not_hide_how_far_a_page_goes() -> None:
    rows = [{"timestamp": "soon"}, "no row", {"timestamp": "1e400"}, {"timestamp": "1003"}, {"timestamp": 1002.5}, {}]
    assert acled.latest_stamp(json.dumps({"data": rows}).encode(), "timestamp") == 1003
    assert acled.latest_stamp(b'{"data": [{"timestamp": null}]}', "timestamp") is None


def test_acled_without_an_account_or_with_a_wrong_one_is_told_without_secrets(plan: Plan) -> None:
    plan.service.answer = _Acled()
    plan.environment |= {"ACLED_PASSWORD": "swordfish"}
    with pytest.raises(EventSourceError, match="ACLED refused ACLED_EMAIL and ACLED_PASSWORD") as error:
        visit(plan.visit("acled"))
    assert "swordfish" not in str(error.value)
    plan.environment.clear()
    with pytest.raises(EventSourceError, match="no credentials; put your myACLED account"):
        visit(plan.visit("acled"))
    plan.environment |= {"ACLED_ACCESS_TOKEN": "stale"}
    with pytest.raises(EventSourceError, match="the token in ACLED_ACCESS_TOKEN has run out"):
        visit(plan.visit("acled"))


def test_an_account_that_may_not_use_the_api_is_told_what_to_do(plan: Plan) -> None:
    site = _Acled()
    plan.service.answer = lambda asked: site(asked) if asked.path == "/oauth/token" else Told(403)
    with pytest.raises(EventSourceError, match="accept its terms"):
        visit(plan.visit("acled"))


class _Gdelt:
    """GDELT's lists and zips: two quarters of an hour, exports and mentions."""

    def __init__(self, base: str, stamps: tuple[str, ...] = ("20310301000000", "20310301001500")) -> None:
        self.base = base
        self.files = {
            f"/{stamp}.{kind}.CSV.zip": _zip(f"{stamp}.{kind}.CSV", f"{kind} of {stamp}".encode())
            for stamp in stamps
            for kind in ("export", "mentions")
        }
        self.damaged: list[str] = []
        self.ranges: list[str | None] = []

    def __call__(self, asked: Asked) -> Told:
        lines = [
            f"{len(body)} {hashlib.md5(body, usedforsecurity=False).hexdigest()} {self.base}{path}"
            for path, body in self.files.items()
        ]
        if asked.path == "/lastupdate.txt":
            return Told(200, "\n".join([*lines[-2:], f"1 {'0' * 32} {self.base}/x.gkg.csv.zip"]).encode())
        if asked.path == "/masterfilelist.txt":
            self.ranges.append(asked.headers.get("range"))
            if self.ranges[-1]:
                return Told(206, "\n".join(lines[-3:]).encode())
            return Told(200, "\n".join(lines).encode())
        body = self.files.get(asked.path)
        if body is None:
            return Told(404)
        return Told(200, body[:-3] if asked.path in self.damaged else body)


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_the_first_visit_to_gdelt_takes_the_last_quarter_and_the_next_goes_on_from_there(plan: Plan) -> None:
    plan.service.answer = _Gdelt(plan.service.base)
    visit(plan.visit("gdelt"))
    latest = "20310301001500"
    assert sorted(entry.format for entry in plan.archive.entries()) == ["gdelt_export", "gdelt_mentions"]
    assert plan.archive.state("gdelt")["stamp"] == latest
    stamps = ("20310301000000", latest, "20310301003000", "20310301004500")
    site = plan.service.answer = _Gdelt(plan.service.base, stamps)
    visit(plan.visit("gdelt"))
    assert len(plan.archive.entries()) == 6
    assert site.ranges == ["bytes=-2000000", None], "a tail that does not reach back far enough is not enough"


def test_a_file_unlike_its_md5_is_not_taken_in_and_is_asked_for_at_the_next_visit(plan: Plan) -> None:
    site = plan.service.answer = _Gdelt(plan.service.base)
    site.damaged.append("/20310301001500.export.CSV.zip")
    report = visit(plan.visit("gdelt"))
    assert "its MD5 is not the listed one" in report.details["problems"][0]
    assert [entry.format for entry in plan.archive.entries()] == ["gdelt_mentions"]
    site.damaged.clear()
    assert not visit(plan.visit("gdelt")).details["problems"]
    assert len(plan.archive.entries()) == 2


def test_a_visit_to_gdelt_stops_at_its_limit_and_says_from_where_the_next_goes_on(plan: Plan) -> None:
    stamps = tuple(f"203103010{hour}0000" for hour in range(5))
    plan.service.answer = _Gdelt(plan.service.base, stamps)
    plan.archive.set_state("gdelt", {"stamp": stamps[0]})
    visit(plan.visit("gdelt", max_files=4))
    assert plan.archive.state("gdelt")["stamp"] == stamps[2]
    assert any("the next one goes on from" in line for line in plan.said)


def test_what_gdelt_found_in_translations_is_read_when_asked_for(plan: Plan) -> None:
    site = _Gdelt(plan.service.base)
    site.files = {path.replace(".export", ".translation.export"): body for path, body in site.files.items()}

    def answer(asked: Asked) -> Told:
        if asked.path.startswith(("/lastupdate", "/masterfilelist")):
            name, translated, _ = asked.path.partition("-translation")
            return site(replace(asked, path=f"{name}.txt")) if translated else Told(200)
        return site(asked)

    plan.service.answer = answer
    with pytest.raises(EventSourceError, match="lists no export of events"):
        visit(plan.visit("gdelt"))
    english, plan.service.answer = (
        answer,
        lambda asked: site(asked) if asked.path == "/lastupdate.txt" else english(asked),
    )
    visit(plan.visit("gdelt", translated=True))
    assert sorted(entry.format for entry in plan.archive.entries()) == ["gdelt_export", "gdelt_mentions"]
    assert plan.archive.state("gdelt-translation")["stamp"] == "20310301001500"


def test_a_service_no_conflict_wants_is_not_asked(plan: Plan) -> None:
    plan.conflict = replace(plan.conflict, importers=replace(plan.conflict.importers, lists={}))
    with pytest.raises(EventSourceError, match=r"no conflict.toml has a section \[importers.gdelt\]"):
        visit(plan.visit("gdelt"))
    assert not plan.service.asked
