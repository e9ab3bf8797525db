//! What operators are told at once.

use serde::{Deserialize, Serialize};

use super::channels::{AlertHook, AlertMail, AlertOutbox, AlertSms, AlertWebhook};
use crate::settings::value::{Alarms, Bar, DAY, HOUR, MINUTE, SECOND, Share, Span, Whole};

/// `[alerts]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Rules that are switched off.
    pub off: Alarms,
    /// Failed sign-ins of one client that are a warning.
    pub failed_logins_warning: Bar,
    /// Failed sign-ins of one client that are critical.
    pub failed_logins_critical: Bar,
    /// Failed sign-ins on one account that are a warning.
    pub failed_logins_account: Bar,
    /// Refusals of one client that calls too often.
    pub rate_limited: Bar,
    /// Hostile inputs of one client that are a warning.
    pub hostile_warning: Bar,
    /// Hostile inputs of one client that are critical.
    pub hostile_critical: Bar,
    /// Bytes that an account takes away.
    pub account_bytes: Bar,
    /// Bytes that a client takes away.
    pub client_bytes: Bar,
    /// The share of requests that end in an error of the server.
    pub server_errors: Share,
    /// The share of predictions that fail.
    pub predictions_failing: Share,
    /// Requests in five minutes from which on a share says anything.
    pub ratio_from: Whole<u64, 1, 1_000_000>,
    /// How often its norm an account may call in a day.
    pub norm_times: Whole<u64, 2, 1_000_000>,
    /// How long a breaker may be open.
    pub breaker_open: Span<SECOND, DAY>,
    /// How long the queue may be full.
    pub queue_full: Span<SECOND, DAY>,
    /// How long the database may be away.
    pub unreachable: Span<SECOND, DAY>,
    /// How old the newest backup may be.
    pub backup_age: Span<HOUR, { 365 * DAY }>,
    /// How often it is said that an alert lasts.
    pub remind: Span<MINUTE, { 30 * DAY }>,
    /// When an alert about single events is over.
    pub quiet: Span<MINUTE, { 30 * DAY }>,
    /// How long alerts are kept that are over.
    pub keep: Span<DAY, { 3650 * DAY }>,
    /// Clients, accounts and names that each rule tells apart.
    pub table: Whole<usize, 64, 1_048_576>,
    /// How they are carried.
    pub outbox: AlertOutbox,
    /// By mail.
    pub mail: AlertMail,
    /// By Slack.
    pub slack: AlertHook,
    /// By Discord.
    pub discord: AlertHook,
    /// To a receiver of signed messages.
    pub webhook: AlertWebhook,
    /// By SMS.
    pub sms: AlertSms,
}
