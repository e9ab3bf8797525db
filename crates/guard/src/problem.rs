//! A refusal on the wire: `application/problem+json` (RFC 9457). The one place where it is written.

use aspis_core::{
    ids::RequestId,
    refusal::{Code, FieldError, Refusal},
};
use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::headers::{self, Template};

#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    request_id: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<&'a serde_json::Value>,
    /// The word of OAuth, for clients that know only that (RFC 9449, 5 and 8).
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

/// The document alone, for an answer that the corridor does not write.
pub fn document(refusal: &Refusal, request: RequestId) -> Vec<u8> {
    let (facts, code) = (refusal.facts(), refusal.code());
    let problem = Problem {
        r#type: format!("/problems/{}", code.word()),
        title: code.title(),
        status: code.status(),
        detail: &facts.detail,
        code: code.word(),
        request_id: request.to_string(),
        errors: &facts.errors,
        challenge: facts.challenge.as_ref(),
        error: oauth(code),
    };
    serde_json::to_vec(&problem).unwrap_or_default()
}

/// The whole answer; `nonce` is for the next proof of a key, where the code of the refusal asks for one.
pub fn response<B: From<Bytes>>(refusal: &Refusal, request: RequestId, nonce: Option<&str>) -> Response<B> {
    let mut response = Response::new(B::from(Bytes::from(document(refusal, request))));
    *response.status_mut() =
        StatusCode::from_u16(refusal.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = refusal.retry_seconds() {
        headers::retry_after(fields, seconds);
    }
    if let Some(allow) =
        refusal.facts().allow.as_ref().and_then(|methods| HeaderValue::try_from(methods).ok())
    {
        fields.insert(ALLOW, allow);
    }
    if let Some(challenge) = authenticate(refusal.code()) {
        fields.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(nonce) = nonce {
        headers::dpop_nonce(fields, nonce);
    }
    response
}

/// True for a refusal that is mended by a proof with the nonce that comes with it.
pub(crate) const fn wants_nonce(code: Code) -> bool {
    matches!(
        code,
        Code::DpopProofRequired | Code::DpopNonceRequired | Code::InvalidDpopProof | Code::UseDpopNonce
    )
}

const fn oauth(code: Code) -> Option<&'static str> {
    match code {
        Code::InvalidDpopProof => Some("invalid_dpop_proof"),
        Code::UseDpopNonce => Some("use_dpop_nonce"),
        _ => None,
    }
}

/// `WWW-Authenticate` for a 401 (RFC 6750, 3; RFC 9449, 7.1): an error only where a token was sent.
fn authenticate(code: Code) -> Option<&'static str> {
    match code {
        Code::InvalidToken => {
            Some("Bearer error=\"invalid_token\", error_description=\"expired, revoked or not ours\"")
        }
        Code::FingerprintMismatch => {
            Some("Bearer error=\"invalid_token\", error_description=\"issued to another device or address\"")
        }
        Code::DpopProofRequired => Some("DPoP error=\"invalid_dpop_proof\""),
        Code::DpopNonceRequired => Some("DPoP error=\"use_dpop_nonce\""),
        Code::CredentialsRequired => Some("Bearer, DPoP algs=\"ES256 Ed25519\""),
        _ if code.status() == 401 => Some("Bearer"),
        _ => None,
    }
}

/// The whole answer with the headers of every answer, for one that the corridor never sees.
pub fn complete<B: From<Bytes>>(refusal: &Refusal, request: RequestId) -> Response<B> {
    let mut whole = response(refusal, request, None);
    Template::new(false, None).dress(whole.headers_mut(), headers::request_id(request), None);
    whole
}

#[cfg(test)]
mod tests;
