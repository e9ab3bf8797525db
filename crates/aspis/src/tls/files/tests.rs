use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A folder with a certificate and its key.
struct Place(TempDir);

impl Place {
    fn new(days: i64) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        place.put(days, true, true);
        place
    }

    /// Puts a fresh pair there, or only one of the two.
    fn put(&self, days: i64, certificate: bool, key: bool) {
        self.write(days - 365, days, &["localhost"], [certificate, key]);
    }

    /// Puts a fresh pair there that is good between these days from now on, for these names.
    fn put_from(&self, from: i64, until: i64, names: &[&str]) {
        self.write(from, until, names, [true; 2]);
    }

    fn write(&self, from: i64, until: i64, names: &[&str], [certificate, key]: [bool; 2]) {
        let own = KeyPair::generate().expect("a key");
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).expect("names");
        let day = |days: i64| {
            let seconds = u64::try_from(NOW.seconds() + days * 86_400).expect("after 1970");
            rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds)
        };
        (params.not_before, params.not_after) = (day(from), day(until));
        if certificate {
            let signed = params.self_signed(&own).expect("signed");
            fs::write(self.certificate(), signed.pem()).expect("written");
        }
        if key {
            fs::write(self.key(), own.serialize_pem()).expect("written");
            self.open_to(0o600);
        }
    }

    fn open_to(&self, mode: u32) {
        fs::set_permissions(self.key(), fs::Permissions::from_mode(mode)).expect("set");
    }

    fn certificate(&self) -> PathBuf {
        self.0.path().join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("key.pem")
    }

    fn open(&self) -> Result<Arc<Files>, PairError> {
        let called = vec!["localhost".to_owned()];
        let files =
            Files::open([&self.certificate(), &self.key()], called, &Arc::new(Expiry::default()), NOW);
        files.map(Arc::new)
    }
}

fn look(files: &Files) -> Look {
    files.take(files.changed(), NOW)
}

fn shown(files: &Files) -> Vec<u8> {
    files.shown.load().cert[0].to_vec()
}

#[test]
fn what_is_no_pair_is_told_apart() {
    let place = Place::new(90);
    let said = |place: &Place| place.open().expect_err("wrong").to_string();
    place.open_to(0o640);
    assert!(said(&place).contains("chmod 600"), "{}", said(&place));
    place.put(90, false, true);
    assert!(said(&place).contains("is not the key of"), "{}", said(&place));
    fs::write(place.key(), "nothing").expect("written");
    assert!(said(&place).contains("holds no private key"), "{}", said(&place));
    fs::write(place.certificate(), "nothing").expect("written");
    assert!(said(&place).contains("holds no certificate"), "{}", said(&place));
    fs::remove_file(place.certificate()).expect("removed");
    assert!(said(&place).contains("cannot be read"), "{}", said(&place));
}

#[test]
fn a_new_pair_is_taken_up_and_half_of_one_waits() {
    let place = Place::new(90);
    let files = place.open().expect("a pair");
    assert_eq!(files.expiry.days_left(NOW), Some(90));
    let first = shown(&files);
    assert!(matches!(look(&files), Look::Same));

    place.put(30, true, false);
    assert!(matches!(look(&files), Look::Same), "the key may be on its way");
    assert!(matches!(look(&files), Look::Wrong(PairError::Strangers { .. })), "it is not");
    assert!(matches!(look(&files), Look::Same), "said once");
    assert_eq!(shown(&files), first);

    place.put(30, true, true);
    assert!(matches!(look(&files), Look::Fresh(word) if word == "good until 2027-02-14T08:00:00Z"));
    assert_ne!(shown(&files), first);
    assert_eq!(files.expiry.days_left(NOW), Some(30));
    assert!(matches!(look(&files), Look::Same));
}

#[test]
fn one_that_has_ended_replaces_nothing() {
    let place = Place::new(90);
    let files = place.open().expect("a pair");
    let first = shown(&files);
    place.put(-1, true, true);
    assert!(matches!(files.reread(NOW), Err(PairError::Ended { .. })));
    assert_eq!((shown(&files), files.expiry.days_left(NOW)), (first, Some(90)));
    assert!(place.open().is_ok(), "a start shows it all the same");
}

#[test]
fn one_that_is_not_good_yet_replaces_nothing_until_it_is() {
    let place = Place::new(90);
    let files = place.open().expect("a pair");
    let first = shown(&files);
    place.put_from(2, 80, &["localhost"]);
    assert!(matches!(files.reread(NOW), Err(PairError::Early { .. })));
    assert_eq!((shown(&files), files.expiry.days_left(NOW)), (first, Some(90)));
    let later = Timestamp::from_seconds(NOW.seconds() + 2 * 86_400);
    assert!(matches!(files.take(files.changed(), later), Look::Fresh(_)));
    assert_eq!(files.expiry.days_left(later), Some(78));
}

/// A reload says whether there is another one, and what clients will not like of it.
#[test]
fn what_is_read_anew_is_shown_where_it_is_another() {
    let place = Place::new(90);
    let files = place.open().expect("a pair");
    assert!(files.reread(NOW).expect("a pair").is_none(), "it is the one that is shown");
    let first = shown(&files);
    place.put_from(-1, 80, &["api.example.com"]);
    let found = files.reread(NOW).expect("a pair").expect("another one");
    assert!(
        found.word.ends_with("; the certificate is not for localhost: it is for api.example.com"),
        "{}",
        found.word
    );
    assert_eq!(shown(&files), first, "not yet");
    (found.show)();
    assert_ne!(shown(&files), first);
    assert!(matches!(look(&files), Look::Same) && files.reread(NOW).expect("a pair").is_none());
}
