"""Broken drivers: what goes wrong in real adapters, each fault alone, so that the contract can be seen to find it.

Our own tests run the whole contract on each of them: it must fail, and only where this one thing shows.
"""

from __future__ import annotations

from attrs import field, frozen

from handover_core.storage import Driver
from handover_core.testing.faults.drivers import (
    Autocommit,
    Broken,
    BrokenStore,
    BulkTorn,
    CaseIgnored,
    CommitOnError,
    EmptyIsAll,
    EventLost,
    EventsStay,
    FilteredAfterwards,
    HistoryCompacted,
    JoinedCommits,
    MicrosecondsCut,
    NoVersionCheck,
    NullsDropped,
    NullsLast,
    OrderUnstable,
    PageGap,
    PeriodOpen,
    RedactionForgotten,
    RedactionRaced,
    RedactionUnread,
    ReferencesUnchecked,
    RegisterOverwritten,
    RegisterRaced,
    RequireNeverFails,
    RequireNotHeld,
    RowCountIgnored,
    SideValuesStay,
    SpacesPadded,
    TenantForgotten,
    TokenForgotten,
    UpsertingInsert,
    WildPrefix,
)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


@frozen(kw_only=True)
class Fault:
    """One thing wrong. ``noticed`` are the tests of the contract that always fail on it, ``may`` those that often do."""

    broken: type[Broken]
    noticed: frozenset[str] = field(converter=_names)
    may: frozenset[str] = field(converter=_names, default="")

    @property
    def name(self) -> str:
        """The fault in a word."""
        return self.broken.__name__

    def open(self) -> Driver:
        """Return an empty store with this fault."""
        return BrokenStore(self.broken)


_PROPERTIES = """
    test_criteria_are_answered_as_the_model_answers_them test_groups_are_counted
    test_pages_in_a_row_are_the_whole_list_in_order test_replaying_the_changes_gives_the_stored_state
    test_the_history_of_all_streams_is_read_in_pages
    test_a_question_about_the_log_is_answered_as_a_list_is_filtered test_custom_fields_are_filtered_by_value
"""
"""Tests that draw their examples, and may draw one on which a fault of reading shows."""

_RACES = """
    test_eight_writers_on_one_aggregate_lose_no_update test_of_two_units_that_change_the_same_row_one_fails
    test_two_units_cannot_race_past_a_rule_that_spans_them test_two_units_that_touch_the_same_row_do_not_both_pass
    test_a_reference_and_the_end_of_its_target_do_not_both_pass
    test_eight_writers_in_one_company_do_not_hinder_each_other_for_good
"""
"""Tests in which threads race, and on which a fault of writing may show."""

FAULTS = (
    Fault(
        broken=NoVersionCheck, noticed="test_a_write_to_another_version_is_refused", may=_RACES,
    ),
    Fault(
        broken=RowCountIgnored,
        noticed="test_a_write_to_a_row_that_is_not_there_is_refused test_a_write_to_another_version_is_refused",
        may=_RACES,
    ),
    Fault(
        broken=UpsertingInsert,
        noticed="test_an_insert_over_a_row_is_refused test_insert_never_overwrites",
        may=_RACES,
    ),
    Fault(broken=NullsDropped, noticed="test_comparisons_with_nothing", may=_PROPERTIES),
    Fault(broken=CaseIgnored, noticed="test_keys_are_exact", may=_PROPERTIES),
    Fault(broken=SpacesPadded, noticed="test_keys_are_exact", may=_PROPERTIES),
    Fault(
        broken=Autocommit,
        noticed="""
            test_a_commit_that_fails_keeps_nothing test_a_failed_write_dooms_the_unit test_a_transaction_ends_once
            test_an_id_is_never_used_again
            test_a_transaction_sees_its_own_writes_and_others_see_none_of_them test_bulk_insert_is_all_or_nothing
            test_a_transaction_that_failed_leaves_nothing test_leaving_without_commit_keeps_nothing
            test_what_was_rolled_back_lies_nowhere
            test_who_came_and_went_with_what_they_referred_to_leaves_nothing
        """,
        may=f"{_RACES} test_a_commit_whose_answer_was_lost_is_neither_lost_nor_doubled",
    ),
    Fault(
        broken=CommitOnError,
        noticed="""
            test_a_commit_that_fails_keeps_nothing test_a_failed_write_dooms_the_unit test_a_transaction_ends_once
            test_a_transaction_that_failed_leaves_nothing test_bulk_insert_is_all_or_nothing
            test_leaving_without_commit_keeps_nothing test_what_the_host_rolls_back_never_was
            test_what_was_rolled_back_lies_nowhere test_a_dropped_register_begins_again
            test_a_register_of_another_version_is_left_alone test_a_unit_that_fails_leaves_no_register
            test_registers_belong_to_a_company_and_to_the_transaction
            test_an_entry_gets_another_body_and_reason_in_its_place
            test_who_came_and_went_with_what_they_referred_to_leaves_nothing
            test_an_id_is_never_used_again
        """,
        may=_RACES,
    ),
    Fault(
        broken=MicrosecondsCut,
        noticed="""
            test_replaying_the_changes_gives_the_stored_state test_what_is_appended_comes_back_as_it_was
            test_each_part_of_a_question_about_the_log_counts
        """,
        may="test_a_question_about_the_log_is_answered_as_a_list_is_filtered",
    ),
    Fault(broken=TenantForgotten, noticed="test_tenants_do_not_see_each_other", may=_PROPERTIES),
    Fault(broken=OrderUnstable, noticed="test_pages_hold_where_many_rows_are_equal", may=_PROPERTIES),
    Fault(broken=NullsLast, noticed="test_pages_hold_where_many_rows_are_equal", may=_PROPERTIES),
    Fault(
        broken=EmptyIsAll, noticed="test_nothing_asked_for_is_everything_and_an_empty_choice_is_nothing", may=_PROPERTIES,
    ),
    Fault(broken=WildPrefix, noticed="test_no_character_is_wild", may=_PROPERTIES),
    Fault(
        broken=RequireNeverFails,
        noticed="""
            test_a_stale_version_is_refused test_a_write_to_a_row_that_is_not_there_is_refused
            test_a_write_to_another_version_is_refused test_two_units_cannot_race_past_a_rule_that_spans_them
        """,
    ),
    Fault(broken=RequireNotHeld, noticed="test_two_units_cannot_race_past_a_rule_that_spans_them"),
    Fault(
        broken=ReferencesUnchecked,
        noticed="""
            test_a_reference_must_exist_at_the_commit test_what_must_exist_must_exist
            test_who_came_and_went_with_what_they_referred_to_leaves_nothing
        """,
        may="test_a_reference_and_the_end_of_its_target_do_not_both_pass",
    ),
    Fault(
        broken=EventLost,
        noticed="""
            test_a_bulk_in_chunks_goes_on_where_it_stopped test_bulk_inserts_have_a_thin_history
            test_a_commit_whose_answer_was_lost_is_neither_lost_nor_doubled
            test_eight_writers_in_one_company_do_not_hinder_each_other_for_good
            test_eight_writers_on_one_aggregate_lose_no_update test_what_is_appended_comes_back_as_it_was
            test_no_page_of_the_history_skips_or_repeats_an_entry test_of_two_that_empty_the_outbox_one_does
            test_registers_go_with_their_unit_and_with_the_host test_a_unit_that_fails_leaves_no_register
        """,
        may=f"{_PROPERTIES} test_what_the_host_commits_is_stored",
    ),
    Fault(
        broken=TokenForgotten,
        noticed="""
            test_a_bulk_in_chunks_goes_on_where_it_stopped test_a_token_is_stored_once
            test_a_commit_whose_answer_was_lost_is_neither_lost_nor_doubled test_a_token_is_claimed_once_in_a_company
        """,
    ),
    Fault(
        broken=BulkTorn,
        noticed="test_a_transaction_that_failed_leaves_nothing test_bulk_insert_is_all_or_nothing",
        may="test_a_bulk_in_chunks_goes_on_where_it_stopped test_a_bulk_loses_no_row_when_it_goes_on_in_other_chunks",
    ),
    Fault(
        broken=SideValuesStay, noticed="test_side_values_are_replaced_only_where_they_are_given",
        may="test_external_references_find_their_aggregate",
    ),
    Fault(
        broken=PageGap,
        noticed="""
            test_no_page_of_the_history_skips_or_repeats_an_entry test_each_part_of_a_question_about_the_log_counts
        """,
        may=_PROPERTIES,
    ),
    Fault(broken=PeriodOpen, noticed="test_each_part_of_a_question_about_the_log_counts", may=_PROPERTIES),
    Fault(broken=FilteredAfterwards, noticed="test_each_part_of_a_question_about_the_log_counts", may=_PROPERTIES),
    Fault(broken=HistoryCompacted, noticed="test_a_clean_up_keeps_what_is_stored"),
    Fault(
        broken=RegisterOverwritten,
        noticed="test_a_register_of_another_version_is_left_alone",
        may="test_of_two_that_take_one_register_one_wins",
    ),
    Fault(broken=RegisterRaced, noticed="test_of_two_that_take_one_register_one_wins"),
    Fault(
        broken=EventsStay,
        noticed="test_of_two_that_empty_the_outbox_one_does test_what_is_taken_out_of_the_outbox_is_taken_once",
    ),
    Fault(
        broken=RedactionForgotten,
        noticed="""
            test_an_entry_gets_another_body_and_reason_in_its_place
            test_an_entry_that_was_redacted_meanwhile_is_not_written_over test_of_two_that_redact_one_entry_one_does
        """,
    ),
    Fault(
        broken=RedactionUnread,
        noticed="test_an_entry_that_was_redacted_meanwhile_is_not_written_over",
        may="test_of_two_that_redact_one_entry_one_does",
    ),
    Fault(broken=RedactionRaced, noticed="test_of_two_that_redact_one_entry_one_does"),
    Fault(
        broken=JoinedCommits,
        noticed="""
            test_a_unit_builds_on_the_one_before_it test_units_in_one_transaction_follow_each_other
            test_a_unit_that_does_not_commit_undoes_itself_or_says_that_all_is_lost
            test_what_the_host_commits_is_stored test_what_the_host_rolls_back_never_was
            test_registers_go_with_their_unit_and_with_the_host
        """,
    ),
)  # fmt: skip
"""Every fault that ships; a new one names the tests that notice it."""
