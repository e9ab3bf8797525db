//! What is known of a request on its way through the corridor.

use std::net::{IpAddr, SocketAddr};

use aspis_core::{
    block::Shut,
    client::Client,
    clock::Timestamp,
    ids::{KeyId, RequestId},
    principal::{Principal, SignedIn},
    refusal::Refusal,
    scenario::denial_of_service::windows::{Placed, Standing},
};
use aspis_identity::{
    dpop::{Thumbprint, Unspent},
    people::SessionKey,
    token::Remembered,
};
use bytes::Bytes;
use http::{HeaderMap, header, request, uri::PathAndQuery};

use crate::{
    corridor::Page,
    decision::Noted,
    doors::{challenge::Wanted, rate::Asked},
    headers::{ASPIS_CHALLENGE, DPOP, X_API_KEY, X_FORWARDED_FOR},
    surface::{Found, Params},
    trace::Traced,
};

/// What the edge knows: who is at the other end of the socket, and whether it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The address of the accepted socket, never of a header.
    pub peer: SocketAddr,
    /// True when the socket itself speaks TLS.
    pub https: bool,
}

/// A request that was let in, on its way to its route.
#[derive(Debug)]
pub struct Entrant {
    /// Its head as it came.
    pub head: request::Parts,
    /// Its whole body.
    pub body: Bytes,
    /// What the doors know of it.
    pub passage: Passage,
}

/// The facts that the doors collect; handlers find it in the request's extensions.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is so or not, and none says anything of another")]
pub struct Passage {
    /// The request's name in every answer and log line about it.
    pub request: RequestId,
    /// When it came.
    pub now: Timestamp,
    /// When it came, on the clock that never goes back.
    pub uptime: std::time::Duration,
    /// Who sends it.
    pub client: Client,
    /// The whole address that it comes from, IPv4-mapped folded.
    pub address: IpAddr,
    /// True when the caller used https, by the socket or by a trusted proxy's word.
    pub https: bool,
    /// True where a trusted proxy does not say who calls: `client` is a proxy then.
    pub(crate) garbled: bool,
    /// Which row of the table.
    pub found: Found,
    /// The path as it was sent.
    pub(crate) path: Option<PathAndQuery>,
    /// Where its parameters stand in it.
    pub(crate) params: Params,
    /// For whom.
    pub principal: Principal,
    /// The API key that was sent, where it is known, good or not: for the operator.
    pub(crate) key: Option<KeyId>,
    /// The browser session that said so, where one did.
    pub session: Option<SessionKey>,
    /// True when that session comes from elsewhere than it was begun: only a step-up may follow.
    pub moved: bool,
    /// True while the server is under attack and this route is defended.
    pub attacked: bool,
    /// True while an operator wants every stranger to solve a challenge.
    pub challenged: bool,
    /// The block that the server made by itself, if there is one: it spares who was good before.
    pub(crate) shut: Option<Shut>,
    /// Where the client's window stands: looked up at once, so that it is there when the limits are asked.
    pub(crate) window: Option<Placed>,
    /// The same of the account that its token names, where memory knows the token.
    pub(crate) own: Option<Placed>,
    /// What memory knows of the token, and how that was sent: looked up as early, and used once.
    pub(crate) recalled: Option<(Scheme, Remembered)>,
    /// Where the caller stands in its tightest window.
    pub standing: Option<Standing>,
    /// The credential, until it is known for whom it speaks.
    pub(crate) credential: Credential,
    /// What the client's own window said of a sign-in, until the body tells whether a known device sends it.
    pub(crate) held: Option<Refusal>,
    /// The proof that it came with, until all nodes have been asked whether it was used.
    pub(crate) unspent: Option<Box<Unspent>>,
    /// A challenge that is wanted of it, until all nodes have been asked whether its class is open.
    pub(crate) wanted: Option<Box<Wanted>>,
    /// Windows of all nodes that have still to be asked before it goes on.
    pub(crate) asked: Option<Box<Asked>>,
    /// True when it was waited for what other nodes did before it came.
    pub(crate) caught_up: bool,
    /// Which of the fields came that few requests have.
    pub(crate) came: Came,
    /// What another site's page has to do with it.
    pub(crate) page: Page,
    /// What the doors decided, where somebody keeps a log of it.
    pub(crate) noted: Option<Box<Noted>>,
    /// What it is called in a trace, where it is traced.
    pub(crate) traced: Option<Box<Traced>>,
}

/// Fields that few requests have: looked for once, instead of by every door.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is there or not, and none says anything of another")]
pub(crate) struct Came {
    /// What names a token, good or not.
    pub(crate) token: bool,
    /// A field of any name more than once.
    pub(crate) repeated: bool,
    /// A proof of a key, good or not.
    pub(crate) dpop: bool,
    /// A cookie of any name.
    pub(crate) cookie: bool,
    /// An API key, good or not.
    pub(crate) key: bool,
    /// What announces a body.
    pub(crate) body: bool,
    /// The solution of a challenge, good or not.
    pub(crate) solution: bool,
    /// What a proxy says of the address it speaks for.
    pub(crate) forwarded: bool,
}

impl Came {
    pub(crate) fn with(headers: &HeaderMap) -> Self {
        let mut came = Self { repeated: headers.len() != headers.keys_len(), ..Self::default() };
        for name in headers.keys() {
            match name {
                &header::AUTHORIZATION => came.token = true,
                &header::COOKIE => came.cookie = true,
                &header::FORWARDED => came.forwarded = true,
                &header::CONTENT_LENGTH | &header::TRANSFER_ENCODING => came.body = true,
                name => {
                    came.dpop |= *name == DPOP;
                    came.key |= *name == X_API_KEY;
                    came.solution |= *name == ASPIS_CHALLENGE;
                    came.forwarded |= *name == X_FORWARDED_FOR;
                }
            }
        }
        came
    }

    /// True where the one credential is a token.
    pub(crate) fn is_with_token_alone(self) -> bool {
        self.token && !self.repeated && !self.cookie && !self.key
    }
}

/// How a token was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// By itself (RFC 6750).
    Bearer,
    /// With a proof of the key it is bound to (RFC 9449).
    Dpop,
}

/// What was sent to say who asks.
#[derive(Debug, Clone, Default)]
pub(crate) enum Credential {
    /// Nothing, or nothing that this route looks at.
    #[default]
    None,
    /// A token that was not seen before: its signature has to be checked.
    Unseen(Scheme),
    /// A good token that speaks only together with a proof of its key.
    Bound(Box<Bound>),
    /// One that is known for good, and what is to be recorded of it.
    Known(Option<Refusal>),
    /// One that memory refuses. It is kept until the windows were asked.
    Refused(Refusal),
}

/// A good token that is bound to a key.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) who: SignedIn,
    pub(crate) key: Thumbprint,
    pub(crate) noted: Option<Refusal>,
}

/// What is still needed of a passage once it has been handed to the route: for the answer, the event and the count.
#[derive(Debug)]
pub(crate) struct Trail {
    pub(crate) request: RequestId,
    pub(crate) now: Timestamp,
    pub(crate) uptime: std::time::Duration,
    pub(crate) client: Client,
    pub(crate) https: bool,
    pub(crate) key: Option<KeyId>,
    pub(crate) standing: Option<Standing>,
    pub(crate) dpop: bool,
    pub(crate) page: Page,
    pub(crate) principal: Principal,
    pub(crate) attacked: bool,
    pub(crate) noted: Option<Box<Noted>>,
    pub(crate) traced: Option<Box<Traced>>,
    found: Found,
}

impl Trail {
    pub(crate) fn row(&self) -> Option<usize> {
        row(self.found)
    }

    pub(crate) fn policy_row(&self) -> Option<usize> {
        policy_row(self.found)
    }
}

fn row(found: Found) -> Option<usize> {
    match found {
        Found::Row(row) => Some(row),
        Found::Method(_) | Found::Nothing => None,
    }
}

/// The row whose budget and modes count, also for a method that the path does not take.
fn policy_row(found: Found) -> Option<usize> {
    match found {
        Found::Row(row) | Found::Method(row) => Some(row),
        Found::Nothing => None,
    }
}

impl Passage {
    /// True when it comes from an operator, or with the token of one whose proof is still to be checked.
    pub(crate) fn is_operators(&self) -> bool {
        let bound = match &self.credential {
            Credential::Bound(bound) => Principal::Account(bound.who),
            _ => Principal::Nobody,
        };
        self.principal.is_operator() || bound.is_operator()
    }

    /// What is needed to tell of a verdict on the way.
    pub(crate) fn trail(&self) -> Trail {
        Trail {
            request: self.request,
            now: self.now,
            uptime: self.uptime,
            client: self.client,
            https: self.https,
            key: self.key,
            standing: self.standing,
            dpop: self.came.dpop,
            page: self.page,
            principal: self.principal,
            attacked: self.attacked,
            noted: None,
            traced: None,
            found: self.found,
        }
    }

    /// What is needed for the answer: it takes along what was noted for it.
    pub(crate) fn leave(&mut self) -> Trail {
        Trail { noted: self.noted.take(), traced: self.traced.take(), ..self.trail() }
    }

    /// Notes something for the log of decisions, where there is one.
    pub(crate) fn note(&mut self, write: impl FnOnce(&mut Noted)) {
        if let Some(noted) = &mut self.noted {
            write(noted);
        }
    }

    /// The row, when there is one.
    pub fn row(&self) -> Option<usize> {
        row(self.found)
    }

    pub(crate) fn policy_row(&self) -> Option<usize> {
        policy_row(self.found)
    }

    /// A path parameter by its name in the table, still percent-encoded.
    pub fn param(&self, name: &str) -> &str {
        self.path.as_ref().map_or("", |path| self.params.of(name, path.path()))
    }
}
