//! Counts of the rules of alarm, added up over all nodes.

use aspis_store::{
    StoreError, Stored,
    fleeting::{
        Sums,
        sums::{Add, MOST_ADDS, SLICES, SPEAKS, Sum, Teller, TooMany},
    },
};
use async_trait::async_trait;

use crate::{
    Shared,
    line::read,
    names::Kind,
    once::millis,
    script::{Arg, Script},
};

/// What is added by.
#[derive(Debug)]
pub(crate) struct SumScript(Script);

impl SumScript {
    pub(crate) fn new(time: &str) -> Self {
        Self(Script::new(time, include_str!("sums/add.lua")))
    }
}

#[async_trait]
impl Sums for Shared {
    async fn add(&self, by: Teller, adds: &[Add]) -> Stored<Vec<Sum>> {
        match adds.len() {
            0 => return Ok(Vec::new()),
            1..=MOST_ADDS => {}
            many => return Err(StoreError::because(TooMany(many))),
        }
        let keys: Vec<_> = adds.iter().map(|add| self.names.of(Kind::Tally, &[&add.what])).collect();
        let mut args =
            vec![Arg::Bytes(&by), Arg::Number(u64::from(SLICES)), Arg::Number(millis(SPEAKS) * 1000)];
        for add in adds {
            args.extend([millis(add.window) * 1000, add.from, add.more].map(Arg::Number));
        }
        let said: Vec<u64> = read(self.sums.0.run(&self.line, &keys, &args).await?)?;
        Ok(said.chunks_exact(2).map(|sum| Sum { count: sum[0], ours: sum[1] == 1 }).collect())
    }
}
