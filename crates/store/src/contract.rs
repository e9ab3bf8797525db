//! The contract suite: what every home of the traits must do, run against memory, `SQLite` and each one to come.
//!
//! Each check gets a home of its own, fresh and empty. A check panics when the contract is broken: this is test code
//! that is shared between crates.

use std::{future::Future, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId, TransactionId},
    money::Fixed,
    principal::Role,
};
use uuid::Uuid;

use crate::{
    Durable,
    accounts::Account,
    ledger::{Opening, Order, Side},
    sessions::{Family, NewFamily, Presented},
};

mod accounts;
mod actions;
mod alerts;
mod blocks;
mod exemptions;
mod factors;
mod families;
mod imports;
mod key_watch;
mod keys;
mod ledger;
mod links;
mod notices;
mod outbox;
mod prices;
mod quarantine;
mod quotas;
mod replacing;
mod reports;
mod reviews;
mod sessions;
mod splits;

/// Runs every check, each on a home made by `fresh`.
pub async fn run<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Durable>,
{
    accounts::an_address_is_taken_once(fresh().await).await;
    accounts::accounts_are_listed_in_parts(fresh().await).await;
    accounts::many_are_made_at_once(fresh().await).await;
    accounts::an_invitation_is_good_once(fresh().await).await;
    accounts::a_shared_key_is_written_once(fresh().await).await;
    accounts::a_password_changes_once(fresh().await).await;
    accounts::an_account_acts_from_its_networks(fresh().await).await;
    replacing::it_is_replaced_with_all_that_goes_with_it(fresh().await).await;
    replacing::a_sign_in_begins_only_by_the_password_of_now(fresh().await).await;
    sessions::a_token_rotates_and_its_replay_ends_the_family(fresh().await).await;
    sessions::twenty_at_once_leave_one_family(fresh().await).await;
    sessions::a_revoked_family_stays_dead(fresh().await).await;
    sessions::a_bound_family_is_unknown_without_its_key(fresh().await).await;
    sessions::renewals_and_the_end_of_all_at_once_leave_nothing_alive(fresh().await).await;
    families::an_owner_sees_what_is_alive(fresh().await).await;
    families::all_others_end_at_once(fresh().await).await;
    families::browser_sessions_are_remembered(fresh().await).await;
    families::a_use_never_goes_back(fresh().await).await;
    families::a_node_can_ask_how_one_stands(fresh().await).await;
    families::uses_of_browser_sessions_can_be_told(fresh().await).await;
    families::a_step_up_never_weakens(fresh().await).await;
    families::a_step_up_does_not_outrun_the_end(fresh().await).await;
    factors::a_time_step_is_good_once(fresh().await).await;
    factors::a_confirmed_authenticator_stays(fresh().await).await;
    factors::a_recovery_code_is_good_once(fresh().await).await;
    factors::the_last_factor_takes_the_recovery_codes_with_it(fresh().await).await;
    factors::a_credential_has_one_owner(fresh().await).await;
    factors::a_counter_never_goes_back(fresh().await).await;
    links::a_link_is_good_once(fresh().await).await;
    links::an_account_has_few_open_links(fresh().await).await;
    links::a_new_password_spends_the_links(fresh().await).await;
    notices::the_newest_are_kept(fresh().await).await;
    ledger::trades_move_both_sides(fresh().await).await;
    ledger::what_is_not_there_cannot_be_spent(fresh().await).await;
    ledger::an_order_is_placed_once(fresh().await).await;
    ledger::many_at_once_never_overspend(fresh().await).await;
    ledger::nothing_overflows(fresh().await).await;
    prices::bars_load_once_and_page(fresh().await).await;
    prices::an_asset_is_described_apart(fresh().await).await;
    imports::an_asset_that_is_there_stays_as_it_was(fresh().await).await;
    imports::bars_are_written_with_how_far_their_file_has_come(fresh().await).await;
    imports::what_there_is_can_be_told(fresh().await).await;
    quarantine::a_harvest_is_written_whole(fresh().await).await;
    quarantine::what_was_decided_is_not_decided_again(fresh().await).await;
    quarantine::held_rows_are_found_again(fresh().await).await;
    quarantine::a_source_that_lost_its_vote_gets_it_back(fresh().await).await;
    splits::a_split_tells_what_was_before_anew_once(fresh().await).await;
    splits::nobody_is_richer_for_a_split(fresh().await).await;
    reviews::a_review_is_decided_once(fresh().await).await;
    reviews::reviews_are_listed_in_parts(fresh().await).await;
    reviews::operators_are_reminded_of_what_is_overdue(fresh().await).await;
    reports::the_newest_report_is_kept(fresh().await).await;
    reports::operators_are_those_who_may_act(fresh().await).await;
    quotas::a_day_has_its_bytes_and_no_more(fresh().await).await;
    quotas::what_is_left_over_goes_back(fresh().await).await;
    quotas::thousands_give_back_in_one_step(fresh().await).await;
    quotas::many_at_once_take_exactly_the_most(fresh().await).await;
    quotas::old_days_are_forgotten(fresh().await).await;
    alerts::an_alert_is_written_as_it_is_now(fresh().await).await;
    alerts::what_no_server_heard_is_left_for_the_next(fresh().await).await;
    alerts::alerts_are_listed_in_parts(fresh().await).await;
    alerts::alerts_that_are_over_are_forgotten(fresh().await).await;
    alerts::who_calls_often_is_found_with_what_is_usual(fresh().await).await;
    outbox::a_message_waits_by_each_of_its_channels(fresh().await).await;
    outbox::what_says_the_same_is_taken_once_in_its_time(fresh().await).await;
    outbox::where_there_is_no_room_the_lightest_and_oldest_goes(fresh().await).await;
    outbox::several_become_one(fresh().await).await;
    outbox::what_the_dead_had_taken_is_due_again(fresh().await).await;
    outbox::a_day_has_its_budget_and_no_more(fresh().await).await;
    keys::a_key_comes_back_as_it_was(fresh().await).await;
    keys::an_account_has_no_more_than_the_most(fresh().await).await;
    keys::who_is_switched_off_has_no_keys(fresh().await).await;
    keys::a_key_is_replaced_once(fresh().await).await;
    keys::uses_are_counted_by_day(fresh().await).await;
    keys::old_keys_are_forgotten(fresh().await).await;
    key_watch::networks_are_remembered_and_inherited(fresh().await).await;
    key_watch::a_key_is_suspended_once_and_resumed_by_its_account(fresh().await).await;
    key_watch::an_owner_is_warned_once_of_each_end(fresh().await).await;
    key_watch::a_key_ends_by_what_is_known_of_it(fresh().await).await;
    key_watch::operators_list_keys_in_parts(fresh().await).await;
    key_watch::honey_keys_are_few_and_counted(fresh().await).await;
    blocks::by_hand_comes_before_automatic(fresh().await).await;
    blocks::only_what_an_action_made_is_unmade(fresh().await).await;
    blocks::what_is_over_does_not_come_back(fresh().await).await;
    blocks::what_comes_back_needs_room(fresh().await).await;
    blocks::blocks_end(fresh().await).await;
    blocks::automatic_blocks_give_way(fresh().await).await;
    exemptions::exemptions_end(fresh().await).await;
    exemptions::exemptions_are_few(fresh().await).await;
    actions::sign_ins_end_with_their_record(fresh().await).await;
    actions::a_reset_is_forced_until_a_password_is_set(fresh().await).await;
    actions::a_reset_is_forced_while_one_action_wants_it(fresh().await).await;
    actions::an_account_is_disabled_and_enabled(fresh().await).await;
    actions::each_word_that_disables_stands_for_itself(fresh().await).await;
    actions::what_is_tightened_stands(fresh().await).await;
    actions::relaxing_never_tightens(fresh().await).await;
    actions::parts_are_taken_back_with_their_playbook(fresh().await).await;
    actions::signing_keys_are_replaced(fresh().await).await;
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn fixed(text: &str) -> Fixed {
    text.parse().expect("a decimal")
}

fn account(n: u128, email: &str) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(n)),
        email: email.to_owned(),
        full_name: "O'Brien; DROP TABLE account".to_owned(),
        password_hash: "$argon2id$x".to_owned(),
        role: Role::User,
        enabled: true,
        created: at(1),
        devices_since: at(1),
        allowed_ips: Vec::new(),
    }
}

fn opening(n: u128) -> Opening {
    Opening {
        entry: TransactionId(Uuid::from_u128(n + 1_000_000)),
        currency: "USD".to_owned(),
        cash: fixed("100000"),
    }
}

async fn with_account(home: &Durable) -> AccountId {
    with(home, 1).await
}

/// The account with this number.
async fn with(home: &Durable, n: u128) -> AccountId {
    let account = account(n, &format!("{n}@example.org"));
    let id = account.id;
    home.accounts.create(account, opening(n)).await.expect("stored").expect("free");
    id
}

/// Runs tasks at once; what each answered, in any order.
pub(crate) async fn at_once<T, Fut>(tasks: impl IntoIterator<Item = Fut>) -> Vec<T>
where
    T: Send + 'static,
    Fut: Future<Output = T> + Send + 'static,
{
    let mut set = tokio::task::JoinSet::new();
    for task in tasks {
        set.spawn(task);
    }
    set.join_all().await
}

/// How many of them say yes.
fn ayes(answers: &[bool]) -> usize {
    answers.iter().filter(|yes| **yes).count()
}

fn order(n: u128, account: AccountId, key: &str, side: Side, quantity: &str, total: &str) -> Order {
    Order {
        entry: TransactionId(Uuid::from_u128(n)),
        account,
        key: key.to_owned(),
        fingerprint: format!("{}{quantity}", side.word()),
        side,
        asset: "BTC".to_owned(),
        quantity: fixed(quantity),
        price: fixed("1"),
        total: fixed(total),
        currency: "USD".to_owned(),
        note: Some("a < b".to_owned()),
        at: at(100 + i64::try_from(n).unwrap_or(0)),
        refused: None,
        keys_since: at(0),
    }
}

fn family(n: u128, account: AccountId) -> NewFamily {
    let family = Family {
        id: family_id(n),
        account,
        created: at(0),
        expires: at(1000),
        used: at(0),
        authenticated: at(0),
        strong: false,
        client: "192.0.2.1".to_owned(),
        agent: "a browser; with 'quotes'".to_owned(),
        key: None,
        cookie: None,
    };
    NewFamily { family, token: Some("t0".to_owned()) }
}

fn family_id(n: u128) -> FamilyId {
    FamilyId(Uuid::from_u128(n))
}

fn presented(token: &str, next: &str, client: &str, seconds: i64) -> Presented {
    Presented {
        token_hash: token.to_owned(),
        successor_hash: next.to_owned(),
        client: client.to_owned(),
        key: None,
        now: at(seconds),
        grace: Duration::from_secs(60),
    }
}
