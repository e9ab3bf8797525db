//! Hints by the server's channels: a connection of its own to hear them, made anew whenever it breaks.
//!
//! Whoever listens is told that something may have been missed whenever the connection stands again, the first time
//! too. That it still stands is asked every second, for a line to nowhere is silent as well.

use std::time::Duration;

use aspis_store::{
    StoreError, Stored,
    fleeting::{
        Hints,
        hints::{Hint, LONGEST, Listener, TooLong},
    },
};
use async_trait::async_trait;
use futures_util::StreamExt;
use redis::{
    RedisError, Value,
    aio::{PubSubSink, PubSubStream},
};
use tokio::time::{sleep, timeout};

use crate::{Shared, line::CONNECTING};

/// Between two connections, and between two questions whether one still stands.
const BETWEEN: Duration = Duration::from_secs(1);
/// How long an answer to that may take.
const ANSWER: Duration = Duration::from_secs(2);

/// Why it hears nothing more.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    /// It took too long.
    #[error("no answer in time")]
    Slow,
    /// The server said no, or nothing any more.
    #[error("{0}")]
    Failed(#[from] RedisError),
    /// The connection ended.
    #[error("the connection ended")]
    Ended,
}

#[async_trait]
impl Hints for Shared {
    async fn tell(&self, message: &[u8]) -> Stored<()> {
        if message.len() > LONGEST {
            return Err(StoreError::because(TooLong(message.len())));
        }
        let mut command = redis::cmd("PUBLISH");
        command.arg(self.names.channel()).arg(message);
        self.line.send::<Value>(&command).await.map(|_| ())
    }

    fn listen(&self) -> Listener {
        self.hub.listen()
    }

    async fn run(&self) {
        loop {
            let deaf = self.hear().await;
            tracing::debug!(?deaf, "hints of other nodes are not heard for a while");
            sleep(BETWEEN).await;
        }
    }
}

impl Shared {
    /// Hears until the connection breaks, and says why it did.
    async fn hear(&self) -> Deaf {
        let (sink, stream) = match timeout(CONNECTING, self.connected()).await {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => return Deaf::Failed(error),
            Err(_) => return Deaf::Slow,
        };
        // What was told until now was told to nobody here.
        self.hub.pass(Hint::Missed);
        tokio::select! {
            () = self.pass_on(stream) => Deaf::Ended,
            deaf = asked(sink) => deaf,
        }
    }

    async fn connected(&self) -> Result<(PubSubSink, PubSubStream), RedisError> {
        let (mut sink, stream) = self.line.subscribe().await?.split();
        sink.subscribe(self.names.channel()).await?;
        Ok((sink, stream))
    }

    async fn pass_on(&self, mut stream: PubSubStream) {
        while let Some(message) = stream.next().await {
            self.hub.pass(Hint::Heard(message.get_payload_bytes().into()));
        }
    }
}

/// Asks again and again whether the connection stands, until it does not.
async fn asked(mut sink: PubSubSink) -> Deaf {
    loop {
        sleep(BETWEEN).await;
        match timeout(ANSWER, sink.ping::<Value>()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Deaf::Failed(error),
            Err(_) => return Deaf::Slow,
        }
    }
}
