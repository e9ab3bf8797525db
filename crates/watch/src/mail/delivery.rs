//! One letter handed in over one connection (RFC 5321), every part of the way within its time.
//!
//! The words of the relay are never passed on: they may repeat what it was sent, a password or an address.

use std::{error::Error as _, time::Duration};

use lettre::transport::smtp::{
    Error,
    authentication::Mechanism,
    client::AsyncSmtpConnection,
    commands::{Data, Mail, Rcpt},
    extension::ClientId,
    response::{Code, Response, Severity},
};
use tokio::time::timeout;

use super::{
    message::Sealed,
    relay::{Relay, Tls},
};

/// How long each part may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// To one of the relay's addresses.
    pub(super) connect: Duration,
    /// Until the relay knows who writes: connection, encryption, sign-in, sender.
    pub(super) way: Duration,
    /// Until it wants the letter.
    pub(super) step: Duration,
    /// The letter, until it is accepted. Long: whoever hangs up here may send it twice.
    pub(super) letter: Duration,
    /// The goodbye, which decides nothing.
    pub(super) farewell: Duration,
}

/// What a failure means for the letters that wait.
#[derive(Debug)]
pub(super) enum Failure {
    /// The relay cannot be asked: no letter would fare better.
    Away(Reason),
    /// This letter not now; others may.
    Later(Reason),
    /// This letter never.
    Refused(Reason),
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(super) enum Reason {
    #[error("the relay answered {0}")]
    Answered(Code),
    #[error("the relay took too long")]
    Silent,
    #[error("the relay's answer is no SMTP")]
    Unreadable,
    #[error("{0}")]
    Broken(String),
}

impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        match error.status() {
            Some(code) => Self::Answered(code),
            None if error.is_response() => Self::Unreadable,
            // Of the network, of TLS, or of what this relay cannot do: none of these has words of the relay in it.
            None => {
                Self::Broken(error.source().map_or_else(|| "no connection".to_owned(), ToString::to_string))
            }
        }
    }
}

impl Failure {
    /// What went wrong with a relay that was ready to take letters.
    fn of_letter(reason: Reason) -> Self {
        match &reason {
            Reason::Answered(code) if code.severity == Severity::PermanentNegativeCompletion => {
                Self::Refused(reason)
            }
            _ => Self::Later(reason),
        }
    }
}

/// Hands a letter in.
pub(super) async fn deliver(relay: &Relay, sealed: &Sealed, limits: Limits) -> Result<(), Failure> {
    let mut connection = within(limits.way, introduce(relay, sealed, limits)).await.map_err(Failure::Away)?;
    let handed = hand_in(&mut connection, sealed, limits).await;
    if !matches!(handed, Err(Reason::Silent)) {
        // Whatever it answers, the letter has been accepted or not.
        let _ = timeout(limits.farewell, connection.quit()).await;
    }
    handed.map_err(Failure::of_letter)
}

/// Connects, encrypts, signs in, and names the sender: all that is the same for every letter.
async fn introduce(relay: &Relay, sealed: &Sealed, limits: Limits) -> Result<AsyncSmtpConnection, Reason> {
    let (place, hello) = ((relay.host.as_str(), relay.port), ClientId::default());
    let wrapped = match &relay.tls {
        Tls::Wrapped(parameters) => Some(parameters.clone()),
        _ => None,
    };
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(place, Some(limits.connect), &hello, wrapped, None).await?;
    if let Tls::Required(parameters) = &relay.tls {
        connection.starttls(parameters.clone(), &hello).await?;
    }
    if let Some(credentials) = &relay.credentials {
        connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
    }
    let welcome = connection.command(Mail::new(Some(sealed.from.clone()), Vec::new())).await?;
    expect(&welcome, Severity::PositiveCompletion)?;
    Ok(connection)
}

async fn hand_in(
    connection: &mut AsyncSmtpConnection,
    sealed: &Sealed,
    limits: Limits,
) -> Result<(), Reason> {
    let addressed = async {
        let known = connection.command(Rcpt::new(sealed.to.clone(), Vec::new())).await?;
        expect(&known, Severity::PositiveCompletion)?;
        expect(&connection.command(Data).await?, Severity::PositiveIntermediate)
    };
    within(limits.step, addressed).await?;
    let accepted = async {
        let answer = connection.message(sealed.bytes.expose()).await?;
        expect(&answer, Severity::PositiveCompletion)
    };
    within(limits.letter, accepted).await
}

/// The kind of answer that this step has, and no other: 250 to DATA would turn the letter into commands.
fn expect(answer: &Response, severity: Severity) -> Result<(), Reason> {
    if answer.code().severity == severity { Ok(()) } else { Err(Reason::Answered(answer.code())) }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Reason>>) -> Result<T, Reason> {
    timeout(limit, work).await.unwrap_or(Err(Reason::Silent))
}
