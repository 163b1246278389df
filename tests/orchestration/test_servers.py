"""Opening a user interface at a taken address says which, and what to type instead."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.servers import AddressError, require_free


@pytest.fixture
def taken() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    yield listener.getsockname()[1]
    listener.close()


def test_a_taken_port_is_named_with_the_command_that_helps(taken: int) -> None:
    found = CliRunner().invoke(main, ["dagster", "--port", str(taken)])
    assert found.exit_code == 1
    assert f"port {taken}" in found.output
    assert f"parley dagster --port {taken + 1}" in found.output
    assert "Traceback" not in found.output


def test_the_dashboards_tell_it_too(taken: int) -> None:
    found = CliRunner().invoke(main, ["dashboard", "--port", str(taken)])
    assert found.exit_code == 1
    assert f"parley dashboard --port {taken + 1}" in found.output


def test_a_free_port_is_left_free(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    require_free("127.0.0.1", port, "x")
    socket.create_server(("127.0.0.1", port)).close()


def test_a_number_that_is_no_port_is_refused() -> None:
    found = CliRunner().invoke(main, ["dagster", "--port", "70000"])
    assert found.exit_code == 2
    assert "70000 is not in the range" in found.output


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(AddressError, match="cannot be used"):
        require_free("192.0.2.1", 3000, "x")
