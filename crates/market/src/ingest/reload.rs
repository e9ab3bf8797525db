//! An asset whose rows somebody else has written: an import, beside the server.

use aspis_store::Stored;

use super::Intake;

impl Intake {
    /// Reads an asset anew, for who is served and for the watches. False where there is no such asset.
    pub async fn reload(&self, asset: &str) -> Stored<bool> {
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        if desk.asset(&self.parts.store, asset).await?.is_none() {
            return Ok(false);
        }
        // What is served comes first: days that were made of hours are learned from there.
        let standing = desk.standing(asset, now);
        self.parts.board.reload(&self.parts.store, asset, &standing, now).await?;
        desk.forget(asset);
        desk.mend(self, now).await?;
        Ok(true)
    }
}
