//! What a server says when it is ready: where to look, what to try.

use std::{io::Write, net::SocketAddr, path::PathBuf};

use anstyle::{AnsiColor, Style};
use serde_json::json;

use super::demo;
use crate::edge::Report;

const HEAD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();

/// Everything that is worth saying.
pub(super) struct Welcome {
    pub(super) address: SocketAddr,
    /// By which scheme it is called there.
    pub(super) scheme: &'static str,
    /// Where plain http leads to it.
    pub(super) plain: Option<SocketAddr>,
    pub(super) ops: SocketAddr,
    pub(super) data: PathBuf,
    pub(super) demo: Option<String>,
    pub(super) invitation: Option<String>,
    pub(super) assets: usize,
}

impl Welcome {
    /// Prints it, and then the line that says the server is ready. A closed standard output is no reason to stop.
    pub(super) fn print(&self, json: bool) {
        let mut out = anstream::stdout().lock();
        let said = if json { self.as_json(&mut out) } else { self.as_text(&mut out) };
        let _ = said.and_then(|()| out.flush());
    }

    fn base(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    fn as_json(&self, out: &mut impl Write) -> std::io::Result<()> {
        let ready = json!({
            "listening": self.base(),
            "plain": self.plain.map(|plain| format!("http://{plain}")),
            "ops": format!("http://{}", self.ops),
            "data": self.data,
            "assets": self.assets,
            "demo": self.demo.as_ref().map(|password| json!({ "email": demo::EMAIL, "password": password })),
            "invitation": self.invitation,
        });
        writeln!(out, "{ready}")?;
        writeln!(out, "listening on {}", self.base())
    }

    fn as_text(&self, out: &mut impl Write) -> std::io::Result<()> {
        let base = self.base();
        writeln!(out, "{HEAD}aspis {}{HEAD:#}  the round shield", env!("CARGO_PKG_VERSION"))?;
        writeln!(out)?;
        writeln!(out, "  {DIM}manual{DIM:#}      {base}/docs")?;
        writeln!(out, "  {DIM}metrics{DIM:#}     http://{}/metrics", self.ops)?;
        if let Some(plain) = self.plain {
            writeln!(out, "  {DIM}plain{DIM:#}       http://{plain} leads to https")?;
        }
        writeln!(out, "  {DIM}data{DIM:#}        {}, {} assets", self.data.display(), self.assets)?;
        if let Some(password) = &self.demo {
            writeln!(out, "  {DIM}demo{DIM:#}        {} / {password}  (development only)", demo::EMAIL)?;
        }
        if let Some(token) = &self.invitation {
            writeln!(
                out,
                "  {DIM}invitation{DIM:#}  for the first operator, good once, for 7 days; also in {}",
                self.data.join("operator-invitation").display()
            )?;
            writeln!(out, "              POST {base}/api/v1/auth/invitations/{token}")?;
        }
        writeln!(out)?;
        writeln!(out, "  {DIM}try{DIM:#}")?;
        writeln!(out, "  curl {base}/api/v1/price/BTC")?;
        writeln!(out, "  curl -X POST {base}/api/v1/predict/BTC")?;
        match &self.demo {
            Some(password) => writeln!(
                out,
                "  curl --json '{{\"email\":\"{}\",\"password\":\"{password}\"}}' {base}/api/v1/auth/login",
                demo::EMAIL
            )?,
            None => writeln!(out, "  curl {base}/api/v1/assets")?,
        }
        writeln!(out)?;
        writeln!(out, "{GOOD}listening on {base}{GOOD:#}")
    }
}

/// What there is to say at the end.
pub(super) fn farewell(report: &Report) {
    tracing::info!(
        requests = report.requests,
        refused = report.refused,
        unread = report.unread,
        cut = report.cut,
        "stopped"
    );
}
