//! A server that speaks TLS.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::*;

/// A server whose certificate an authority of its own has signed, and that authority.
struct Sealed {
    server: Redis,
    authority: String,
    _files: TempDir,
}

impl Sealed {
    fn start() -> Option<Self> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let (key, names) = (KeyPair::generate().unwrap(), vec!["127.0.0.1".to_owned()]);
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let files = tempfile::tempdir().unwrap();
        let file = |name: &str, text: String| {
            let path = files.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (chain, key) = (file("chain.pem", leaf.pem()), file("key.pem", key.serialize_pem()));
        let trusted = file("authority.pem", authority.pem());
        let server = Redis::start_with(&[
            "--port",
            "0",
            "--tls-port",
            "PORT",
            "--tls-cert-file",
            &chain,
            "--tls-key-file",
            &key,
            "--tls-ca-cert-file",
            &trusted,
            "--tls-auth-clients",
            "no",
            "--requirepass",
            "hunter2",
        ])?;
        Some(Self { server, authority: authority.pem(), _files: files })
    }

    fn node(&self, authority: Option<String>, password: &str) -> Shared {
        let url = SecretText::new(format!("rediss://:{password}@127.0.0.1:{}/0", self.server.port()));
        let config = Config::new(url, Secret::new(*b"pepper"));
        let authorities = authority.map(String::into_bytes);
        Shared::connect(&Config { authorities, limit: Duration::from_secs(5), ..config }, clock()).unwrap()
    }
}

#[tokio::test]
async fn a_server_that_proves_who_it_is_is_asked() {
    let Some(sealed) = Sealed::start() else { return };
    let node = sealed.node(Some(sealed.authority.clone()), "hunter2");
    assert!(admitted(&node.admit(&[ask(client(1), "5/hour")]).await.unwrap()));
}

#[tokio::test]
async fn a_server_that_does_not_is_told_nothing() {
    let Some(sealed) = Sealed::start() else { return };
    for node in [sealed.node(None, "hunter2"), sealed.node(Some(sealed.authority.clone()), "hunter3")] {
        let error = node.admit(&[ask(client(1), "5/hour")]).await.unwrap_err();
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(!cause.contains("hunter"), "{cause}");
    }
}
