//! Bytes of strangers: a page for each client and day, that ends at midnight, UTC, by the server's clock.

use aspis_core::{
    client::Client,
    scenario::data_scraping::quota::{Day, Exceeded, Reservation, Whose},
};
use aspis_store::{
    Stored,
    fleeting::{
        Bytes,
        bytes::{By, Promise},
    },
};
use async_trait::async_trait;

use crate::{
    Shared,
    line::read,
    names::{self, Key, Kind},
    script::{Arg, Script},
};

/// What bytes are taken and given back by.
#[derive(Debug)]
pub(crate) struct ByteScripts {
    reserve: Script,
    settle: Script,
}

impl ByteScripts {
    pub(crate) fn new(time: &str) -> Self {
        let reserve = Script::new(time, include_str!("bytes/reserve.lua"));
        Self { reserve, settle: Script::new("", include_str!("bytes/settle.lua")) }
    }
}

impl Shared {
    fn page(&self, whose: Whose) -> Key {
        let (kind, id) = names::page(whose);
        self.names.of(Kind::Bytes, &[&[kind], &id])
    }
}

#[async_trait]
impl Bytes for Shared {
    async fn reserve(&self, client: Client, limit: u64, bytes: u64) -> Stored<Result<Promise, Exceeded>> {
        let whose = Whose::Client(client);
        let wanted = [Arg::Number(limit), Arg::Number(bytes)];
        let answer = self.bytes.reserve.run(&self.line, &[self.page(whose)], &wanted).await?;
        let (promised, day, left): (bool, i64, u64) = read(answer)?;
        if !promised {
            return Ok(Err(Exceeded { left }));
        }
        Ok(Ok(Promise { whose, reservation: Reservation { day: Day(day), bytes }, by: By::Home, left }))
    }

    async fn settle(&self, promise: Promise, sent: u64) -> Stored<()> {
        let Promise { whose, reservation: Reservation { day, bytes }, .. } = promise;
        let unsent = bytes.saturating_sub(sent);
        if unsent == 0 {
            return Ok(());
        }
        let day = day.0.to_string();
        let args = [Arg::Bytes(day.as_bytes()), Arg::Number(unsent)];
        read::<u8>(self.bytes.settle.run(&self.line, &[self.page(whose)], &args).await?).map(|_| ())
    }
}
