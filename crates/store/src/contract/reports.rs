//! Reports, and whom to show them to.

use aspis_core::principal::Role;

use super::{account, at, opening};
use crate::Durable;

pub(super) async fn the_newest_report_is_kept(home: Durable) {
    assert_eq!(home.reports.report("quality").await.expect("read"), None);
    for (made, text) in [(1, "{}"), (2, r#"{"it's": "newer"}"#)] {
        home.reports.keep("quality", at(made), text).await.expect("stored");
        let kept = home.reports.report("quality").await.expect("read");
        assert_eq!(kept, Some((at(made), text.to_owned())));
    }
    assert_eq!(home.reports.report("other").await.expect("read"), None);
}

pub(super) async fn operators_are_those_who_may_act(home: Durable) {
    let people =
        [(1, Role::User, true), (2, Role::Admin, true), (3, Role::Admin, false), (4, Role::Admin, true)];
    for (n, role, enabled) in people {
        let person = account(n, &format!("{n}@example.org"));
        let person = crate::accounts::Account { role, enabled, ..person };
        home.accounts.create(person, opening(n)).await.expect("stored").expect("free");
    }
    let operators = home.accounts.operators().await.expect("read");
    assert_eq!(operators.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>(), [2, 4]);
}
