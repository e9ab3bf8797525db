//! The attack surface: every route with its policy, in one table. A route that has no row does not exist.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use aspis_core::scope::Scope;
use aspis_guard::{
    Passage,
    surface::{
        Access::{self, Operator, Optional, Proving, Public, Signed},
        BodyKind::{self, Attested, Json, JsonRows, None as NoBody, OptionalJson, Reports},
        Class, Row,
    },
};
use axum::{
    body::Body,
    extract::Request,
    handler::Handler,
    response::{IntoResponse, Response},
};
use http::Method;

use crate::{
    app::App,
    extract::Answer,
    openapi::Doc,
    routes::{admin, auth, csp_report, keys, manual, market, portfolio, reviews},
};

/// What answers the requests of one row.
pub enum Endpoint {
    /// Memory does, from what the corridor knows of the request.
    Read(Box<dyn Fn(&Passage) -> Response + Send + Sync>),
    /// A handler, which takes the request whole.
    Handler(Box<dyn Fn(Request<Body>) -> Later + Send + Sync>),
}

/// An answer, there already or in the making.
pub enum Answering {
    /// From memory.
    Ready(Option<Response>),
    /// When its future is done.
    Later(Later),
}

/// An answer's future, with no name of its own.
pub type Later = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Future for Answering {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        match &mut *self {
            Self::Ready(answer) => {
                Poll::Ready(answer.take().expect("a future is not polled after it is ready"))
            }
            Self::Later(later) => later.as_mut().poll(context),
        }
    }
}

/// Binds a handler to the application.
type Mount = dyn Fn(&Arc<App>) -> Endpoint;

/// One row with what answers it and what the manual says of it.
pub(crate) struct Route {
    pub(crate) row: Row,
    pub(crate) doc: Doc,
    mount: Box<Mount>,
}

const NO_QUERY: &[&str] = &[];
const HISTORY: &[&str] = &["interval", "limit", "offset", "from", "to", "cursor"];
const BULK: &[&str] = &["format", "asset", "from", "to"];
const ALERTS: &[&str] = &["lasting", "severity", "rule", "limit", "cursor"];
const REVIEWS: &[&str] = &["state", "limit", "cursor"];
const ALL_KEYS: &[&str] = &["account", "status", "limit", "cursor"];
const EVENTS: &[&str] =
    &["since", "until", "client", "account", "key", "event", "request", "scenario", "limit", "cursor"];
const PAGE: &[&str] = &["limit", "cursor"];
const CHALLENGE: &[&str] = &["kind", "purpose"];

/// The table. Columns: method, path; budget, who may call it, body, query; handler, manual; queue, daily bytes.
#[rustfmt::skip]
pub(crate) fn table() -> Vec<Route> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    vec![
        route(&post, "/api/v1/auth/register", Class::Register, Public, Json, NO_QUERY, auth::register::register, auth::register::DOC),
        route(&post, "/api/v1/auth/login", Class::Login, Public, Json, NO_QUERY, auth::login::login, auth::login::DOC),
        route(&post, "/api/v1/auth/refresh", Class::Refresh, Public, Json, NO_QUERY, auth::refresh::refresh, auth::refresh::DOC),
        route(&post, "/api/v1/auth/logout", Class::Refresh, Proving, NoBody, NO_QUERY, auth::logout::logout, auth::logout::DOC),
        route(&get, "/api/v1/auth/challenge", Class::Default, Public, NoBody, CHALLENGE, auth::challenge::challenge, auth::challenge::DOC),
        route(&get, "/api/v1/auth/csrf", Class::Default, Proving, NoBody, NO_QUERY, auth::csrf::csrf, auth::csrf::DOC),
        route(&post, "/api/v1/auth/step-up", Class::Login, Proving, Json, NO_QUERY, auth::step_up::step_up, auth::step_up::DOC),
        route(&post, "/api/v1/auth/password", Class::Login, Signed, Json, NO_QUERY, auth::password::change::change, auth::password::change::DOC),
        route(&post, "/api/v1/auth/password/forgot", Class::Register, Public, Json, NO_QUERY, auth::password::forgot::forgot, auth::password::forgot::DOC),
        route(&post, "/api/v1/auth/password/reset", Class::Register, Public, Json, NO_QUERY, auth::password::reset::reset, auth::password::reset::DOC),
        route(&post, "/api/v1/auth/totp", Class::Default, Signed, NoBody, NO_QUERY, auth::totp::enrol::enrol, auth::totp::enrol::DOC),
        route(&post, "/api/v1/auth/totp/confirm", Class::Login, Signed, Json, NO_QUERY, auth::totp::confirm::confirm, auth::totp::confirm::DOC),
        route(&delete, "/api/v1/auth/totp", Class::Default, Signed, NoBody, NO_QUERY, auth::totp::remove::remove, auth::totp::remove::DOC),
        route(&post, "/api/v1/auth/recovery-codes", Class::Default, Signed, NoBody, NO_QUERY, auth::recovery_codes::renew, auth::recovery_codes::DOC),
        route(&get, "/api/v1/auth/passkeys", Class::Default, Signed, NoBody, NO_QUERY, auth::passkeys::list::list, auth::passkeys::list::DOC),
        route(&post, "/api/v1/auth/passkeys", Class::Default, Signed, NoBody, NO_QUERY, auth::passkeys::enrol::enrol, auth::passkeys::enrol::DOC),
        route(&post, "/api/v1/auth/passkeys/confirm", Class::Login, Signed, Json, NO_QUERY, auth::passkeys::finish::finish, auth::passkeys::finish::DOC),
        route(&post, "/api/v1/auth/passkeys/options", Class::Default, Optional, NoBody, NO_QUERY, auth::passkeys::options::options, auth::passkeys::options::DOC),
        route(&post, "/api/v1/auth/passkeys/login", Class::Login, Public, Json, NO_QUERY, auth::passkeys::login::login, auth::passkeys::login::DOC),
        route(&delete, "/api/v1/auth/passkeys/{id}", Class::Default, Signed, NoBody, NO_QUERY, auth::passkeys::remove::remove, auth::passkeys::remove::DOC),
        route(&get, "/api/v1/auth/sessions", Class::Default, Signed, NoBody, NO_QUERY, auth::sessions::list::list, auth::sessions::list::DOC),
        route(&delete, "/api/v1/auth/sessions", Class::Default, Signed, NoBody, NO_QUERY, auth::sessions::end_others::end_others, auth::sessions::end_others::DOC),
        route(&delete, "/api/v1/auth/sessions/{id}", Class::Default, Signed, NoBody, NO_QUERY, auth::sessions::end::end, auth::sessions::end::DOC),
        route(&get, "/api/v1/auth/allowed-ips", Class::Default, Signed, NoBody, NO_QUERY, auth::allowed_ips::get::get, auth::allowed_ips::get::DOC),
        route(&put, "/api/v1/auth/allowed-ips", Class::Default, Signed, Json, NO_QUERY, auth::allowed_ips::put::put, auth::allowed_ips::put::DOC),
        route(&get, "/api/v1/auth/notices", Class::Default, Signed, NoBody, NO_QUERY, auth::notices::notices, auth::notices::DOC),
        route(&get, "/api/v1/auth/usage", Class::Default, Signed, NoBody, NO_QUERY, auth::usage::usage, auth::usage::DOC),
        route(&get, "/api/v1/auth/me", Class::Default, Signed, NoBody, NO_QUERY, auth::me::me, auth::me::DOC),
        route(&post, "/api/v1/auth/invitations/{token}", Class::Login, Public, Json, NO_QUERY, auth::invitation::accept, auth::invitation::DOC),

        route(&get, "/api/v1/assets", Class::Prices, Optional, NoBody, NO_QUERY, market::assets::assets, market::assets::DOC).scope(Scope::ReadPrices),
        route(&get, "/api/v1/prices", Class::Prices, Optional, NoBody, NO_QUERY, market::prices::prices, market::prices::DOC).scope(Scope::ReadPrices),
        read("/api/v1/price/{asset}", market::price::price, market::price::DOC),
        route(&get, "/api/v1/history/{asset}", Class::Prices, Optional, NoBody, HISTORY, market::history::history, market::history::DOC).metered().scope(Scope::ReadPrices),
        route(&get, "/api/v1/bulk/prices", Class::Prices, Signed, NoBody, BULK, market::bulk::bulk, market::bulk::DOC).metered().scope(Scope::ReadPrices),
        route(&post, "/api/v1/predict/{asset}", Class::Predict, Optional, OptionalJson, NO_QUERY, market::predict::predict, market::predict::DOC).queued().scope(Scope::Predict),
        route(&get, "/api/v1/predict/{asset}/quality", Class::Default, Optional, NoBody, NO_QUERY, market::quality::quality, market::quality::DOC).scope(Scope::Predict),
        route(&get, "/api/v1/reviews/{id}", Class::Default, Optional, NoBody, NO_QUERY, reviews::poll, reviews::DOC).scope(Scope::Predict),

        route(&post, "/api/v1/ingest/prices", Class::Default, Signed, JsonRows, NO_QUERY, market::ingest::ingest, market::ingest::DOC).scope(Scope::WritePrices),

        route(&get, "/api/v1/portfolio", Class::Portfolio, Signed, NoBody, NO_QUERY, portfolio::holdings::holdings, portfolio::holdings::DOC).scope(Scope::ReadPortfolio),
        route(&post, "/api/v1/portfolio/buy", Class::Portfolio, Signed, Json, NO_QUERY, portfolio::buy::buy, portfolio::buy::DOC).scope(Scope::WritePortfolio),
        route(&post, "/api/v1/portfolio/sell", Class::Portfolio, Signed, Json, NO_QUERY, portfolio::sell::sell, portfolio::sell::DOC).scope(Scope::WritePortfolio),
        route(&get, "/api/v1/portfolio/transactions", Class::Portfolio, Signed, NoBody, PAGE, portfolio::transactions::transactions, portfolio::transactions::DOC).scope(Scope::ReadPortfolio),

        route(&get, "/api/v1/keys", Class::Default, Signed, NoBody, NO_QUERY, keys::list::list, keys::list::DOC),
        route(&post, "/api/v1/keys", Class::Default, Signed, Json, NO_QUERY, keys::create::create, keys::create::DOC),
        route(&post, "/api/v1/keys/leaks", Class::Default, Public, Attested, NO_QUERY, keys::leaks::leaks, keys::leaks::DOC),
        route(&delete, "/api/v1/keys/{id}", Class::Default, Signed, NoBody, NO_QUERY, keys::revoke::revoke, keys::revoke::DOC),
        route(&post, "/api/v1/keys/{id}/rotate", Class::Default, Signed, OptionalJson, NO_QUERY, keys::rotate::rotate, keys::rotate::DOC),
        route(&post, "/api/v1/keys/{id}/resume", Class::Default, Signed, NoBody, NO_QUERY, keys::resume::resume, keys::resume::DOC),
        route(&post, "/api/v1/keys/revoke", Class::Login, Public, Json, NO_QUERY, keys::give_up::give_up, keys::give_up::DOC),

        route(&get, "/api/v1/admin/alerts", Class::Default, Operator, NoBody, ALERTS, admin::alerts::alerts, admin::alerts::DOC),
        route(&put, "/api/v1/admin/assets/{asset}", Class::Default, Operator, Json, NO_QUERY, admin::assets::describe, admin::assets::DOC),
        route(&get, "/api/v1/admin/keys", Class::Default, Operator, NoBody, ALL_KEYS, admin::keys::keys, admin::keys::DOC),
        route(&delete, "/api/v1/admin/keys/{id}", Class::Default, Operator, NoBody, NO_QUERY, admin::keys::revoke::revoke, admin::keys::revoke::DOC),
        route(&get, "/api/v1/admin/keys/honey", Class::Default, Operator, NoBody, NO_QUERY, admin::keys::honey::list, admin::keys::honey::LIST),
        route(&post, "/api/v1/admin/keys/honey", Class::Default, Operator, Json, NO_QUERY, admin::keys::honey::make, admin::keys::honey::MAKE),
        route(&get, "/api/v1/admin/reviews", Class::Default, Operator, NoBody, REVIEWS, admin::reviews::reviews, admin::reviews::DOC),
        route(&post, "/api/v1/admin/reviews/{id}/approve", Class::Default, Operator, Json, NO_QUERY, admin::reviews::approve::approve, admin::reviews::approve::DOC),
        route(&post, "/api/v1/admin/reviews/{id}/reject", Class::Default, Operator, Json, NO_QUERY, admin::reviews::reject::reject, admin::reviews::reject::DOC),
        route(&get, "/api/v1/admin/sources", Class::Default, Operator, NoBody, NO_QUERY, admin::sources::sources, admin::sources::DOC),
        route(&post, "/api/v1/admin/sources/{name}/trust", Class::Default, Operator, Json, NO_QUERY, admin::sources::trust::trust, admin::sources::trust::DOC),
        route(&get, "/api/v1/admin/accounts", Class::Default, Operator, NoBody, PAGE, admin::accounts::accounts, admin::accounts::DOC),
        route(&post, "/api/v1/admin/accounts/{id}", Class::Default, Operator, Json, NO_QUERY, admin::accounts::change::change, admin::accounts::change::DOC),
        route(&get, "/api/v1/admin/blocks", Class::Default, Operator, NoBody, NO_QUERY, admin::blocks::blocks, admin::blocks::DOC),
        route(&get, "/api/v1/admin/incident", Class::Default, Operator, NoBody, PAGE, admin::incident::list::list, admin::incident::list::DOC),
        route(&post, "/api/v1/admin/incident", Class::Default, Operator, Json, NO_QUERY, admin::incident::incident, admin::incident::DOC),
        route(&post, "/api/v1/admin/incident/{id}/undo", Class::Default, Operator, OptionalJson, NO_QUERY, admin::incident::undo::undo, admin::incident::undo::DOC),
        route(&get, "/api/v1/admin/lockouts", Class::Default, Operator, NoBody, NO_QUERY, admin::lockouts::lockouts, admin::lockouts::DOC),
        route(&delete, "/api/v1/admin/lockouts/{id}", Class::Default, Operator, NoBody, NO_QUERY, admin::lockouts::lift::lift, admin::lockouts::lift::DOC),
        route(&get, "/api/v1/admin/events", Class::Default, Operator, NoBody, EVENTS, admin::events::events, admin::events::DOC),
        route(&get, "/api/v1/admin/explain/{request_id}", Class::Default, Operator, NoBody, NO_QUERY, admin::explain::explain, admin::explain::DOC),
        route(&get, "/api/v1/admin/exemptions", Class::Default, Operator, NoBody, NO_QUERY, admin::exemptions::exemptions, admin::exemptions::DOC),
        route(&post, "/api/v1/admin/exemptions", Class::Default, Operator, Json, NO_QUERY, admin::exemptions::begin::begin, admin::exemptions::begin::DOC),
        route(&delete, "/api/v1/admin/exemptions/{id}", Class::Default, Operator, NoBody, NO_QUERY, admin::exemptions::end::end, admin::exemptions::end::DOC),
        route(&get, "/api/v1/admin/config", Class::Default, Operator, NoBody, NO_QUERY, admin::config::config, admin::config::DOC),
        route(&get, "/api/v1/admin/surface", Class::Default, Operator, NoBody, NO_QUERY, admin::surface::surface, admin::surface::DOC),

        route(&get, "/", Class::Static, Public, NoBody, NO_QUERY, manual::docs::front, manual::docs::FRONT),
        route(&get, "/docs", Class::Static, Public, NoBody, NO_QUERY, manual::docs::docs, manual::docs::DOC),
        route(&get, "/docs/style.css", Class::Static, Public, NoBody, NO_QUERY, manual::docs::style, manual::docs::STYLE),
        route(&get, "/openapi.json", Class::Static, Public, NoBody, NO_QUERY, manual::openapi::openapi, manual::openapi::DOC),
        route(&get, "/problems/{code}", Class::Static, Public, NoBody, NO_QUERY, manual::problem::problem, manual::problem::DOC),
        route(&post, "/csp-report", Class::Static, Public, Reports, NO_QUERY, csp_report::csp_report, csp_report::DOC),
        route(&get, "/.well-known/change-password", Class::Static, Public, NoBody, NO_QUERY, auth::well_known::change_password, auth::well_known::DOC),
        route(&get, "/.well-known/jwks.json", Class::Static, Public, NoBody, NO_QUERY, auth::jwks::jwks, auth::jwks::DOC),
        route(&get, "/.well-known/security.txt", Class::Static, Public, NoBody, NO_QUERY, manual::security_txt::security_txt, manual::security_txt::DOC),
    ]
}

#[expect(clippy::too_many_arguments, reason = "the columns of a table")]
fn route<H, T>(
    method: &Method,
    path: &'static str,
    class: Class,
    access: Access,
    body: BodyKind,
    query: &'static [&'static str],
    handler: H,
    doc: Doc,
) -> Route
where
    H: Handler<T, Arc<App>, Future = Later> + Sync,
    T: 'static,
{
    let (queued, metered) = (false, false);
    let row = Row { method: method.clone(), path, class, access, scope: None, body, query, queued, metered };
    let mount = move |app: &Arc<App>| -> Endpoint {
        let (handler, app) = (handler.clone(), Arc::clone(app));
        Endpoint::Handler(Box::new(move |request| handler.clone().call(request, Arc::clone(&app))))
    };
    Route { row, doc, mount: Box::new(mount) }
}

/// A public read that memory answers: nothing is waited for, no future is made, and the request is not passed on.
fn read(path: &'static str, handler: fn(&App, &Passage) -> Answer, doc: Doc) -> Route {
    let row = Row {
        method: Method::GET,
        path,
        class: Class::Prices,
        access: Optional,
        scope: Some(Scope::ReadPrices),
        body: NoBody,
        query: NO_QUERY,
        queued: false,
        metered: false,
    };
    let mount = move |app: &Arc<App>| -> Endpoint {
        let app = Arc::clone(app);
        Endpoint::Read(Box::new(move |passage| {
            handler(&app, passage).unwrap_or_else(IntoResponse::into_response)
        }))
    };
    Route { row, doc, mount: Box::new(mount) }
}

impl Route {
    /// It waits in a queue of its own.
    fn queued(mut self) -> Self {
        self.row.queued = true;
        self
    }

    /// An API key opens it that has this scope.
    fn scope(mut self, scope: Scope) -> Self {
        self.row.scope = Some(scope);
        self
    }

    /// Its bytes count towards the day's.
    fn metered(mut self) -> Self {
        self.row.metered = true;
        self
    }
}

/// The policies alone.
pub fn rows() -> Vec<Row> {
    table().into_iter().map(|route| route.row).collect()
}

/// The routes by name, in the order of the table.
pub fn names() -> Vec<String> {
    rows().iter().map(ToString::to_string).collect()
}

/// What answers each row, in the order of the table.
pub(crate) fn endpoints(app: &Arc<App>) -> Arc<[Endpoint]> {
    table().iter().map(|route| (route.mount)(app)).collect()
}
