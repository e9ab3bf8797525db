//! The channels of the settings, and the outbox before them.

use std::sync::{Arc, Mutex, PoisonError};

use aspis_core::{alert::Severity, clock::Clock, event::Sink};
use aspis_store::Outbox as Kept;
use aspis_watch::{
    channels::{
        Carrier, Channel, Client, Discord, Failure, Letters, Message, Outbox, Parts, Route, Rules, Signing,
        Slack, Sms, Webhook,
    },
    mail::{Direct, MailError},
};

use super::{App, OpenError, World};
use crate::settings::{Settings, across::channels::gateway};

/// What tells operators.
pub(crate) struct Channels {
    pub(crate) outbox: Arc<Outbox>,
    /// Until somebody runs it.
    carrier: Mutex<Option<Carrier>>,
}

impl Channels {
    /// Opens the outbox; nothing is carried before somebody runs the carrier.
    pub(super) fn open(
        settings: &Settings,
        world: &World,
        events: &Arc<dyn Sink>,
    ) -> Result<Self, OpenError> {
        let parts = Parts {
            store: Arc::clone(&world.store.outbox),
            clock: Arc::clone(&world.clock),
            chance: Arc::clone(&world.chance),
            events: Arc::clone(events),
            routes: routes(settings, &world.store.outbox, &world.clock)?,
            server: settings.server.public_url.get().unwrap_or_default().to_owned(),
            shared: world.cluster.nodes.is_some(),
            rules: rules(settings),
        };
        let (outbox, carrier) = Outbox::open(parts);
        Ok(Self { outbox, carrier: Mutex::new(Some(carrier)) })
    }
}

fn rules(settings: &Settings) -> Rules {
    let own = &settings.alerts.outbox;
    Rules {
        same: own.same.get(),
        rate: own.rate,
        burst: own.burst.get(),
        digest: own.digest.get(),
        dead_after: own.dead_after.get(),
        waiting: own.waiting.get(),
    }
}

/// Every channel that the settings name. What they say has been judged as a whole; only the mail server has not.
pub(crate) fn routes(
    settings: &Settings,
    kept: &Arc<dyn Kept>,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Route>, MailError> {
    let (own, client) = (&settings.alerts, Client::open_web(Arc::clone(clock)));
    let mut routes = Vec::new();
    if let Some(channel) = mail(settings)? {
        routes.push(Route { channel, from: own.mail.from.get() });
    }
    if let Some(target) = own.slack.url.target() {
        let channel = Arc::new(Slack::new(client.clone(), target));
        routes.push(Route { channel, from: own.slack.from.get() });
    }
    if let Some(target) = own.discord.url.target() {
        let channel = Arc::new(Discord::new(client.clone(), target));
        routes.push(Route { channel, from: own.discord.from.get() });
    }
    if let Some(channel) = webhook(settings, &client, clock) {
        routes.push(Route { channel, from: own.webhook.from.get() });
    }
    if let Some(channel) = sms(settings, client, kept, clock) {
        routes.push(Route { channel, from: Severity::Critical });
    }
    Ok(routes)
}

fn mail(settings: &Settings) -> Result<Option<Arc<dyn Channel>>, MailError> {
    let to = settings.alerts.mail.to.as_slice();
    let Some(url) = settings.mail.url.get().filter(|_| !to.is_empty()) else { return Ok(None) };
    let relay = Direct::open(url, settings.mail.from.get().unwrap_or_default())?;
    Ok(Some(Arc::new(Letters::new(relay, to.to_vec()))))
}

fn webhook(settings: &Settings, client: &Client, clock: &Arc<dyn Clock>) -> Option<Arc<dyn Channel>> {
    let own = &settings.alerts.webhook;
    let (target, signing) = (own.url.target()?, Signing::parse(own.secret.get()?).ok()?);
    Some(Arc::new(Webhook::new(client.clone(), target, signing, Arc::clone(clock))))
}

fn sms(
    settings: &Settings,
    client: Client,
    kept: &Arc<dyn Kept>,
    clock: &Arc<dyn Clock>,
) -> Option<Arc<dyn Channel>> {
    let own = &settings.alerts.sms;
    let (gateway, to) = (gateway(own)?.ok()?, own.to.as_slice().to_vec());
    Some(Arc::new(Sms::new(client, gateway, to, own.per_day.get(), Arc::clone(kept), Arc::clone(clock))))
}

impl App {
    /// Who carries alerts, for the one who runs it.
    pub fn carrier(&self) -> Option<Carrier> {
        self.channels.carrier.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Tells operators something by every channel that carries it.
    pub fn tell(&self, message: Message) {
        self.channels.outbox.tell(message);
    }

    /// Sends a test by a channel at once: what came back; nothing where there is no such channel.
    pub(crate) async fn test_channel(&self, name: &str) -> Option<Result<String, Failure>> {
        let channel = self.channels.outbox.channel(name)?;
        Some(channel.send(&test(self.clock.as_ref(), self.chance.as_ref())).await)
    }
}

/// A message that says it is none.
pub(crate) fn test(clock: &dyn Clock, chance: &dyn aspis_core::chance::Chance) -> Message {
    let now = clock.now();
    Message::test(aspis_core::ids::uuid_v7(now, chance), now)
}
