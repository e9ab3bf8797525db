//! Who acts for an account: the person, or one of its keys within its scopes.
//!
//! The corridor has asked for the scope already, by the surface table. This says it once more in the handler's
//! signature, so that a row and its handler cannot drift apart without being noticed.

use std::{marker::PhantomData, sync::Arc};

use aspis_core::{
    ids::AccountId,
    principal::{Principal, SignedIn},
    refusal::{Code, Refusal},
    scope::Scope,
};
use aspis_guard::Passage;
use axum::extract::FromRequestParts;
use http::request;

use super::Failure;
use crate::app::App;

/// A scope as a type.
pub(crate) trait Needs: Send {
    /// Which one.
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("[`Scope::", stringify!($name), "`]")]
            pub(crate) struct $name;

            impl Needs for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )*
    };
}

needs! { ReadPrices ReadPortfolio WritePortfolio WritePrices }

/// A caller who acts for an account: somebody signed in, or a key with this scope.
pub(crate) struct Scoped<N> {
    /// The account.
    pub(crate) account: AccountId,
    /// Who it is.
    pub(crate) by: By,
    needs: PhantomData<N>,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Somebody signed in.
    Person(SignedIn),
    /// A key, which can prove nothing but itself.
    Key,
}

impl<N: Needs> FromRequestParts<Arc<App>> for Scoped<N> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, _: &Arc<App>) -> Result<Self, Failure> {
        let passage = parts.extensions.get::<Passage>().ok_or(Code::Internal)?;
        let (account, by) = match passage.principal {
            Principal::Nobody => return Err(Code::CredentialsRequired.into()),
            Principal::Account(who) => (who.account, By::Person(who)),
            Principal::Key(keyed) if keyed.scopes.has(N::SCOPE) => (keyed.account, By::Key),
            Principal::Key(_) => return Err(Refusal::new(Code::InsufficientScope).into()),
        };
        Ok(Self { account, by, needs: PhantomData })
    }
}
