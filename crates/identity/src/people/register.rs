//! New accounts: by registration, and for operators by invitation.

use aspis_core::{
    refusal::{Bound, FieldError, Rule},
    scenario::brute_force::registrations,
};
use aspis_store::{
    fleeting::{Registrations, registrations::Registration},
    invitations::Accepted,
};

use super::{
    Account, AccountId, Code, Kind, People, Refusal, Role, SecretText, Source, Timestamp, Visitor, busy,
    letters,
};
use crate::{challenge::Purpose, email::Email, password::Policy, refresh};

/// What somebody says to get an account.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their e-mail address.
    pub email: String,
    /// The password they chose.
    pub password: SecretText,
    /// Their name.
    pub full_name: String,
}

/// A new account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its identifier.
    pub id: AccountId,
    /// Its canonical address.
    pub email: String,
    /// Its name, byte for byte.
    pub full_name: String,
    /// When it was made.
    pub created: Timestamp,
}

impl From<Account> for Registered {
    fn from(account: Account) -> Self {
        Self { id: account.id, email: account.email, full_name: account.full_name, created: account.created }
    }
}

/// The most code points of a name.
const NAME: usize = 100;

impl People {
    /// Makes an account for a visitor. From a client's third in a day on, and under attack, a solved challenge must come with it.
    ///
    /// Where there is mail nobody but the owner of the address learns whether it was taken: `None` either way.
    pub async fn register(
        &self,
        person: NewPerson,
        challenge: Option<&str>,
        visitor: &Visitor,
    ) -> Result<Option<Registered>, Refusal> {
        // What is wrong in itself is said before anybody works for it.
        let email = self.judge(&person)?.to_string();
        let wanted = self.registrations.needs_challenge(visitor.client).await?;
        let site = || self.tries.own().site_under_attack(self.clock.uptime());
        let challenged = wanted || visitor.attacked || site();
        if challenged {
            let redeemed =
                self.redeem(Purpose::Register, challenge.or(visitor.challenge.as_deref()), visitor).await;
            redeemed.map_err(|asked| asked.by(self.registration_rule()))?;
        }
        let begun = self.registrations.begin(visitor.client, challenged).await?;
        let begun = begun
            .map_err(|_| self.ask_for_challenge(Purpose::Register, visitor).by(self.registration_rule()))?;
        let made = self.make(person, visitor.source).await;
        let answer = if self.courier.is_some() { self.answer_by_mail(made, &email) } else { made.map(Some) };
        // What was answered counts: where there is mail a taken address counts as much as a new one, or the client's
        // next registration would tell which it was.
        self.settle_registration(begun, answer.is_ok()).await;
        answer
    }

    /// What cannot be taken back where all nodes count stays counted there, and fails nothing: it has happened.
    async fn settle_registration(&self, begun: Registration, counts: bool) {
        if let Err(error) = self.registrations.settle(begun, counts).await {
            tracing::warn!(%error, "a registration that came to nothing stays counted");
        }
    }

    /// The rule behind a challenge, for the operator.
    fn registration_rule(&self) -> Rule {
        let registrations::Rules { challenge_after, memory, .. } = self.rules.registrations;
        let bound = Some(Bound { limit: u64::from(challenge_after), window_s: Some(memory.as_secs()) });
        Rule { bound, ..Rule::named("register.challenge_after") }
    }

    fn answer_by_mail(
        &self,
        made: Result<Registered, Refusal>,
        email: &str,
    ) -> Result<Option<Registered>, Refusal> {
        match made {
            Ok(person) => self.post(letters::welcome(person.email)),
            Err(refusal) if refusal.code() == Code::EmailTaken => {
                self.post(letters::taken(email.to_owned()));
            }
            Err(refusal) => return Err(refusal),
        }
        Ok(None)
    }

    /// Makes an account, without asking who wants it. The password is hashed before the address is looked up, so that
    /// a taken one takes as long.
    pub async fn make(&self, person: NewPerson, source: Source) -> Result<Registered, Refusal> {
        let account = self.prepare(person, Role::User).await?;
        let made = self.store.accounts.create(account.clone(), self.opening()).await?;
        made.map_err(|_| Refusal::new(Code::EmailTaken))?;
        self.tell(Kind::Registered, account.id, source);
        Ok(account.into())
    }

    /// Makes an operator's account from an invitation, which is then spent.
    pub async fn accept(
        &self,
        invitation: SecretText,
        person: NewPerson,
        source: Source,
    ) -> Result<Registered, Refusal> {
        if !refresh::is_well_formed(invitation.expose()) {
            return Err(Refusal::new(Code::InvalidInvitation));
        }
        let account = self.prepare(person, Role::Admin).await?;
        let hash = refresh::hash(&invitation);
        match self.store.invitations.accept(&hash, account.clone(), self.opening(), self.clock.now()).await? {
            Accepted::Made => {}
            Accepted::Unknown => return Err(Refusal::new(Code::InvalidInvitation)),
            Accepted::Taken(_) => return Err(Refusal::new(Code::EmailTaken)),
        }
        self.tell(Kind::InvitationUsed, account.id, source);
        Ok(account.into())
    }

    /// Everything that is wrong with somebody's words, but that the address may be taken.
    fn judge(&self, person: &NewPerson) -> Result<Email, Refusal> {
        let email = Email::parse(&person.email).map_err(|error| {
            Refusal::field(Code::InvalidInput, "email", "invalid_email", error.to_string())
        })?;
        judge_name(&person.full_name)?;
        judge_new_password(&self.rules.passwords, email.as_str(), &person.full_name, &person.password)?;
        Ok(email)
    }

    async fn prepare(&self, person: NewPerson, role: Role) -> Result<Account, Refusal> {
        let email = self.judge(&person)?;
        let password_hash = self.pool.hash(person.password).await.map_err(|_| busy())?;
        let now = self.clock.now();
        let id = AccountId::new(now, self.chance.as_ref());
        Ok(Account {
            id,
            email: email.to_string(),
            full_name: person.full_name,
            password_hash,
            role,
            enabled: true,
            created: now,
            devices_since: now,
            allowed_ips: Vec::new(),
        })
    }
}

/// Judges a password that somebody wants to have from now on.
pub(super) fn judge_new_password(
    policy: &Policy,
    email: &str,
    full_name: &str,
    password: &SecretText,
) -> Result<(), Refusal> {
    let mut personal = vec![email, email.split('@').next().unwrap_or(""), full_name, "aspis"];
    // Parts of the name by themselves too; initials are in every word.
    personal.extend(full_name.split_whitespace().filter(|part| part.len() > 2));
    policy.judge(password.expose(), &personal).map_err(|weak| {
        let detail = weak.to_string();
        let error =
            FieldError { field: "password".to_owned(), code: "weak_password".into(), detail: detail.clone() };
        Refusal::because(Code::WeakPassword, format!("password: {detail}")).with_error(error)
    })
}

/// A name is 1 to 100 code points, without angle brackets and control characters; everything else is a name.
pub fn judge_name(name: &str) -> Result<(), Refusal> {
    if name.chars().any(|c| c.is_control() || c == '<' || c == '>') {
        let detail = "must not hold < or > or control characters";
        return Err(Refusal::field(Code::MarkupInName, "full_name", "markup_in_name", detail));
    }
    let length = name.chars().take(NAME + 1).count();
    if length == 0 || length > NAME {
        let detail = format!("must have 1 to {NAME} characters");
        return Err(Refusal::field(Code::InvalidInput, "full_name", "length", detail));
    }
    Ok(())
}
