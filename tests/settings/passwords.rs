//! `[password]`: what a password must be, and how it is hashed.

use futures_util::future::join_all;

use super::{PASSWORD, Reply, Shop, json};

async fn register(shop: &Shop, password: &str) -> Reply {
    let email = format!("a{}@example.org", shop.events().len());
    shop.caller()
        .post("/api/v1/auth/register", &json!({"email": email, "password": password, "full_name": "Ada"}))
        .await
}

#[tokio::test]
async fn password_min_length() {
    let shop = Shop::endless(&["password.min_length=20"]).await;
    let short = register(&shop, "kvzq-83-mwtu-41-pxr").await;
    assert_eq!(
        (short.refusal(), short.fields()),
        ((400, "weak_password".into()), vec!["password".to_owned()])
    );
    assert!(short.text().contains("20"), "{}", short.text());
    assert_eq!(register(&shop, "kvzq-83-mwtu-41-pxrb").await.status(), 201);
}

#[tokio::test]
async fn password_max_length() {
    let shop = Shop::endless(&["password.max_length=64"]).await;
    let long = |length: usize| "kvzq-83-mwtu-41-".repeat(5)[..length].to_owned();
    assert_eq!(register(&shop, &long(65)).await.refusal(), (400, "weak_password".into()));
    assert_eq!(register(&shop, &long(64)).await.status(), 201);
}

#[tokio::test]
async fn password_min_score() {
    for (score, password, status) in [
        (0, "password1", 201),
        (2, "password1", 400),
        (2, "kvzq83mw", 201),
        (4, "kvzq83mw", 400),
        (4, PASSWORD, 201),
    ] {
        let shop = Shop::endless(&[&format!("password.min_score={score}")]).await;
        assert_eq!(register(&shop, password).await.status(), status, "{score} {password}");
    }
}

/// How the password of a new account is kept.
async fn kept(setting: &str) -> String {
    let shop = Shop::with(&["password.argon2_memory_kib=1024", setting]).await;
    shop.member("ada@example.org").await;
    shop.app.store.accounts.by_email("ada@example.org").await.unwrap().unwrap().password_hash
}

#[tokio::test]
async fn password_argon2_memory_kib() {
    assert!(kept("password.argon2_memory_kib=2048").await.starts_with("$argon2id$v=19$m=2048,t=1,p=1$"));
}

#[tokio::test]
async fn password_argon2_passes() {
    assert!(kept("password.argon2_passes=3").await.starts_with("$argon2id$v=19$m=1024,t=3,p=1$"));
}

#[tokio::test]
async fn password_argon2_lanes() {
    assert!(kept("password.argon2_lanes=2").await.starts_with("$argon2id$v=19$m=1024,t=1,p=2$"));
}

/// Logins at once, each of which takes a while: how many were told that too many are being checked.
async fn busy(workers: usize, queue: usize) -> usize {
    let settings = [
        "password.argon2_memory_kib=65536".to_owned(),
        "password.argon2_passes=2".to_owned(),
        format!("password.workers={workers}"),
        format!("password.queue={queue}"),
    ];
    let shop = Shop::lenient(&settings.each_ref().map(String::as_str)).await;
    let login = json!({"email": "nobody@example.org", "password": "x"});
    let caller = shop.caller();
    let replies = join_all((0..6).map(|_| caller.post("/api/v1/auth/login", &login))).await;
    for reply in &replies {
        let known = [(401, "invalid_credentials".to_owned()), (503, "server_busy".to_owned())];
        assert!(known.contains(&reply.refusal()), "{}", reply.text());
        assert_eq!(reply.status() == 503, reply.header("retry-after").is_some());
    }
    replies.iter().filter(|reply| reply.status() == 503).count()
}

#[tokio::test]
async fn password_workers() {
    assert_eq!((busy(1, 1).await, busy(6, 1).await), (4, 0));
}

#[tokio::test]
async fn password_queue() {
    assert_eq!((busy(1, 2).await, busy(1, 5).await), (3, 0));
}

#[tokio::test]
async fn password_list() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.txt");
    std::fs::write(&file, "the words of this house 77\n").unwrap();
    for (list, status) in [(file.to_str().unwrap(), 400), ("", 201)] {
        let shop = Shop::endless(&[&format!("password.list={list}")]).await;
        let reply = register(&shop, "the words of this house 77").await;
        assert_eq!(reply.status(), status, "{}", reply.text());
        assert!(status == 201 || reply.code() == "weak_password", "{}", reply.text());
        assert_eq!(register(&shop, PASSWORD).await.status(), 201);
    }
}
