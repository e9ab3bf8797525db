//! Accounts that were imported with bcrypt hashes, and accounts that were disabled.

use aspis_core::{
    ids::{AccountId, TransactionId},
    money::Fixed,
};
use aspis_store::{
    accounts::{Account, NewPassword},
    ledger::Opening,
};

use super::hand::{ADA, LOGIN, WRONG, count, gist, login, open, refusal, wrong};
use crate::shop::{PASSWORD, Reply, Shop};

const SHORT: &str = "violet harbour 17 lanterns";
const LONG: &str = "violet harbour 17 lanterns and a very long tail of words that never ends 42!";
/// Made by another implementation than ours, all of `SHORT`.
const HASHES: [&str; 3] = [
    "$2b$04$abcdefghijklmnopqrstuuzJG4JpGMAsMZ9tdTLqw6RnhJYW69DSC",
    "$2y$05$zyxwvutsrqponmlkjihgfO60WiuIrdFIqY/nfVcMPfA6nDC853ec2",
    "$2a$04$zyxwvutsrqponmlkjihgfOmpFSQ4wh0cRXHoRGXqi5qhZmrJdqFom",
];
/// Of `LONG`, of which bcrypt saw 72 bytes.
const CUT: &str = "$2b$04$abcdefghijklmnopqrstuuiizYvxDp6W1dulukFIIpQ6mSvRufTg.";

async fn stored(shop: &Shop) -> Account {
    shop.store().accounts.by_email(ADA).await.unwrap().unwrap()
}

/// Ada as she was imported; the server starts with her in its database.
async fn imported(hash: &str) -> Shop {
    let shop = open().await;
    shop.member(ADA).await;
    let account = stored(&shop).await.id;
    let new = NewPassword { account, hash: hash.to_owned(), instead_of: None, forget_devices: None };
    assert!(shop.store().accounts.set_password(new).await.unwrap());
    shop.restart().await
}

async fn enter(shop: &Shop, password: &str) -> Reply {
    shop.caller().post(LOGIN, &login(ADA, password)).await
}

#[tokio::test]
async fn a_bcrypt_hash_is_taken_and_replaced() {
    for hash in HASHES {
        let shop = imported(hash).await;
        assert_eq!(enter(&shop, PASSWORD).await.refusal(), refusal(401, "invalid_credentials"), "{hash}");
        assert_eq!(stored(&shop).await.password_hash, hash, "a wrong password replaces nothing");
        assert_eq!(enter(&shop, SHORT).await.status(), 200, "{hash}");
        let now = stored(&shop).await.password_hash;
        assert!(now.starts_with("$argon2id$"), "{now}");
        assert_eq!(count(&shop, "password_hash_upgraded"), 1);
        assert_eq!(enter(&shop, SHORT).await.status(), 200, "{hash}");
        assert_eq!(enter(&shop, &SHORT.to_uppercase()).await.status(), 401, "{hash}");
        assert_eq!(stored(&shop).await.password_hash, now, "replaced once");
    }
}

#[tokio::test]
async fn beyond_72_bytes_bcrypt_is_not_believed() {
    let shop = imported(CUT).await;
    assert!(LONG.len() > 72);
    let other = format!("{}Another end", &LONG[..72]);
    for password in [LONG, &other] {
        assert_eq!(enter(&shop, password).await.refusal(), refusal(401, "invalid_credentials"), "{password}");
    }
    assert_eq!(stored(&shop).await.password_hash, CUT);
}

#[tokio::test]
async fn nothing_after_a_nul_is_overlooked() {
    let shop = imported(HASHES[0]).await;
    for password in [format!("{SHORT}\0"), format!("{SHORT}\0more")] {
        assert_ne!(enter(&shop, &password).await.status(), 200);
    }
    assert_eq!(enter(&shop, SHORT).await.status(), 200);
}

#[tokio::test]
async fn a_hash_that_is_none_lets_nobody_in() {
    for hash in
        ["", "x", "$2x$04$abcdefghijklmnopqrstuuzJG4JpGMAsMZ9tdTLqw6RnhJYW69DSC", "$2b$31$abc", "$1$abc$def"]
    {
        let shop = imported(hash).await;
        for password in [SHORT, "", hash] {
            assert_eq!(
                enter(&shop, password).await.refusal(),
                refusal(401, "invalid_credentials"),
                "{hash:?}"
            );
        }
    }
}

/// Bob, whose account is Ada's but disabled.
async fn disabled(shop: &Shop) {
    let id = |number| uuid::Uuid::from_u128(number);
    let bob = Account {
        id: AccountId(id(1)),
        email: "bob@example.org".to_owned(),
        enabled: false,
        ..stored(shop).await
    };
    let opening = Opening { entry: TransactionId(id(2)), currency: "USD".to_owned(), cash: Fixed::ZERO };
    shop.store().accounts.create(bob, opening).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_disabled_account_answers_like_none_right_or_wrong_open_or_locked() {
    let shop = open().await;
    shop.member(ADA).await;
    disabled(&shop).await;
    let names = ["bob@example.org", "nobody@example.org"];
    let answers = async |from: u8| {
        let mut answers = Vec::new();
        for name in names {
            for password in [PASSWORD, WRONG] {
                let caller = shop.at(&format!("203.0.{from}.{}", answers.len()));
                answers.push(gist(&caller.post(LOGIN, &login(name, password)).await));
            }
        }
        answers
    };
    let open = answers(1).await;
    assert!(open.iter().all(|answer| answer.0 == 401 && *answer == open[0]), "{open:#?}");
    for (network, name) in names.into_iter().enumerate() {
        for host in 1..=3 {
            assert_eq!(wrong(&shop.at(&format!("192.0.{network}.{host}")), name).await.status(), 401);
        }
    }
    let locked = answers(2).await;
    assert!(locked.iter().all(|answer| answer.0 == 423 && *answer == locked[0]), "{locked:#?}");
}
