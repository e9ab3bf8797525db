//! `aspis events`

use std::{net::IpAddr, process::ExitCode, time::Duration};

use aspis_core::{
    client::Client,
    clock::{Clock, SystemClock, Timestamp},
    event::Kind,
    ids::{AccountId, KeyId, RequestId},
    refusal::Code,
    scenario::Scenario,
};
use aspis_identity::email::Email;
use aspis_watch::archive::{Follow, LOST, Query, Seen, read};
use clap::Args;

use super::{
    Cli,
    place::{self, Place},
    say,
    trace::printable,
};
use crate::{settings::Settings, words::counted};

#[derive(Debug, Args)]
pub(super) struct Events {
    /// Of this address; of IPv6 its /64
    #[arg(long, value_name = "IP", value_parser = client)]
    client: Option<Client>,
    /// Of this account, by its identifier or e-mail address
    #[arg(long, value_name = "NAME", value_parser = account)]
    account: Option<Account>,
    /// Of this API key, by its identifier
    #[arg(long, value_name = "ID", value_parser = key)]
    key: Option<KeyId>,
    /// Of this kind, such as `login_success`
    #[arg(long, value_name = "WORD", value_parser = kind)]
    kind: Option<String>,
    /// Of this scenario, such as `brute_force`
    #[arg(long, value_name = "WORD", value_parser = scenario)]
    scenario: Option<Scenario>,
    /// Of this request
    #[arg(long, value_name = "ID", value_parser = request)]
    request: Option<RequestId>,
    /// Since then: 30s, 15m, 1h, 7d ago, or a moment such as 2026-01-17T00:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    since: Option<When>,
    /// Until then
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    until: Option<When>,
    /// The newest so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    limit: u32,
    /// Go on with what comes, until it is ended
    #[arg(long)]
    follow: bool,
}

/// An account, or the address that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Account {
    Known(AccountId),
    Called(Email),
}

/// A moment, or how long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    At(Timestamp),
    Ago(Duration),
}

/// How often it is looked for what comes.
const LOOK: Duration = Duration::from_millis(250);

impl Events {
    /// Oldest first, as a log is read; with --json a line each.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let data = settings.server.data.as_path();
        let shown = data.display();
        anyhow::ensure!(
            data.join("logs").exists(),
            "there is no security log in {shown}: name the data folder with --data"
        );
        let account = self.account.as_ref().map(|account| account.id(&settings)).transpose()?;
        let query = self.query(account, SystemClock::start().now());
        let follow = if self.follow { Some(Follow::begin(data, &query)?) } else { None };
        let page = read(data, &query)?;
        if page.next.is_some() {
            eprintln!("aspis: only the newest {} are shown; --limit shows more", self.limit);
        }
        for seen in page.events.iter().rev() {
            show(seen, cli.json)?;
        }
        let last = page.events.first().map_or(0, |seen| seen.seq);
        follow.map_or(Ok(ExitCode::SUCCESS), |follow| go_on(follow, last, cli.json))
    }

    fn query(&self, account: Option<AccountId>, now: Timestamp) -> Query {
        let at = |when: Option<When>| {
            when.map(|when| match when {
                When::At(at) => at,
                When::Ago(span) => now.minus(span),
            })
        };
        Query {
            since: at(self.since),
            until: at(self.until),
            client: self.client,
            account,
            key: self.key,
            kind: self.kind.clone(),
            request: self.request,
            scenario: self.scenario,
            enforced: None,
            limit: self.limit as usize,
            cursor: None,
        }
    }
}

impl Account {
    /// An address is looked up in the database: the log knows accounts by their identifiers alone.
    fn id(&self, settings: &Settings) -> anyhow::Result<AccountId> {
        let email = match self {
            Self::Known(id) => return Ok(*id),
            Self::Called(email) => email.as_str(),
        };
        let found = place::wait(async {
            let place = Place::open(settings).await?;
            let found = place.store.accounts.by_email(email).await?;
            place.close().await?;
            Ok(found)
        })?;
        found.map(|account| account.id).ok_or_else(|| anyhow::anyhow!("there is no account {email}"))
    }
}

/// Shows what comes, but not again what was there already. Ends when nobody reads any more.
fn go_on(mut follow: Follow, last: u64, json: bool) -> anyhow::Result<ExitCode> {
    loop {
        for seen in follow.look()?.iter().filter(|seen| seen.seq > last) {
            show(seen, json)?;
        }
        std::thread::sleep(LOOK);
    }
}

fn show(seen: &Seen, json: bool) -> anyhow::Result<()> {
    if json {
        return say(format_args!("{}\n", serde_json::to_string(seen)?));
    }
    say(format_args!("{}\n", line(seen)))
}

/// One event on one line. What came from outside is written out.
fn line(seen: &Seen) -> String {
    let mut parts = vec![seen.at.clone(), seen.kind.clone()];
    parts.extend(seen.client.clone());
    let named = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
    parts.extend(named("account", &seen.account));
    parts.extend(named("key", &seen.key));
    parts.extend(named("by", &seen.factor));
    parts.extend(seen.route.clone());
    if let Some(rule) = &seen.rule {
        parts.push(format!("rule {}", rule.name));
        parts.extend(rule.count.map(|count| format!("count {count}")));
        let window = rule.window_s.map(|window| format!(" in {window} s")).unwrap_or_default();
        parts.extend(rule.limit.map(|limit| format!("of {limit}{window}")));
        parts.extend(named("at", &rule.place));
    }
    parts.extend(seen.repeated.map(|count| format!("and {count} more like it")));
    parts.extend(seen.count.map(|count| counted(count, "event", "events")));
    parts.extend(named("why", &seen.why));
    parts.extend(seen.enforced.filter(|enforced| !enforced).map(|_| "observed only".to_owned()));
    parts.extend(named("request", &seen.request_id));
    parts.iter().map(|part| printable(part)).collect::<Vec<_>>().join("  ")
}

fn client(text: &str) -> Result<Client, &'static str> {
    let address = text.strip_suffix("/64").unwrap_or(text);
    address.parse::<IpAddr>().map(Client::from_ip).map_err(|_| "an address, such as 203.0.113.7")
}

fn account(text: &str) -> Result<Account, &'static str> {
    const WRONG: &str = "an e-mail address, or an identifier such as 01a20053-4b9d-73d6-b98f-648603a5d354";
    match AccountId::parse(text) {
        Some(id) => Ok(Account::Known(id)),
        None => Email::parse(text).map(Account::Called).map_err(|_| WRONG),
    }
}

fn key(text: &str) -> Result<KeyId, &'static str> {
    KeyId::parse(text).ok_or("an identifier, such as 01a20053-4b9d-73d6-b98f-648603a5d354")
}

fn request(text: &str) -> Result<RequestId, &'static str> {
    RequestId::parse(text).ok_or("an identifier, such as 01a20053-4b9d-73d6-b98f-648603a5d354")
}

/// A word that nobody writes would find nothing, and that would look like good news.
fn kind(text: &str) -> Result<String, &'static str> {
    let mut known = Kind::ALL.iter().map(|kind| kind.word()).chain(Code::ALL.iter().map(|code| code.word()));
    let is_known = text == LOST || known.any(|word| word == text);
    is_known.then(|| text.to_owned()).ok_or("there is no such kind; docs/operations.md lists them")
}

fn scenario(text: &str) -> Result<Scenario, String> {
    let words = || Scenario::ALL.iter().map(|scenario| scenario.word()).collect::<Vec<_>>().join(", ");
    let known = Scenario::ALL.into_iter().find(|scenario| scenario.word() == text);
    known.ok_or_else(|| format!("one of {}", words()))
}

fn moment(text: &str) -> Result<When, &'static str> {
    const WRONG: &str = "a time ago such as 1h (units: s, m, h, d), or a moment such as 2026-01-17T00:00:00Z";
    if let Some(at) = Timestamp::parse(text) {
        return Ok(When::At(at));
    }
    let seconds = match text.chars().next_back() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => return Err(WRONG),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| WRONG)?;
    number.checked_mul(seconds).map(|seconds| When::Ago(Duration::from_secs(seconds))).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(moment("15m"), Ok(When::Ago(Duration::from_secs(900))));
        assert_eq!(moment("7d"), Ok(When::Ago(Duration::from_secs(604_800))));
        assert_eq!(moment("1970-01-01"), Ok(When::At(Timestamp(0))));
        for wrong in ["", "h", "1", "-1h", "1w", "1.5h", "1ä", "999999999999999999d"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
        assert_eq!(client("2001:db8::1").map(|client| client.to_string()), Ok("2001:db8::/64".to_owned()));
        let id = "01a20053-4b9d-73d6-b98f-648603a5d354";
        assert!(matches!(account(id), Ok(Account::Known(_))) && account("nobody").is_err());
        assert!(matches!(account("Ada@example.org"), Ok(Account::Called(_))));
        assert!(client("203.0.113.0/24").is_err() && scenario("magic").is_err());
    }
}
