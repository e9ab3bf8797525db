//! Classes that a solved challenge has opened.

use std::time::Duration;

use aspis_core::client::Client;
use aspis_store::{Stored, fleeting::Passes};
use async_trait::async_trait;

use crate::{
    Shared,
    line::read,
    names::Kind,
    once::millis,
    script::{Arg, Script},
};

/// Opens for the longer of two spans.
const OPEN: &str = "\
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])
end
return 1
";

/// What passes are opened by.
#[derive(Debug)]
pub(crate) struct PassScript(Script);

impl PassScript {
    pub(crate) fn new() -> Self {
        Self(Script::new("", OPEN))
    }
}

#[async_trait]
impl Passes for Shared {
    async fn open_for(&self, class: u8, client: Client) -> Stored<Option<Duration>> {
        let mut command = redis::cmd("PTTL");
        command.arg(&*self.names.of(Kind::Pass, &[&[class], &client.key()]));
        let left: i64 = self.line.send(&command).await?;
        Ok(u64::try_from(left).ok().map(Duration::from_millis).filter(|left| !left.is_zero()))
    }

    async fn open(&self, class: u8, client: Client, span: Duration) -> Stored<()> {
        let key = self.names.of(Kind::Pass, &[&[class], &client.key()]);
        let span = Arg::Number(millis(span));
        read::<u8>(self.passes.0.run(&self.line, &[key], &[span]).await?).map(|_| ())
    }
}
