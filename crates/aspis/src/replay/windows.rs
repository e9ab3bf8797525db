//! The windows of the corridor, asked again in its order: the client's and the principal's, the late one, the device's, the
//! family's.

use std::time::Duration;

use aspis_core::{
    chance::{self, SystemChance},
    client::Client,
    posture,
    rate::Rate,
    scenario::denial_of_service::{
        attack,
        windows::{Ask, Subject, Verdict, Windows},
    },
};
use aspis_guard::surface::Class;
use aspis_watch::decisions::{Answered, Who};
use uuid::Uuid;

use crate::{app::rate, settings::Settings};

/// Beyond the numbers of the classes.
const FAMILY: u8 = 31;
const DEVICE: u8 = 30;

pub(super) struct Limits {
    windows: Windows,
    rates: [Rate; Class::ALL.len()],
    family: Rate,
    tighten: f64,
}

/// A client as the log writes it.
pub(super) fn client(text: &str) -> Option<Client> {
    text.strip_suffix("/64").unwrap_or(text).parse().ok().map(Client::from_ip)
}

fn class(word: &str) -> Class {
    Class::ALL.into_iter().find(|class| class.word() == word).unwrap_or(Class::Default)
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        let key = chance::bytes(&SystemChance);
        Self {
            windows: Windows::new(settings.rate.table_slots.get(), key),
            rates: Class::ALL.map(|class| rate(settings, class)),
            family: settings.rate.refresh_family,
            tighten: settings.attack.tighten.get(),
        }
    }

    /// True when every window that was asked lets it in.
    pub(super) fn admit(&self, answered: &Answered) -> bool {
        let (class, now) = (class(&answered.class), Duration::from_nanos(answered.up));
        let Some(client) = client(&answered.client) else { return true };
        let rate = self.rate(class, answered);
        let ask = |subject| Ask { class: class as u8, subject, rate };
        let own = own(answered).filter(|_| class.is_per_principal());
        let verdict = match own {
            Some(own) => {
                self.windows.admit_all([ask(Subject::Client(client)), ask(Subject::Principal(own))], now)
            }
            None => self.windows.admit(ask(Subject::Client(client)), now),
        };
        let admits = |ask| is_admitted(self.windows.admit(ask, now));
        let device = answered.device.map(|device| Ask {
            class: DEVICE,
            subject: Subject::Principal(device),
            rate: self.rates[Class::Login as usize],
        });
        let family = answered.family.map(|family| Ask {
            class: FAMILY,
            subject: Subject::Principal(family),
            rate: self.family,
        });
        // What a sign-in's client may not, a device that is known may.
        let let_in = is_admitted(verdict) || device.is_some();
        let_in
            && answered.late.is_none_or(|late| admits(ask(Subject::Principal(late))))
            && device.is_none_or(admits)
            && family.is_none_or(admits)
    }

    /// The rate of a class for this caller then: tighter under attack, or where an operator had made it so.
    fn rate(&self, class: Class, answered: &Answered) -> Rate {
        let base = self.rates[class as usize];
        if matches!(answered.who, Who::Operator(_)) {
            return base;
        }
        let held = answered.step.map_or(base, |step| posture::rate_at(base, step));
        if answered.attacked { attack::tightened(held, self.tighten) } else { held }
    }
}

/// Whose window was asked beside the client's; where none was asked at all, whose would have been.
fn own(answered: &Answered) -> Option<Uuid> {
    if answered.judged {
        return answered.own;
    }
    match answered.who {
        Who::Nobody => None,
        Who::Account(account) | Who::Operator(account) => Some(account.0),
        Who::Key(key) => Some(key.0),
    }
}

fn is_admitted(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Admitted(_))
}
