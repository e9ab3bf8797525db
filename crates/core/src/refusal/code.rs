//! The closed list of refusals: each with its word, status, title and, where it is an attack, its scenario.

use crate::scenario::Scenario::{
    self, BruteForce, CrossSiteScripting, DataScraping, DenialOfService, KeyLeakage, PriceManipulation,
    RequestForgery, SessionHijacking, SqlInjection, TokenTheft,
};

macro_rules! codes {
    ($($name:ident $word:literal $status:literal $scenario:expr, $title:literal, $advice:literal;)*) => {
        /// Why a request was refused. The word is stable; `/problems/{word}` explains it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable `snake_case` word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The title: constant for the code.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What the caller can do about it, for the manual.
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }

            /// The scenario that this refusal is a sign of, if any.
            pub const fn scenario(self) -> Option<Scenario> {
                match self { $(Self::$name => $scenario,)* }
            }
        }
    };
}

codes! {
    // 400: unreadable or wrong input.
    MalformedRequest "malformed_request" 400 None, "The request is not well-formed HTTP.", "Send one request line, one Host header and one way of saying how long the body is.";
    InvalidHost "invalid_host" 400 None, "Exactly one well-formed Host header is needed.", "Send one Host header with a name or address and, where needed, a port.";
    PathNotCanonical "path_not_canonical" 400 None, "The path is not in its one canonical form.", "Send the path without empty or dot segments, without a trailing slash, and with letters and digits unescaped.";
    InvalidQuery "invalid_query" 400 None, "A query parameter is wrong.", "See `errors`: each entry names a parameter and what is allowed. Unknown and repeated parameters are refused.";
    InvalidJson "invalid_json" 400 None, "The body is not the JSON that is expected here.", "Send one UTF-8 JSON object without repeated keys, not nested deeper than 16.";
    InvalidInput "invalid_input" 400 None, "A field is wrong.", "See `errors`: each entry names a field and what is allowed. Unknown and repeated fields are refused.";
    InvalidAsset "invalid_asset" 400 None, "An asset name is 1 to 12 letters and digits.", "See /api/v1/assets for the names that are known.";
    AmbiguousCredentials "ambiguous_credentials" 400 None, "More than one credential was sent.", "Send one: a token in one Authorization header, an API key there or as X-API-Key, or a session's cookie.";
    WeakPassword "weak_password" 400 None, "The password is too easy to guess.", "Use a longer one: several unrelated words, or what a password manager makes.";
    MarkupInName "markup_in_name" 400 None, "A name must not hold angle brackets or control characters.", "Every other character passes as it is.";
    InvalidCode "invalid_code" 400 Some(BruteForce), "The code is not right, was used before, or is over.", "Read a new code from the authenticator; check that its clock is right.";
    InvalidLink "invalid_link" 400 Some(BruteForce), "The link is not known, was used, or is over.", "Ask for a new one at /api/v1/auth/password/forgot.";
    InvalidPasskey "invalid_passkey" 400 Some(BruteForce), "The passkey's answer does not fit the question.", "Ask for new options and answer them within five minutes.";
    InvalidDpopProof "invalid_dpop_proof" 400 Some(TokenTheft), "The DPoP proof is not valid.", "See RFC 9449, 4.3, for what a proof has to say: typ, alg, jwk, jti, htm, htu and iat.";
    UseDpopNonce "use_dpop_nonce" 400 None, "The DPoP proof needs the nonce of this answer.", "Make a new proof with the nonce of the DPoP-Nonce header.";
    IdempotencyKeyMissing "idempotency_key_missing" 400 None, "An order needs an Idempotency-Key header.", "Make a random one for each order and send the same one when you try again: the order is then placed once.";
    PriceFrozen "price_frozen" 503 Some(PriceManipulation), "The price does not move.", "Its sources repeat themselves, so nothing can be told from it. Ask again when it moves.";
    OwnReview "own_review" 403 Some(PriceManipulation), "Who brought it cannot approve it.", "Ask another operator to look at it.";
    UntrustedSource "untrusted_source" 403 Some(PriceManipulation), "The key may not write for that source.", "Send the source that the key was made for.";
    ImplausiblePrice "implausible_price" 400 Some(PriceManipulation), "The price is too far from the market.", "Send a price above 0, at most 1000000 and within 10 % of the last accepted one, or none.";
    BadForwarded "bad_forwarded" 400 Some(DenialOfService), "A proxy hands on what is no address of a caller.", "This is for whoever runs the proxy: its last entry in X-Forwarded-For, or in Forwarded, has to be the address that it was called from.";
    SqliAttempt "sqli_attempt" 400 Some(SqlInjection), "The request looks like an attempt to inject SQL.", "If this was ordinary text, tell the operator the request_id.";
    XssAttempt "xss_attempt" 400 Some(CrossSiteScripting), "The request looks like an attempt to inject script.", "If this was ordinary text, tell the operator the request_id.";
    TraversalAttempt "traversal_attempt" 400 Some(SqlInjection), "The request looks like an attempt to leave the path.", "Send the path as the manual writes it.";
    ShellAttempt "shell_attempt" 400 Some(SqlInjection), "The request looks like an attempt to run a command.", "If this was ordinary text, tell the operator the request_id.";
    TemplateAttempt "template_attempt" 400 Some(SqlInjection), "The request looks like an attempt to have a template worked out.", "If this was ordinary text, tell the operator the request_id.";
    EscapedTooOften "escaped_too_often" 400 Some(SqlInjection), "The request is escaped more often than anybody would undo.", "Escape each value once.";
    ControlBytes "control_bytes" 400 Some(SqlInjection), "The request holds null or control bytes.", "Send printable text.";
    // 401 and 403: who may.
    CredentialsRequired "credentials_required" 401 None, "This needs a signed-in caller.", "Sign in at /api/v1/auth/login and send the access token as `Authorization: Bearer`.";
    InvalidToken "invalid_token" 401 Some(TokenTheft), "The access token is not valid.", "It may have expired (15 minutes) or been revoked. Refresh it, or sign in again.";
    FingerprintMismatch "token_fingerprint_mismatch" 401 Some(TokenTheft), "The token was issued to another device or address.", "Sign in again from here.";
    DpopProofRequired "dpop_proof_required" 401 Some(TokenTheft), "The token is bound to a key, and the proof of it is missing or wrong.", "Send `Authorization: DPoP` with the token and one DPoP header with a new proof (RFC 9449, 7.1).";
    DpopNonceRequired "dpop_nonce_required" 401 None, "The DPoP proof needs the nonce of this answer.", "Make a new proof with the nonce of the DPoP-Nonce header.";
    InvalidSession "invalid_session" 401 Some(SessionHijacking), "The session is over.", "It ends after 30 minutes without a request, 12 hours after it began, or when it was ended. Sign in again.";
    SessionMismatch "session_mismatch" 401 Some(SessionHijacking), "The session was begun by another browser or from another address, and is ended.", "Sign in again.";
    InvalidCredentials "invalid_credentials" 401 Some(BruteForce), "The e-mail address or the password is wrong.", "The answer is the same whether or not the account exists.";
    ChallengeRequired "challenge_required" 401 Some(BruteForce), "A solved challenge must come with this.", "Solve `challenge` and send the call again with the solution: in the field `challenge`, or in the header Aspis-Challenge.";
    TotpRequired "totp_required" 401 None, "A code of the second factor must come with this.", "Send the call again with `totp`: a code of the authenticator, or a recovery code.";
    StepUpRequired "step_up_required" 401 None, "This wants a sign-in of the last ten minutes.", "Prove at /api/v1/auth/step-up that it is you, and send the call again.";
    InvalidRefreshToken "invalid_refresh_token" 401 Some(TokenTheft), "The refresh token is not valid.", "It may have expired (7 days), been used or been revoked. Sign in again.";
    InvalidKey "invalid_key" 401 Some(KeyLeakage), "The API key is not valid.", "It may be mistyped, have expired (30 days at most), or have been revoked or rotated. Make a new one at /api/v1/keys.";
    InvalidSignature "invalid_signature" 401 Some(KeyLeakage), "The signature of the report is not good.", "Sign the bytes of the body as they are sent, with a key or secret that the operator of this server has set.";
    Forbidden "forbidden" 403 None, "This caller may not do that.", "Ask an operator.";
    AddressNotAllowed "address_not_allowed" 403 Some(TokenTheft), "The account may not act from this address.", "Its owner chose the addresses it may act from. Use one of them.";
    InsufficientScope "insufficient_scope" 403 Some(KeyLeakage), "The API key may not do that.", "Use a key with the scope that `detail` names.";
    KeySuspended "key_suspended" 403 Some(KeyLeakage), "The API key is suspended: it is used as it never was.", "If that is right, its owner resumes it at /api/v1/keys/{id}/resume, or rotates it. If it is not, revoke it.";
    SecondFactorRequired "second_factor_required" 403 None, "An operator needs a second factor for this.", "Enrol one at /api/v1/auth/totp or /api/v1/auth/passkeys, and sign in with it.";
    ForgedRequest "forged_request" 403 Some(RequestForgery), "The request comes from another site.", "Send it from a page of this server, or from an origin that `cors.origins` names.";
    InvalidCsrfToken "invalid_csrf_token" 403 Some(RequestForgery), "The X-CSRF-Token is missing or is not of this session.", "Get one at /api/v1/auth/csrf and send it as X-CSRF-Token.";
    Blocked "blocked" 403 None, "This address is shut out.", "Come back after Retry-After, where there is one, or ask the operator.";
    PasswordResetRequired "password_reset_required" 403 None, "A new password has to be set before the next sign-in.", "Ask for a link at /api/v1/auth/password/forgot and set a new one.";
    HttpsRequired "https_required" 403 Some(SessionHijacking), "This server answers over HTTPS only.", "Use https://. Treat a credential that was sent in clear as seen.";
    // 404, 405, 408: what is not there.
    NotFound "not_found" 404 None, "There is nothing at this path.", "See /docs for what there is.";
    UnknownAsset "unknown_asset" 404 None, "No such asset is known.", "See /api/v1/assets for the names that are known.";
    InvalidInvitation "invalid_invitation" 404 None, "The invitation is not known, was used, or has expired.", "Ask an operator for a new one.";
    MethodNotAllowed "method_not_allowed" 405 None, "The path does not take this method.", "The Allow header lists the methods it takes.";
    RequestTimeout "request_timeout" 408 Some(DenialOfService), "The request did not arrive in time.", "Send it whole within the time limits of the manual.";
    // 409, 410 and 422: understood, and refused by the books.
    EmailTaken "email_taken" 409 None, "There is already an account for this e-mail address.", "Sign in instead.";
    AlreadyEnrolled "already_enrolled" 409 None, "That factor is enrolled already.", "Remove it first.";
    TooManyKeys "too_many_keys" 409 None, "There are too many API keys.", "Revoke one first.";
    AlreadyRotated "already_rotated" 409 None, "The API key has a successor already.", "Rotate the successor, or revoke this one.";
    AlreadyDecided "already_decided" 409 None, "The review is decided already.", "See /api/v1/admin/reviews for what became of it.";
    PredictionRejected "prediction_rejected" 409 None, "An operator has rejected the prediction.", "Ask again when the next bar has closed.";
    PredictionExpired "prediction_expired" 410 None, "A newer bar has closed before anybody looked at the prediction.", "Ask anew.";
    LastOperator "last_operator" 409 None, "Nobody who runs this would be left.", "Invite another operator first.";
    LocksYouOut "locks_you_out" 409 None, "This would shut out you, the server itself, or somebody who is never shut out.", "Name a narrower network, or one without your own address.";
    CannotBeUndone "cannot_be_undone" 409 None, "This cannot be taken back, or is taken back already.", "See /api/v1/admin/incident for what was done.";
    TooManyBlocks "too_many_blocks" 409 None, "There are too many blocks.", "Lift some first, or block a wider network.";
    TooManyExemptions "too_many_exemptions" 409 None, "There are too many exemptions.", "End one first: see /api/v1/admin/exemptions.";
    InProgress "in_progress" 409 None, "The first request with this Idempotency-Key is still at work.", "Send it again in a few seconds: you will get its answer.";
    InsufficientFunds "insufficient_funds" 422 None, "There is not enough cash for this.", "See /api/v1/portfolio for what there is.";
    InsufficientHoldings "insufficient_holdings" 422 None, "There is not enough of this asset.", "See /api/v1/portfolio for what there is.";
    PriceLimit "price_limit" 422 None, "The price is beyond the limit of the order.", "Send the order again with another limit, or without one.";
    TotalOutOfRange "total_out_of_range" 422 None, "The total of the order cannot be counted.", "It rounds to 0, or is beyond what the books can hold. Choose another quantity.";
    IdempotencyKeyReused "idempotency_key_reused" 422 None, "This Idempotency-Key belongs to another request.", "Make a new key for each new order.";
    // 423: locked.
    AccountLocked "account_locked" 423 Some(BruteForce), "Too many tries for this account.", "Come back after Retry-After, or sign in from a device that has signed in before. It is the same for a name that has no account.";
    // Sizes and kinds.
    BodyTooLarge "body_too_large" 413 Some(DenialOfService), "The body is larger than this path takes.", "Send less.";
    UrlTooLong "url_too_long" 414 Some(DenialOfService), "The URL is too long.", "Send a shorter one.";
    UnsupportedMediaType "unsupported_media_type" 415 None, "The body must be `application/json` in UTF-8, not encoded.", "Send `Content-Type: application/json` once, and no Content-Encoding.";
    HeadersTooLarge "headers_too_large" 431 Some(DenialOfService), "The header fields are too many or too large.", "Send fewer.";
    // Limits and faults.
    RateLimited "rate_limited" 429 Some(DenialOfService), "Too many requests.", "Wait as long as Retry-After says. The RateLimit fields say what is left.";
    TooManyAttempts "too_many_attempts" 429 Some(BruteForce), "Too many failed tries from here.", "Wait as long as Retry-After says: it doubles with each failure, to five minutes at most.";
    QuotaExceeded "quota_exceeded" 429 Some(DataScraping), "The day's bytes are used up.", "Sign in, or come back after midnight UTC.";
    Internal "internal_error" 500 None, "Something went wrong on our side.", "It has been logged under the request_id.";
    ServerBusy "server_busy" 503 Some(DenialOfService), "The server is busy.", "Come back after Retry-After.";
    Unavailable "temporarily_unavailable" 503 None, "A part that this needs is not available.", "Nothing was changed. Come back after Retry-After.";
    VersionNotSupported "version_not_supported" 505 None, "Only HTTP/1.1, HTTP/1.0 and, where it is switched on, HTTP/2 are spoken here.", "Use an ordinary HTTP client.";
}

impl Code {
    /// Reads [`Code::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }
}

impl Code {
    /// True for a refusal that monitoring wants to know of: an attack, a credential, a limit, a fault of ours.
    /// A typing error or a path that is not there is none.
    pub const fn is_security(self) -> bool {
        self.scenario().is_some() || matches!(self.status(), 401 | 403 | 429 | 500)
    }

    /// True for what the inspector finds: an attack in what was sent.
    pub const fn is_finding(self) -> bool {
        matches!(
            self,
            Self::SqliAttempt
                | Self::XssAttempt
                | Self::TraversalAttempt
                | Self::ShellAttempt
                | Self::TemplateAttempt
                | Self::EscapedTooOften
                | Self::ControlBytes
        )
    }
}
