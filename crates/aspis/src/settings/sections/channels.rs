//! How operators are told.

use aspis_core::rate::Rate;
use serde::{Deserialize, Serialize};

use crate::settings::value::{
    self, DAY, GatewayBody, GatewayForm, GatewayMethod, GatewayUrl, HOUR, HookFields, HookSecret, HookUrl,
    Least, Mailboxes, Numbers, SECOND, Span, Whole,
};

/// `[alerts.outbox]`: how alerts are carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertOutbox {
    /// Within this time the same is told once.
    pub same: Span<0, DAY>,
    /// How often a channel is used,
    #[serde(deserialize_with = "value::rate")]
    pub rate: Rate,
    /// and how often at once.
    pub burst: Whole<u32, 1, 1000>,
    /// How long a channel rests after many were told as one.
    pub digest: Span<SECOND, HOUR>,
    /// How long a channel has to fail until it is dead.
    pub dead_after: Span<SECOND, DAY>,
    /// Messages that may wait for one channel.
    pub waiting: Whole<u64, 1, 100_000>,
}

/// `[alerts.mail]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertMail {
    /// To whom.
    pub to: Mailboxes,
    /// From which severity on.
    pub from: Least,
}

/// `[alerts.slack]` and `[alerts.discord]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertHook {
    /// Where the hook is.
    pub url: HookUrl,
    /// From which severity on.
    pub from: Least,
}

/// `[alerts.webhook]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertWebhook {
    /// Where the receiver is.
    pub url: HookUrl,
    /// What messages are signed with.
    pub secret: HookSecret,
    /// From which severity on.
    pub from: Least,
}

/// `[alerts.sms]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSms {
    /// To whom.
    pub to: Numbers,
    /// Where the gateway is.
    pub url: GatewayUrl,
    /// By which method it is asked.
    pub method: GatewayMethod,
    /// What kind of body it takes.
    pub form: GatewayForm,
    /// The body.
    pub body: GatewayBody,
    /// Header fields.
    pub headers: HookFields,
    /// Short messages a day.
    pub per_day: Whole<u64, 1, 10_000>,
}
