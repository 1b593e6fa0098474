//! Certificates of a test's own: an authority, and what it vouches for.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// An authority that nobody else trusts.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(of("Authority", &[], true), key);
        Self(issuer.expect("a certificate"))
    }

    /// Writes `<name>.crt` for the names and `<name>.key` into the folder.
    pub(crate) fn issue(&self, folder: &Path, name: &str, common_name: &str, names: &[&str]) {
        let key = KeyPair::generate().expect("a key");
        let issued = of(common_name, names, false).signed_by(&key, &self.0);
        write(
            folder,
            &format!("{name}.crt"),
            &issued.expect("a certificate").pem(),
        );
        write(folder, &format!("{name}.key"), &key.serialize_pem());
    }

    /// Writes its own certificate into the folder.
    pub(crate) fn write(&self, folder: &Path, name: &str) {
        write(folder, name, &self.0.pem());
    }
}

/// Writes `<name>.crt` and `<name>.key` as `openssl req -x509` makes them: its own authority.
pub(crate) fn self_signed(folder: &Path, name: &str, names: &[&str]) {
    let key = KeyPair::generate().expect("a key");
    let signed = of("Server", names, true).self_signed(&key);
    write(
        folder,
        &format!("{name}.crt"),
        &signed.expect("a certificate").pem(),
    );
    write(folder, &format!("{name}.key"), &key.serialize_pem());
}

fn of(common_name: &str, names: &[&str], is_authority: bool) -> CertificateParams {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    // A server refuses a key that others may read.
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("ours");
}

/// What accepts TLS with `<name>.crt` and `<name>.key` of the folder.
pub(crate) fn acceptor(folder: &Path, name: &str) -> TlsAcceptor {
    let path = |kind| folder.join(format!("{name}.{kind}"));
    let chain = CertificateDer::pem_file_iter(path("crt")).expect("it is there");
    let chain = chain.collect::<Result<_, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_file(path("key")).expect("a key");
    let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
    let config = ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs speaks them")
        .with_no_client_auth()
        .with_single_cert(chain, key);
    TlsAcceptor::from(Arc::new(config.expect("they belong together")))
}
