//! Who is excused from a rule, for a time.

use aspis_core::{
    block,
    exemption::{Exemption, Scope, Whom},
    ids::{AccountId, ExemptionId, KeyId},
};
use uuid::Uuid;

use super::at;
use crate::Durable;

fn exemption(n: u128, whom: Whom, scope: &str, until: i64) -> Exemption {
    Exemption {
        id: ExemptionId(Uuid::from_u128(n)),
        whom,
        scope: Scope::parse(scope).expect("a scope"),
        since: at(i64::try_from(n).expect("few")),
        until: at(until),
        why: "a 'load' test; DROP".to_owned(),
        who: "ada (1000)".to_owned(),
    }
}

fn three() -> [Exemption; 3] {
    let network = block::parse("2001:db8::/48").expect("a network");
    [
        exemption(1, Whom::Client(network), "rate", 100),
        exemption(2, Whom::Account(AccountId(Uuid::from_u128(9))), "rate.prices", 50),
        exemption(3, Whom::Key(KeyId(Uuid::from_u128(8))), "sqli.tokens", 200),
    ]
}

/// They come back as they were, and end by themselves or by hand, once.
pub(super) async fn exemptions_end(home: Durable) {
    let all = three();
    for one in &all {
        assert!(home.exemptions.exempt(one, 10).await.expect("stored"));
    }
    assert_eq!(home.exemptions.exemptions(at(4)).await.expect("stored"), all);
    assert_eq!(home.exemptions.exemptions(at(50)).await.expect("stored"), [all[0].clone(), all[2].clone()]);
    let over = home.exemptions.sweep_exemptions(at(50)).await.expect("stored");
    assert_eq!(over, [all[1].clone()]);
    assert!(home.exemptions.sweep_exemptions(at(50)).await.expect("stored").is_empty());
    let ended = home.exemptions.end_exemption(all[2].id, at(60)).await.expect("stored");
    assert_eq!(ended, Some(all[2].clone()));
    assert_eq!(home.exemptions.end_exemption(all[2].id, at(61)).await.expect("stored"), None);
    assert_eq!(home.exemptions.end_exemption(all[0].id, at(100)).await.expect("stored"), None, "over");
}

/// There are never more than the most; those that are over make room.
pub(super) async fn exemptions_are_few(home: Durable) {
    let [first, second, third] = three();
    assert!(home.exemptions.exempt(&second, 2).await.expect("stored"));
    assert!(home.exemptions.exempt(&first, 2).await.expect("stored"));
    assert!(!home.exemptions.exempt(&third, 2).await.expect("stored"));
    let later = Exemption { since: at(60), ..third };
    assert!(home.exemptions.exempt(&later, 2).await.expect("stored"));
}
