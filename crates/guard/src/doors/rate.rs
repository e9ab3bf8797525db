//! Windows of the client and, where memory knows it, of the principal: both in one step, or neither.

use aspis_core::{
    ids::DeviceId,
    principal::{Principal, SignedIn},
    refusal::{Bound, Code, Refusal, Rule},
    scenario::denial_of_service::windows::{Ask, Placed, Standing, Subject, Verdict},
};
use http::request;
use uuid::Uuid;

use crate::{
    corridor::{Shared, device},
    door::{Door, DoorName},
    modes::Mode,
    passage::{Passage, Trail},
    surface::Class,
};

pub(crate) struct Rate;

impl Door for Rate {
    fn name(&self) -> DoorName {
        DoorName::Rate
    }

    fn pass(&self, shared: &Shared, head: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        if shared.parts.budgets.is_some() {
            passage.note(|noted| noted.judged = true);
            passage.asked = Some(Box::new(elsewhere(shared, passage)));
            return Ok(());
        }
        let (class, windows) = (class(shared, passage), &shared.parts.windows);
        // Who signed in may have another limit than the stranger that every client is at first.
        let rate = shared.rate(class, passage);
        let ask = |subject| Ask { class: class as u8, subject, rate };
        let placed = |placed: Option<Placed>, ask| {
            placed.filter(|placed| *placed.ask() == ask).unwrap_or_else(|| windows.place(ask))
        };
        let client = placed(passage.window.take(), ask(Subject::Client(passage.client)));
        passage.note(|noted| noted.judged = true);
        let verdict = match passage.principal.window() {
            Some(own) if class.is_per_principal() => {
                passage.note(|noted| noted.own = Some(own));
                let own = placed(passage.own.take(), ask(Subject::Principal(own)));
                windows.judge([&client, &own], passage.uptime)
            }
            _ => windows.judge([&client], passage.uptime),
        };
        judged(verdict, shared, head, passage)
    }
}

/// Windows that all nodes share, which a request waits for on its way from one door to the next.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The client's; or the principal's, where it comes late.
    pub(crate) first: Ask,
    /// The principal's, where it is known: in one step with the client's.
    pub(crate) second: Option<Ask>,
    /// True for a principal whom only a signature could name.
    pub(crate) late: bool,
}

/// The same windows as they are asked elsewhere.
fn elsewhere(shared: &Shared, passage: &mut Passage) -> Asked {
    let class = class(shared, passage);
    let rate = shared.rate(class, passage);
    let ask = |subject| Ask { class: class as u8, subject, rate };
    let own = passage.principal.window().filter(|_| class.is_per_principal());
    if own.is_some() {
        passage.note(|noted| noted.own = own);
    }
    let second = own.map(|own| ask(Subject::Principal(own)));
    Asked { first: ask(Subject::Client(passage.client)), second, late: false }
}

/// What follows from a verdict that came from elsewhere.
pub(crate) fn heard(
    verdict: Verdict,
    late: bool,
    shared: &Shared,
    head: &request::Parts,
    passage: &mut Passage,
) -> Result<(), Refusal> {
    if late {
        settle(verdict, class(shared, passage), passage)
    } else {
        judged(verdict, shared, head, passage)
    }
}

/// Lets in or refuses; what is said of a sign-in may be held until its body is there.
fn judged(
    verdict: Verdict,
    shared: &Shared,
    head: &request::Parts,
    passage: &mut Passage,
) -> Result<(), Refusal> {
    match settle(verdict, class(shared, passage), passage) {
        Err(refusal) if waits(shared, head, passage) => {
            passage.held = Some(refusal);
            Ok(())
        }
        judged => judged,
    }
}

/// Judges one window, wherever it stands.
async fn admit(shared: &Shared, ask: Ask, passage: &Passage) -> Verdict {
    match &shared.parts.budgets {
        Some(budgets) => shared.ask(budgets.as_ref(), ask, None, passage.uptime).await,
        None => shared.parts.windows.admit(ask, passage.uptime),
    }
}

/// Where the client's window stands. Asked some doors before it is judged: until then memory has brought it near.
pub(crate) fn place(shared: &Shared, passage: &Passage) -> Placed {
    find(shared, passage, Subject::Client(passage.client))
}

/// The same of the account that a token names, where it has one.
pub(crate) fn place_own(shared: &Shared, passage: &Passage, who: SignedIn) -> Option<Placed> {
    let own = Principal::Account(who).window().filter(|_| class(shared, passage).is_per_principal())?;
    Some(find(shared, passage, Subject::Principal(own)))
}

fn find(shared: &Shared, passage: &Passage, subject: Subject) -> Placed {
    let class = class(shared, passage);
    shared.parts.windows.place(Ask { class: class as u8, subject, rate: shared.rate(class, passage) })
}

/// Brings what counts in these windows near, too: a door before they are judged.
pub(crate) fn approach(shared: &Shared, passage: &mut Passage) {
    for placed in passage.window.iter_mut().chain(&mut passage.own) {
        shared.parts.windows.approach(placed);
    }
}

/// A sign-in may come from a device that has a window of its own: its body tells.
fn waits(shared: &Shared, head: &request::Parts, passage: &Passage) -> bool {
    let row = passage.row().filter(|_| !passage.page.preflight);
    row.is_some_and(|row| device::signs_in(&shared.parts.surface.rows()[row])) && device::is_short(head)
}

/// The login window that is a known device's own.
pub(crate) async fn device(shared: &Shared, device: DeviceId, passage: &mut Passage) -> Result<(), Refusal> {
    let rate = shared.parts.rates.of(Class::Login);
    passage.note(|noted| noted.device = Some(device.0));
    let ask = Ask { class: DEVICE, subject: Subject::Principal(device.0), rate };
    settle(admit(shared, ask, passage).await, Class::Login, passage)
}

/// The principal's own window, for one that only the signature could name.
pub(super) fn principal(shared: &Shared, passage: &mut Passage) -> Result<(), Refusal> {
    let class = class(shared, passage);
    match passage.principal.window() {
        Some(own) if class.is_per_principal() => {
            passage.note(|noted| noted.late = Some(own));
            let (subject, rate) = (Subject::Principal(own), shared.rate(class, passage));
            let ask = Ask { class: class as u8, subject, rate };
            if shared.parts.budgets.is_some() {
                passage.asked = Some(Box::new(Asked { first: ask, second: None, late: true }));
                return Ok(());
            }
            settle(shared.parts.windows.admit(ask, passage.uptime), class, passage)
        }
        _ => Ok(()),
    }
}

/// The window that the renewals of one sign-in share.
pub(crate) async fn family(shared: &Shared, family: Uuid, passage: &mut Passage) -> Result<(), Refusal> {
    passage.note(|noted| noted.family = Some(family));
    let ask = Ask { class: FAMILY, subject: Subject::Principal(family), rate: shared.parts.rates.family };
    settle(admit(shared, ask, passage).await, Class::Refresh, passage)
}

/// True when a client sends more that is refused before its windows are asked than it may send of anything. What it is
/// sent for is counted apart, so that a mistake spends nobody's sign-ins.
pub(crate) fn is_over(shared: &Shared, trail: &Trail) -> bool {
    let modes = trail.policy_row().map_or(shared.parts.default_modes, |row| shared.parts.modes[row]);
    let rate = shared.parts.rates.of(Class::Default);
    let ask = Ask { class: EARLY, subject: Subject::Client(trail.client), rate };
    let over = || matches!(shared.parts.windows.admit(ask, trail.uptime), Verdict::Refused(_));
    modes.of(DoorName::Rate) == Mode::Enforce && over()
}

/// Beyond the numbers of the classes.
const FAMILY: u8 = 31;
/// The same for known devices, which sign in beside their client.
const DEVICE: u8 = 30;
const EARLY: u8 = 29;

fn class(shared: &Shared, passage: &Passage) -> Class {
    passage.policy_row().map_or(Class::Default, |row| shared.parts.surface.rows()[row].class)
}

fn settle(verdict: Verdict, class: Class, passage: &mut Passage) -> Result<(), Refusal> {
    match verdict {
        Verdict::Admitted(standing) => {
            let tighter = passage.standing.is_none_or(|known| standing.remaining < known.remaining);
            passage.standing = if tighter { Some(standing) } else { passage.standing };
            Ok(())
        }
        Verdict::Refused(standing) => {
            passage.standing = Some(standing);
            Err(refused(standing, class))
        }
    }
}

fn refused(standing: Standing, class: Class) -> Refusal {
    let limit = u64::from(standing.rate.limit);
    let bound = Bound { limit, window_s: Some(standing.rate.window.as_secs()) };
    let name = format!("rate.{}", class.word());
    let rule = Rule { count: Some(limit), bound: Some(bound), ..Rule::named(name) };
    Refusal::because(Code::RateLimited, format!("Too many requests: {} are allowed.", standing.rate))
        .retry_after(standing.reset)
        .by(rule)
}
