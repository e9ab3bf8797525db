//! Who does it: the server that runs on the data folder, or this process on its database.

use std::sync::Arc;

use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock},
};
use aspis_store::Durable;
use aspis_watch::{alerts::Overhearing, security_log::SecurityLog};
use serde_json::Value;

use super::super::{Cli, place, trace::printable};
use crate::{
    app,
    control::{self, Request, keys::KeyCommand},
    home::Home,
    settings::Settings,
};

/// Has it done.
pub(super) fn ask(cli: &Cli, command: KeyCommand) -> anyhow::Result<Value> {
    let settings = cli.settings()?;
    let request = Request::Keys(command.clone());
    let Some(answer) = control::ask(settings.server.data.as_path(), &request)? else {
        place::step_down_alone(&settings)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(alone(&settings, command));
    };
    let data = answer.data.unwrap_or_default();
    if answer.ok {
        return Ok(data);
    }
    let why = data.get("detail").and_then(Value::as_str).map(str::to_owned);
    anyhow::bail!("{}", printable(&why.or(answer.error).unwrap_or_default()))
}

/// Without a server: on the database itself, with a line in the security log.
async fn alone(settings: &Settings, command: KeyCommand) -> anyhow::Result<Value> {
    let data = settings.server.data.as_path();
    let sql = place::database(&Home::of(settings)).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let log = SecurityLog::open(data, crate::serve::log::options(settings, &chance, clock.now()))?;
    let log = Arc::new(log);
    let store = Durable::of(Arc::clone(&sql));
    let overhearing = Arc::new(Overhearing::new(log.clone(), Arc::clone(&chance)));
    let events = overhearing.clone();
    let keys = app::keys_alone::alone(settings, &store, Arc::clone(&clock), chance, events).await?;
    let who = control::user(nix::unistd::getuid().as_raw());
    let done = control::keys::obey(&keys, command, who, clock.now()).await;
    keys.close().await;
    let left = overhearing.leave(store.alerts.as_ref()).await;
    log.close();
    sql.close().await?;
    left?;
    done.map_err(|refusal| anyhow::anyhow!("{}", printable(&refusal.facts().detail)))
}
