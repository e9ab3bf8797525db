//! The servers of a run, all on one core.

use std::path::Path;

use super::{many, measure::SWITCHES};
use crate::site::Site;

/// Every server of a run.
pub(super) struct Sites {
    /// axum alone.
    pub(super) bare: Site,
    /// The same with every field of an answer of Aspis.
    pub(super) dressed: Site,
    /// Everything on, as shipped.
    pub(super) whole: Site,
    /// The same behind a proxy that speaks for thousands of clients.
    pub(super) many: Site,
    /// Each without one safeguard, in the order of [`SWITCHES`].
    pub(super) off: Vec<Site>,
}

impl Sites {
    /// Starts all of them.
    pub(super) async fn open(
        binary: &Path,
        core: usize,
        connections: usize,
        clients: u32,
    ) -> anyhow::Result<Self> {
        let whole = Site::aspis(binary, core, &[]).await?;
        let bare = Site::bare(core, &whole).await?;
        let dressed = Site::dressed(core, &whole).await?;
        let mut many = Site::start(binary, core, &many::SETTINGS)?;
        many.signed_in = many::sign_up(many.server.address, connections, clients).await?;
        let mut off = Vec::new();
        for switch in SWITCHES {
            off.push(Site::aspis(binary, core, &[&format!("safeguards.{switch}=off")]).await?);
        }
        Ok(Self { bare, dressed, whole, many, off })
    }
}
