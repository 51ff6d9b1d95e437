"""Messages for people through Apprise, and how a subscription finds its sender."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from attrs import evolve

from handover_core.errors import InvalidInput, NotDelivered
from handover_core.outbox.model import Subscription
from handover_core.storage import MemoryStore
from handover_core.texts import Lang
from handover_core_outbox import Messages, Webhook, senders
from handover_core_outbox.choosing import Secrets, secrets_in
from outbox.hooks import Hook, closed_port, listening
from outbox.kit import Post

ERP = Subscription(id="s", code="erp", endpoint="https://example.com/hook")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        found.answer = 200
        yield found


def test_a_message_reaches_people_in_the_language_of_the_subscription(hook: Hook) -> None:
    """Here through Apprise's own JSON service; WeCom, DingTalk, Feishu and mail are other addresses."""
    post = Post(MemoryStore())
    for code, lang in (("zh", Lang.ZH), ("en", Lang.EN)):
        post.subscribe(code, endpoint="apprise:", lang=lang, kinds=("employee",))
    address = f"json://127.0.0.1:{hook.server.server_port}/"
    post.hire("a")
    done = post.relay(senders({"zh": address, "en": address})).run_once()
    assert 2 == done.delivered
    assert {"新建员工", "new employee"} == {json.loads(body)["title"] for _, body in hook.came}


def test_a_message_that_is_not_taken_is_a_failure(hook: Hook) -> None:
    post = Post(MemoryStore())
    receiver = post.subscribe()
    post.hire("a")
    post.relay().run_once()
    (envelope,) = receiver.arrived
    hook.answer = 500
    for port in (hook.server.server_port, closed_port()):
        with pytest.raises(NotDelivered):
            Messages(f"json://127.0.0.1:{port}/")(envelope, timeout=3)


@pytest.mark.parametrize("address", ["", "nothing", "unheard://x"])
def test_an_address_that_apprise_does_not_know_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput):
        Messages(address)


def test_a_subscription_finds_its_sender_by_its_endpoint() -> None:
    """The same one each time; the address of messages comes from the host alone."""
    find = senders({"chat": "json://localhost/"})
    assert isinstance(find(ERP), Webhook)
    assert find(ERP) is find(ERP)
    assert isinstance(find(Subscription(id="c", code="chat", endpoint="apprise:")), Messages)
    for endpoint in ("apprise:", "smoke:signals"):
        with pytest.raises(InvalidInput):
            find(Subscription(id="o", code="other", endpoint=endpoint))


def test_a_sender_speaks_as_the_subscription_says_now() -> None:
    """Language, endpoint and secret may have changed since it was made."""
    secrets = {"chat": "json://localhost/", "erp": "one"}
    find = senders(secrets)
    chat = Subscription(id="c", code="chat", endpoint="apprise:")
    first, english = find(chat), find(evolve(chat, lang=Lang.EN))
    assert (Lang.ZH, Lang.EN) == (first._lang, english._lang)
    signed = find(ERP)
    secrets["erp"] = "two"
    assert find(ERP) is not signed
    assert find(evolve(ERP, endpoint="http://elsewhere/")) is not find(ERP)


def test_a_subscription_without_a_sender_waits(hook: Hook) -> None:
    """It counts as a failed attempt; once the secret is there, all of it is delivered."""
    post = Post(MemoryStore())
    post.subscribe("chat", endpoint="apprise:")
    post.hire("a")
    assert 1 == post.relay(senders({})).run_once().failed
    post.clock.pass_by(minutes=1)
    address = f"json://127.0.0.1:{hook.server.server_port}/"
    assert 1 == post.relay(senders({"chat": address})).run_once().delivered


def test_secrets_come_from_a_file_or_the_environment() -> None:
    text = "# ours\n\nerp = one two\nchat=wecombot://key?x=y=z\n"
    assert {"erp": "one two", "chat": "wecombot://key?x=y=z"} == secrets_in(text)
    environment = {"HANDOVER_SECRET_MY_ERP": "x", "HANDOVER_SECRET_": "y", "HANDOVER_SECRET_B": ""}
    found = Secrets({"chat": "z"}, environment)
    assert ["x", None, "z", None] == [found.get(code) for code in ("my-erp", "b", "chat", "later")]
    environment["HANDOVER_SECRET_LATER"] = "w"
    assert "w" == found.get("later")
    for wrong in ("hunter2", "= hunter2", "erp ="):
        with pytest.raises(InvalidInput) as raised:
            secrets_in(f"a = b\n{wrong}")
        assert "line 2" in raised.value.message()
        assert "hunter2" not in raised.value.message()
