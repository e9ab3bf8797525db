//! Challenges: what opens is one of ours, solved, for the purpose and the client it was issued to, in its time, once.

#![no_main]

use std::{net::Ipv4Addr, sync::LazyLock, time::Duration};

use aspis_core::{chance::SeededChance, client::Client, clock::Timestamp, secret::Secret};
use aspis_fuzz::{
    NOW, choose,
    edit::{edit, edit_text},
    json, solver, text,
};
use aspis_identity::challenge::{ChallengeError, Challenges, Purpose, Rules};
use base64::{Engine, engine::general_purpose::STANDARD};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const RULES: Rules = Rules { keys: 256, cost: 3, lifetime: Duration::from_secs(300), remembered: 8 };
const CLIENT: Client = Client::V4(Ipv4Addr::new(203, 0, 113, 1));
/// What somebody would try who wants an easier or another challenge.
const PIECES: [&str; 10] = [
    "\"cost\":1,",
    "\"keyPrefix\":\"0\",",
    "\"expiresAt\":9999999999,",
    "\"algorithm\":\"SHA-256\",",
    "\"counter\":0,",
    "\"memoryCost\":1,",
    "&",
    ":",
    "\\u0030",
    " ",
];

struct Desk {
    proof: Value,
    solved: String,
    token: String,
    answer: u16,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let (challenges, chance) = (challenges(), SeededChance::new(3));
    let proof = challenges.proof(Purpose::Login, CLIENT, 100, NOW, &chance);
    let math = challenges.math(Purpose::Login, CLIENT, NOW, &chance);
    let token = math["token"].as_str().expect("a token").to_owned();
    Desk { solved: solver::solve(&proof), proof, token, answer: solver::answer(&math) }
});

/// A memory of its own for every input, under one key.
fn challenges() -> Challenges {
    Challenges::new(Secret::new([7; 32]), RULES)
}

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<8>(data) else { return };
    match way {
        0 => opens(&text(rest)),
        1 => opens(&edit_text(&solver::send(DESK.solved.as_bytes()), rest, &PIECES)),
        2..=4 => opens(&solver::send(&edit(DESK.solved.as_bytes(), rest, &PIECES))),
        5 => opens(&edit_text(&format!("{}:{}", DESK.token, DESK.answer), rest, &PIECES)),
        6 => opens(&format!("{}:{}", DESK.token, text(rest))),
        _ => elsewhere(rest),
    }
});

/// A solution opens where a second reader finds that it is one, and only once.
fn opens(solution: &str) {
    let desk = challenges();
    let redeem = || desk.redeem(solution, Purpose::Login, CLIENT, NOW);
    let judged = redeem();
    let (sum, proof) = (is_sum(solution), is_proof(solution));
    if judged.is_ok() {
        assert!(sum || proof.is_some(), "{solution}");
        assert_eq!(redeem(), Err(ChallengeError::Used), "{solution}");
    } else if solution.len() <= 2048 {
        // Members that stand twice are a fault that the second reader does not see.
        assert!(!sum && proof != Some(true), "{judged:?}: {solution}");
    }
}

fn is_sum(solution: &str) -> bool {
    let Some((token, answer)) = solution.split_once(':') else { return false };
    let answer = answer.trim();
    let digits = answer.len() <= 4 && answer.bytes().all(|byte| byte.is_ascii_digit());
    token == DESK.token && digits && answer.parse() == Ok(DESK.answer)
}

/// The parameters and the signature are the issued ones, and the key is the one of its counter; and whether no member
/// stands twice. A reader of its own, that keeps the last of two.
fn is_proof(solution: &str) -> Option<bool> {
    let payload = STANDARD.decode(solution).ok()?;
    let Ok(value) = serde_json::from_slice::<Value>(&payload) else {
        return stands(&payload).then_some(false);
    };
    let counter = u32::try_from(value["solution"]["counter"].as_u64()?).ok()?;
    let derived = value["solution"]["derivedKey"].as_str()?;
    let prefix = DESK.proof["parameters"]["keyPrefix"].as_str()?;
    let (sent, issued) = (&value["challenge"], &DESK.proof);
    let same = ["parameters", "signature"].into_iter().all(|name| sent[name] == issued[name]);
    let solved = same && derived.starts_with(prefix) && solver::key(&DESK.proof, counter)? == derived;
    solved.then(|| json::unique(&payload).is_some())
}

/// What a client adds is passed over, and may be such as no value holds: a number beyond counting, half a character.
/// What was issued stands there all the same.
fn stands(payload: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(payload) else { return false };
    let parameters = &DESK.proof["parameters"];
    let issued = [&parameters["nonce"], &parameters["salt"], &DESK.proof["signature"]];
    issued.iter().all(|value| value.as_str().is_some_and(|value| text.contains(value)))
}

/// A good solution for another purpose, another client or another time.
fn elsewhere(data: &[u8]) {
    let [purpose, client, a, b, kind, ..] = *data else { return };
    let purpose = [Purpose::Login, Purpose::Register, Purpose::Api][usize::from(purpose % 3)];
    let client = match client {
        0 => Client::V6(u64::from_be_bytes(*b"\0\0\0\0\0\0\xff\xff")),
        last => Client::V4(Ipv4Addr::new(203, 0, 113, last)),
    };
    let later = i64::from(i16::from_be_bytes([a, b]));
    let now = Timestamp::from_seconds(NOW.seconds() + later);
    let solution = match kind % 2 {
        0 => solver::send(DESK.solved.as_bytes()),
        _ => format!("{}:{}", DESK.token, DESK.answer),
    };
    let good = purpose == Purpose::Login && client == CLIENT && later < 300;
    assert_eq!(
        challenges().redeem(&solution, purpose, client, now).is_ok(),
        good,
        "{later} s, {purpose:?}, {client}"
    );
}
