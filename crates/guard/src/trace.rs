//! Which requests are traced, and what a trace is told of them: words of closed lists, numbers and identifiers.
//!
//! Deliberately not here: where spans go, and how many of the requests are traced.

use std::{net::IpAddr, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::RequestId,
    refusal::Code,
    trace::{Parent, SpanId, TraceId},
};
use http::{HeaderMap, HeaderName, Method, Version, request};

/// Decides which requests are traced, and hears of those when they are answered. It is asked on the way of a request,
/// and must not wait.
pub trait Tracer: Send + Sync {
    /// A request comes: its names in a trace, or nothing where it is not traced.
    fn begin(&self, from: From) -> Option<Names>;

    /// It is answered.
    fn end(&self, span: &Finished<'_>);
}

/// Where a request says that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// It says nothing.
    Nowhere,
    /// From this span, by the word of a trusted proxy.
    Proxy(Parent),
    /// From this span, by anybody's word.
    Anybody(Parent),
}

/// What a request is called in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// Its trace.
    pub trace: TraceId,
    /// Its span.
    pub span: SpanId,
    /// The span that it is a part of.
    pub parent: Option<SpanId>,
    /// One that whoever called says it came from.
    pub link: Option<Parent>,
}

/// What a traced request carries along.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traced {
    names: Names,
    address: IpAddr,
    method: &'static str,
    version: &'static str,
}

/// A traced request that is answered.
#[derive(Debug, Clone, Copy)]
pub struct Finished<'a> {
    /// Its names.
    pub names: &'a Names,
    /// Its name in answers and logs.
    pub request: RequestId,
    /// When it came.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// Its method, if it is one of the standard's; else `_OTHER`.
    pub method: &'static str,
    /// The version of HTTP.
    pub version: &'static str,
    /// True where the caller used https.
    pub https: bool,
    /// Which row of the table.
    pub row: Option<usize>,
    /// The status of the answer.
    pub status: u16,
    /// Why it was refused, if it was.
    pub refused: Option<Code>,
    /// The whole address of the caller.
    pub address: IpAddr,
}

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

impl Traced {
    /// Asks whether a request is traced.
    pub(crate) fn begin(
        tracer: &dyn Tracer,
        head: &request::Parts,
        address: IpAddr,
        trusted: bool,
    ) -> Option<Box<Self>> {
        let from = match parent(&head.headers) {
            None => From::Nowhere,
            Some(parent) if trusted => From::Proxy(parent),
            Some(parent) => From::Anybody(parent),
        };
        let names = tracer.begin(from)?;
        let (method, version) = (method(&head.method), version(head.version));
        Some(Box::new(Self { names, address, method, version }))
    }

    /// It is answered.
    pub(crate) fn end(&self, tracer: &dyn Tracer, told: Told) {
        let Told { request, at, took, https, row, status, refused } = told;
        let Self { names, address, method, version } = self;
        let (address, method, version) = (*address, *method, *version);
        tracer.end(&Finished {
            names,
            request,
            at,
            took,
            method,
            version,
            https,
            row,
            status,
            refused,
            address,
        });
    }
}

/// What the answer adds.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) request: RequestId,
    pub(crate) at: Timestamp,
    pub(crate) took: Duration,
    pub(crate) https: bool,
    pub(crate) row: Option<usize>,
    pub(crate) status: u16,
    pub(crate) refused: Option<Code>,
}

/// What the field says, where there is exactly one.
fn parent(headers: &HeaderMap) -> Option<Parent> {
    let mut fields = headers.get_all(TRACEPARENT).iter();
    let first = fields.next()?;
    if fields.next().is_some() {
        return None;
    }
    Parent::parse(first.to_str().ok()?)
}

/// The methods of RFC 9110 and PATCH: others are the caller's own words.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "2",
        Version::HTTP_10 => "1.0",
        _ => "1.1",
    }
}
