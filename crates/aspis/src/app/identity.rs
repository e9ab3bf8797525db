//! What people are served by, from the settings.

use std::time::Duration;

use aspis_core::scenario::{
    brute_force::{difficulty::Difficulty, password::Length, registrations, tries},
    key_leakage::habits,
    request_forgery::cors::Cors,
    session_hijacking::binding::Binding,
    token_theft::{fingerprint, signing::Schedule},
};
use aspis_identity::{
    challenge, dpop, keys,
    password::{Cost, List, ListError, Policy},
    people::{Rules, Sessions},
    second::passkey::{PasskeyError, Passkeys},
    token::Lifetimes,
};

use crate::settings::{self, Fingerprint, Settings};

/// How far a wall clock may have been wrong when a token was issued: its key is kept longer by this much.
const CLOCK_SLACK: Duration = Duration::from_secs(3600);

/// The rules of accounts and sign-ins.
pub(super) fn rules(settings: &Settings, currency: &str) -> Result<Rules, ListError> {
    let (auth, password) = (&settings.auth, &settings.password);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Rules {
        lifetimes: lifetimes(settings),
        keys: schedule(settings),
        fingerprint: fingerprint(auth.fingerprint),
        refresh: auth.refresh_token.get(),
        grace: auth.refresh_grace.get(),
        sessions: sessions(&settings.session),
        step_up: auth.step_up.get(),
        reset_link: auth.reset_link.get(),
        public_url: public_url(settings),
        tries: tries(&settings.lock),
        registrations: registrations::Rules {
            challenge_after: settings.register.challenge_after.get(),
            ..registrations::Rules::default()
        },
        difficulty: Difficulty { base: settings.challenge.difficulty.get(), ..Difficulty::default() },
        challenge: challenge::Rules {
            lifetime: settings.challenge.time.get(),
            ..challenge::Rules::default()
        },
        proofs: dpop::Rules {
            past: settings.dpop.age.get(),
            nonce: settings.dpop.nonce,
            ..dpop::Rules::default()
        },
        passwords: policy(password)?,
        cost: Cost {
            memory_kib: password.argon2_memory_kib.get(),
            passes: password.argon2_passes.get(),
            lanes: password.argon2_lanes.get(),
        },
        workers: if password.workers.get() == 0 { cores } else { password.workers.get() },
        queue: password.queue.get(),
        opening_cash: settings.portfolio.starting_cash.get(),
        currency: currency.to_owned(),
    })
}

/// The rules of API keys.
pub(super) fn key_rules(settings: &Settings) -> keys::Rules {
    let own = &settings.keys;
    keys::Rules {
        lifetime: own.lifetime.get(),
        grace: own.grace.get(),
        per_account: own.per_account.get(),
        most: own.most.get(),
        sources: settings.market.trusted_sources.as_slice().to_vec(),
        operators_strong: settings.mode == settings::Mode::Production,
        warn: own.warn.all(),
        watching: keys::Watching {
            stance: match own.suspend {
                settings::Suspend::Off => keys::Stance::Off,
                settings::Suspend::Signal => keys::Stance::Signal,
                settings::Suspend::Suspend => keys::Stance::Suspend,
            },
            habits: habits::Rules {
                settled: own.settled.get(),
                times: own.volume_times.get(),
                least: own.volume_least.get(),
            },
            busy: own.busy.get(),
        },
    }
}

fn lifetimes(settings: &Settings) -> Lifetimes {
    let auth = &settings.auth;
    Lifetimes {
        issuer: auth.issuer.as_str().to_owned(),
        audience: auth.audience.as_str().to_owned(),
        access: auth.access_token.get(),
    }
}

fn policy(password: &settings::Password) -> Result<Policy, ListError> {
    let list = match password.list.get() {
        None => None,
        Some(path) => Some(List::read(std::io::BufReader::new(aspis_watch::file::open(path)?))?.into()),
    };
    Ok(Policy {
        length: Length { min: password.min_length.get(), max: password.max_length.get() },
        min_score: password.min_score.get(),
        list,
    })
}

pub(super) fn schedule(settings: &Settings) -> Schedule {
    let auth = &settings.auth;
    Schedule {
        period: auth.key_rotation.get(),
        overlap: auth.key_overlap.get(),
        after: auth.access_token.get() + CLOCK_SLACK,
    }
}

fn fingerprint(stance: Fingerprint) -> fingerprint::Binding {
    match stance {
        Fingerprint::Off => fingerprint::Binding::Off,
        Fingerprint::Signal => fingerprint::Binding::Signal,
        Fingerprint::Strict => fingerprint::Binding::Strict,
    }
}

fn sessions(session: &settings::Session) -> Sessions {
    Sessions {
        absolute: session.absolute.get(),
        idle: session.idle.get(),
        binding: match session.binding {
            settings::Binding::Strict => Binding::Strict,
            settings::Binding::Graded => Binding::Graded,
            settings::Binding::Off => Binding::Off,
        },
    }
}

pub(crate) fn tries(lock: &settings::Lock) -> tries::Rules {
    tries::Rules {
        challenge_over: lock.challenge_over.get(),
        wait_over: lock.wait_over.get(),
        wait_most: lock.wait_most.get(),
        lock_after: lock.after.get(),
        lock: lock.time.get(),
        memory: lock.memory.get(),
        clients: lock.table.get(),
        names: lock.table.get(),
        site: tries::SiteRules {
            failures: lock.site_failures.get(),
            clients: lock.site_clients.get() as usize,
            window: lock.site_window.get(),
            ratio: lock.site_ratio.get(),
        },
        ..tries::Rules::default()
    }
}

/// Which other sites' pages may call.
pub(crate) fn cors(settings: &Settings) -> Cors {
    let own = &settings.cors;
    Cors {
        origins: own.origins.as_slice().to_vec(),
        methods: own.methods.as_slice().to_vec(),
        headers: own.headers.as_slice().to_vec(),
    }
}

/// What clients call this server by, for links in letters.
fn public_url(settings: &Settings) -> String {
    settings
        .server
        .public_url
        .get()
        .map_or_else(|| format!("{}://{}", settings.scheme(), settings.server.listen), str::to_owned)
}

/// Passkeys, where the server is called by a name: by its settings, or in development as localhost.
pub(super) fn passkeys(settings: &Settings) -> Result<Option<Passkeys>, PasskeyError> {
    let port = settings.server.listen.get().port();
    let origin = match settings.server.public_url.get() {
        Some(url) => url.to_owned(),
        None if settings.mode == settings::Mode::Development && port != 0 => {
            format!("{}://localhost:{port}", settings.scheme())
        }
        None => return Ok(None),
    };
    let host = host(&origin);
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return Ok(None);
    }
    Passkeys::new(host, &origin, settings.auth.issuer.as_str()).map(Some)
}

fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    if authority.starts_with('[') {
        return authority;
    }
    authority.split(':').next().unwrap_or(authority)
}
