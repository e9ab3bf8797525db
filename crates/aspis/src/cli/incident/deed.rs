//! What can be done in an incident, as words of the command line.

use aspis_store::actions::ActionKind;
use clap::{Args, Subcommand};

use crate::incidents::Ask;

/// What every one of them takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Only say how many would be touched
    #[arg(long)]
    dry_run: bool,
}

/// Whom it is about.
#[derive(Debug, Args)]
pub(super) struct Whom {
    /// One account, by its identifier or e-mail address
    #[arg(long, value_name = "NAME", conflicts_with_all = ["role", "everybody"])]
    account: Option<String>,
    /// All accounts of a role: user or admin
    #[arg(long, value_name = "ROLE", conflicts_with = "everybody")]
    role: Option<String>,
    /// All accounts: that has to be said
    #[arg(long)]
    everybody: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Deeds {
    /// Shut an address or a network out, from everything
    Block {
        /// An address or a network, such as 203.0.113.7 or 203.0.113.0/24
        network: String,
        /// For how long, such as 1h; without it, until it is lifted
        #[arg(long = "for", value_name = "TIME", value_parser = seconds)]
        span: Option<u64>,
        #[command(flatten)]
        common: Common,
    },
    /// Let it in again
    Unblock {
        /// As it was shut out
        network: String,
        #[command(flatten)]
        common: Common,
    },
    /// End sign-ins: of one account, of a role, or of everybody
    LogoutAll {
        #[command(flatten)]
        whom: Whom,
        /// Only sign-ins that began at this moment or later
        #[arg(long, value_name = "MOMENT")]
        since: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Replace the keys that sign access tokens, or end API keys
    RotateKeys {
        /// What was signed before ends at once, instead of living out
        #[arg(long)]
        now: bool,
        /// End the API keys of --account, --role or --everybody instead
        #[arg(long)]
        api_keys: bool,
        #[command(flatten)]
        whom: Whom,
        #[command(flatten)]
        common: Common,
    },
    /// Want new passwords: the old ones open nothing, and sign-ins and API keys are ended
    ForcePasswordReset {
        #[command(flatten)]
        whom: Whom,
        /// What becomes of their API keys: revoke or keep. Who knew a password may have made some
        #[arg(long, value_name = "WHAT", default_value = "revoke", value_parser = ["revoke", "keep"])]
        keys: String,
        #[command(flatten)]
        common: Common,
    },
    /// Limits of classes of routes down to one a minute, until they are relaxed
    Tighten {
        /// Classes, such as login and prices; none is all but static
        classes: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Every stranger solves a challenge, until that is relaxed
    ChallengeAll {
        #[command(flatten)]
        common: Common,
    },
    /// What was tightened goes back, step by step
    Relax {
        /// Over how long, such as 30m; without it at once
        #[arg(long, value_name = "TIME", value_parser = seconds)]
        over: Option<u64>,
        #[command(flatten)]
        common: Common,
    },
    /// Tell people something, in a notice and where there is mail by letter
    Notify {
        /// What they are told
        text: String,
        #[command(flatten)]
        whom: Whom,
        #[command(flatten)]
        common: Common,
    },
    /// Run a playbook: several of these as one (see `incident playbooks`)
    Contain {
        /// Its name
        #[arg(required_unless_present = "list")]
        playbook: Option<String>,
        /// Only say which there are, and what each does
        #[arg(long)]
        list: bool,
        /// Also shut this network out
        #[arg(long, value_name = "NETWORK")]
        network: Option<String>,
        /// For how long, such as 1h
        #[arg(long = "for", value_name = "TIME", value_parser = seconds)]
        span: Option<u64>,
        #[command(flatten)]
        whom: Whom,
        #[command(flatten)]
        common: Common,
    },
}

impl Common {
    fn of(&self, action: ActionKind) -> Ask {
        Ask { why: self.why.clone(), dry_run: self.dry_run, ..Ask::of(action) }
    }
}

impl Whom {
    fn of(&self, ask: Ask) -> Ask {
        let scope = self.everybody.then(|| "everybody".to_owned());
        Ask { account: self.account.clone(), role: self.role.clone(), scope, ..ask }
    }
}

impl Deeds {
    /// True where it is only asked which playbooks there are.
    pub(super) const fn lists(&self) -> bool {
        matches!(self, Self::Contain { list: true, .. })
    }

    /// The ask that it comes to.
    pub(super) fn ask(&self) -> anyhow::Result<Ask> {
        Ok(match self {
            Self::Block { network, span, common } => {
                Ask { network: Some(network.clone()), for_s: *span, ..common.of(ActionKind::Block) }
            }
            Self::Unblock { network, common } => {
                Ask { network: Some(network.clone()), ..common.of(ActionKind::Unblock) }
            }
            Self::LogoutAll { whom, since, common } => {
                Ask { since: since.clone(), ..whom.of(common.of(ActionKind::LogoutAll)) }
            }
            Self::RotateKeys { now, api_keys: true, whom, common } => {
                anyhow::ensure!(!now, "--now is about signing keys: API keys always end at once");
                whom.of(common.of(ActionKind::EndApiKeys))
            }
            Self::RotateKeys { now, whom, common, .. } => {
                let named = whom.everybody || whom.account.is_some() || whom.role.is_some();
                anyhow::ensure!(!named, "signing keys are everybody's: --api-keys ends those of some");
                Ask { now: *now, ..common.of(ActionKind::RotateKeys) }
            }
            Self::ForcePasswordReset { whom, keys, common } => {
                whom.of(Ask { keys: Some(keys.clone()), ..common.of(ActionKind::ForcePasswordReset) })
            }
            Self::Tighten { classes, common } => {
                Ask { classes: classes.clone(), ..common.of(ActionKind::Tighten) }
            }
            Self::ChallengeAll { common } => common.of(ActionKind::ChallengeAll),
            Self::Relax { over, common } => Ask { over_s: *over, ..common.of(ActionKind::Relax) },
            Self::Notify { text, whom, common } => {
                whom.of(Ask { text: Some(text.clone()), ..common.of(ActionKind::Notify) })
            }
            Self::Contain { playbook, network, span, whom, common, .. } => whom.of(Ask {
                playbook: playbook.clone(),
                network: network.clone(),
                for_s: *span,
                ..common.of(ActionKind::Contain)
            }),
        })
    }
}

/// A span such as `90s`, `30m`, `1h` or `7d`, in seconds.
pub(in crate::cli) fn seconds(text: &str) -> Result<u64, String> {
    let wrong = || "must be a whole number and a unit (s, m, h, d), e.g. 1h".to_owned();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?);
    let scale = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    digits.parse::<u64>().ok().and_then(|count| count.checked_mul(scale)).ok_or_else(wrong)
}
