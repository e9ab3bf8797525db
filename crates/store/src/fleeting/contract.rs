//! The contract suite of what is fleeting: run against the memory of one node and each home of many alike.
//!
//! Each check gets a home of its own, fresh and empty. A check panics when the contract is broken: this is test code
//! that is shared between crates. Time passes as the home's time does: by a moved clock, or by waiting.

use std::{future::Future, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{Budgets, Bytes, Facts, Hints, Passes, Shelf, Spent, Sums, Votes};

mod budgets;
mod bytes;
mod facts;
mod failures;
mod hints;
mod once;
mod registrations;
mod sums;
mod votes;

/// How time passes for a home.
#[async_trait]
pub trait Passing: Send + Sync {
    /// Lets so much time pass.
    async fn pass(&self, span: Duration);
}

/// Everything fleeting, as one node sees it.
pub struct Node {
    budgets: Arc<dyn Budgets>,
    spent: Arc<dyn Spent>,
    shelf: Arc<dyn Shelf>,
    passes: Arc<dyn Passes>,
    bytes: Arc<dyn Bytes>,
    facts: Arc<dyn Facts>,
    hints: Arc<dyn Hints>,
    sums: Arc<dyn Sums>,
    votes: Arc<dyn Votes>,
}

/// A home that is fresh and empty, as two nodes see it.
pub struct Fresh {
    nodes: [Node; 2],
    time: Arc<dyn Passing>,
}

impl Fresh {
    /// The home of these two nodes, with its time.
    pub fn of<T>(nodes: [Arc<T>; 2], time: Arc<dyn Passing>) -> Self
    where
        T: Budgets + Spent + Shelf + Passes + Bytes + Facts + Hints + Sums + Votes + 'static,
    {
        let node = |home: Arc<T>| Node {
            budgets: home.clone(),
            spent: home.clone(),
            shelf: home.clone(),
            passes: home.clone(),
            bytes: home.clone(),
            facts: home.clone(),
            hints: home.clone(),
            sums: home.clone(),
            votes: home,
        };
        Self { nodes: nodes.map(node), time }
    }
}

/// Runs every check, each on a home made by `fresh`.
pub async fn run<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Fresh>,
{
    budgets::an_idle_client_may_send_five_at_once_and_then_waits(fresh().await).await;
    budgets::a_refused_request_counts_in_no_window(fresh().await).await;
    budgets::the_same_window_twice_is_two_counts(fresh().await).await;
    budgets::subjects_classes_and_units_are_told_apart(fresh().await).await;
    budgets::a_window_ends_when_its_wait_says(fresh().await).await;
    budgets::two_hundred_at_once_admit_exactly_the_limit(fresh().await).await;
    once::a_word_is_good_once_on_any_node(fresh().await).await;
    once::a_question_is_taken_once(fresh().await).await;
    once::a_class_is_open_for_its_time(fresh().await).await;
    bytes::a_day_has_its_bytes_and_no_more(fresh().await).await;
    bytes::none_is_always_to_be_had_and_says_what_is_left(fresh().await).await;
    bytes::what_is_not_sent_goes_back(fresh().await).await;
    bytes::many_at_once_take_exactly_the_most(fresh().await).await;
    facts::a_fact_changes_if_nobody_has_changed_it(fresh().await).await;
    facts::of_many_at_once_one_changes_it(fresh().await).await;
    facts::the_list_has_who_is_locked(fresh().await).await;
    failures::five_wrong_tries_lock_a_name_on_every_node(fresh().await).await;
    failures::a_hundred_at_once_get_no_further_than_one_after_the_other(fresh().await).await;
    failures::a_lock_is_lifted_everywhere(fresh().await).await;
    failures::an_attack_on_the_site_is_told_once(fresh().await).await;
    registrations::the_third_of_a_day_needs_a_challenge(fresh().await).await;
    sums::what_nodes_count_is_added_up_and_one_speaks_of_it(fresh().await).await;
    sums::what_is_out_of_the_window_counts_no_more(fresh().await).await;
    sums::many_at_once_are_all_counted(fresh().await).await;
    hints::what_one_node_tells_all_hear(fresh().await).await;
    votes::every_node_has_one_word_and_hears_all(fresh().await).await;
    votes::a_word_that_is_not_said_again_ends(fresh().await).await;
    votes::many_nodes_at_once_are_counted_each_once(fresh().await).await;
}
