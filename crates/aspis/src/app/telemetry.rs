//! OpenTelemetry, where the settings name a collector: the exporter, and which requests are traced.

use std::sync::{Arc, Mutex, PoisonError};

use aspis_core::{
    chance::{self, Chance},
    trace::{SpanId, TraceId},
};
use aspis_guard::trace::{Finished, From, Names, Tracer};
use aspis_watch::{
    channels::Client,
    metrics::Metrics,
    otel::{Exporter, Parts, Service, Span, Spans},
};
use uuid::Uuid;

use super::{App, World};
use crate::{
    settings::{Mode, Settings, across::otel::collector},
    surface,
};

/// What goes to a collector; nothing where there is none.
#[derive(Default)]
pub(crate) struct Telemetry {
    /// Until somebody runs it.
    exporter: Mutex<Option<Exporter>>,
    tracer: Option<Arc<Sampler>>,
}

impl Telemetry {
    /// Opens it; nothing is sent before somebody runs the exporter.
    pub(super) fn open(settings: &Settings, world: &World, metrics: &Arc<Metrics>) -> Self {
        // What is wrong with it has stopped the start already.
        let Some(Ok(collector)) = collector(settings) else { return Self::default() };
        let (exporter, spans) = Exporter::open(Parts {
            collector,
            client: Client::open_web(Arc::clone(&world.clock)),
            service: service(settings, world.chance.as_ref()),
            interval: settings.otel.interval.get(),
            metrics: Arc::clone(metrics),
            clock: Arc::clone(&world.clock),
            chance: Arc::clone(&world.chance),
        });
        let ratio = settings.otel.traces_ratio.get();
        let sampler = Sampler {
            ratio,
            tells_client: settings.otel.client_address,
            chance: Arc::clone(&world.chance),
            spans,
        };
        Self { exporter: Mutex::new(Some(exporter)), tracer: (ratio > 0.0).then(|| Arc::new(sampler)) }
    }

    /// Who traces requests, where anybody does.
    pub(super) fn tracer(&self) -> Option<Arc<dyn Tracer>> {
        self.tracer.clone().map(|tracer| tracer as Arc<dyn Tracer>)
    }
}

impl App {
    /// Who sends telemetry, for the one who runs it.
    pub fn exporter(&self) -> Option<Exporter> {
        self.telemetry.exporter.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn service(settings: &Settings, chance: &dyn Chance) -> Service {
    let production = settings.mode == Mode::Production;
    Service {
        name: settings.otel.service.as_str().to_owned(),
        instance: Uuid::from_bytes(chance::bytes(chance)).to_string(),
        environment: settings.mode.as_str(),
        // In production nothing else is answered.
        scheme: if production { "https" } else { settings.scheme() },
        routes: surface::rows().iter().map(|row| row.path).collect(),
    }
}

/// Traces some requests.
struct Sampler {
    /// The share of requests that are traced at most.
    ratio: f64,
    tells_client: bool,
    chance: Arc<dyn Chance>,
    spans: Spans,
}

impl Sampler {
    fn wants(&self, from: From) -> bool {
        // A proxy that keeps nothing of a trace would leave ours alone in it. That it keeps one does not oblige us: many
        // hand on what a caller wrote.
        let asked = !matches!(from, From::Proxy(parent) if !parent.sampled);
        asked && self.dice() < self.ratio && self.spans.have_room()
    }

    /// From 0 to just below 1.
    fn dice(&self) -> f64 {
        f64::from(u32::from_be_bytes(chance::bytes(self.chance.as_ref()))) / (f64::from(u32::MAX) + 1.0)
    }
}

impl Tracer for Sampler {
    fn begin(&self, from: From) -> Option<Names> {
        if !self.wants(from) {
            return None;
        }
        let own = || TraceId::new(chance::bytes(self.chance.as_ref()));
        let (trace, parent, link) = match from {
            From::Nowhere => (own(), None, None),
            From::Proxy(parent) => (parent.trace, Some(parent.span), None),
            From::Anybody(parent) => (own(), None, Some(parent)),
        };
        Some(Names { trace, span: SpanId::new(chance::bytes(self.chance.as_ref())), parent, link })
    }

    fn end(&self, finished: &Finished<'_>) {
        let Finished { names, request, at, took, method, version, https, row, status, .. } = *finished;
        let Names { trace, span, parent, link } = *names;
        let refused = finished.refused.map(aspis_core::refusal::Code::word);
        let client = self.tells_client.then_some(finished.address);
        self.spans.put(Span {
            trace,
            span,
            parent,
            link,
            request,
            at,
            took,
            method,
            version,
            https,
            row,
            status,
            refused,
            client,
        });
    }
}
