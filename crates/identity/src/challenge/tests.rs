//! What is solved opens once, for whom and for what it was issued, and in its time.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use aspis_core::chance::SeededChance;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::*;

mod garbage;
mod nodes;
mod tampering;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// One issuer with cheap keys, one caller, one stream of chance.
struct Desk {
    challenges: Challenges,
    chance: SeededChance,
}

impl Desk {
    fn open() -> Self {
        Self::with(Rules { keys: 256, cost: 3, ..Rules::default() })
    }

    fn with(rules: Rules) -> Self {
        Self { challenges: Challenges::new(Secret::new([7; 32]), rules), chance: SeededChance::new(5) }
    }

    fn proof(&self) -> Value {
        self.challenges.proof(Purpose::Login, client(1), 100, NOW, &self.chance)
    }

    fn math(&self) -> Value {
        self.challenges.math(Purpose::Login, client(1), NOW, &self.chance)
    }

    fn redeem(&self, solution: &str) -> Result<(), ChallengeError> {
        self.redeem_at(solution, NOW)
    }

    fn redeem_at(&self, solution: &str, now: Timestamp) -> Result<(), ChallengeError> {
        self.challenges.redeem(solution, Purpose::Login, client(1), now)
    }
}

fn client(last: u8) -> Client {
    Client::from_ip(IpAddr::V4(Ipv4Addr::new(203, 0, 113, last)))
}

/// What a client does: counts until a key begins as asked, and sends all of it back.
fn solve(challenge: &Value) -> String {
    payload(challenge, &solution(challenge))
}

fn solution(challenge: &Value) -> Value {
    let parameters = &challenge["parameters"];
    let text = |name: &str| parameters[name].as_str().unwrap();
    let bytes = |name| u128::from_str_radix(text(name), 16).unwrap().to_be_bytes();
    let cost = u32::try_from(parameters["cost"].as_u64().unwrap()).unwrap();
    let work = Work::read(cost, text("keyPrefix")).unwrap();
    let key = |counter| aspis_core::hex::encode(&work.key(&bytes("nonce"), &bytes("salt"), counter));
    let counter = (0..1 << 20).find(|counter| key(*counter).starts_with(text("keyPrefix"))).unwrap();
    json!({ "counter": counter, "derivedKey": key(counter), "time": 12.5 })
}

fn payload(challenge: &Value, solution: &Value) -> String {
    STANDARD.encode(json!({ "challenge": challenge, "solution": solution }).to_string())
}

/// What a person does: reads the words.
fn answer(challenge: &Value) -> u16 {
    let words = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
                 sixteen seventeen eighteen nineteen twenty";
    let number =
        |word: &str| u16::try_from(words.split(' ').position(|known| known == word).unwrap()).unwrap();
    let question = challenge["question"].as_str().unwrap();
    let question = question.strip_prefix("What is ").unwrap().strip_suffix('?').unwrap();
    match question.split(' ').collect::<Vec<_>>()[..] {
        [a, "plus", b] => number(a) + number(b),
        [a, "minus", b] => number(a) - number(b),
        [a, "times", b] => number(a) * number(b),
        _ => panic!("{question}"),
    }
}

fn answered(challenge: &Value, answer: impl std::fmt::Display) -> String {
    format!("{}:{answer}", challenge["token"].as_str().unwrap())
}

#[test]
fn a_solved_proof_opens_once() {
    let desk = Desk::open();
    let solution = solve(&desk.proof());
    assert_eq!(desk.redeem(&solution), Ok(()));
    assert_eq!(desk.redeem(&solution), Err(ChallengeError::Used));
}

#[test]
fn a_proof_is_what_the_widget_takes_and_names_nobody() {
    let challenge = Desk::open().proof();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&challenge), ["parameters", "signature"]);
    let parameters = ["algorithm", "cost", "expiresAt", "keyLength", "keyPrefix", "nonce", "salt"];
    assert_eq!(names(&challenge["parameters"]), parameters);
    assert_eq!(challenge["parameters"]["algorithm"], "PBKDF2/SHA-256");
    assert_eq!(challenge["parameters"]["expiresAt"], NOW.seconds() + 300);
    let text = challenge.to_string();
    assert!(!text.contains("203.0.113.1") && !text.contains("cb007101"), "{text}");
}

#[test]
fn a_sum_is_answered_once_and_a_wrong_answer_spends_it() {
    let desk = Desk::open();
    for _ in 0..50 {
        let challenge = desk.math();
        let right = answered(&challenge, format!(" {} ", answer(&challenge)));
        assert_eq!(desk.redeem(&right), Ok(()));
        assert_eq!(desk.redeem(&right), Err(ChallengeError::Used));
    }
    let challenge = desk.math();
    assert_eq!((&challenge["kind"], &challenge["expires_in"]), (&json!("math"), &json!(300)));
    assert_eq!(desk.redeem(&answered(&challenge, answer(&challenge) + 1)), Err(ChallengeError::Wrong));
    assert_eq!(desk.redeem(&answered(&challenge, answer(&challenge))), Err(ChallengeError::Used));
}

#[test]
fn a_wrong_proof_spends_nothing() {
    let desk = Desk::open();
    let challenge = desk.proof();
    let mut wrong = solution(&challenge);
    wrong["counter"] = json!(wrong["counter"].as_u64().unwrap() + 1);
    assert_eq!(desk.redeem(&payload(&challenge, &wrong)), Err(ChallengeError::Wrong));
    wrong["derivedKey"] = json!("ff");
    assert_eq!(desk.redeem(&payload(&challenge, &wrong)), Err(ChallengeError::Wrong));
    assert_eq!(desk.redeem(&solve(&challenge)), Ok(()));
}

#[test]
fn a_challenge_ends_with_its_last_second() {
    let desk = Desk::open();
    let (proof, sum) = (desk.proof(), desk.math());
    let end = NOW.plus(Duration::from_secs(300));
    for solution in [solve(&proof), answered(&sum, answer(&sum))] {
        assert_eq!(desk.redeem_at(&solution, end), Err(ChallengeError::Expired));
        assert_eq!(desk.redeem_at(&solution, Timestamp(end.0 - 1)), Ok(()));
    }
}

#[test]
fn of_a_thousand_at_once_one_succeeds() {
    let desk = Desk::open();
    let sum = desk.math();
    for solution in [solve(&desk.proof()), answered(&sum, answer(&sum))] {
        let won = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    let wins = (0..50).filter(|_| desk.redeem(&solution).is_ok()).count();
                    won.fetch_add(wins, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(won.into_inner(), 1);
    }
}

#[test]
fn a_full_memory_takes_none_and_the_other_kind_goes_on() {
    let desk = Desk::with(Rules { keys: 16, cost: 1, remembered: 2, ..Rules::default() });
    for expected in [Ok(()), Ok(()), Err(ChallengeError::Full)] {
        let sum = desk.math();
        assert_eq!(desk.redeem(&answered(&sum, answer(&sum))), expected);
    }
    assert_eq!(desk.redeem(&solve(&desk.proof())), Ok(()));
}
