//! The server's end of the socket.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use aspis_core::{
    event::{Event, Kind, Source},
    refusal::Rule,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};

use super::{
    address,
    hall::{Hall, Heard, Seat},
    incidents, user,
    words::{Answer, BUSY, LONGEST, Leaked, Request},
};
use crate::app::App;

/// Commands that are obeyed at once; others that were heard wait for their turn.
const AT_ONCE: usize = 16;
/// Conversations at once.
const MOST: usize = 512;
/// How often it is looked whether the socket is still there.
const LOOK: Duration = Duration::from_secs(1);
/// How long a command may take to hear its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The pause where nobody can be let in, because the process has no more files; and how long somebody who is turned away
/// may take to hear it.
const PAUSE: Duration = Duration::from_millis(100);

/// A socket that listens, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Control {
    listener: UnixListener,
    data: PathBuf,
    path: PathBuf,
    /// Which file it is, whatever stands in its place by now.
    which: Option<(u64, u64)>,
    /// Open for as long as the address may go by it.
    _folder: Option<File>,
}

impl Control {
    /// Listens in a data folder that is ours alone: what a server that died has left there is nobody's.
    pub(crate) fn open(data: &Path) -> io::Result<Self> {
        let (path, folder) = address::of(data)?;
        if fs::symlink_metadata(&path).is_ok_and(|left| left.file_type().is_socket()) {
            fs::remove_file(&path)?;
        }
        let listener = UnixListener::bind(&path)?;
        // The folder lets nobody else in who could be quicker.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self { listener, data: data.to_owned(), which: which(&path), path, _folder: folder })
    }

    /// Listens anew where somebody has taken the socket away: commands would find nobody.
    fn mend(&mut self) {
        if self.which.is_some() && which(&self.path) == self.which {
            return;
        }
        match Self::open(&self.data) {
            Ok(fresh) => {
                tracing::warn!(data = %self.data.display(), "the control socket had been removed, and is made anew");
                *self = fresh;
            }
            Err(error) => tracing::warn!(%error, "the control socket is gone, and cannot be made anew"),
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // What stands there by now may be another one's. Left behind it does no harm: the next server takes it away.
        if which(&self.path) == self.which {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Which file stands there.
fn which(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|there| (there.dev(), there.ino()))
}

/// Hears commands until it is told to stop.
pub(crate) async fn serve(mut control: Control, app: Arc<App>, stopped: impl Future<Output = ()>) {
    let mut stopped = std::pin::pin!(stopped);
    let (mut hall, mut calls) = (Hall::default(), JoinSet::new());
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            () = &mut stopped => return,
            _ = look.tick() => control.mend(),
            _ = calls.join_next(), if !calls.is_empty() => {}
            came = control.listener.accept(), if calls.len() < MOST => match came {
                Ok((stream, _)) => {
                    calls.spawn(converse(stream, hall.enter(), Arc::clone(&turns), Arc::clone(&app)));
                }
                Err(error) => {
                    tracing::warn!(%error, "a command could not be let in");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

/// One command: a line, and a line back. Whoever goes away in the middle is nobody to tell.
async fn converse(mut stream: UnixStream, seat: Seat, turns: Arc<Semaphore>, app: Arc<App>) {
    let Some(uid) = stream.peer_cred().ok().map(|peer| peer.uid()).filter(|uid| is_ours(*uid)) else {
        tracing::warn!("somebody else's process speaks to the control socket");
        return;
    };
    let answer = match seat.hear(&mut stream).await {
        Heard::Line(line) => {
            // It is never closed.
            let Ok(_turn) = turns.acquire_owned().await else { return };
            match serde_json::from_slice(&line) {
                Ok(request) => Box::pin(obey(&app, request, uid)).await,
                Err(_) => Answer::of(Err("unknown_command")),
            }
        }
        Heard::Full => return turn_away(stream).await,
        Heard::Nothing => return,
    };
    let _ = timeout(PATIENCE, say(&mut stream, &answer)).await;
}

async fn say(stream: &mut UnixStream, answer: &Answer) -> io::Result<()> {
    let mut text = serde_json::to_vec(answer)?;
    text.push(b'\n');
    stream.write_all(&text).await
}

/// Says that nothing was heard, and waits a moment until that was read: what comes meanwhile would else make the way break
/// before it.
async fn turn_away(mut stream: UnixStream) {
    let gone = async {
        say(&mut stream, &Answer::of(Err(BUSY))).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LONGEST), &mut tokio::io::sink()).await
    };
    let _ = timeout(PAUSE, gone).await;
}

/// The owner of this process, and root.
fn is_ours(uid: u32) -> bool {
    uid == 0 || uid == nix::unistd::geteuid().as_raw()
}

async fn obey(app: &Arc<App>, request: Request, uid: u32) -> Answer {
    let outcome = match &request {
        Request::Ping => return Answer::of(Ok(())),
        Request::ReloadPrices { asset } => reload(app, asset).await,
        Request::ImportDone(imported) => reload(app, &imported.asset).await,
        Request::KeysLeaked(leaked) => end_keys(app, leaked).await,
        Request::Keys(command) => return keys(app, command.clone(), uid).await,
        Request::Reload => return settings(app, uid).await,
        Request::Backup { encrypt } => return super::backups::make(app, *encrypt, uid).await,
        Request::TestChannel { channel } => {
            record(app, &request, uid);
            return super::alerts::test(app, channel).await;
        }
        Request::Incident(_)
        | Request::Undo(_)
        | Request::Playbooks
        | Request::Explain { .. }
        | Request::Exempt(_)
        | Request::EndExemption { .. }
        | Request::Lockouts
        | Request::LiftLock { .. } => {
            return incidents::answer(app, &request, uid).await;
        }
    };
    if outcome.is_ok() {
        record(app, &request, uid);
    }
    Answer::of(outcome)
}

/// Problems that are told; beyond them the first have to be mended anyway.
const TOLD: usize = 100;

async fn settings(app: &App, uid: u32) -> Answer {
    match app.reload(&user(uid)).await {
        Ok(done) => Answer { data: serde_json::to_value(done).ok(), ..Answer::of(Ok(())) },
        Err(problems) => {
            let told: Vec<_> = problems.as_slice().iter().take(TOLD).collect();
            let said: Vec<String> = told.iter().map(ToString::to_string).collect();
            let data = json!({ "problems": told, "said": said });
            Answer { data: Some(data), ..Answer::of(Err("settings_refused")) }
        }
    }
}

async fn reload(app: &App, asset: &str) -> Result<(), &'static str> {
    match app.intake.reload(asset).await {
        Ok(true) => Ok(()),
        Ok(false) => Err("unknown_asset"),
        Err(error) => {
            tracing::error!(%error, "an asset could not be read anew");
            Err("temporarily_unavailable")
        }
    }
}

/// What is done with keys is recorded where it is done; why it is not, is said.
async fn keys(app: &App, command: super::keys::KeyCommand, uid: u32) -> Answer {
    match super::keys::obey(&app.keys, command, user(uid), app.clock.now()).await {
        Ok(data) => Answer { data: Some(data), ..Answer::of(Ok(())) },
        Err(refusal) => {
            let data = Some(json!({ "detail": refusal.facts().detail }));
            Answer { data, ..Answer::of(Err(refusal.code().word())) }
        }
    }
}

/// Ends keys that were found, and tells their owners.
async fn end_keys(app: &App, leaked: &Leaked) -> Result<(), &'static str> {
    for key in &leaked.keys {
        // The refusal has been logged where the store failed; what has ended stays so.
        app.keys.end_leaked(key, Source::SERVER).await.map_err(|refusal| refusal.code().word())?;
    }
    Ok(())
}

/// Who told the server what.
fn record(app: &App, request: &Request, uid: u32) {
    let (kind, what, count) = match request {
        // What was read anew is recorded where it is.
        Request::Ping
        | Request::Reload
        | Request::Backup { .. }
        | Request::Keys(_)
        | Request::Incident(_)
        | Request::Undo(_)
        | Request::Playbooks
        | Request::Explain { .. }
        | Request::Exempt(_)
        | Request::EndExemption { .. }
        | Request::Lockouts
        | Request::LiftLock { .. } => return,
        Request::TestChannel { channel } => (Kind::ControlUsed, format!("alerts-test {channel}"), None),
        Request::ReloadPrices { asset } => (Kind::ControlUsed, format!("reload-prices {asset}"), None),
        Request::ImportDone(done) => (Kind::ImportDone, super::import_place(done), Some(done.written)),
        Request::KeysLeaked(leaked) => {
            (Kind::ControlUsed, "keys-leaked".to_owned(), Some(leaked.keys.len() as u64))
        }
    };
    let place = Some(format!("{}: {what}", user(uid)));
    let rule = Some(Rule { place, count, ..Rule::named(kind.word()) });
    app.events.record(Event { rule, ..Event::of_server(kind, app.clock.now()) });
}
