//! What somebody proved with who they are.

/// What a sign-in or a step-up was proved by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// The password alone.
    Password,
    /// The password and a code of the authenticator.
    PasswordAndCode,
    /// The password and a recovery code.
    PasswordAndRecoveryCode,
    /// A code of the authenticator, by somebody who was signed in.
    Code,
    /// A recovery code, by somebody who was signed in.
    RecoveryCode,
    /// A passkey.
    Passkey,
}

impl Factor {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Password,
        Self::PasswordAndCode,
        Self::PasswordAndRecoveryCode,
        Self::Code,
        Self::RecoveryCode,
        Self::Passkey,
    ];

    /// Its word: what was shown, with a plus between two.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PasswordAndCode => "password+totp",
            Self::PasswordAndRecoveryCode => "password+recovery_code",
            Self::Code => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey => "passkey",
        }
    }

    /// The same with the password before it.
    #[must_use]
    pub const fn after_password(self) -> Self {
        match self {
            Self::Code => Self::PasswordAndCode,
            Self::RecoveryCode => Self::PasswordAndRecoveryCode,
            other => other,
        }
    }
}
