//! Under attack: when it begins and ends, and what it means for strangers, members and operators.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::crowd::House;
use crate::shop::{
    Caller, PASSWORD, Reply, Shop,
    solver::{proof, sum},
};

const PRICE: &str = "/api/v1/price/BTC";

fn asked() -> (u16, String) {
    (401, "challenge_required".to_owned())
}

fn turns(shop: &Shop) -> Vec<&'static str> {
    shop.events().into_iter().filter(|word| word.starts_with("under_attack")).collect()
}

fn gauge(shop: &Shop) -> bool {
    shop.app.metrics.render().contains("\naspis_under_attack 1\n")
}

/// With the solution of the challenge that a refusal brought.
fn solving<'a>(caller: &Caller<'a>, refused: &Reply) -> Caller<'a> {
    caller.clone().with("aspis-challenge", &proof(&refused.json()["challenge"]))
}

#[tokio::test]
async fn ten_seconds_of_a_full_house_begin_it_and_five_quiet_minutes_end_it() {
    let house = House::open(&[]).await;
    let crowd = house.fill(8).await;
    house.pass(9);
    assert_eq!((turns(&house.shop), gauge(&house.shop)), (vec![], false));
    assert_eq!(house.stranger().get(PRICE).await.status(), 200);
    house.pass(1);
    assert_eq!((turns(&house.shop), gauge(&house.shop)), (vec!["under_attack_began"], true));
    house.pass(900);
    assert_eq!(turns(&house.shop).len(), 1, "it is told once");
    assert_eq!(house.stranger().get(PRICE).await.refusal(), asked());
    drop(crowd);
    house.pass(299);
    assert_eq!((turns(&house.shop).len(), house.stranger().get(PRICE).await.refusal()), (1, asked()));
    house.pass(1);
    assert_eq!(turns(&house.shop), ["under_attack_began", "under_attack_ended"]);
    assert!(!gauge(&house.shop));
    let free = house.stranger().get(PRICE).await;
    assert_eq!((free.status(), free.header("ratelimit-policy")), (200, Some("\"prices\";q=60;w=60")));
}

/// Many requests that are answered at once are a good day.
#[tokio::test]
async fn a_rate_alone_never_begins_it() {
    let house = House::open(&["rate.prices=60000/minute"]).await;
    let _nearly = house.fill(7).await;
    for _ in 0..20 {
        let stranger = house.stranger();
        let reads = (0..50).map(|_| Box::pin(stranger.get(PRICE)));
        assert!(join_all(reads).await.iter().all(|reply| reply.status() == 200));
        house.pass(1);
    }
    assert_eq!(turns(&house.shop), Vec::<&str>::new());
}

#[tokio::test]
async fn every_class_tightens_for_all_but_operators_and_says_so() {
    let house = House::open(&[]).await;
    let (ada, op) = (house.member("ada@example.org").await, house.operator().await);
    // A token that was never seen is nobody's until its signature was checked, and its client's window comes first.
    assert_eq!(op.get(PRICE).await.status(), 200);
    house.attack().await;
    let said = async |caller: &Caller<'_>, path: &str| {
        caller.get(path).await.header("ratelimit-policy").unwrap_or_default().to_owned()
    };
    assert_eq!(said(&house.stranger(), PRICE).await, "\"prices\";q=30;w=60");
    assert_eq!(said(&house.stranger(), "/docs").await, "\"static\";q=300;w=60");
    assert_eq!(said(&ada, PRICE).await, "\"prices\";q=30;w=60");
    assert_eq!(said(&ada, "/api/v1/auth/me").await, "\"default\";q=30;w=60");
    assert_eq!(said(&op, PRICE).await, "\"prices\";q=60;w=60");
    for _ in 0..28 {
        assert_eq!(ada.get(PRICE).await.status(), 200);
    }
    let refused = ada.get(PRICE).await;
    assert_eq!(refused.refusal(), (429, "rate_limited".into()));
    assert_eq!(refused.header("ratelimit-policy"), Some("\"prices\";q=30;w=60"));
    for _ in 0..50 {
        assert_eq!(op.get(PRICE).await.status(), 200);
    }
}

#[tokio::test]
async fn a_solved_challenge_opens_one_class_to_one_client_for_ten_minutes() {
    let house = House::open(&[]).await;
    let _crowd = house.fill(8).await;
    house.pass(10);
    let (stranger, other) = (house.stranger(), house.shop.at("203.0.113.8"));
    let refused = stranger.get(PRICE).await;
    assert_eq!(refused.refusal(), asked());
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    let solving = solving(&stranger, &refused);
    assert_eq!(solving.get(PRICE).await.status(), 200);
    for path in [PRICE, "/api/v1/assets", "/api/v1/history/BTC"] {
        assert_eq!(stranger.get(path).await.status(), 200, "{path}: the class is open");
    }
    let predict = async |caller: &Caller<'_>| caller.call("POST", "/api/v1/predict/BTC", "").await;
    assert_eq!(predict(&stranger).await.refusal(), asked(), "another class");
    assert_eq!(predict(&solving).await.refusal(), asked(), "a solution is good once");
    assert_eq!(other.get(PRICE).await.refusal(), asked(), "another client");
    let stolen = other.clone().with("aspis-challenge", &proof(&predict(&stranger).await.json()["challenge"]));
    assert_eq!(stolen.get(PRICE).await.refusal(), asked(), "somebody else's solution");
    house.pass(599);
    assert_eq!(stranger.get(PRICE).await.status(), 200);
    house.pass(1);
    assert_eq!(stranger.get(PRICE).await.refusal(), asked());
}

/// A page that sends six calls at once with the one solution it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_at_once_with_one_solution_are_all_let_in() {
    let house = House::attacked(&[]).await;
    let stranger = house.stranger();
    let solving = solving(&stranger, &stranger.get(PRICE).await);
    let replies = join_all((0..6).map(|_| Box::pin(solving.get(PRICE)))).await;
    assert_eq!(replies.iter().map(Reply::status).collect::<Vec<_>>(), [200; 6]);
}

#[tokio::test]
async fn what_is_no_solution_opens_nothing_and_soon_nothing_is_looked_at() {
    let house = House::attacked(&[]).await;
    let stranger = house.stranger();
    let good = proof(&stranger.get(PRICE).await.json()["challenge"]);
    let login = proof(&stranger.get("/api/v1/auth/challenge").await.json());
    let twice = stranger.clone().with("aspis-challenge", &good).with("aspis-challenge", &good);
    assert_eq!(twice.get(PRICE).await.refusal(), asked(), "which of them?");
    for malformed in ["", "{}", "no solution", &"A".repeat(3000)] {
        let refused = stranger.clone().with("aspis-challenge", malformed).get(PRICE).await;
        assert_eq!(refused.refusal(), (400, "malformed_request".into()), "{malformed}");
    }
    for wrong in ["x", "a:1", &login, &good[1..]] {
        let refused = stranger.clone().with("aspis-challenge", wrong).get(PRICE).await;
        assert_eq!(refused.refusal(), asked(), "{wrong}");
        assert!(refused.json()["challenge"]["parameters"].is_object());
    }
    let by_sum = sum(&stranger, "api").await;
    assert_eq!(stranger.clone().with("aspis-challenge", &by_sum).get(PRICE).await.status(), 200);
    let other = house.shop.at("203.0.113.8").with("aspis-challenge", "x");
    for _ in 0..30 {
        assert_eq!(other.get(PRICE).await.refusal(), asked());
    }
    assert_eq!(other.get(PRICE).await.refusal(), (429, "rate_limited".into()));
}

#[tokio::test]
async fn what_one_needs_to_get_in_stays_open() {
    let house = House::attacked(&[]).await;
    let stranger = house.stranger();
    for path in ["/docs", "/openapi.json", "/.well-known/jwks.json", "/api/v1/auth/challenge?purpose=api"] {
        assert_eq!(stranger.get(path).await.status(), 200, "{path}");
    }
    assert_eq!(stranger.get("/api/v1/auth/me").await.refusal(), (401, "credentials_required".into()));
    assert_eq!(stranger.get("/api/v1/nothing").await.refusal(), (404, "not_found".into()));
    let asked_for_a_passkey = stranger.call("POST", "/api/v1/auth/passkeys/options", "").await;
    assert_eq!(asked_for_a_passkey.refusal(), asked());
}

#[tokio::test]
async fn members_pass() {
    let house = House::open(&[]).await;
    let tokens = house.shop.tokens("ada@example.org").await;
    let token = tokens["access_token"].as_str().unwrap();
    house.attack().await;
    let ada = house.shop.caller().token(token);
    for path in [PRICE, "/api/v1/portfolio", "/api/v1/auth/me"] {
        assert_ne!(ada.get(path).await.status(), 401, "{path}");
    }
    let renewed = house
        .stranger()
        .post("/api/v1/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]}))
        .await;
    assert_eq!(renewed.status(), 200, "{}", renewed.text());
}

fn with(mut body: Value, name: &str, value: &str) -> Value {
    body[name] = value.into();
    body
}

#[tokio::test]
async fn signing_in_takes_a_challenge_but_from_a_known_device() {
    let house = House::open(&[]).await;
    let device = house.shop.tokens("ada@example.org").await["device_token"].as_str().unwrap().to_owned();
    house.attack().await;
    let (there, path) = (house.stranger(), "/api/v1/auth/login");
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let refused = there.post(path, &login).await;
    assert_eq!(refused.refusal(), asked());
    let wrong = json!({"email": "nobody@example.org", "password": "wrong"});
    assert_eq!(there.post(path, &wrong).await.refusal(), asked(), "the same for a name that nobody has");
    let solved = with(login.clone(), "challenge", &proof(&refused.json()["challenge"]));
    assert_eq!(there.post(path, &solved).await.status(), 200);
    assert_eq!(there.post(path, &with(login, "device_token", &device)).await.status(), 200);
}

#[tokio::test]
async fn registering_takes_a_challenge() {
    let house = House::attacked(&[]).await;
    let (there, path) = (house.stranger(), "/api/v1/auth/register");
    let person = json!({"email": "new@example.org", "password": PASSWORD, "full_name": "New"});
    let refused = there.post(path, &person).await;
    assert_eq!(refused.refusal(), asked());
    let solved = with(person, "challenge", &proof(&refused.json()["challenge"]));
    assert_eq!(there.post(path, &solved).await.status(), 201);
}
