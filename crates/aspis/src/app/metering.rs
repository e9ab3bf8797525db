//! Counting the bytes of answers: in one place for every row of the table that is metered, and not in handlers.
//!
//! Bytes of the body before any encoding, of answers that give what was asked for. HEAD costs nothing. What fits no
//! more is refused before its first byte; what is sent is counted as it goes out.

use std::{net::IpAddr, sync::Arc};

use arc_swap::ArcSwap;
use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind, Sink},
    ids::{AccountId, ExemptionId, KeyId, RequestId},
    principal::Principal,
    refusal::{Code, Refusal},
};
use aspis_guard::{Allowance, Passage, exemptions::Exemptions};
use aspis_identity::keys::ApiKeys;
use aspis_watch::alerts::Inbox;
use axum::{body::Body, response::Response};
use http::Method;
use http_body::Body as _;

use super::{
    App,
    decisions::{Asked, Granting, Recording},
    excused::of_quota,
    quota::{Denied, Payer, Quota},
};
use crate::{
    settings::{Settings, Stance},
    surface::{self, Answering},
};

mod counted;
mod tap;
mod withheld;

use counted::{Counted, Room};
use tap::Tap;
use withheld::Withheld;

/// The most bytes that a streamed answer can come to: put into its extensions by the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight(pub(crate) u64);

/// What is metered, and where it is counted.
pub(super) struct Metering {
    quota: Arc<Quota>,
    keys: Arc<ApiKeys>,
    events: Arc<dyn Sink>,
    inbox: Arc<Inbox>,
    exemptions: Arc<Exemptions>,
    recording: Option<Arc<Recording>>,
    /// By row of the table: may it ever be metered? Most may not, and are asked nothing more.
    may: Box<[bool]>,
    /// By row of the table: its name and what becomes of a verdict; none where nothing is metered.
    rows: ArcSwap<Rows>,
}

type Rows = Vec<Option<(String, Stance)>>;

fn rows(settings: &Settings) -> Rows {
    let rows = surface::rows().into_iter().map(|row| {
        let name = row.to_string();
        let stance = settings.safeguards.of(&name).quota;
        (row.metered && stance != Stance::Off).then_some((name, stance))
    });
    rows.collect()
}

/// One request whose answer is counted.
pub(super) struct Metered {
    metering: Arc<Metering>,
    row: usize,
    payer: Payer,
    client: Client,
    address: IpAddr,
    key: Option<KeyId>,
    request: RequestId,
    at: Timestamp,
    head_only: bool,
}

impl Metering {
    pub(super) fn new(app: &App) -> Arc<Self> {
        let (quota, keys) = (Arc::clone(&app.quota), Arc::clone(&app.keys));
        let may = surface::rows().iter().map(|row| row.metered).collect();
        let rows = ArcSwap::from_pointee(rows(&app.settings));
        let inbox = Arc::clone(&app.alarm.inbox);
        let (exemptions, recording) = (Arc::clone(&app.exemptions), app.recording.clone());
        Arc::new(Self {
            quota,
            keys,
            events: Arc::clone(&app.events),
            inbox,
            exemptions,
            recording,
            may,
            rows,
        })
    }

    /// Goes on by other settings.
    pub(super) fn follow(&self, settings: &Settings) {
        self.rows.store(Arc::new(rows(settings)));
    }

    /// Counts the call where an account or one of its keys makes it; what is to be done with the answer, where that is metered.
    pub(super) fn begin(self: &Arc<Self>, row: usize, method: &Method, passage: &Passage) -> Option<Metered> {
        let account = passage.principal.account();
        if let Some(account) = account {
            self.quota.called(account, passage.now, passage.uptime);
        }
        let key = match passage.principal {
            Principal::Key(keyed) => Some(keyed.key),
            Principal::Nobody | Principal::Account(_) => None,
        };
        if let Some(key) = key {
            self.keys.used(key, passage.client, passage.now);
        }
        if !self.may[row] {
            return None;
        }
        self.rows.load().get(row)?.as_ref()?;
        Some(Metered {
            metering: Arc::clone(self),
            row,
            payer: account.map_or(Payer::Client(passage.client), Payer::Account),
            client: passage.client,
            address: passage.address,
            key,
            request: passage.request,
            at: passage.now,
            head_only: method == Method::HEAD,
        })
    }
}

impl Metered {
    /// Waits for the answer, and lets it go if its bytes are still to be had.
    pub(super) async fn run(self, answering: Answering) -> Response {
        let response = answering.await;
        if response.extensions().get::<Refusal>().is_some() || !response.status().is_success() {
            return response;
        }
        let (response, bytes) = if self.head_only {
            (response.map(|body| Body::new(Withheld(body))), Some(0))
        } else {
            let bytes = weight(&response);
            (response, bytes)
        };
        let Some(bytes) = bytes else {
            tracing::error!("a metered answer does not say how much it can be");
            return said(Response::default(), Refusal::new(Code::Internal), None);
        };
        match self.metering.quota.reserve(self.payer, bytes).await {
            Ok(reserved) => {
                self.record(bytes, Granting::Promised);
                let allowance = reserved.allowance;
                allowed(self.counted(response, Room::Promised(reserved)), Some(allowance))
            }
            Err(denied) => self.denied(response, bytes, denied),
        }
    }

    fn counted(&self, response: Response, room: Room) -> Response {
        if self.head_only {
            return response;
        }
        response.map(|body| Body::new(Counted::new(body, room, self.tap())))
    }

    fn tap(&self) -> Tap {
        let account = self.account();
        let recording = self.metering.recording.clone().map(|recording| (recording, self.request));
        let inbox = Arc::clone(&self.metering.inbox);
        Tap { inbox, client: self.client, account, untold: 0, sent: 0, recording }
    }

    /// Says what was asked for, where a log of decisions is kept.
    fn record(&self, bytes: u64, outcome: Granting) {
        let Some(recording) = self.metering.recording.as_ref().filter(|_| bytes > 0) else { return };
        let rows = self.metering.rows.load();
        let route = rows.get(self.row).and_then(Option::as_ref).map_or("", |(route, _)| route);
        let (request, client, account) = (self.request, self.client, self.account());
        recording.asked(Asked { request, route, client, account, bytes, outcome });
    }

    fn account(&self) -> Option<AccountId> {
        match self.payer {
            Payer::Account(account) => Some(account),
            Payer::Client(_) => None,
        }
    }

    /// The one place that decides between refusing and recording.
    fn denied(&self, response: Response, bytes: u64, denied: Denied) -> Response {
        let Denied { refusal, allowance } = denied;
        if bytes == 0 {
            return allowed(response, allowance);
        }
        let rows = self.metering.rows.load();
        let Some(Some((route, stance))) = rows.get(self.row) else {
            return said(Response::default(), refusal, allowance);
        };
        let observes = *stance == Stance::Observe;
        let exempt = if observes { None } else { self.exempt(&refusal) };
        let (outcome, refusal) = match exempt {
            Some(exemption) => (Granting::Exempt, refusal.exempt_by(exemption)),
            None if observes => (Granting::Observed, refusal),
            None => {
                self.record(bytes, Granting::Denied);
                return said(Response::default(), refusal, allowance);
            }
        };
        self.record(bytes, outcome);
        if refusal.code() == Code::QuotaExceeded {
            self.metering.events.record(self.event(route, &refusal));
        }
        // Nobody promised them, and they go out: the rules of alarm and the log hear of them as of all others.
        allowed(self.counted(response, Room::Beyond), allowance)
    }

    /// What excuses it, if anything does.
    fn exempt(&self, refusal: &Refusal) -> Option<ExemptionId> {
        let exceeded = refusal.code() == Code::QuotaExceeded;
        let (address, account) = (self.address, self.account());
        let find = || of_quota(&self.metering.exemptions, refusal, address, account, self.key, self.at);
        exceeded.then(find).flatten()
    }

    fn event(&self, route: &str, refusal: &Refusal) -> Event {
        Event {
            at: self.at,
            kind: Kind::Refused(refusal.code()),
            client: Some(self.client),
            key: self.key,
            account: self.account(),
            request: Some(self.request),
            route: route.to_owned().into(),
            rule: refusal.told_rule(),
            why: None,
            factor: None,
            lured: false,
            enforced: false,
        }
    }
}

/// How many bytes an answer is, or can be at most where it is streamed.
fn weight(response: &Response) -> Option<u64> {
    let streamed = response.extensions().get::<Weight>().map(|weight| weight.0);
    response.body().size_hint().exact().or(streamed)
}

fn said(mut response: Response, refusal: Refusal, allowance: Option<Allowance>) -> Response {
    response.extensions_mut().insert(refusal);
    allowed(response, allowance)
}

fn allowed(mut response: Response, allowance: Option<Allowance>) -> Response {
    if let Some(allowance) = allowance {
        response.extensions_mut().insert(allowance);
    }
    response
}
