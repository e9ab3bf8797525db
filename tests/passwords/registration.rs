//! Registration where there is mail: nobody but the owner of an address learns whether it has an account.

use serde_json::{Value, json};

use super::{ADA, LOGIN, MAIL, OTHER, refused, times};
use crate::shop::{PASSWORD, Reply, Shop};

const REGISTER: &str = "/api/v1/auth/register";

fn person(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password, "full_name": "Somebody Else"})
}

async fn register(shop: &Shop, from: &str, email: &str, password: &str) -> Reply {
    shop.at(from).post(REGISTER, &person(email, password)).await
}

#[tokio::test]
async fn a_new_and_a_taken_address_are_answered_alike() {
    let shop = Shop::endless(&MAIL).await;
    let new = register(&shop, "192.0.2.1", ADA, PASSWORD).await;
    let taken = register(&shop, "192.0.2.2", "ADA@example.ORG", OTHER).await;
    let gist = |reply: &Reply| {
        let fields = reply.headers().filter(|(name, _)| *name != "x-request-id");
        (
            reply.status(),
            reply.text(),
            fields.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>(),
        )
    };
    assert_eq!((new.status(), new.text().as_str()), (202, ""));
    assert_eq!(gist(&new), gist(&taken));
    // The letters differ, and each goes to the owner of the address.
    let letters = shop.letters().await;
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters.iter().all(|letter| letter.to == ADA));
    assert_ne!(
        (&letters[0].subject, letters[0].text.expose()),
        (&letters[1].subject, letters[1].text.expose())
    );
    for letter in &letters {
        let text = letter.text.expose();
        assert!(![PASSWORD, OTHER, "Somebody Else"].iter().any(|word| text.contains(word)), "{text}");
    }
    // The account is the first one's still.
    assert_eq!(times(&shop, "user_registered"), 1);
    let login = async |password: &str| {
        shop.caller().post(LOGIN, &json!({"email": ADA, "password": password})).await.status()
    };
    assert_eq!((login(OTHER).await, login(PASSWORD).await), (401, 200));
}

/// What counts is what was asked for: else the next registration of the same client would tell.
#[tokio::test]
async fn the_next_registration_does_not_tell_whether_the_last_was_taken() {
    let mut thirds = Vec::new();
    for other_is_there in [false, true] {
        let shop = Shop::endless(&MAIL).await;
        if other_is_there {
            assert_eq!(register(&shop, "192.0.2.9", ADA, PASSWORD).await.status(), 202);
        }
        for email in ["one@example.org", ADA] {
            assert_eq!(register(&shop, "192.0.2.1", email, PASSWORD).await.status(), 202);
        }
        let third = register(&shop, "192.0.2.1", "two@example.org", PASSWORD).await;
        thirds.push(third.refusal());
    }
    assert_eq!(thirds, vec![refused(401, "challenge_required"); 2]);
}

#[tokio::test]
async fn what_is_wrong_in_itself_is_said_at_once() {
    let shop = Shop::endless(&[&MAIL[..], &["safeguards.inspect=observe"]].concat()).await;
    register(&shop, "192.0.2.1", ADA, PASSWORD).await;
    let before = shop.letters().await.len();
    for email in [ADA, "new@example.org"] {
        let weak = register(&shop, "192.0.2.2", email, "iloveyou").await;
        assert_eq!(weak.refusal(), refused(400, "weak_password"));
        let markup = json!({"email": email, "password": PASSWORD, "full_name": "<b>"});
        let markup = shop.at("192.0.2.3").post(REGISTER, &markup).await;
        assert_eq!(markup.refusal(), refused(400, "markup_in_name"));
    }
    for email in ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org", "no address"]
    {
        let wrong = register(&shop, "192.0.2.4", email, PASSWORD).await;
        assert_eq!(wrong.status(), 400, "{email:?}: {}", wrong.text());
    }
    assert_eq!(shop.letters().await.len(), before);
}
