//! What the corridor is compared with: axum and nothing else, answering the same bytes.

use std::net::Ipv4Addr;

use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use tokio::net::TcpListener;

/// How the bare server is started.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The body of every answer.
    #[arg(long)]
    body: String,
}

/// Serves until it is killed.
pub(crate) fn run(options: Options) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(options.body))?;
    Ok(true)
}

async fn serve(body: String) -> anyhow::Result<()> {
    // Once in a run, so that every answer costs what a constant would.
    let body: &'static str = body.leak();
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], body) };
    let router = Router::new().route("/api/v1/price/{asset}", get(answer));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
