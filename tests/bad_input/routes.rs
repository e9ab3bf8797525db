//! The routes that take a body.

/// A route that takes a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Register,
    Login,
    Refresh,
    Accept,
    Change,
    Forgot,
    Reset,
    StepUp,
    Authenticator,
    Passkey,
    PasskeyLogin,
    Networks,
    Predict,
    Buy,
    Sell,
    MakeKey,
    RotateKey,
    GiveUpKey,
    Describe,
    Honey,
    Approve,
    Reject,
    Trust,
    AccountChange,
    Incident,
    Undo,
    Exempt,
}

use Route::{
    Accept, AccountChange, Approve, Authenticator, Buy, Change, Describe, Exempt, Forgot, GiveUpKey, Honey,
    Incident, Login, MakeKey, Networks, Passkey, PasskeyLogin, Predict, Refresh, Register, Reject, Reset,
    RotateKey, Sell, StepUp, Trust, Undo,
};

pub(super) const ROUTES: [Route; 27] = [
    Register,
    Login,
    Refresh,
    Accept,
    Forgot,
    Reset,
    StepUp,
    Authenticator,
    Passkey,
    PasskeyLogin,
    Networks,
    Predict,
    Buy,
    Sell,
    MakeKey,
    RotateKey,
    GiveUpKey,
    Describe,
    Honey,
    Approve,
    Reject,
    Trust,
    AccountChange,
    Incident,
    Undo,
    Exempt,
    // Last: it ends all other sign-ins.
    Change,
];

/// A one-use link that was never made.
pub(super) const NO_LINK: &str = "aspis_rl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Route {
    /// As the surface table writes it.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Register => "/api/v1/auth/register",
            Login => "/api/v1/auth/login",
            Refresh => "/api/v1/auth/refresh",
            Accept => "/api/v1/auth/invitations/{token}",
            Change => "/api/v1/auth/password",
            Forgot => "/api/v1/auth/password/forgot",
            Reset => "/api/v1/auth/password/reset",
            StepUp => "/api/v1/auth/step-up",
            Authenticator => "/api/v1/auth/totp/confirm",
            Passkey => "/api/v1/auth/passkeys/confirm",
            PasskeyLogin => "/api/v1/auth/passkeys/login",
            Networks => "/api/v1/auth/allowed-ips",
            Predict => "/api/v1/predict/{asset}",
            Buy => "/api/v1/portfolio/buy",
            Sell => "/api/v1/portfolio/sell",
            MakeKey => "/api/v1/keys",
            RotateKey => "/api/v1/keys/{id}/rotate",
            GiveUpKey => "/api/v1/keys/revoke",
            Describe => "/api/v1/admin/assets/{asset}",
            Honey => "/api/v1/admin/keys/honey",
            Approve => "/api/v1/admin/reviews/{id}/approve",
            Reject => "/api/v1/admin/reviews/{id}/reject",
            Trust => "/api/v1/admin/sources/{name}/trust",
            AccountChange => "/api/v1/admin/accounts/{id}",
            Incident => "/api/v1/admin/incident",
            Undo => "/api/v1/admin/incident/{id}/undo",
            Exempt => "/api/v1/admin/exemptions",
        }
    }

    /// How it is called.
    pub(super) const fn method(self) -> &'static str {
        if matches!(self, Networks | Describe) { "PUT" } else { "POST" }
    }

    /// True where an operator has to be signed in.
    pub(super) const fn is_operators(self) -> bool {
        matches!(self, Describe | Honey | Approve | Reject | Trust | AccountChange | Incident | Undo | Exempt)
    }

    /// True where somebody has to be signed in, or may be.
    pub(super) const fn is_signed(self) -> bool {
        !matches!(self, Register | Login | Refresh | Accept | Forgot | Reset | PasskeyLogin | GiveUpKey)
    }
}
