//! The life of a server: its folder, its start, its good end.

use std::{
    io, panic,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock, Timestamp},
    courier::Courier,
    event::{Event, Kind, Sink},
};
use aspis_store::Durable;
use aspis_store_sql::Sql;
use aspis_watch::{
    mail::{MailError, Worker},
    security_log::SecurityLog,
};
use tokio::{net::TcpListener, sync::watch, time::MissedTickBehavior};
use tokio_util::task::TaskTracker;

use crate::{
    app::{self, App, Service, World},
    control::{self, Control},
    edge, nodes, ops,
    settings::{Mode, Settings},
    tls::Tls,
};

mod alerts;
mod audits;
pub(crate) mod backups;
pub(crate) mod begin;
mod books;
mod demo;
mod encryption;
pub(crate) mod folder;
mod follow;
mod greeting;
mod incidents;
mod letters;
pub(crate) mod log;
pub(crate) mod prices;
mod ready;
mod refusals;
mod reload;
mod reporters;
mod signals;
mod sources;
mod telemetry;

pub(crate) use demo::EMAIL as DEMO;
use folder::Folder;
pub(crate) use reload::Start;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Folder(#[from] folder::FolderError),
    #[error(transparent)]
    Begin(#[from] begin::BeginError),
    #[error(transparent)]
    Database(#[from] aspis_store_sql::OpenError),
    #[error("the shipped history cannot be read")]
    History(#[from] aspis_market::rows::RowError),
    #[error(transparent)]
    App(#[from] crate::app::OpenError),
    #[error(transparent)]
    Store(#[from] aspis_store::StoreError),
    #[error("mail.url or mail.from: {0}")]
    Mail(#[from] MailError),
    #[error(
        "the backup before the upgrade of the database was not made (backup.before_upgrade = false does without): {0}"
    )]
    Backup(#[source] crate::backup::MakeError),
    #[error(transparent)]
    Tls(#[from] crate::tls::TlsError),
    #[error("cannot listen on {address}")]
    Listen {
        address: std::net::SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("the clock says {0}: set it right first, because tokens, windows and logs live by it")]
    Clock(Timestamp),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// 2020-01-01: no clock that is right is before it.
const EARLIEST: Timestamp = Timestamp::from_seconds(1_577_836_800);

/// Serves until the process is told to stop.
pub(crate) async fn run(start: Start) -> Result<(), StartError> {
    let Start { loaded, again, verbosity, json, config, begin_anew } = start;
    let settings = loaded.settings.clone();
    let folder = Folder::open(settings.server.data.as_path())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    if clock.now() < EARLIEST {
        return Err(StartError::Clock(clock.now()));
    }
    let place = crate::home::Home::of(&settings);
    begin::judge_at(&place, folder.path(), begin_anew).await?;
    let tls = Tls::open(&settings, folder.path(), clock.now())?;
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let log = SecurityLog::open(folder.path(), log::options(&settings, &chance, clock.now()))?;
    let log = Arc::new(log);
    let events: Arc<dyn Sink> = log.clone();
    backups::before_upgrade(&settings, config.as_ref(), &clock, &chance, log.as_ref()).await?;
    let sql = place.open().await?;
    let sql = Arc::new(sql.guarded(&app::database::guard(&settings, &clock, &events)));
    let store = Durable::of(Arc::clone(&sql));
    prices::load(&store).await?;
    let (courier, carrier) = letters::mailer(&settings, &clock, &chance)?.unzip();
    let cluster = app::Cluster::join(&settings, &sql, &store, &clock, chance.as_ref()).await?;
    let world = World {
        store,
        cluster,
        clock: Arc::clone(&clock),
        chance: Arc::clone(&chance),
        events,
        courier: courier.map(|mailer| Arc::new(mailer) as Arc<dyn Courier>),
        desk: Arc::new(letters::Desk::new(folder.path())),
        model: app::predictions::model(&settings),
    };
    let (app, service) = Box::pin(App::open(settings, world)).await?;
    app::database::count(&app, &sql);
    log::know(&app).await;
    let home = Home { folder: &folder, sql: &sql, log: &log, chance: chance.as_ref(), config };
    reload::Later { loaded, again, verbosity }.arm(&app, tls.as_ref());
    let outcome = listen(&app, service, home, tls, carrier, json).await;
    app.close().await;
    log.record(Event::of_server(Kind::Stopped, clock.now()));
    log.close();
    sql.close().await?;
    outcome
}

/// Where a server lives.
struct Home<'a> {
    folder: &'a Folder,
    sql: &'a Arc<Sql>,
    log: &'a Arc<SecurityLog>,
    chance: &'a dyn Chance,
    config: Option<PathBuf>,
}

async fn listen(
    app: &Arc<App>,
    service: Service,
    home: Home<'_>,
    tls: Option<Tls>,
    carrier: Option<Worker>,
    json: bool,
) -> Result<(), StartError> {
    let Home { folder, sql, log, chance, config } = home;
    let main = bind(app.settings.server.listen.get())?;
    let second = bind(app.settings.server.ops_listen.get())?;
    let plain = encryption::plain(app)?;
    let redirects = plain.as_ref().and_then(|listener| listener.local_addr().ok());
    let welcome = greeting::Welcome {
        address: main.local_addr()?,
        scheme: app.settings.scheme(),
        plain: redirects,
        ops: second.local_addr()?,
        data: folder.path().to_owned(),
        demo: demo::ensure(app, folder, chance).await,
        invitation: invitation(app, folder).await,
        assets: app.board.all().len(),
    };
    log.record(Event::of_server(Kind::Started, app.clock.now()));
    let (stop, stopped) = watch::channel(false);
    let tasks = TaskTracker::new();
    let (health, until) = (ready::health(sql, log), || signals::until(stopped.clone()));
    tasks.spawn(ops::serve(second, Arc::clone(&app.metrics), health, refusals::hooks(app), until()));
    work_of_each(app, &tasks, &stopped);
    tasks.spawn(nodes::vote(Arc::clone(app), Arc::clone(sql), stopped.clone()));
    log::start(app, log, &tasks, &stopped);
    backups::prepare(app, config);
    let control = Control::open(folder.path())?;
    tasks.spawn(control::serve(control, Arc::clone(app), until()));
    if let Some(carrier) = carrier {
        tasks.spawn(carrier.run(until()));
    }
    let hooks = encryption::start(tls, plain, app, welcome.address.port(), &tasks, &stopped);
    let terminated = signals::terminated();
    welcome.print(json);
    // Among the connections that it accepts, not on the thread that started all: each would have to be handed over.
    let make = move |arrival| service.clone().of(arrival);
    let serving = tasks.spawn(edge::serve(main, make, limits(&app.settings), hooks, terminated));
    let report = tokio::select! {
        report = serving => report.unwrap_or_else(|failed| panic::resume_unwind(failed.into_panic())),
        () = folder.lost() => folder::abandon(folder.path()),
    };
    // Nobody is left to hear it only when both tasks have ended already.
    let _ = stop.send(true);
    ended(&tasks).await;
    greeting::farewell(&report);
    Ok(())
}

/// Waits until all work has ended. One may hang at a mount that does not answer: it is left there.
async fn ended(tasks: &TaskTracker) {
    tasks.close();
    if tokio::time::timeout(END, tasks.wait()).await.is_err() {
        tracing::warn!("some work has not ended, and is left where it is");
    }
}

/// What every node does beside its answers.
fn work_of_each(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    tasks.spawn(keep(Arc::clone(app), stopped.clone()));
    tasks.spawn(beat(Arc::clone(app), stopped.clone()));
    tasks.spawn(test_model(Arc::clone(app), stopped.clone()));
    tasks.spawn(nodes::stand(Arc::clone(app), stopped.clone()));
    tasks.spawn(nodes::hear(Arc::clone(app), stopped.clone()));
    tasks.spawn(follow::follow(Arc::clone(app), stopped.clone()));
    tasks.spawn(nodes::while_leading(Arc::clone(app), stopped.clone(), work_of_one));
    tasks.spawn(reload::on_hangup(Arc::clone(app), stopped.clone()));
    reporters::start(app, tasks, stopped);
    alerts::start(app, tasks, stopped);
    incidents::start(app, tasks, stopped);
    telemetry::start(app, tasks, stopped);
}

/// What only one of several nodes does: an hour's, a day's or a source's work would else be done by each.
fn work_of_one(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    sources::start(app, tasks, stopped);
    backups::start(app, tasks, stopped);
    books::start(app, tasks, stopped);
    audits::start(app, tasks, stopped);
    tasks.spawn(nodes::keep(Arc::clone(app), stopped.clone()));
    tasks.spawn(sweep(Arc::clone(app), stopped.clone()));
}

fn bind(address: std::net::SocketAddr) -> Result<TcpListener, StartError> {
    edge::listen(address).map_err(|cause| StartError::Listen { address, cause })
}

/// Where the first operator's invitation lies.
const INVITATION: &str = "operator-invitation";

async fn invitation(app: &App, folder: &Folder) -> Option<String> {
    if let Some(token) = app.invitation().await {
        return folder.keep(INVITATION, token.expose()).ok().map(|()| token.expose().to_owned());
    }
    let operators = app.store.accounts.operators().await;
    if folder.kept(INVITATION).is_none() && operators.is_ok_and(|operators| operators.is_empty()) {
        tracing::info!(
            "another node made the first operator's invitation: it lies in that node's data folder"
        );
    }
    None
}

/// How long tasks may take to end.
const END: Duration = Duration::from_secs(30);

/// How often what time asks for is looked at.
const KEEP: Duration = Duration::from_secs(20);

/// Does what waits to be done, and once more at the end.
async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut time = tokio::time::interval(KEEP);
    // Whoever was frozen for an hour does it once, and not for every turn that was missed.
    time.set_missed_tick_behavior(MissedTickBehavior::Delay);
    time.reset();
    loop {
        tokio::select! {
            _ = stopped.changed() => return app.keep().await,
            () = app.people.errand_came() => app.run_errands().await,
            _ = time.tick() => app.keep().await,
        }
    }
}

/// How often it is looked whether the server is under attack.
const BEAT: Duration = Duration::from_secs(1);

async fn beat(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(BEAT) => app.beat(),
        }
    }
}

/// How often it is looked whether a backtest is due.
const TEST: Duration = Duration::from_secs(60);

/// Tests the model again and again. One that is under way is ended with the server.
async fn test_model(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return app.quality.close(),
            () = async { app.quality.keep().await; tokio::time::sleep(TEST).await } => {}
        }
    }
}

/// How often old sign-ins and old answers are forgotten.
const SWEEP: Duration = Duration::from_secs(3600);

async fn sweep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(SWEEP) => app.sweep().await,
        }
    }
}

fn limits(settings: &Settings) -> edge::Limits {
    let own = &settings.edge;
    edge::Limits {
        connections: own.connections.get(),
        connections_per_client: own.connections_per_client.get(),
        header_timeout: own.header_timeout.get(),
        idle_timeout: own.idle_timeout.get(),
        body_timeout: own.body_timeout.get(),
        body_rate: own.body_rate.get(),
        body_grace: own.body_grace.get(),
        unsent_bytes: own.unsent_bytes.get(),
        http2: own.http2,
        streams: own.streams.get(),
        resets: own.resets,
        head_bytes: own.head_bytes.get(),
        url_bytes: own.url_bytes.get(),
        headers: own.headers.get(),
        drain: own.drain.get(),
        ..edge::Limits::default()
    }
}

/// True where things that only help to get started may be made.
fn is_development(app: &App) -> bool {
    app.settings.mode == Mode::Development
}

/// The database of a data folder, for commands that work beside a server.
pub(crate) fn database(data: &Path) -> PathBuf {
    data.join("aspis.db")
}
