//! The corridor around the routes, from the settings.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use aspis_core::{
    chance::{self, Chance, SystemChance},
    event::Sink,
    forwarded::{Field, Proxies},
    rate::Rate,
    refusal::Shed,
    scenario::denial_of_service::{attack, windows::Windows},
};
use aspis_guard::{
    Corridor, CorridorLayer, Entrant, Parts, Peers,
    body::BodyLimits,
    corridor::{Defence, Meter, Rates, Watch},
    decision::Recorder,
    modes::{Mode, Modes},
    surface::{Class, Surface, SurfaceError},
};
use aspis_watch::metrics::Metrics;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::Request;
use tower::Layer;

use super::{App, metering::Metering};
use crate::{
    settings::{self, ProxyHeader, Settings, Stance},
    surface::{self, Answering, Endpoint},
};

/// The whole application as one service.
pub type Service = Corridor<Dispatch>;

pub(super) fn service(
    app: &Arc<App>,
    chance: Arc<dyn Chance>,
    scraping: Watch,
) -> Result<Service, SurfaceError> {
    let settings = &app.settings;
    let surface = Arc::new(Surface::new(surface::rows())?);
    let modes = modes_by_row(&surface, settings);
    let metering = Metering::new(app);
    let dispatch = Dispatch { endpoints: surface::endpoints(app), metering: Arc::clone(&metering) };
    let layer = CorridorLayer::new(Parts {
        surface,
        people: Arc::clone(&app.people),
        keys: Arc::clone(&app.keys),
        clock: Arc::clone(&app.clock),
        chance,
        events: Arc::clone(&app.events),
        meter: Arc::new(Metered(Arc::clone(&app.metrics))),
        proxies: proxies(settings),
        windows: Arc::new(Windows::new(settings.rate.table_slots.get(), chance::bytes(&SystemChance))),
        budgets: app.cluster.budgets.clone(),
        passes: app.cluster.passes.clone(),
        peers: app.node.is_one_of_many().then(|| Arc::clone(app) as Arc<dyn Peers>),
        rates: rates(settings),
        blocks: Arc::clone(&app.incidents.blocks),
        exemptions: Arc::clone(&app.exemptions),
        mistakes: Some(Arc::clone(&app.recent) as Arc<dyn Sink>),
        recorder: app.recording.clone().map(|recording| recording as Arc<dyn Recorder>),
        tracer: app.telemetry.tracer(),
        posture: app.incidents.posture(),
        legacy_fields: settings.rate.legacy_fields,
        body: body(settings),
        url_bytes: settings.edge.url_bytes.get(),
        https_only: settings.mode == settings::Mode::Production,
        operators_strong: settings.mode == settings::Mode::Production,
        public_origin: settings.server.public_url.get().map(str::to_owned),
        cors: super::identity::cors(settings),
        in_progress: settings.admission.in_progress.get(),
        defence: defence(settings),
        scraping,
        refusal_delay: settings.admission.refusal_delay.get(),
        modes,
        default_modes: modes_of(settings.safeguards.of("")),
    });
    let service = layer.layer(dispatch);
    // An application is opened once.
    let _ = (app.corridor.set(layer), app.metering.set(metering));
    Ok(service)
}

/// Everything in the corridor that takes effect at once.
pub(super) fn follow(parts: &mut Parts, settings: &Settings) {
    parts.proxies = proxies(settings);
    parts.rates = rates(settings);
    parts.legacy_fields = settings.rate.legacy_fields;
    parts.body = body(settings);
    parts.cors = super::identity::cors(settings);
    parts.in_progress = settings.admission.in_progress.get();
    parts.defence = defence(settings);
    parts.refusal_delay = settings.admission.refusal_delay.get();
    parts.modes = modes_by_row(&parts.surface, settings);
    parts.default_modes = modes_of(settings.safeguards.of(""));
}

/// The proxies of the settings, for everything that asks who calls.
pub(crate) fn proxies(settings: &Settings) -> Proxies {
    let field = match settings.server.proxy_header {
        ProxyHeader::XForwardedFor => Field::XForwardedFor,
        ProxyHeader::Forwarded => Field::Forwarded,
    };
    Proxies::new(settings.server.trusted_proxies.as_slice().to_vec(), field)
}

fn modes_by_row(surface: &Surface, settings: &Settings) -> Vec<Modes> {
    surface.rows().iter().map(|row| modes(settings, &row.to_string())).collect()
}

fn body(settings: &Settings) -> BodyLimits {
    BodyLimits {
        max_bytes: settings.body.max_bytes.get(),
        max_depth: settings.body.max_depth.get(),
        time: settings.edge.body_timeout.get(),
        held_bytes: settings.body.held_bytes.get(),
    }
}

fn defence(settings: &Settings) -> Defence {
    let own = &settings.attack;
    Defence {
        rules: attack::Rules { auto: own.auto, after: own.after.get(), quiet: own.quiet.get() },
        slots: own.slots.get(),
        tighten: own.tighten.get(),
        opens: settings.challenge.opens.get(),
    }
}

fn rates(settings: &Settings) -> Rates {
    Rates { classes: Class::ALL.map(|class| rate(settings, class)), family: settings.rate.refresh_family }
}

/// The budget of a class.
pub(crate) fn rate(settings: &Settings, class: Class) -> Rate {
    let rate = &settings.rate;
    match class {
        Class::Login => rate.login,
        Class::Register => rate.register,
        Class::Refresh => rate.refresh,
        Class::Predict => rate.predict,
        Class::Portfolio => rate.portfolio,
        Class::Prices => rate.prices,
        Class::Static => rate.statics,
        Class::Default => rate.default,
    }
}

fn modes(settings: &Settings, route: &str) -> Modes {
    modes_of(settings.safeguards.of(route))
}

fn modes_of(doors: settings::Doors) -> Modes {
    let mode = |stance| match stance {
        Stance::Enforce => Mode::Enforce,
        Stance::Observe => Mode::Observe,
        Stance::Off => Mode::Off,
    };
    Modes {
        https: mode(doors.https),
        inspect: mode(doors.inspect),
        rate: mode(doors.rate),
        forgery: mode(doors.forgery),
        scraping: mode(doors.scraping),
        attack: mode(doors.attack),
    }
}

struct Metered(Arc<Metrics>);

impl Meter for Metered {
    fn done(&self, row: Option<usize>, status: u16, took: Duration, shed: Option<Shed>) {
        self.0.done(row, status, took);
        if let Some(why) = shed {
            self.0.shed(row, why);
        }
    }
}

/// Hands a request to the endpoint of its row: the corridor has matched it, so nothing is matched twice.
#[derive(Clone)]
pub struct Dispatch {
    endpoints: Arc<[Endpoint]>,
    metering: Arc<Metering>,
}

impl tower::Service<Entrant> for Dispatch {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, entrant: Entrant) -> Answer {
        let Entrant { mut head, body, passage } = entrant;
        let (row, endpoint) = passage
            .row()
            .and_then(|row| Some((row, self.endpoints.get(row)?)))
            .expect("the corridor lets nothing in that has no row");
        let metered = self.metering.begin(row, &head.method, &passage);
        let answering = match endpoint {
            Endpoint::Read(read) => Answering::Ready(Some(read(&passage))),
            Endpoint::Handler(handle) => {
                head.extensions.insert(passage);
                Answering::Later(handle(Request::from_parts(head, boxed(body))))
            }
        };
        Answer(match metered {
            None => answering,
            Some(metered) => Answering::Later(Box::pin(metered.run(answering))),
        })
    }
}

/// Most requests have no body, and an empty one need not be put into a box.
fn boxed(whole: Bytes) -> Body {
    if whole.is_empty() { Body::empty() } else { Body::from(whole) }
}

/// A handler's answer, which cannot fail.
pub struct Answer(Answering);

impl Future for Answer {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(Ok)
    }
}
