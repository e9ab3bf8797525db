//! What the corridor is compared with: axum and nothing else, answering the same bytes.

use std::net::Ipv4Addr;

use anyhow::Context;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE},
    response::Response,
    routing::get,
};
use tokio::net::TcpListener;

/// How the bare server is started.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The body of every answer.
    #[arg(long)]
    body: String,
    /// A field of every answer beside its type, as `name: value`.
    #[arg(long)]
    field: Vec<String>,
}

/// Serves until it is killed.
pub(crate) fn run(options: Options) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(router(options)?))?;
    Ok(true)
}

fn router(options: Options) -> anyhow::Result<Router> {
    const PATH: &str = "/api/v1/price/{asset}";
    const KIND: &str = "application/json";
    // Once in a run, so that every answer costs what a constant would.
    let body: &'static str = options.body.leak();
    if options.field.is_empty() {
        return Ok(Router::new().route(PATH, get(move || async move { ([(CONTENT_TYPE, KIND)], body) })));
    }
    let mut fields: HeaderMap =
        options.field.iter().map(|text| field(text)).collect::<anyhow::Result<_>>()?;
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
    // The cheapest way there is: none of them is put in by itself.
    let answer = move || {
        let mut answer = Response::new(Body::from(body));
        answer.headers_mut().clone_from(&fields);
        async move { answer }
    };
    Ok(Router::new().route(PATH, get(answer)))
}

fn field(text: &str) -> anyhow::Result<(HeaderName, HeaderValue)> {
    let (name, value) = text.split_once(": ").with_context(|| format!("{text:?} is no field"))?;
    Ok((name.parse()?, value.parse()?))
}

async fn serve(router: Router) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
