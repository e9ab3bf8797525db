//! Which passwords there can be.

use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

fn person(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password, "full_name": "Augusta Kingsley"})
}

async fn open() -> Shop {
    Shop::lenient(&[]).await
}

async fn register(shop: &Shop, email: &str, password: &str) -> Reply {
    shop.caller().post("/api/v1/auth/register", &person(email, password)).await
}

async fn login(shop: &Shop, email: &str, password: &str) -> u16 {
    shop.caller().post("/api/v1/auth/login", &json!({"email": email, "password": password})).await.status()
}

#[tokio::test]
async fn an_easy_password_is_refused_with_a_reason_that_does_not_repeat_it() {
    let shop = open().await;
    let easy = [
        "12345678",
        "qwertyuiop",
        "iloveyou",
        "letmein123",
        "trustno1",
        "monkey123",
        "abcdefgh",
        "11111111",
        "asdfghjkl",
        "dragon12",
        "baseball1",
        "sunshine1",
        "zxcvbnm1",
        "qazwsxedc",
        "kingsley",
        "augusta1",
        "ada@example.org",
        "exampleada",
        "00000000",
        "aspis123",
    ];
    for password in easy {
        let reply = register(&shop, "ada@example.org", password).await;
        assert_eq!(reply.refusal(), (400, "weak_password".into()), "{password}");
        assert_eq!(reply.fields(), ["password"]);
        assert!(!reply.text().contains(password), "{}", reply.text());
        assert!(reply.json()["errors"][0]["detail"].as_str().unwrap().len() > 20, "{}", reply.text());
    }
    assert_eq!(shop.events(), Vec::<&str>::new(), "a typing error is no attack");
}

#[tokio::test]
async fn length_is_eight_to_a_hundred_and_twenty_eight_code_points() {
    let shop = open().await;
    let wide = |count: usize| "ü7Ω漢é🛡ñ9".chars().cycle().take(count).collect::<String>();
    for (length, status) in [(1, 400), (7, 400), (128, 201), (129, 400), (1000, 400)] {
        let reply = register(&shop, &format!("w{length}@example.org"), &wide(length)).await;
        assert_eq!(reply.status(), status, "{length}: {}", reply.text());
        let plain: String = "violet harbour 17 lanterns ".chars().cycle().take(length).collect();
        let reply = register(&shop, &format!("p{length}@example.org"), &plain).await;
        assert_eq!(reply.status(), status, "{length}: {}", reply.text());
    }
}

#[tokio::test]
async fn nothing_is_cut_off_a_long_password() {
    let shop = open().await;
    let base = "violet harbour 17 lanterns and a very long tail of words that never ends 42!";
    assert!(base.len() > 72);
    let (one, other) = (format!("{base} one"), format!("{base} two"));
    assert_eq!(register(&shop, "ada@example.org", &one).await.status(), 201);
    assert_eq!(login(&shop, "ada@example.org", &other).await, 401);
    assert_eq!(login(&shop, "ada@example.org", base).await, 401);
    assert_eq!(login(&shop, "ada@example.org", &one).await, 200);
}

#[tokio::test]
async fn every_character_of_a_password_counts() {
    let shop = open().await;
    let passwords = [
        "Grüße aus Köln 1848",
        "пароль сложный 19",
        "correct 馬 battery 釘",
        "tab\tand nul\u{0} inside 9x",
        "🛡️ aspis shield ⚔ 77",
        "' OR '1'='1' -- x9",
    ];
    for (at, password) in passwords.into_iter().enumerate() {
        let email = format!("p{at}@example.org");
        let made = register(&shop, &email, password).await;
        assert_eq!(made.status(), 201, "{password:?}: {}", made.text());
        assert_eq!(login(&shop, &email, password).await, 200, "{password:?}");
        assert_eq!(login(&shop, &email, password.trim_end_matches(|_| true)).await, 401);
        assert_eq!(login(&shop, &email, &format!("{password} ")).await, 401, "{password:?}");
        assert_eq!(login(&shop, &email, &password.to_uppercase()).await, 401, "{password:?}");
    }
}
