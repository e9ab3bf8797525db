//! Sign-ins: families of refresh tokens, stored hashed.

use std::time::Duration;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
    scenario::token_theft::rotation::Verdict,
};
use async_trait::async_trait;

use crate::Stored;

/// A sign-in on one device: what its owner sees, and what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Its identifier.
    pub id: FamilyId,
    /// Whose it is.
    pub account: AccountId,
    /// When it began.
    pub created: Timestamp,
    /// When it ends, whatever happens.
    pub expires: Timestamp,
    /// When it was last used, to the minute or so.
    pub used: Timestamp,
    /// When its owner last proved that it is them: at sign-in, and at each step-up.
    pub authenticated: Timestamp,
    /// True when that was with a second factor too.
    pub strong: bool,
    /// Who began it, or in a browser session last proved that it is theirs: the client as text.
    pub client: String,
    /// With which user agent, cut to 200 characters.
    pub agent: String,
    /// The thumbprint of the key that its tokens are bound to (RFC 9449), if they are.
    pub key: Option<String>,
    /// SHA-256 of the cookie of a browser session, lower hex; `None` for a family of refresh tokens.
    pub cookie: Option<String>,
}

/// A new sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFamily {
    /// The sign-in.
    pub family: Family,
    /// SHA-256 of its first refresh token, lower hex; `None` for a browser session.
    pub token: Option<String>,
}

/// Somebody signed in proved again that it is them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepUp {
    /// In which sign-in.
    pub family: FamilyId,
    /// When.
    pub at: Timestamp,
    /// With a second factor: the sign-in is strong from now on. It never gets weaker.
    pub strong: bool,
    /// How a browser session goes on; `None` for a family of refresh tokens, which never becomes one.
    pub renewed: Option<Renewed>,
}

/// A browser session after its owner proved that it is them: it belongs where that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// The new cookie (SHA-256, lower hex), in place of the old one.
    pub cookie: String,
    /// The client as text.
    pub client: String,
    /// The user agent, cut to 200 characters.
    pub agent: String,
}

/// A refresh token that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Its SHA-256, lower hex.
    pub token_hash: String,
    /// SHA-256 of the successor it would get.
    pub successor_hash: String,
    /// Which client sends it: whatever tells one from another.
    pub client: String,
    /// The thumbprint of the key that was proved with it, if one was. A family that is bound to a key is `Unknown` to
    /// everybody else: nothing is judged, spent or revoked.
    pub key: Option<String>,
    /// When.
    pub now: Timestamp,
    /// How long a second use by the same client is forgiven.
    pub grace: Duration,
}

/// What came of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// No such token was ever issued.
    Unknown,
    /// It was known, and judged.
    Judged {
        /// The judgement, already carried out.
        verdict: Verdict,
        /// Its family.
        family: Family,
        /// What the account may do now.
        role: Role,
    },
}

/// How a sign-in stands, for a node that was told that something about it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The sign-in.
    pub family: Family,
    /// When it was ended, if it was.
    pub revoked: Option<Timestamp>,
    /// What its account may do now.
    pub role: Role,
    /// False where the account is switched off.
    pub enabled: bool,
}

impl Standing {
    /// True where it opens nothing any more, whatever its time.
    pub fn is_ended(&self) -> bool {
        self.revoked.is_some() || !self.enabled
    }
}

/// How many families of one account are listed.
pub const MOST: usize = 1000;

/// Families and their tokens.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a family.
    async fn open(&self, family: NewFamily) -> Stored<()>;

    /// Begins a family, if the account is enabled and `hash` is still its password's: a sign-in whose password was
    /// changed while it was being checked never begins. True when it began.
    async fn open_while(&self, new: NewFamily, hash: &str) -> Stored<bool>;

    /// Judges a refresh token and carries the judgement out, in one step: two that run at once never both rotate,
    /// and a revocation in between leaves nothing alive.
    async fn present(&self, token: Presented) -> Stored<Rotation>;

    /// The family and account of a refresh token that is not spent. The budget of renewals counts only those: a spent
    /// one must always be judged, because its replay ends the family.
    async fn family_of(&self, token_hash: &str) -> Stored<Option<(FamilyId, AccountId)>>;

    /// Ends a family. True when it was alive.
    async fn revoke(&self, family: FamilyId, now: Timestamp) -> Stored<bool>;

    /// Ends all families of an account but one; those that nobody had ended before. One that expired is among them:
    /// its last access token may outlive it.
    async fn revoke_all(
        &self,
        account: AccountId,
        but: Option<FamilyId>,
        now: Timestamp,
    ) -> Stored<Vec<FamilyId>>;

    /// The live families of an account, newest first, at most [`MOST`].
    async fn of_account(&self, account: AccountId, now: Timestamp) -> Stored<Vec<Family>>;

    /// One family, while it is alive.
    async fn family(&self, family: FamilyId, now: Timestamp) -> Stored<Option<Family>>;

    /// Every live browser session with what its account may do now, for the memory of a node that starts.
    async fn browser_sessions(&self, now: Timestamp) -> Stored<Vec<(Family, Role)>>;

    /// How one family stands, also one that is over; none where it is forgotten or never was.
    async fn standing(&self, family: FamilyId) -> Stored<Option<Standing>>;

    /// How the families of an account stand: those whose own end lies after `since`.
    async fn standing_of(&self, account: AccountId, since: Timestamp) -> Stored<Vec<Standing>>;

    /// Browser sessions that nobody has ended and that were used at or after `since`, and when last.
    async fn used_since(&self, since: Timestamp) -> Stored<Vec<(FamilyId, Timestamp)>>;

    /// Notes that families were used. A moment never goes back.
    async fn touch(&self, used: &[(FamilyId, Timestamp)]) -> Stored<()>;

    /// Notes a step-up, which is a use too. False when the family is not alive at that moment.
    async fn step_up(&self, step: StepUp) -> Stored<bool>;

    /// Families revoked at or after `since`: those whose access tokens may still be within their time.
    async fn revoked_since(&self, since: Timestamp) -> Stored<Vec<FamilyId>>;

    /// Forgets families that ended before `before`. Returns how many.
    async fn sweep(&self, before: Timestamp) -> Stored<u64>;
}
