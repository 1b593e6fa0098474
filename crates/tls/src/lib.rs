//! TLS for everything that is called: rustls with aws-lc-rs, and whom it trusts.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Once},
};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, RootCertStore,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
};

mod verifier;

use verifier::Lenient;

/// What of the server's certificate must be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// It is of an authority that is trusted, and of the host that was asked for.
    ChainAndName,
    /// It is of an authority that is trusted.
    Chain,
    /// Nothing: the connection is encrypted, whoever answers.
    Nothing,
}

/// Whom to trust, and who we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// What of the server's certificate must be right.
    pub verify: Verify,
    /// Certificates of the authorities, in PEM; the system's if there are none.
    pub roots: Option<PathBuf>,
    /// Our own certificate and its key, in PEM.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// A file that TLS needs cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used for TLS", path.display())]
pub struct TlsFileError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// A client that trusts the system's certificates; with `needed` false, one for a target that is
/// reached without TLS, so that a machine without certificates can talk to it.
#[must_use]
pub fn client_config(needed: bool) -> ClientConfig {
    let roots = if needed {
        system()
    } else {
        RootCertStore::empty().into()
    };
    builder()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// A client with settings of its own. The files are read now: a certificate that was renewed counts
/// from the next connection on.
///
/// # Errors
///
/// [`TlsFileError`].
pub fn client_config_of(settings: &TlsSettings) -> Result<ClientConfig, TlsFileError> {
    if settings.verify != Verify::Nothing && settings.roots.is_none() {
        system();
    }
    client_config_quietly(settings)
}

/// The same for a server of which it is not known whether it speaks TLS: that this machine has no
/// certificates is no error then.
///
/// # Errors
///
/// [`TlsFileError`].
pub fn client_config_quietly(settings: &TlsSettings) -> Result<ClientConfig, TlsFileError> {
    let (pinned, roots) = match &settings.roots {
        Some(path) => of_file(path, || {
            let certificates = certificates(path)?;
            let mut roots = RootCertStore::empty();
            for certificate in &certificates {
                roots.add(certificate.clone()).map_err(io::Error::other)?;
            }
            Ok((certificates, Arc::new(roots)))
        })?,
        None if settings.verify == Verify::Nothing => (Vec::new(), RootCertStore::empty().into()),
        None => (Vec::new(), SYSTEM.clone()),
    };
    let verifier = Lenient::new(settings.verify, pinned, roots);
    let config = builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let Some((certificate, key)) = &settings.identity else {
        return Ok(config.with_no_client_auth());
    };
    let chain = of_file(certificate, || certificates(certificate))?;
    of_file(key, || {
        let key = PrivateKeyDer::from_pem_file(key).map_err(explain)?;
        config
            .with_client_auth_cert(chain, key)
            .map_err(io::Error::other)
    })
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs speaks TLS 1.2 and 1.3")
}

/// The system's authorities; their absence is told, once.
fn system() -> Arc<RootCertStore> {
    static TOLD: Once = Once::new();
    if SYSTEM.is_empty() {
        TOLD.call_once(|| {
            tracing::error!(
                event = "no_certificates",
                "no system certificates were found: install ca-certificates"
            );
        });
    }
    SYSTEM.clone()
}

/// Read once: there are some 140 of them.
static SYSTEM: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!(%error, "a system certificate could not be read");
    }
    roots.add_parsable_certificates(found.certs);
    Arc::new(roots)
});

/// What TLS has against the other side, or it against us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Nobody who is trusted vouches for it.
    Issuer,
    /// It is somebody else's.
    Name,
    /// It has expired, or cannot be used.
    Other,
    /// The other side takes our certificate, or that we have none, amiss.
    Ours,
}

/// Whether an error of a connection is one of certificates.
#[must_use]
pub fn distrust(error: &(dyn Error + 'static)) -> Option<Distrust> {
    let found = std::iter::successors(Some(error), |&cause| cause.source()).find_map(|cause| {
        // An `io::Error` keeps it inside, not among its sources.
        let inside = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        inside.map_or(cause.downcast_ref(), |inside| {
            inside.downcast_ref::<rustls::Error>()
        })
    })?;
    match found {
        rustls::Error::InvalidCertificate(problem) => Some(match problem {
            CertificateError::UnknownIssuer => Distrust::Issuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Distrust::Name
            }
            _ => Distrust::Other,
        }),
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired,
        ) => Some(Distrust::Ours),
        _ => None,
    }
}

fn of_file<T>(path: &Path, read: impl FnOnce() -> io::Result<T>) -> Result<T, TlsFileError> {
    read().map_err(|source| TlsFileError {
        path: path.into(),
        source,
    })
}

fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let found = CertificateDer::pem_file_iter(path).map_err(explain)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(explain)?;
    match found.is_empty() {
        true => Err(io::Error::other("it holds no certificate in PEM")),
        false => Ok(found),
    }
}

fn explain(error: pem::Error) -> io::Error {
    match error {
        pem::Error::Io(error) => error,
        pem::Error::NoItemsFound => io::Error::other("it holds nothing in PEM that is wanted"),
        // Its words may quote the file, and that may be a key.
        _ => io::Error::other("it is not in PEM"),
    }
}
