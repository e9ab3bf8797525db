//! What a token said as a row of words, each of which is read and written at once.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
};
use uuid::Uuid;

use super::{Likeness, Remembered, Thumbprint, Verified};

/// How many.
pub(super) const SAID: usize = 14;

/// Which of them says until when.
pub(super) const EXPIRES: usize = 6;

/// Bits of the first word.
const ADMIN: u64 = 1;
const STRONG: u64 = 2;
const PRINT: u64 = 4;
const KEY: u64 = 8;
const PRESENTED: u64 = 16;

pub(super) fn pack(remembered: &Remembered) -> [u64; SAID] {
    let Remembered { verified: Verified { who, from, expires, print, key }, presented } = *remembered;
    let SignedIn { account, family, role, strong } = who;
    let marks = [
        (role == Role::Admin, ADMIN),
        (strong, STRONG),
        (print.is_some(), PRINT),
        (key.is_some(), KEY),
        (presented.is_some(), PRESENTED),
    ];
    let marks = marks.iter().filter(|(is, _)| *is).fold(0, |all, (_, mark)| all | mark);
    let (from, expires) = (from.0.cast_unsigned(), expires.0.cast_unsigned());
    let ((a0, a1), (f0, f1)) = (account.0.as_u64_pair(), family.0.as_u64_pair());
    let (p0, p1) = Uuid::from_bytes(print.unwrap_or_default()).as_u64_pair();
    let key = key.map_or([0; 32], |key| *key.bytes());
    let [k0, k1, k2, k3] = std::array::from_fn(|nth| u64::from_ne_bytes(key.as_chunks().0[nth]));
    let presented = presented.map_or(0, |Likeness(number)| number);
    [marks, a0, a1, f0, f1, from, expires, p0, p1, k0, k1, k2, k3, presented]
}

pub(super) fn unpack(words: &[u64; SAID]) -> Remembered {
    let [marks, a0, a1, f0, f1, from, expires, p0, p1, k0, k1, k2, k3, presented] = *words;
    let is = |mark: u64| marks & mark != 0;
    let who = SignedIn {
        account: AccountId(Uuid::from_u64_pair(a0, a1)),
        family: FamilyId(Uuid::from_u64_pair(f0, f1)),
        role: if is(ADMIN) { Role::Admin } else { Role::User },
        strong: is(STRONG),
    };
    let key = || {
        let mut bytes = [0; 32];
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip([k0, k1, k2, k3]) {
            *place = word.to_ne_bytes();
        }
        Thumbprint::from_bytes(bytes)
    };
    let verified = Verified {
        who,
        from: Timestamp(from.cast_signed()),
        expires: Timestamp(expires.cast_signed()),
        print: is(PRINT).then(|| *Uuid::from_u64_pair(p0, p1).as_bytes()),
        key: is(KEY).then(key),
    };
    Remembered { verified, presented: is(PRESENTED).then_some(Likeness(presented)) }
}
