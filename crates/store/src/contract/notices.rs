//! What the owner of an account should know.

use aspis_core::ids::{AccountId, NoticeId};
use uuid::Uuid;

use super::{at, with, with_account};
use crate::{
    Durable,
    notices::{MOST, Notice},
};

/// Two have the same moment each: the identifier tells their order.
fn notice(n: usize, account: AccountId) -> Notice {
    Notice {
        id: NoticeId(Uuid::from_u128((account.0.as_u128() << 64) + n as u128)),
        account,
        kind: "new_device".to_owned(),
        at: at(i64::try_from(n / 2).unwrap_or(0)),
        client: n.is_multiple_of(2).then(|| "192.0.2.1".to_owned()),
        agent: n.is_multiple_of(3).then(|| "<b>an agent</b>".to_owned()),
        text: n.is_multiple_of(5).then(|| "Ada's \"words\"\nand more".to_owned()),
    }
}

pub(super) async fn the_newest_are_kept(home: Durable) {
    let (ada, eve) = (with_account(&home).await, with(&home, 2).await);
    home.notices.notify(notice(0, eve)).await.expect("stored");
    for n in (2..MOST + 5).rev().chain([1, 0]) {
        home.notices.notify(notice(n, ada)).await.expect("stored");
    }
    let kept = home.notices.notices(ada, usize::MAX).await.expect("read");
    let newest: Vec<_> = (5..MOST + 5).rev().map(|n| notice(n, ada)).collect();
    assert!(kept == newest, "the newest {MOST}, newest first");
    assert_eq!(home.notices.notices(ada, 3).await.expect("read"), newest[..3]);
    assert!(home.notices.notices(ada, 0).await.expect("read").is_empty());
    assert_eq!(home.notices.notices(eve, 9).await.expect("read"), [notice(0, eve)], "another's stay");
}
