//! TLS for everything that is called: rustls with ring and the system's certificates.

/// A client that trusts the system's certificates; with `needed` false, one for a target that is
/// reached without TLS, so that a machine without certificates can talk to it.
pub(crate) fn client_config(needed: bool) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    if needed {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "a system certificate could not be read");
        }
        if roots.add_parsable_certificates(found.certs).0 == 0 {
            tracing::error!("no system certificates were found: install ca-certificates");
        }
    }
    rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
