//! The networks that accounts may act from, in memory: most accounts have none, and then nothing is looked up.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use aspis_core::ids::AccountId;
use ipnet::IpNet;

use super::{Code, Kind, People, Refusal, SignedIn, Stored, Visitor};

/// The most networks of one account.
const MOST: usize = 64;

/// Accounts that may not act from everywhere.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    networks: RwLock<HashMap<AccountId, Vec<IpNet>>>,
    count: AtomicUsize,
    /// Whose turn it is to read or write them: of two at once the later one has the later word.
    turn: tokio::sync::Mutex<()>,
}

impl Addresses {
    /// Sets the networks of an account; none is everywhere.
    pub(super) fn set(&self, account: AccountId, networks: Vec<IpNet>) {
        let mut map = self.networks.write().unwrap_or_else(PoisonError::into_inner);
        if networks.is_empty() {
            map.remove(&account);
        } else {
            map.insert(account, networks);
        }
        self.count.store(map.len(), Ordering::Release);
    }

    /// Sets those of all accounts: who is not among these may act from everywhere.
    fn hold(&self, all: Vec<(AccountId, Vec<IpNet>)>) {
        let mut map = self.networks.write().unwrap_or_else(PoisonError::into_inner);
        *map = all.into_iter().filter(|(_, networks)| !networks.is_empty()).collect();
        self.count.store(map.len(), Ordering::Release);
    }

    /// True when every account may act from everywhere.
    pub(super) fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// True when the account may act from the address.
    pub(super) fn allow(&self, account: AccountId, address: IpAddr) -> bool {
        self.is_empty()
            || self
                .networks
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .get(&account)
                .is_none_or(|networks| within(networks, address))
    }
}

/// True when one of the networks holds the address.
pub(crate) fn within(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

impl People {
    /// Takes the networks of an account as the store has them.
    pub(super) async fn take_addresses_of(&self, account: AccountId) -> Stored<()> {
        let _mine = self.addresses.turn.lock().await;
        let known = self.store.accounts.by_id(account).await?;
        self.addresses.set(account, known.map(|known| known.allowed_ips).unwrap_or_default());
        Ok(())
    }

    /// Takes those of all accounts.
    pub(super) async fn take_addresses(&self) -> Stored<()> {
        let _mine = self.addresses.turn.lock().await;
        self.addresses.hold(self.store.accounts.restricted().await?);
        Ok(())
    }

    /// The networks that the account may act from; empty is everywhere.
    pub async fn allowed_ips(&self, who: SignedIn) -> Result<Vec<IpNet>, Refusal> {
        Ok(self.me(who).await?.allowed_ips)
    }

    /// Sets the networks that the account may act from. The caller's own address must be among them.
    pub async fn set_allowed_ips(
        &self,
        who: SignedIn,
        texts: &[String],
        visitor: &Visitor,
    ) -> Result<Vec<IpNet>, Refusal> {
        self.fresh(who).await?;
        let networks = networks(texts)?;
        if !networks.is_empty() && !within(&networks, visitor.address) {
            let detail = format!("must hold the address you are calling from, {}", visitor.address);
            return Err(Refusal::field(Code::InvalidInput, "allowed_ips", "locks_out", detail));
        }
        {
            let _mine = self.addresses.turn.lock().await;
            self.store.accounts.set_allowed_ips(who.account, &networks).await?;
            self.addresses.set(who.account, networks.clone());
        }
        self.inform(Kind::AllowedAddressesChanged, who.account, visitor).await;
        Ok(networks)
    }
}

/// Reads the field `allowed_ips`.
pub(crate) fn networks(texts: &[String]) -> Result<Vec<IpNet>, Refusal> {
    if texts.len() > MOST {
        let detail = format!("must hold at most {MOST} networks");
        return Err(Refusal::field(Code::InvalidInput, "allowed_ips", "length", detail));
    }
    let mut networks: Vec<IpNet> =
        texts.iter().enumerate().map(|(at, text)| network(at, text)).collect::<Result<_, _>>()?;
    networks.sort_unstable();
    networks.dedup();
    Ok(networks)
}

/// A network as a CIDR, or a single address. An IPv4 address in IPv6 clothes is the IPv4 address.
fn network(at: usize, text: &str) -> Result<IpNet, Refusal> {
    let single = |address: IpAddr| IpNet::from(address.to_canonical());
    let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(single));
    let mapped = |net: &IpNet| matches!(net, IpNet::V6(six) if six.addr().to_ipv4_mapped().is_some());
    match parsed {
        Ok(net) if net.trunc() == net && !mapped(&net) => Ok(net),
        _ => {
            let detail = "must be a network such as \"203.0.113.0/24\" or a single address";
            Err(Refusal::field(Code::InvalidInput, &format!("allowed_ips[{at}]"), "invalid_network", detail))
        }
    }
}
