//! What operators say of an asset. It stands here because nobody else may list an asset anew while rows come in.

use aspis_core::{
    event::{Event, Kind, Source},
    ids::AccountId,
    refusal::{Code, Refusal, Rule},
};
use aspis_store::prices::Interval;

use super::{Intake, Name};
use crate::description;

impl Intake {
    /// Cleans what an operator says of an asset, keeps it, and shows it. What is kept: nothing, where they say nothing.
    pub async fn describe(
        &self,
        asset: &str,
        text: Option<&str>,
        by: AccountId,
        from: Source,
    ) -> Result<Option<String>, Refusal> {
        let kept = text.map(description::kept).transpose()?.flatten();
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        // Whoever goes away while it is written leaves it to the next one to show it.
        let name: Name = (asset.to_owned(), Interval::Day);
        desk.doubt(&name);
        let known = self.parts.store.prices.describe(asset, kept.as_deref()).await?;
        self.parts.board.describe(asset, kept.as_deref());
        desk.found(&name);
        if !known {
            return Err(Code::UnknownAsset.into());
        }
        self.tell(asset, kept.as_deref(), by, from);
        Ok(kept)
    }

    /// Who, which asset, and how much was said; what it was stands with the asset.
    fn tell(&self, asset: &str, kept: Option<&str>, by: AccountId, from: Source) {
        let kind = Kind::AssetDescribed;
        let count = kept.map_or(0, |text| text.chars().count() as u64);
        let place = Some(asset.to_owned());
        let rule = Rule { place, count: Some(count), ..Rule::named(kind.word()) };
        let event = Event::of_server(kind, self.parts.clock.now());
        let Source { client, request } = from;
        self.parts.events.record(Event { client, request, account: Some(by), rule: Some(rule), ..event });
    }
}
