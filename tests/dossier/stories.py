"""A case that has been through everything an item can go through, told in office commands."""

from __future__ import annotations

from datetime import timedelta

from attrs import define, evolve

from handover_core.app import Office
from handover_core.dossier.model import HandoverDossier
from handover_core.handover.model import HandoverItem
from handover_core.organization.model import Qualification, QualificationKind
from handover_core.procedures.model import Sop, Stage, Step
from handover_core.values import Document, ExternalReference
from worlds import HIGH, NOTICE, World

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script> | **bold** [x](javascript:alert(3))\n# head'
"""What somebody types who means ill."""


@define
class Case:
    """A handover on its way, and the offices of those who take part in it."""

    world: World
    id: str
    items: dict[str, HandoverItem]

    @property
    def giver(self) -> Office:
        return self.world.office("0017")

    @property
    def supervisor(self) -> Office:
        return self.world.office("0003")

    def receiver(self, item: HandoverItem) -> Office:
        numbers = {person.id: number for number, person in self.world.people.items()}
        return self.world.office(numbers[str(self.world.system.handover.item(item.code).receiver_id)])

    def dossier(self) -> HandoverDossier:
        return self.world.system.dossier.handover("H0001")

    def through(self, item: HandoverItem, *, by: Office | None = None, words: str = "All is told") -> None:
        """Let one item go all the way."""
        (by or self.supervisor).handover.brief(item.id, words, actions="Call them", situation="Calm")
        self.receiver(item).handover.accept(item.id, f"I see: {item.title}", take_over="mine now")
        self.supervisor.handover.verify(item.id, "Shown on Monday")


def opened(world: World) -> Case:
    """Open the case of the key account manager; return it with its items by title."""
    id_ = world.leave()
    return Case(world, id_, {item.title: item for item in world.system.handover.items(id_)})


def told(world: World) -> Case:
    """Explained by the giver, returned, refused, briefed from records, waived, asked about: one item each."""
    world.publish("FOLLOW", "KAM")
    world.record(
        "Offer to Acme", priority=HIGH, counterparty="Acme", body="They want 30 days.",
        documents=(Document(title="Offer.pdf", uri="https://files.example/offer"),),
        external=(ExternalReference("crm", "OPP-7", {"title": "digest of the import"}),),
    )  # fmt: skip
    world.record("Tender platform account", kind="credential")
    world.record("Call back Beta")
    case = opened(world)
    case.through(case.items["Offer to Acme"], by=case.giver)
    account = case.items["Tender platform account"]
    case.giver.handover.brief(account.id, "The password is in the safe")
    case.receiver(account).handover.return_item(account.id, "There is no safe")
    world.clock.move_to(NOTICE + timedelta(days=2))
    _refused(case)
    world.office("0002").handover.waive(case.items["Call back Beta"].id, "Beta has closed down")
    case.supervisor.handover.assign_receiver(case.items["Monthly report"].id, world.id("0024"), "Backup is away")
    world.office("0001").handover.grant_exception(case.id, world.id("0003"), "we are few")
    return case


def _refused(case: Case) -> None:
    supervisor, rebates = case.supervisor.handover, case.items["Rebate scheme"]
    demand = Document(title="Demand.pdf", uri="file:///demand")
    case.world.office("0006").handover.serve_demand(case.id, "registered letter", demand)
    supervisor.record_refusal(case.id, "said so in the meeting")
    supervisor.brief(rebates.id, "Two scales", documents=(Document(title="Scales.xlsx", uri="javascript:alert(1)"),))
    receiver = case.receiver(rebates).handover
    asked = receiver.ask(rebates.id, "Which scale is in force?", case.world.id("0003"))
    supervisor.answer(asked.id, "The second one")
    receiver.ask(rebates.id, "Who checks it?", case.world.id("0003"))
    receiver.accept(rebates.id, "The second scale is in force", take_over="mine now")
    supervisor.verify(rebates.id, "Computed March by hand")


def described(world: World) -> None:
    """Give the key account manager's position a purpose, and qualifications of which nobody has any."""
    place = world.system.organization.position("KAM")
    needs = (
        Qualification(key="c", kind=QualificationKind.COURSE, name="Key account course"),
        Qualification(key="s", kind=QualificationKind.SKILL, name="Chinese", mandatory=False),
    )
    described_ = evolve(place.latest, effective_from=NOTICE, qualifications=needs, purpose="Keep the key accounts")
    world.system.organization.describe_position(place.id, described_)


def published_for(world: World, code: str, *, position: str, steps_of: str) -> Sop:
    """Publish an SOP that one position owns and another has the only step of."""
    step = Step(key="1", instructions="Look twice", position_id=world.positions[steps_of].id)
    sop = Sop(id=world.new_id(), code=code, title=f"SOP {code}", owner_position_id=world.positions[position].id)
    draft = world.office("0017").procedures.add_sop(sop, (Stage(name="Only", steps=(step,)),))
    world.office("0017").procedures.submit_version(draft.id)
    world.office("0003").procedures.publish_version(draft.id)
    return world.system.procedures.sop(code)
