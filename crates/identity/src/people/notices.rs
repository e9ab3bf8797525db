//! What the owner of an account is told: always in their notices, and by mail where there is mail.

use aspis_core::{
    client::Client,
    courier::Letter,
    event::Kind,
    ids::{AccountId, NoticeId},
};
use aspis_store::notices::Notice;

use super::{People, Refusal, SignedIn, Visitor, letters};

/// How many notices are shown.
const SHOWN: usize = 100;

impl People {
    /// Records an event, and tells the owner of the account. What fails here is logged, and fails nothing else: the
    /// thing itself has happened.
    pub(super) async fn inform(&self, kind: Kind, account: AccountId, visitor: &Visitor) {
        self.tell(kind, account, visitor.source);
        self.tell_owner(kind, account, visitor).await;
    }

    /// Tells the owner of the account of a visitor's doing, which is recorded elsewhere.
    pub(crate) async fn tell_owner(&self, kind: Kind, account: AccountId, visitor: &Visitor) {
        self.give_notice(kind, self.noticed(kind, account, visitor)).await;
    }

    /// Tells the owner of the account alone.
    pub(super) async fn notice(&self, kind: Kind, account: AccountId, client: Client) {
        self.give_notice(kind, self.notice_of(kind, account, client, None)).await;
    }

    /// What the owner is told of a visitor's doing.
    pub(super) fn noticed(&self, kind: Kind, account: AccountId, visitor: &Visitor) -> Notice {
        let agent = Some(visitor.shown_agent()).filter(|agent| !agent.is_empty());
        self.notice_of(kind, account, visitor.client, agent)
    }

    fn notice_of(&self, kind: Kind, account: AccountId, client: Client, agent: Option<String>) -> Notice {
        let now = self.clock.now();
        Notice {
            id: NoticeId::new(now, self.chance.as_ref()),
            account,
            kind: kind.word().to_owned(),
            at: now,
            client: Some(client.to_string()),
            agent,
            text: None,
        }
    }

    /// What an owner is told of what happened to something of theirs, without their doing.
    pub(crate) fn notice_for(&self, kind: Kind, account: AccountId, client: Option<Client>) -> Notice {
        let now = self.clock.now();
        let (id, kind) = (NoticeId::new(now, self.chance.as_ref()), kind.word().to_owned());
        let client = client.map(|client| client.to_string());
        Notice { id, account, kind, at: now, client, agent: None, text: None }
    }

    /// Tells them.
    pub(crate) async fn tell_of_server(&self, kind: Kind, account: AccountId, client: Option<Client>) {
        self.give_notice(kind, self.notice_for(kind, account, client)).await;
    }

    async fn give_notice(&self, kind: Kind, notice: Notice) {
        // The cause has been logged where the store failed.
        let _: Result<(), Refusal> = self.store.notices.notify(notice.clone()).await.map_err(Refusal::from);
        // The link itself is the letter.
        if kind != Kind::PasswordResetAsked {
            self.write_to_owner(&notice).await;
        }
    }

    /// Writes to the owner, where there is mail. No stranger can cause many of these letters, so none is left out.
    pub(crate) async fn write_to_owner(&self, notice: &Notice) {
        let Some(courier) = &self.courier else { return };
        if let Ok(Some(account)) = self.store.accounts.by_id(notice.account).await {
            courier.send(letters::notice(account.email, notice));
        }
    }

    /// Sends a letter that a stranger caused, where there is mail and the person has not had too many already.
    pub(super) fn post(&self, letter: Letter) {
        let Some(courier) = &self.courier else { return };
        if self.letters.admits(&letter.to, self.clock.uptime()) {
            courier.send(letter);
        } else {
            tracing::warn!("somebody has had too many letters this hour; one was left out");
        }
    }

    /// Tells every operator of what the server noticed.
    pub async fn tell_operators(&self, kind: Kind) {
        // The cause has been logged where the store failed; the next reminder tries again.
        let Ok(operators) = self.store.accounts.operators().await.map_err(Refusal::from) else { return };
        let now = self.clock.now();
        for account in operators {
            let id = NoticeId::new(now, self.chance.as_ref());
            let kind_word = kind.word().to_owned();
            let notice =
                Notice { id, account, kind: kind_word, at: now, client: None, agent: None, text: None };
            self.give_notice(kind, notice).await;
        }
    }

    /// What the owner should know, newest first.
    pub async fn notices(&self, who: SignedIn) -> Result<Vec<Notice>, Refusal> {
        Ok(self.store.notices.notices(who.account, SHOWN).await?)
    }
}
