//! May this principal call this route?

use aspis_core::{
    principal::{Principal, Role, SignedIn},
    refusal::{Code, Refusal},
    scope::{Scope, Scopes},
};
use http::request;

use crate::{
    corridor::Shared,
    door::{Door, DoorName},
    passage::Passage,
    surface::Access,
};

pub(crate) struct Authorise;

impl Door for Authorise {
    fn name(&self) -> DoorName {
        DoorName::Authorise
    }

    fn pass(&self, shared: &Shared, _: &request::Parts, passage: &mut Passage) -> Result<(), Refusal> {
        let Some(row) = passage.row() else { return Ok(()) };
        let row = &shared.parts.surface.rows()[row];
        match passage.principal {
            Principal::Key(keyed) => by_key(row.scope, keyed.scopes),
            person => judge(row.access, person.signed_in(), passage.moved, shared.parts.operators_strong),
        }
    }
}

/// A key opens what its scopes say. What a person does with the account itself none of them says.
fn by_key(needed: Option<Scope>, has: Scopes) -> Result<(), Refusal> {
    match needed {
        Some(scope) if has.has(scope) => Ok(()),
        Some(scope) => {
            Err(Refusal::because(Code::InsufficientScope, format!("The API key needs the scope {scope}.")))
        }
        None => Err(Refusal::because(Code::Forbidden, "This is for people: no API key opens it.")),
    }
}

fn judge(access: Access, who: Option<SignedIn>, moved: bool, strong: bool) -> Result<(), Refusal> {
    let Some(who) = who else {
        return match access {
            Access::Public | Access::Optional => Ok(()),
            Access::Proving | Access::Signed | Access::Operator => {
                Err(Refusal::new(Code::CredentialsRequired))
            }
        };
    };
    match access {
        Access::Public | Access::Proving => Ok(()),
        Access::Optional | Access::Signed => settled(moved),
        Access::Operator => settled(moved).and_then(|()| operator(who, strong)),
    }
}

fn settled(moved: bool) -> Result<(), Refusal> {
    if !moved {
        return Ok(());
    }
    Err(Refusal::because(Code::StepUpRequired, "The session comes from elsewhere than it was begun."))
}

fn operator(who: SignedIn, strong: bool) -> Result<(), Refusal> {
    match who.role {
        Role::User => Err(Refusal::new(Code::Forbidden)),
        Role::Admin if strong && !who.strong => Err(Refusal::new(Code::SecondFactorRequired)),
        Role::Admin => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::ids::{AccountId, FamilyId};
    use uuid::Uuid;

    use super::*;

    fn who(role: Role, strong: bool) -> SignedIn {
        SignedIn { account: AccountId(Uuid::nil()), family: FamilyId(Uuid::nil()), role, strong }
    }

    fn code(access: Access, who: Option<SignedIn>, moved: bool, strong: bool) -> Option<Code> {
        judge(access, who, moved, strong).err().map(|refusal| refusal.code())
    }

    #[test]
    fn nobody_reaches_only_what_is_open() {
        let nobody = |access| code(access, None, false, true);
        assert_eq!([nobody(Access::Public), nobody(Access::Optional)], [None, None]);
        for access in [Access::Proving, Access::Signed, Access::Operator] {
            assert_eq!(nobody(access), Some(Code::CredentialsRequired));
        }
    }

    #[test]
    fn a_key_opens_what_its_scopes_say() {
        let code = |needed, has: Scopes| by_key(needed, has).err().map(|refusal| refusal.code());
        for scope in Scope::ALL {
            let (this, others): (Vec<_>, Vec<_>) = Scope::ALL.into_iter().partition(|other| *other == scope);
            assert_eq!(code(Some(scope), this.into_iter().collect()), None);
            assert_eq!(code(Some(scope), others.into_iter().collect()), Some(Code::InsufficientScope));
        }
        assert_eq!(code(None, Scope::ALL.into_iter().collect()), Some(Code::Forbidden));
    }

    #[test]
    fn a_moved_session_can_only_prove_itself() {
        let moved = |access| code(access, Some(who(Role::Admin, true)), true, true);
        assert_eq!([moved(Access::Public), moved(Access::Proving)], [None, None]);
        for access in [Access::Optional, Access::Signed, Access::Operator] {
            assert_eq!(moved(access), Some(Code::StepUpRequired));
        }
    }

    #[test]
    fn an_operator_needs_the_role_and_in_production_a_second_factor() {
        let operator = |role, factor, strong| code(Access::Operator, Some(who(role, factor)), false, strong);
        assert_eq!(operator(Role::User, true, false), Some(Code::Forbidden));
        assert_eq!(operator(Role::Admin, false, false), None);
        assert_eq!(operator(Role::Admin, false, true), Some(Code::SecondFactorRequired));
        assert_eq!(operator(Role::Admin, true, true), None);
    }
}
