//! What nodes find broken: who is alive, and for each part who says so, each until a word has lasted its time.

use aspis_core::scenario::denial_of_service::votes::{Heard, LASTS, Part};
use aspis_store::{Stored, fleeting::Votes};
use async_trait::async_trait;

use crate::{
    Shared,
    line::read,
    names::Kind,
    script::{Arg, Script},
};

/// What is said and heard by.
#[derive(Debug)]
pub(crate) struct VoteScript(Script);

impl VoteScript {
    pub(crate) fn new(time: &str) -> Self {
        Self(Script::new(time, include_str!("votes/tell.lua")))
    }
}

#[async_trait]
impl Votes for Shared {
    async fn tell(&self, node: &str, broken: &[Part]) -> Stored<Heard> {
        let named = Part::ALL.map(|part| self.names.of(Kind::Vote, &[part.name().as_bytes()]));
        let mut keys = vec![self.names.of(Kind::Vote, &[])];
        keys.extend(named);
        // As short as the names of keys, and as little to who reads the server.
        let node = self.names.hash(Kind::Vote, &[b"node", node.as_bytes()]);
        let lasts = u64::try_from(LASTS.as_micros()).unwrap_or(u64::MAX);
        let mut args = vec![Arg::Bytes(&node), Arg::Number(lasts)];
        args.extend(Part::ALL.map(|part| Arg::Number(broken.contains(&part).into())));
        let answer = self.votes.0.run(&self.line, &keys, &args).await?;
        let (known, nodes, reading, writing, predictions): (u8, u32, u32, u32, u32) = read(answer)?;
        Ok(Heard { known: known == 1, nodes, broken: [reading, writing, predictions] })
    }
}
