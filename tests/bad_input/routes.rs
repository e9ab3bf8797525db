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
}

use Route::{
    Accept, Authenticator, Buy, Change, Forgot, GiveUpKey, Login, MakeKey, Networks, Passkey, PasskeyLogin,
    Predict, Refresh, Register, Reset, RotateKey, Sell, StepUp,
};

pub(super) const ROUTES: [Route; 18] = [
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
        }
    }

    /// How it is called.
    pub(super) const fn method(self) -> &'static str {
        if matches!(self, Networks) { "PUT" } else { "POST" }
    }

    /// True where somebody has to be signed in, or may be.
    pub(super) const fn is_signed(self) -> bool {
        !matches!(self, Register | Login | Refresh | Accept | Forgot | Reset | PasskeyLogin | GiveUpKey)
    }
}
