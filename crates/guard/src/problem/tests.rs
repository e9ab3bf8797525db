use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

fn answer(code: Code, nonce: Option<&str>) -> (Response<Bytes>, Value) {
    let response: Response<Bytes> = response(&Refusal::new(code), RequestId(Uuid::nil()), nonce);
    let document = serde_json::from_slice(response.body()).expect("a JSON document");
    (response, document)
}

fn challenge(code: Code) -> Option<String> {
    let (response, _) = answer(code, None);
    response.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str().expect("text").to_owned())
}

#[test]
fn a_401_says_how_to_come_back() {
    assert_eq!(challenge(Code::CredentialsRequired).as_deref(), Some("Bearer, DPoP algs=\"ES256 Ed25519\""));
    assert_eq!(challenge(Code::InvalidSession).as_deref(), Some("Bearer"));
    assert_eq!(challenge(Code::DpopProofRequired).as_deref(), Some("DPoP error=\"invalid_dpop_proof\""));
    assert_eq!(challenge(Code::DpopNonceRequired).as_deref(), Some("DPoP error=\"use_dpop_nonce\""));
    for code in [Code::InvalidToken, Code::FingerprintMismatch] {
        assert!(challenge(code).is_some_and(|said| said.starts_with("Bearer error=\"invalid_token\"")));
    }
    for code in Code::ALL {
        assert_eq!(challenge(*code).is_some(), code.status() == 401, "{}", code.word());
    }
}

#[test]
fn an_oauth_client_finds_its_word() {
    for (code, word) in
        [(Code::InvalidDpopProof, "invalid_dpop_proof"), (Code::UseDpopNonce, "use_dpop_nonce")]
    {
        let (response, document) = answer(code, Some("n1"));
        assert_eq!((response.status().as_u16(), &document["error"]), (400, &json!(word)));
        assert_eq!(response.headers()["dpop-nonce"], "n1");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(wants_nonce(code));
    }
    let (response, document) = answer(Code::InvalidToken, None);
    assert!(document.get("error").is_none() && document.get("challenge").is_none());
    assert!(!response.headers().contains_key("dpop-nonce") && !wants_nonce(Code::InvalidToken));
}

#[test]
fn a_challenge_is_in_the_document() {
    let refusal = Refusal::new(Code::ChallengeRequired).challenge(json!({ "algorithm": "SHA-256" }));
    let document: Value = serde_json::from_slice(&document(&refusal, RequestId(Uuid::nil()))).expect("JSON");
    assert_eq!(document["challenge"], json!({ "algorithm": "SHA-256" }));
    assert_eq!(document["status"], 401);
}
