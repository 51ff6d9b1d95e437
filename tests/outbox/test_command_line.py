"""`handover outbox …` as an operator uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.test_commands import Shell
from handover_core.errors import Contention, StorageUnavailable
from handover_core.outbox.model import Delivered
from handover_core.outbox.relay import Relay
from handover_core.outbox.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_authentic
from handover_core_cli.main import main
from outbox.hooks import Hook, listening


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        yield found


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    shell = Shell(tmp_path, capsys)
    shell("init", "--name", "Acme")
    return shell


def test_whoever_subscribes_under_a_misspelt_company_is_told(shell: Shell) -> None:
    """It may also be right: before the first import there is nothing."""
    assert "Nothing is stored" not in shell("outbox", "subscribe", "erp", "https://erp.test/hook")
    assert "Nothing is stored of the company nobody" in shell(
        "outbox", "subscribe", "erp", "https://erp.test/hook", "--tenant", "nobody"
    )


def test_from_a_subscription_to_a_delivery(shell: Shell, hook: Hook, tmp_path: Path) -> None:
    assert "1 changes wait" in shell("outbox", "status")
    assert "Nobody" in shell("outbox", "status")
    shell("outbox", "subscribe", "erp", hook.url, "--kind", "company")
    secrets = tmp_path / "secrets"
    secrets.write_text("erp = not to be told\n", encoding="utf-8-sig")  # as some editors write it
    assert "1 delivered" in shell("outbox", "run", "--once", "--secrets", secrets)
    ((headers, body),) = hook.came
    now = int(headers[TIMESTAMP_HEADER])
    assert is_authentic(b"told", headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], body, now=now)
    assert "Acme" == json.loads(body)["data"]["state"]["name"]
    status = shell.json("outbox", "status")
    assert (0, 0) == (status["unrouted"], status["subscriptions"][0]["waiting"])
    assert "told" not in json.dumps(status)


def test_the_environment_holds_secrets_too(shell: Shell, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOVER_SECRET_ERP", "from the environment")
    shell("outbox", "subscribe", "erp", hook.url)
    shell("outbox", "run", "--once", "--source", "https://acme.example/")
    ((headers, body),) = hook.came
    assert is_authentic(b"environment", headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], body,
                        now=int(headers[TIMESTAMP_HEADER]))  # fmt: skip
    assert "https://acme.example/" == json.loads(body)["source"]


def test_a_dead_letter_is_seen_skipped_and_tried_again(shell: Shell, hook: Hook) -> None:
    hook.answer = 400
    shell("outbox", "subscribe", "erp", hook.url)
    assert "1 parked" in shell("outbox", "run", "--once")
    assert "status 400" in shell("outbox", "dead", "erp")
    assert "company" in shell("outbox", "dead")
    assert "erp" in shell("outbox", "dead")
    (letter,) = shell.json("outbox", "dead")["dead_letters"]
    hook.answer = 200
    assert "retried" == shell.json("outbox", "retry", letter["id"], "--reason", "mended")["status"]
    assert 1 == shell.json("outbox", "run", "--once")["delivered"]
    refused = shell.json("outbox", "skip", letter["id"], "--reason", "late", code=1)
    assert "outbox.settled" == refused["error"]["code"]
    assert "No dead letters" in shell("outbox", "dead")
    assert "NotFound" not in shell("outbox", "dead", "nobody", code=2)


def test_a_replay_and_the_end_of_a_subscription(shell: Shell, hook: Hook) -> None:
    shell("outbox", "subscribe", "erp", hook.url)
    shell("outbox", "run", "--once")
    again = shell("outbox", "replay", "erp", "--stream", "company", "company", "--reason", "lost")
    assert "1 events" in again
    shell("outbox", "run", "--once", "--only", "erp")
    assert [False, True] == [json.loads(body)["resend"] for _, body in hook.came]
    assert 1 == shell.json("outbox", "replay", "erp", "--since", "2020-01-01", "--reason", "lost")["queued"]
    shell("outbox", "replay", "erp", "--reason", "no point", code=2)
    shell("outbox", "unsubscribe", "erp", "--reason", "closed")
    shell("outbox", "unsubscribe", "erp", "--reason", "closed", code=1)
    assert "outbox.unsubscribe" in shell("log", "--kind", "subscription")


def test_a_relay_waits_for_a_store_that_is_away(
    shell: Shell, hook: Hook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run for good, it says so, tries again, and delivers when the store is back."""
    shell("outbox", "subscribe", "erp", hook.url)
    run_once, moods = Relay.run_once, iter((StorageUnavailable("gone"), Contention(), None, None))

    def moody(relay: Relay, **options: object) -> Delivered:
        mood = next(moods, KeyboardInterrupt())
        if mood is not None:
            raise mood
        return run_once(relay, **options)

    monkeypatch.setattr(Relay, "run_once", moody)
    assert 2 == main(["--store", shell.store, "--lang", "en", "outbox", "run", "--interval", "0.1"])
    said = capsys.readouterr().out
    assert ("gone" in said, "1 delivered" in said) == (True, True)
    assert 1 == len(hook.came)


def test_the_schemas_are_written(shell: Shell, tmp_path: Path) -> None:
    shell("outbox", "schemas", "-o", tmp_path / "schemas")
    written = sorted((tmp_path / "schemas").iterdir())
    assert len(written) > 50
    for path in written:
        schema = json.loads(path.read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        assert path.stem == schema["title"]


def test_what_cannot_work_is_said_at_once(shell: Shell) -> None:
    """An endpoint that nobody can send to, a subscription that there is not, a file of secrets that is none."""
    assert "http" in shell("outbox", "subscribe", "erp", "smoke:signals", code=2)
    assert "nobody" in shell("outbox", "run", "--once", "--only", "nobody", code=2)
    path = shell.folder / "secrets"
    path.write_text("hunter2")
    said = shell("outbox", "run", "--once", "--secrets", path, code=2)
    assert ("line 1" in said, "hunter2" in said) == (True, False)


def test_a_subscription_is_changed(shell: Shell, hook: Hook) -> None:
    shell("outbox", "subscribe", "erp", "http://127.0.0.1:9/", "--kind", "company")
    refused = shell("outbox", "change", "erp", "--reason", "x", "--kind", "company", "--all-kinds", code=2)
    assert "--all-kinds" in refused
    changed = shell.json("outbox", "change", "erp", "--endpoint", hook.url, "--all-kinds", "--reason", "moved")
    assert (hook.url, []) == (changed["endpoint"], changed["kinds"])
    assert "1 delivered" in shell("outbox", "run", "--once")


def test_a_relay_says_what_it_cannot_send(shell: Shell) -> None:
    """The address of messages is missing, as a webhook's secret may be."""
    shell("outbox", "subscribe", "chat", "apprise:")
    said = shell("outbox", "run", "--once")
    assert "chat: nothing can be sent" in said
    assert "no address among the secrets" in said


def test_a_stream_is_named_by_its_number_or_code(shell: Shell, hook: Hook) -> None:
    sheets = shell.folder / "sheets"
    sheets.mkdir()
    (sheets / "employees.jsonl").write_text(json.dumps({"number": "0003", "name": "Ann"}) + "\n")
    shell("import", sheets)
    shell("outbox", "subscribe", "erp", hook.url)
    assert 1 == shell.json("outbox", "replay", "erp", "--stream", "employee", "0003", "--reason", "lost")["queued"]


def test_a_replay_of_what_never_was_is_an_error(shell: Shell, hook: Hook) -> None:
    shell("outbox", "subscribe", "erp", hook.url)
    replay = ("outbox", "replay", "erp", "--reason", "lost")
    assert "emploee" in shell(*replay, "--stream", "emploee", "12", code=2)
    assert "nobody" in shell(*replay, "--stream", "employee", "nobody", code=2)
    assert "version" in shell(*replay, "--stream", "company", "company", "--version", "0", code=2)
    assert "bulk" in shell(*replay, "--batch", "nothing", code=2)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_both_languages_are_spoken(shell: Shell, lang: str) -> None:
    said = shell("outbox", "status", "--lang", lang)
    assert ("尚无订阅" in said) == (lang == "zh-CN")
    said = shell("outbox", "subscribe", "a b", "http://x/", "--lang", lang, code=2)
    assert ("字母" in said) == (lang == "zh-CN")
