//! A server that is spoken to over TLS, by the word in its address.

use std::{fs, os::unix::fs::PermissionsExt};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::{
    super::{
        at,
        postgres::{Postgres, own},
    },
    Sql,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_who_its_certificate_says_or_it_is_not_asked() {
    let mut server = Postgres::start();
    let database = server.database();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let trusted = outside.path().join("ca.pem");
    fs::write(&trusted, cert.pem()).unwrap();
    let other = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let untrusted = outside.path().join("other.pem");
    fs::write(&untrusted, other.cert.pem()).unwrap();
    for (name, text) in [("server.crt", cert.pem()), ("server.key", signing_key.serialize_pem())] {
        let path = server.folder().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        own(&path);
    }
    server.ask("postgres", "ALTER SYSTEM SET ssl = on");
    server.stop();
    server.go_on();
    let by = |host: &str, mode: &str, root: &std::path::Path| {
        let url = database.replace("127.0.0.1", host);
        at(format!("{url}?sslmode={mode}&sslrootcert={}", root.display()))
    };
    let sql = Sql::connect(&by("localhost", "verify-full", &trusted)).await.unwrap();
    let encrypted = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    let count = crate::sql::query_scalar::<i64>(encrypted).fetch_one(sql.db.reader()).await.unwrap();
    assert_eq!(count, 1);
    for wrong in [by("localhost", "verify-full", &untrusted), by("127.0.0.1", "verify-full", &trusted)] {
        assert!(Sql::connect(&wrong).await.is_err(), "nobody else's certificate, and no other name");
    }
    sql.close().await.unwrap();
}
