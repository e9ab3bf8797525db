//! Deployments to be audited: made by the application itself, with the settings of production.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use aspis_core::{
    chance::SystemChance,
    clock::{Clock, SystemClock, Timestamp},
    event::{Event, Kind, Sink},
};
use aspis_watch::security_log::{Options, SecurityLog};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{Home, Pair, aspis, text},
    shop::Shop,
};

/// Who certifies, as far as the settings say.
pub(super) const AUTHORITY: &str = "https://acme.example.com/directory";

/// The machine's own clock, which the command goes by.
pub(super) fn now() -> Timestamp {
    SystemClock::start().now()
}

/// A program of the machine.
#[expect(clippy::disallowed_methods, reason = "a program of the machine, with arguments of the test's own")]
pub(super) fn command(name: &str) -> Command {
    Command::new(name)
}

/// A data folder with its settings.
pub(super) struct Deployment {
    home: Home,
    config: PathBuf,
    /// On another disk than the data, where the machine has one.
    elsewhere: tempfile::TempDir,
}

impl Deployment {
    /// About which an audit has next to nothing to say; its key was made so long ago.
    pub(super) fn sound(ago: Duration) -> Self {
        Self::lived(ago, false)
    }

    /// With an operator who has a password alone, a key that writes from everywhere, and the demo account.
    pub(super) fn weak() -> Self {
        Self::lived(Duration::from_secs(3600), true)
    }

    /// Of a server that has never started.
    pub(super) fn new() -> Self {
        Self::of(Home::furnished())
    }

    /// Another folder with the same settings.
    pub(super) fn on(&self, home: Home) -> Self {
        let other = Self::of(home);
        fs::copy(&self.config, &other.config).unwrap();
        other
    }

    fn of(home: Home) -> Self {
        fs::set_permissions(home.data(), fs::Permissions::from_mode(0o700)).unwrap();
        let (config, list) = (home.beside("aspis.toml"), home.beside("passwords"));
        let elsewhere = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        fs::write(&list, "123456\n").unwrap();
        fs::write(&config, settings(&list.display().to_string(), &elsewhere.path().display().to_string()))
            .unwrap();
        fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).unwrap();
        Self { home, config, elsewhere }
    }

    fn lived(ago: Duration, weak: bool) -> Self {
        let home = Home::empty();
        let mut folder = fs::DirBuilder::new();
        folder.mode(0o700).create(home.data()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let lived = runtime.block_on(live(ago, weak));
        for name in ["aspis.db", "aspis.db-wal"] {
            let (from, to) = (lived.path().join(name), home.data().join(name));
            if fs::copy(from, &to).is_ok() {
                fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
        let made = Self::of(home);
        made.writes(Duration::ZERO);
        made
    }

    pub(super) fn data(&self) -> PathBuf {
        self.home.data()
    }

    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.home.beside(name)
    }

    /// Its log has one line more, of so far ahead.
    pub(super) fn writes(&self, ahead: Duration) {
        let at = now().plus(ahead);
        let log = SecurityLog::open(&self.data(), Options::new(Arc::new(SystemChance), at)).unwrap();
        log.record(Event::of_server(Kind::Started, at));
        log.close();
    }

    /// A certificate that ends in so many days.
    pub(super) fn certified(&self, days: i64) -> Pair {
        Pair::ending(self.home.beside("").as_path(), now().seconds() + days * 86_400 + 3600)
    }

    /// Where a certificate that was fetched is kept.
    pub(super) fn kept_by_acme(&self) -> PathBuf {
        let mut hash = Sha256::new();
        for word in ["api.example.com", AUTHORITY] {
            hash.update(word.as_bytes());
            hash.update([0]);
        }
        let name = aspis_core::hex::encode(&hash.finalize()[..16]);
        self.data().join("acme").join(format!("certificate-{name}"))
    }

    /// What is found with some variables of the environment.
    pub(super) fn found(&self, variables: &[(&str, &str)]) -> BTreeSet<String> {
        ids(&self.report(aspis(&[]), variables)["findings"])
    }

    /// The same by a command of one's own.
    pub(super) fn found_by(&self, command: Command, variables: &[(&str, &str)]) -> BTreeSet<String> {
        ids(&self.report(command, variables)["findings"])
    }

    /// What could not be looked at.
    pub(super) fn not_checked(&self, variables: &[(&str, &str)]) -> BTreeSet<String> {
        ids(&self.report(aspis(&[]), variables)["not_checked"])
    }

    /// The file of its settings.
    pub(super) fn config(&self) -> &Path {
        &self.config
    }

    /// Where its backups are kept.
    pub(super) fn backups(&self) -> &Path {
        self.elsewhere.path()
    }

    /// A command on it.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = aspis(args);
        command.arg("--config").arg(&self.config).arg("--data").arg(self.data());
        command
    }

    fn report(&self, mut command: Command, variables: &[(&str, &str)]) -> Value {
        command.args(["audit", "--json", "--fail-on", "never", "--config"]).arg(&self.config);
        command.arg("--data").arg(self.data());
        command.envs(variables.iter().map(|(key, value)| (format!("ASPIS_{key}"), value)));
        let output = command.output().unwrap();
        let said = text(&output.stderr);
        // Of a database that cannot be looked into there is a report all the same.
        assert!(matches!(output.status.code(), Some(0 | 2)), "{variables:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// People and keys, made by calls.
async fn live(ago: Duration, weak: bool) -> tempfile::TempDir {
    let shop = Shop::lenient(&[]).await;
    shop.clock.set_wall(Timestamp::from_seconds(now().seconds() - i64::try_from(ago.as_secs()).unwrap()));
    let operator = shop.another_operator("op@example.com").await;
    let owner = shop.member(if weak { "demo@example.org" } else { "ada@example.org" }).await;
    let mut wish = json!({"name": "the nightly job", "scopes": ["read:portfolio", "write:portfolio"]});
    if !weak {
        shop.enrol(&operator).await;
        wish["allowed_ips"] = json!(["203.0.113.0/24"]);
    }
    let made = shop.caller().token(&owner).post("/api/v1/keys", &wish).await;
    assert_eq!(made.status(), 201, "{}", made.text());
    shop.stop().await
}

fn settings(passwords: &str, backups: &str) -> String {
    format!(
        r#"mode = "production"
[server]
trusted_proxies = ["10.0.0.2"]
public_url = "https://api.example.com"
security_contact = ["mailto:security@example.com"]
[mail]
url = "smtp://127.0.0.1:25"
from = "aspis@example.com"
[alerts.mail]
to = ["ops@example.com"]
[backup]
encrypt = true
passphrase = "several unrelated words 42"
folder = "{backups}"
[password]
list = "{passwords}"
"#
    )
}
