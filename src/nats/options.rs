//! Who we are to NATS, and whom we trust: the options of a connection, out of the configuration.

use std::{fs, time::Duration};

use async_nats::{ConnectError, ConnectErrorKind, ConnectOptions};
use secrecy::ExposeSecret;

use ostankino_tls::{self as tls, Distrust};

use super::NatsError;
use crate::config::{NatsConfig, NatsLogin, NatsUrls};

/// The options, but for what the connection itself is to do.
pub(super) fn options(config: &NatsConfig, urls: &NatsUrls) -> Result<ConnectOptions, NatsError> {
    let tls = tls::client_config_quietly(&config.tls()).map_err(|error| {
        NatsError::fatal(
            crate::chain(&error),
            "correct nats.root_certificate_file, nats.certificate_file and nats.key_file, or the \
             file",
        )
    })?;
    let options = ConnectOptions::new()
        .name("ostankino")
        .connection_timeout(config.request_timeout())
        .request_timeout(Some(config.request_timeout()))
        .ping_interval(Duration::from_secs(10))
        .tls_client_config(tls);
    if !config.credentials_file.is_empty() {
        let text = read("nats.credentials_file", &config.credentials_file)?;
        return options.credentials(text.expose_secret()).map_err(|_| {
            NatsError::fatal(
                "nats.credentials_file names a file without the JWT and seed of a user",
                "make one with `nsc generate creds`",
            )
        });
    }
    if !config.nkey_seed_file.is_empty() {
        let text = read("nats.nkey_seed_file", &config.nkey_seed_file)?;
        // Alone in the file, or between the lines of dashes that `nsc` writes.
        let mut lines = text.expose_secret().lines().map(str::trim);
        let seed = lines
            .find(|line| line.starts_with("SU"))
            .ok_or_else(no_seed)?;
        return Ok(options.nkey(seed.to_owned()));
    }
    Ok(match urls.login.clone() {
        Some(NatsLogin::User(user, password)) => options.user_and_password(user, password),
        Some(NatsLogin::Token(token)) => options.token(token),
        None => options,
    })
}

fn read(key: &str, path: &str) -> Result<secrecy::SecretString, NatsError> {
    let read = fs::read_to_string(path).map(Into::into);
    read.map_err(|error| {
        NatsError::fatal(
            format!("{key} cannot be read: {path}: {error}"),
            "correct the path, or let this user read the file",
        )
    })
}

fn no_seed() -> NatsError {
    NatsError::fatal(
        "nats.nkey_seed_file names a file without the seed of a user (SU…)",
        "make one with `nk -gen user`",
    )
}

/// Why no connection was made, and what to change if waiting cannot help.
pub(super) fn explain(error: ConnectError, config: &NatsConfig, urls: &NatsUrls) -> NatsError {
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation => {
            let (problem, advice) = if !config.credentials_file.is_empty() {
                (
                    "the user of nats.credentials_file",
                    "have a new file made for this server",
                )
            } else if !config.nkey_seed_file.is_empty() {
                (
                    "the key of nats.nkey_seed_file",
                    "add its public key to the server's users",
                )
            } else {
                match urls.login {
                    Some(NatsLogin::User(..)) => (
                        "the user and password",
                        "correct them in nats.urls (OSTANKINO__NATS__URLS)",
                    ),
                    Some(NatsLogin::Token(_)) => (
                        "the token",
                        "correct it in nats.urls (OSTANKINO__NATS__URLS)",
                    ),
                    None => (
                        "who names no user",
                        "write user and password into nats.urls (OSTANKINO__NATS__URLS), or set \
                         nats.credentials_file or nats.nkey_seed_file",
                    ),
                }
            };
            return NatsError::fatal(format!("NATS refuses {problem}"), advice);
        }
        // The one thing that is signed with.
        ConnectErrorKind::Authentication => return no_seed(),
        _ => {}
    }
    let advice = match tls::distrust(&error) {
        None => return NatsError::passing("no connection to NATS could be made", error),
        Some(Distrust::Issuer) => {
            "name the file with the certificate of the server's authority as \
             nats.root_certificate_file"
        }
        Some(Distrust::Name) => "write the host in nats.urls as the server's certificate does",
        Some(Distrust::Other) => "give the server another certificate",
        Some(Distrust::Ours) => {
            "name a certificate that the server accepts as nats.certificate_file, and its key as \
             nats.key_file"
        }
    };
    NatsError::fatal(
        format!(
            "no connection to NATS could be made: {}",
            crate::chain(&error)
        ),
        advice,
    )
}
