//! The certificate of the server's own: its key, its names, its time. When it ends is asked with the place.

use super::{Look, Rule, Severity, found};
use crate::tls::Flaw;

const AREA: &str = "place";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "certificate_refused",
        area: AREA,
        severity: Severity::High,
        why: "the next start is refused, and what is shown now cannot be renewed",
        mend: "put the certificate and its own key at tls.certificate and tls.key, the key with mode 0600; at acme.root an \
               authority's own certificate in PEM form",
        look: |facts| {
            let refused = facts.disk.certificate.refused.clone();
            refused.map_or(Look::Fine, Look::Found)
        },
    },
    Rule {
        id: "certificate_names",
        area: AREA,
        severity: Severity::High,
        why: "clients refuse a certificate that is for others than they called",
        mend: "have it issued for these names, too, or write what clients call into server.public_url and acme.domains",
        look: |facts| flawed(&facts.disk.certificate.flaws, |flaw| matches!(flaw, Flaw::Others { .. })),
    },
    Rule {
        id: "certificate_early",
        area: AREA,
        severity: Severity::High,
        why: "clients refuse a certificate before its time",
        mend: "set the clock right, or use the certificate that is good now until then",
        look: |facts| flawed(&facts.disk.certificate.flaws, |flaw| matches!(flaw, Flaw::Early(_))),
    },
];

fn flawed(flaws: &[Flaw], of: fn(&Flaw) -> bool) -> Look {
    let found_one = flaws.iter().find(|flaw| of(flaw));
    found(found_one.is_some(), || found_one.map(ToString::to_string).unwrap_or_default())
}
