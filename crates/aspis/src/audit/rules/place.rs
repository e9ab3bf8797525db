//! Where the server stands: folder, files, user, addresses, proxies, certificate.

use super::{Facts, Look, Rule, Severity, found, listed, seen};
use crate::{
    settings::{Mode, Settings},
    words::counted,
};

const AREA: &str = "place";
/// Days below which a certificate should have been renewed.
const SOON: i64 = 14;
/// Files beside connections: the database, logs, listeners.
const SPARE: u64 = 100;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "folder_open",
        area: AREA,
        severity: Severity::High,
        why: "who can enter the data folder can speak to the server as its operator, and read its keys",
        mend: "chmod 700 on the data folder (server.data)",
        look: |facts| {
            let open = facts.disk.folder_mode.filter(|mode| mode & 0o077 != 0);
            open.map_or(Look::Fine, |mode| Look::Found(format!("the data folder has mode {mode:04o}")))
        },
    },
    Rule {
        id: "file_open",
        area: AREA,
        severity: Severity::High,
        why: "the database and the files beside it hold signing keys, and the secrets of authenticators",
        mend: "chmod 600 on these files, and 700 on folders",
        look: |facts| {
            let open = &facts.disk.open_files;
            found(!open.is_empty(), || format!("others may use: {}", listed(open)))
        },
    },
    Rule {
        id: "runs_as_root",
        area: AREA,
        severity: Severity::Medium,
        why: "what breaks into the process has the whole machine",
        mend: "run it as a user of its own: deploy/systemd does",
        look: |facts| found(facts.disk.is_root, || "root owns the data folder or runs this".to_owned()),
    },
    Rule {
        id: "development_in_public",
        area: AREA,
        severity: Severity::High,
        why: "development has a demo account, asks operators for no second factor, and passes plain http",
        mend: "mode = \"production\"",
        look: |facts| {
            let own = &facts.settings;
            let public = !own.server.trusted_proxies.is_empty() || own.speaks_tls() || is_named(own);
            let wrong = own.mode == Mode::Development && public;
            found(wrong, || {
                "mode is \"development\", and a proxy, a certificate or a public address is set".into()
            })
        },
    },
    Rule {
        id: "proxies_wide",
        area: AREA,
        severity: Severity::High,
        why: "whoever is in these networks can say who calls: limits, locks and blocks are counted by that",
        mend: "name the addresses of the proxies alone: server.trusted_proxies = [\"10.0.0.2\"]",
        look: |facts| {
            let wide = facts.settings.server.trusted_proxies.as_slice().iter().filter(|net| is_wide(net));
            let wide: Vec<String> = wide.map(ToString::to_string).collect();
            found(!wide.is_empty(), || format!("server.trusted_proxies names {}", listed(&wide)))
        },
    },
    Rule {
        id: "public_url_unset",
        area: AREA,
        severity: Severity::Low,
        why: "links in letters and proofs of keys then go by the Host header, and there are no passkeys",
        mend: "server.public_url = \"https://api.example.com\"",
        look: |facts| {
            let wrong = facts.settings.mode == Mode::Production && !is_named(&facts.settings);
            found(wrong, || "server.public_url is empty".to_owned())
        },
    },
    Rule {
        id: "certificate_ends",
        area: AREA,
        severity: Severity::High,
        why: "clients refuse a certificate that has ended",
        mend: "renew tls.certificate; where acme.domains fetches it, the server log says why it was not",
        look: |facts| {
            seen(&facts.certificate, |days| match days {
                Some(days) if *days < 0 => Look::Found("the certificate has ended".to_owned()),
                Some(days) if *days < SOON => {
                    Look::Found(format!("the certificate ends in {}", counted(days, "day", "days")))
                }
                _ => Look::Fine,
            })
        },
    },
    Rule {
        id: "file_limit",
        area: AREA,
        severity: Severity::Low,
        why: "each connection is an open file: the server lowers its own number of connections to what fits",
        mend: "LimitNOFILE=65536 in the unit, or a lower edge.connections",
        look: |facts| {
            let wanted = facts.settings.edge.connections.get() as u64 + SPARE;
            let limit = facts.disk.file_limit;
            found(limit < wanted, || {
                format!("{limit} files may be open, and edge.connections wants {wanted}")
            })
        },
    },
    Rule {
        id: "clock",
        area: AREA,
        severity: Severity::High,
        why: "tokens, windows, locks and the log live by the clock",
        mend: "set the clock right, and keep it right by NTP",
        look: clock,
    },
    Rule {
        id: "security_contact_unset",
        area: AREA,
        severity: Severity::Low,
        why: "who finds a weakness does not know whom to tell",
        mend: "server.security_contact = [\"mailto:security@example.com\"]",
        look: |facts| {
            let own = &facts.settings;
            let wrong = own.mode == Mode::Production && own.server.security_contact.as_slice().is_empty();
            found(wrong, || "server.security_contact is empty".to_owned())
        },
    },
];

fn is_named(settings: &Settings) -> bool {
    settings.server.public_url.get().is_some()
}

/// More than 65,536 private addresses, or more of the others than the networks of a large CDN have.
fn is_wide(network: &ipnet::IpNet) -> bool {
    let least = match network {
        ipnet::IpNet::V4(net) if net.addr().is_private() || net.addr().is_loopback() => 16,
        ipnet::IpNet::V4(_) => 12,
        ipnet::IpNet::V6(net) if net.addr().is_unique_local() => 48,
        ipnet::IpNet::V6(_) => 29,
    };
    network.prefix_len() < least
}

/// How far the newest event may be ahead.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(300);

fn clock(facts: &Facts) -> Look {
    seen(&facts.chain, |chain| match chain {
        super::super::facts::Chain::Whole(Some(newest)) => found(newest.since(facts.now) > AHEAD, || {
            format!("it is {} here, and the newest event of the log is of {newest}", facts.now)
        }),
        _ => Look::Fine,
    })
}
