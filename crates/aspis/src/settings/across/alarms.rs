//! A bar that no count can reach would be a rule of alarm that is off without saying so.

use aspis_core::alert::MOMENTS;

use super::{Clash, clash};
use crate::settings::{Settings, value::Bar};

pub(super) fn alarms_can_be_reached(s: &Settings) -> Option<Clash> {
    let alerts = &s.alerts;
    let bars: [(&str, Bar); 6] = [
        ("alerts.failed_logins_warning", alerts.failed_logins_warning),
        ("alerts.failed_logins_critical", alerts.failed_logins_critical),
        ("alerts.failed_logins_account", alerts.failed_logins_account),
        ("alerts.rate_limited", alerts.rate_limited),
        ("alerts.hostile_warning", alerts.hostile_warning),
        ("alerts.hostile_critical", alerts.hostile_critical),
    ];
    let (key, bar) = bars.into_iter().find(|(_, bar)| bar.get().from > MOMENTS)?;
    clash(true, &[key], || {
        let from = bar.get().from;
        format!(
            "{key} = \"{from} in …\" is never reached: at most {MOMENTS} events of one subject are counted; to switch the rule off name it in alerts.off"
        )
    })
}
