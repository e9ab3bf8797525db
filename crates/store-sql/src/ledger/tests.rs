use aspis_core::{money::Fixed, refusal::Code};
use aspis_store::{
    Ledger,
    ledger::{Audit, Order},
};

use crate::tests::{Home, fixed, purchase};

async fn audit(home: &Home) -> Audit {
    home.sql.audit().await.unwrap()
}

#[tokio::test]
async fn an_audit_notices_what_was_done_behind_its_back() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    home.sql.place(purchase(1, ada, "3")).await.unwrap().unwrap().answer.unwrap();
    assert_eq!(audit(&home).await, Audit { entries: 2, ..Audit::default() });

    home.tamper("UPDATE balance SET amount = amount + 1 WHERE asset = '$USD'").await;
    assert_eq!(audit(&home).await, Audit { entries: 2, drifted: 1, ..Audit::default() });
    home.tamper("DELETE FROM balance WHERE asset = 'BTC'").await;
    assert_eq!(audit(&home).await.drifted, 2, "a balance that is gone");
    home.tamper("UPDATE posting SET amount = amount + 1 WHERE owner <> 'house' AND amount = -300000000")
        .await;
    let found = audit(&home).await;
    assert_eq!((found.unbalanced, found.drifted), (1, 1), "one lie covers the other up, not the entry");
    home.tamper("DELETE FROM posting WHERE asset = 'BTC' OR amount < 0").await;
    home.tamper("PRAGMA ignore_check_constraints = ON; UPDATE balance SET amount = -1").await;
    assert_eq!(audit(&home).await.negative, 1);
}

#[tokio::test]
async fn an_entry_without_postings_is_not_balanced() {
    let home = Home::new().await;
    home.account(1, "0").await;
    home.tamper("DELETE FROM posting").await;
    assert_eq!(audit(&home).await.unbalanced, 1);
}

#[tokio::test]
async fn what_the_house_owes_may_outgrow_64_bits() {
    let home = Home::new().await;
    let most = Fixed::MAX.to_string();
    for n in 1..=5 {
        let account = home.account(n, &most).await;
        home.sql.place(purchase(n, account, "0.00000001")).await.unwrap().unwrap().answer.unwrap();
    }
    assert_eq!(audit(&home).await, Audit { entries: 10, ..Audit::default() });
    home.tamper("UPDATE posting SET amount = amount + 1 WHERE owner = 'house' AND asset = 'BTC'").await;
    assert_eq!(audit(&home).await.unbalanced, 5);
}

#[tokio::test]
async fn an_order_for_nothing_moves_nothing() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    for (n, units) in [(1, 0), (2, -1), (3, i64::MIN)] {
        let wrong = Fixed::from_units(units);
        for order in [
            Order { total: wrong, ..purchase(n, ada, "1") },
            Order { quantity: wrong, key: format!("q{n}"), ..purchase(n, ada, "1") },
        ] {
            assert_eq!(home.sql.place(order).await.unwrap().unwrap().answer, Err(Code::TotalOutOfRange));
        }
    }
    assert_eq!(home.sql.balances(ada).await.unwrap().cash, fixed("10"));
    assert_eq!(audit(&home).await, Audit { entries: 1, ..Audit::default() });
}

#[tokio::test]
async fn one_key_sent_at_once_is_one_order() {
    let home = Home::new().await;
    let ada = home.account(1, "100").await;
    let (sql, mut set) = (std::sync::Arc::new(home.sql), tokio::task::JoinSet::new());
    for n in 1..=50 {
        let (sql, order) = (sql.clone(), Order { key: "same".to_owned(), ..purchase(n, ada, "1") });
        set.spawn(async move { sql.place(order).await.unwrap().unwrap() });
    }
    let placed = set.join_all().await;
    assert_eq!(placed.iter().filter(|placed| !placed.replayed).count(), 1);
    assert!(placed.iter().all(|one| one.answer == placed[0].answer && one.cash == fixed("99")));
}
