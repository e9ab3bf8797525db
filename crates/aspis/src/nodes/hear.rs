//! What other nodes changed, and what this one does about it: it reads the thing again.

use std::{collections::HashSet, pin::Pin, sync::Arc, time::Duration};

use aspis_core::ids::{AccountId, FamilyId, KeyId};
use aspis_guard::Peers;
use aspis_store::{
    Nodes, Stored,
    nodes::{Change, Topic},
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use uuid::Uuid;

use super::seen::Seen;
use crate::app::App;

/// How often it is looked without having been told.
const LOOK: Duration = Duration::from_secs(1);
/// Changes that are read at a time.
const PAGE: u32 = 1000;
/// Beyond so many at once everything is read again: it costs less.
const MANY: usize = 2000;
/// How long changes are kept.
const KEPT: Duration = Duration::from_secs(3600);
/// Who has not read for so long may have missed what was forgotten meanwhile.
const TOO_LONG: Duration = Duration::from_secs(1800);
/// How often old ones are forgotten.
const FORGET: Duration = Duration::from_secs(600);

/// Hears the other nodes until the server stops: at once where the database tells, else within a second.
pub(crate) async fn hear(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let Some(common) = app.node.common.clone() else { return };
    let mut line = None;
    loop {
        if line.is_none() {
            line = common.listen().await.ok();
            // What was told before is not told again: it is read now, and not a second later.
            if line.is_some() {
                Box::pin(app.read_changes(common.as_ref())).await;
            }
        }
        let told = async {
            match &mut line {
                Some(open) => open.told().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        let lost = tokio::select! {
            _ = stopped.changed() => return,
            told = told => !told,
            () = app.node.turns.asked() => false,
            () = sleep(LOOK) => false,
        };
        if lost {
            line = None;
        }
        Box::pin(app.read_changes(common.as_ref())).await;
    }
}

/// Forgets old changes until the server stops.
pub(crate) async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let Some(common) = app.node.common.clone() else { return };
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = sleep(FORGET) => {}
        }
        if let Err(error) = common.forget_changes(KEPT).await {
            tracing::debug!(%error, "old changes were not forgotten");
        }
    }
}

/// By whom settings are read anew because another node was told to.
pub(crate) const ANOTHER: &str = "another node";

/// How long a request waits for what other nodes did.
const MOMENT: Duration = Duration::from_millis(250);
/// Who has not heard them for so long lost the database, or time: a reading comes each second.
const UNHEARD: Duration = Duration::from_secs(3);

impl Peers for App {
    fn are_unheard(&self) -> bool {
        self.clock.uptime().saturating_sub(self.node.heard()) > UNHEARD
    }

    fn catch_up(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {
            // Where it takes longer, the request is judged by what is known.
            let _ = timeout(MOMENT, self.node.turns.wait()).await;
        })
    }
}

impl App {
    /// Hears the other nodes until the server stops, where there are any.
    pub async fn hear_nodes(self: Arc<Self>, stopped: watch::Receiver<bool>) {
        hear(self, stopped).await;
    }

    /// Waits until this node has read whatever others have changed by now, however long that takes. Only for who has
    /// it hear them, and not for requests: those wait a moment and go on.
    pub async fn has_heard(&self) {
        if self.node.is_one_of_many() {
            self.node.turns.wait().await;
        }
    }

    /// Reads what was changed. What cannot be read now is heard of later: until then memory answers what it knew.
    async fn read_changes(&self, common: &dyn Nodes) {
        let reading = async {
            if let Err(error) = self.hear_others(common).await {
                tracing::debug!(%error, "what other nodes changed was not read");
            }
        };
        Box::pin(self.node.turns.serve(reading)).await;
    }

    async fn hear_others(&self, common: &dyn Nodes) -> Stored<()> {
        let now = self.clock.uptime();
        let mut seen = self.node.seen.lock().await;
        let missed = seen.may_have_missed(now, TOO_LONG);
        // Noted before it is followed: whoever is cut off in between reads everything.
        seen.lose(true);
        let fresh = read(&mut seen, common).await?;
        seen.settle(now);
        match fresh.filter(|_| !missed) {
            Some(changes) => {
                for (topic, subject) in changes {
                    Box::pin(self.hear_of(topic, &subject)).await?;
                }
            }
            None => Box::pin(self.hear_all()).await?,
        }
        seen.lose(false);
        self.node.has_heard_at(now);
        Ok(())
    }

    async fn hear_of(&self, topic: Topic, subject: &str) -> Stored<()> {
        let Some(id) = Uuid::try_parse(subject).ok().or_else(|| (!topic.has_id()).then(Uuid::nil)) else {
            return Ok(());
        };
        match topic {
            Topic::Account => self.hear_account(AccountId(id)).await,
            Topic::Family => self.hear_family(FamilyId(id)).await,
            Topic::Key => self.hear_key(KeyId(id)).await,
            Topic::Honey => self.hear_honey().await,
            Topic::Block => self.hear_blocks().await,
            Topic::Exemption => self.hear_exemptions().await,
            Topic::Action => self.hear_posture().await,
            Topic::Vault => self.hear_vault(subject).await,
            Topic::Asset => {
                self.hear_asset(subject);
                Ok(())
            }
            Topic::Settings => {
                self.hear_settings(subject).await;
                Ok(())
            }
        }
    }

    /// Another node was told to read its settings anew.
    async fn hear_settings(&self, by: &str) {
        if by != self.node.name {
            // What is wrong in this node's own was told, and the old ones stay in force.
            let _ = self.reload(ANOTHER).await;
        }
    }
}

/// What was not heard of; nothing where that is so much, or so strange, that everything is read again.
async fn read(seen: &mut Seen, common: &dyn Nodes) -> Stored<Option<HashSet<(Topic, String)>>> {
    let (mut after, mut fresh, mut strange) = (seen.floor(), HashSet::new(), false);
    loop {
        let page = common.changes_after(after, PAGE).await?;
        for Change { number, topic, subject } in &page {
            after = *number;
            if seen.note(*number) {
                strange |= topic.is_none();
                fresh.extend(topic.map(|topic| (topic, subject.clone())));
            }
        }
        if page.len() < PAGE as usize {
            return Ok(Some(fresh).filter(|fresh| !strange && fresh.len() <= MANY));
        }
    }
}
