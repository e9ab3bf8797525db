//! Settings that are each right by themselves and wrong together.

use super::sections::{Mode, Settings, Stance};

mod alarms;
pub(crate) mod channels;
pub(crate) mod otel;

/// Two or more settings that do not go together; the first key is the one to look at.
pub(crate) struct Clash {
    pub(crate) keys: Vec<&'static str>,
    pub(crate) message: String,
}

type Rule = fn(&Settings) -> Option<Clash>;

const RULES: [Rule; 29] = [
    production_needs_a_proxy,
    a_certificate_has_a_key,
    one_certificate_is_enough,
    a_redirect_leads_somewhere,
    production_needs_https,
    production_is_called_by_https,
    production_hashes_well,
    production_knows_its_database,
    production_knows_its_state,
    development_stays_at_home,
    operations_stay_at_home,
    addresses_differ,
    one_client_is_not_all,
    a_url_fits_its_head,
    a_body_fits_the_store,
    one_key_seals,
    an_access_token_dies_first,
    a_page_fits,
    lanes_have_memory,
    keys_overlap_less_than_they_last,
    a_session_is_idle_before_it_ends,
    mail_has_a_sender,
    channels::mail_has_a_relay,
    channels::a_webhook_is_signed,
    channels::short_messages_have_a_gateway,
    channels::a_gateway_is_whole,
    otel::a_collector_is_whole,
    a_sealed_backup_has_a_phrase,
    alarms::alarms_can_be_reached,
];

/// Every clash there is.
pub(crate) fn check(settings: &Settings) -> Vec<Clash> {
    RULES.iter().filter_map(|rule| rule(settings)).collect()
}

fn clash(wrong: bool, keys: &[&'static str], message: impl FnOnce() -> String) -> Option<Clash> {
    wrong.then(|| Clash { keys: keys.to_vec(), message: message() })
}

fn is_production(settings: &Settings) -> bool {
    settings.mode == Mode::Production
}

fn production_needs_a_proxy(s: &Settings) -> Option<Clash> {
    let wrong = is_production(s) && s.server.trusted_proxies.is_empty() && !s.speaks_tls();
    clash(wrong, &["server.trusted_proxies", "mode"], || {
        "mode = \"production\" needs HTTPS: by a trusted proxy (name its network here, e.g. [\"10.0.0.0/8\"]), or of \
         its own (tls.certificate or acme.domains)"
            .into()
    })
}

fn a_certificate_has_a_key(s: &Settings) -> Option<Clash> {
    let (certificate, key) = (s.tls.certificate.get(), s.tls.key.get());
    clash(certificate.is_some() != key.is_some(), &["tls.key", "tls.certificate"], || {
        "tls.certificate and tls.key are two files that belong together; name both, or none".into()
    })
}

fn one_certificate_is_enough(s: &Settings) -> Option<Clash> {
    let both = s.tls.certificate.get().is_some() && !s.acme.domains.as_slice().is_empty();
    clash(both, &["acme.domains", "tls.certificate"], || {
        "tls.certificate is set, too; name a file, or have one fetched".into()
    })
}

fn a_redirect_leads_somewhere(s: &Settings) -> Option<Clash> {
    let from = s.tls.redirect_listen.get()?;
    let main = s.server.listen.get();
    let taken = from.port() != 0 && [main, s.server.ops_listen.get()].contains(&from);
    let open = s.mode == Mode::Development && !from.ip().to_canonical().is_loopback();
    clash(taken || open || !s.speaks_tls(), &["tls.redirect_listen", "tls.certificate"], || {
        if taken {
            format!("{from} is taken by another listener; write another port")
        } else if open {
            format!("{from} is open to others; mode = \"development\" listens on loopback only")
        } else {
            "there is no https to lead to; name tls.certificate or acme.domains".into()
        }
    })
}

fn production_needs_https(s: &Settings) -> Option<Clash> {
    let routes = s.safeguards.routes.values().filter_map(|route| route.https);
    let wrong = is_production(s) && routes.chain([s.safeguards.https]).any(|https| https != Stance::Enforce);
    clash(wrong, &["safeguards.https", "mode"], || {
        "mode = \"production\" needs \"enforce\" here, on all routes and on each".into()
    })
}

fn production_is_called_by_https(s: &Settings) -> Option<Clash> {
    let wrong = is_production(s) && s.server.public_url.is_plain_http();
    clash(wrong, &["server.public_url", "mode"], || {
        "mode = \"production\" needs an https:// address here".into()
    })
}

fn production_knows_its_database(s: &Settings) -> Option<Clash> {
    let wrong = is_production(s) && s.store.database.is_open();
    clash(wrong, &["store.database", "mode"], || {
        "mode = \"production\" needs sslmode=verify-full in the address (not shown) of a server on another machine".into()
    })
}

fn production_knows_its_state(s: &Settings) -> Option<Clash> {
    let wrong = is_production(s) && s.store.state.is_open();
    clash(wrong, &["store.state", "mode"], || {
        "mode = \"production\" needs rediss:// in the address (not shown) of a server on another machine"
            .into()
    })
}

/// What OWASP's password storage cheat sheet takes for equal: memory in KiB, and the passes it needs.
const OWASP_ARGON2: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

fn production_hashes_well(s: &Settings) -> Option<Clash> {
    let (memory, passes) = (s.password.argon2_memory_kib.get(), s.password.argon2_passes.get());
    let enough = OWASP_ARGON2.iter().any(|(kib, times)| memory >= *kib && passes >= *times);
    let keys = ["password.argon2_memory_kib", "password.argon2_passes", "mode"];
    clash(is_production(s) && !enough, &keys, || {
        format!(
            "{memory} KiB with {passes} passes is too weak for mode = \"production\"; \
             write at least 19456 with 2 passes, or 47104 with 1"
        )
    })
}

fn development_stays_at_home(s: &Settings) -> Option<Clash> {
    let listen = s.server.listen;
    let wrong = s.mode == Mode::Development && !listen.get().ip().to_canonical().is_loopback();
    clash(wrong, &["server.listen", "mode"], || {
        format!(
            "{listen} is open to others; mode = \"development\" listens on loopback only, e.g. 127.0.0.1:8001"
        )
    })
}

fn operations_stay_at_home(s: &Settings) -> Option<Clash> {
    let listen = s.server.ops_listen;
    clash(!listen.get().ip().to_canonical().is_loopback(), &["server.ops_listen"], || {
        format!("{listen} is open to others; metrics and health are for loopback only, e.g. 127.0.0.1:8002")
    })
}

fn addresses_differ(s: &Settings) -> Option<Clash> {
    let (main, ops) = (s.server.listen.get(), s.server.ops_listen.get());
    let shared = main.ip() == ops.ip() || main.ip().is_unspecified();
    clash(
        shared && main.port() == ops.port() && main.port() != 0,
        &["server.ops_listen", "server.listen"],
        || format!("{ops} is taken by server.listen; write another port"),
    )
}

fn one_client_is_not_all(s: &Settings) -> Option<Clash> {
    let (one, all) = (s.edge.connections_per_client.get(), s.edge.connections.get());
    clash(one > all, &["edge.connections_per_client", "edge.connections"], || {
        format!("{one} is more than edge.connections ({all})")
    })
}

fn a_url_fits_its_head(s: &Settings) -> Option<Clash> {
    let (url, head) = (s.edge.url_bytes.get(), s.edge.head_bytes.get());
    clash(url > head, &["edge.url_bytes", "edge.head_bytes"], || {
        format!("{url} is more than edge.head_bytes ({head}), which holds the URL too")
    })
}

fn a_body_fits_the_store(s: &Settings) -> Option<Clash> {
    let (one, all) = (s.body.max_bytes.get(), s.body.held_bytes.get());
    clash(one > all, &["body.held_bytes", "body.max_bytes"], || {
        format!("{all} is less than body.max_bytes ({one}): the largest body would never fit")
    })
}

fn an_access_token_dies_first(s: &Settings) -> Option<Clash> {
    let (access, refresh) = (s.auth.access_token, s.auth.refresh_token);
    clash(access.get() >= refresh.get(), &["auth.access_token", "auth.refresh_token"], || {
        format!("{access} must be less than auth.refresh_token ({refresh})")
    })
}

fn a_page_fits(s: &Settings) -> Option<Clash> {
    let (usual, most) = (s.market.page_default.get(), s.market.page_max.get());
    clash(usual > most, &["market.page_default", "market.page_max"], || {
        format!("{usual} is more than market.page_max ({most})")
    })
}

fn lanes_have_memory(s: &Settings) -> Option<Clash> {
    let (memory, lanes) = (s.password.argon2_memory_kib.get(), s.password.argon2_lanes.get());
    clash(memory < 8 * lanes, &["password.argon2_memory_kib", "password.argon2_lanes"], || {
        format!("{memory} KiB is too little for {lanes} lanes; write at least {}", 8 * lanes)
    })
}

fn keys_overlap_less_than_they_last(s: &Settings) -> Option<Clash> {
    let (overlap, rotation) = (s.auth.key_overlap, s.auth.key_rotation);
    let short = overlap.get() + s.auth.access_token.get() >= rotation.get();
    clash(short, &["auth.key_overlap", "auth.key_rotation"], || {
        format!("{overlap} and auth.access_token must be less than auth.key_rotation ({rotation}) together")
    })
}

fn a_session_is_idle_before_it_ends(s: &Settings) -> Option<Clash> {
    let (idle, absolute) = (s.session.idle, s.session.absolute);
    clash(idle.get() > absolute.get(), &["session.idle", "session.absolute"], || {
        format!("{idle} is more than session.absolute ({absolute})")
    })
}

fn mail_has_a_sender(s: &Settings) -> Option<Clash> {
    let wrong = s.mail.url.get().is_some() && s.mail.from.get().is_none();
    clash(wrong, &["mail.from", "mail.url"], || {
        "mail.url is set, and letters need a sender; write e.g. \"Aspis <aspis@example.com>\"".into()
    })
}

fn one_key_seals(s: &Settings) -> Option<Clash> {
    let wrong = s.store.secrets_key.get().is_some() && s.store.secrets_key_file.get().is_some();
    clash(wrong, &["store.secrets_key", "store.secrets_key_file"], || {
        "store.secrets_key_file is set, too; name one of the two".into()
    })
}

fn a_sealed_backup_has_a_phrase(s: &Settings) -> Option<Clash> {
    let (text, file) = (s.backup.passphrase.get().is_some(), s.backup.passphrase_file.get().is_some());
    let keys = ["backup.passphrase", "backup.passphrase_file", "backup.encrypt"];
    clash((s.backup.encrypt && !text && !file) || (text && file), &keys, || {
        if text {
            "backup.passphrase_file is set, too; name one of the two".into()
        } else {
            "backup.encrypt needs a passphrase; write it here, or name a file that holds it in backup.passphrase_file"
                .into()
        }
    })
}
