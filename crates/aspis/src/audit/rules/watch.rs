//! Whether anybody would notice: log, alerts, mail.

use aspis_core::alert::Severity as Grave;

use super::{super::facts::Chain, Look, Rule, Severity, found, listed, seen};
use crate::settings::{Level, Mode, Settings};

const AREA: &str = "watch";
const MONTH: std::time::Duration = std::time::Duration::from_secs(30 * 86_400);

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "log_broken",
        area: AREA,
        severity: Severity::High,
        why: "somebody has changed or lost lines of the security log",
        mend: "aspis log verify says where; the runbook says what to do",
        look: |facts| {
            seen(&facts.chain, |chain| match chain {
                Chain::Broken(things) => {
                    Look::Found(format!("the chain of the security log is broken: {things} things"))
                }
                Chain::None | Chain::Whole(_) => Look::Fine,
            })
        },
    },
    Rule {
        id: "log_kept_short",
        area: AREA,
        severity: Severity::Low,
        why: "an intrusion is often found only after weeks",
        mend: "log.security_keep = \"90d\"",
        look: |facts| {
            let keep = facts.settings.log.security_keep;
            found(keep.get() < MONTH, || format!("log.security_keep is {keep}"))
        },
    },
    Rule {
        id: "log_chatty",
        area: AREA,
        severity: Severity::Low,
        why: "lines of this level are for finding a fault, and fill the disk",
        mend: "log.level = \"info\"",
        look: |facts| {
            let own = &facts.settings;
            let chatty = matches!(own.log.level, Level::Debug | Level::Trace);
            found(own.mode == Mode::Production && chatty, || format!("log.level is \"{}\"", own.log.level))
        },
    },
    Rule {
        id: "alerts_unheard",
        area: AREA,
        severity: Severity::Medium,
        why: "alerts are raised, and nobody is told",
        mend: "alerts.mail.to, alerts.slack.url, alerts.discord.url, alerts.webhook.url or alerts.sms.to; then aspis alerts test CHANNEL",
        look: |facts| found(!is_heard(&facts.settings), || "no channel of alerts is set".to_owned()),
    },
    Rule {
        id: "alerts_off",
        area: AREA,
        severity: Severity::Medium,
        why: "these rules would speak of something critical",
        mend: "take them out of alerts.off",
        look: |facts| {
            let off = facts.settings.alerts.off.as_slice().iter();
            let critical = off.filter(|rule| rule.severities().contains(&Grave::Critical));
            let names: Vec<String> = critical.map(|rule| rule.word().to_owned()).collect();
            found(!names.is_empty(), || format!("switched off: {}", listed(&names)))
        },
    },
    Rule {
        id: "mail_unset",
        area: AREA,
        severity: Severity::Low,
        why: "owners are not told of new devices, and links to set a password wait in the data folder",
        mend: "mail.url = \"smtps://…\", mail.from = \"Aspis <aspis@example.com>\"",
        look: |facts| {
            let own = &facts.settings;
            let wrong = own.mode == Mode::Production && own.mail.url.get().is_none();
            found(wrong, || "mail.url is empty".to_owned())
        },
    },
];

fn is_heard(settings: &Settings) -> bool {
    let own = &settings.alerts;
    let mail = !own.mail.to.as_slice().is_empty() && settings.mail.url.get().is_some();
    let hooks = [own.slack.url.get(), own.discord.url.get(), own.webhook.url.get()];
    mail || hooks.iter().any(Option::is_some) || !own.sms.to.as_slice().is_empty()
}
