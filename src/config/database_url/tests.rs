//! What is read out of URLs as providers print them, and what is refused by name.

use std::path::PathBuf;

use tokio_postgres::config::{ChannelBinding, SslNegotiation, TargetSessionAttrs};

use super::*;
use ostankino_tls::Verify;

fn url(parameters: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    DatabaseUrl::parse(&format!(
        "postgres://u:p%40%23@db.example:5433/d?{parameters}"
    ))
}

#[test]
fn a_url_is_read_whole() {
    let url = url("application_name=shop%20bot&options=-c%20search_path%3Da").expect("a URL");
    let server = &url.server;
    assert_eq!(server.get_user(), Some("u"));
    assert_eq!(server.get_password(), Some(&b"p@#"[..]));
    assert_eq!(server.get_hosts(), [Host::Tcp("db.example".into())]);
    assert_eq!(server.get_ports(), [5433]);
    assert_eq!(server.get_dbname(), Some("d"));
    assert_eq!(server.get_application_name(), Some("shop bot"));
    assert_eq!(server.get_options(), Some("-c search_path=a"));
    assert_eq!(url.mode, SslMode::Prefer);
    assert!(!url.is_local() && !format!("{url:?}").contains("p@#"));
}

#[test]
fn words_are_read_like_a_url() {
    let url =
        DatabaseUrl::parse(r"host=/run/pg user = 'the bot' password=it\'s\ it sslmode=disable");
    let url = url.expect("libpq's words");
    assert_eq!(url.server.get_user(), Some("the bot"));
    assert_eq!(url.server.get_password(), Some(&b"it's it"[..]));
    assert!(url.is_socket() && url.is_local());
    assert_eq!(url.mode, SslMode::Disable);
}

#[test]
fn several_hosts_keep_their_ports() {
    let url = DatabaseUrl::parse("postgresql://u@a:1,[::1]:2,b/d?target_session_attrs=primary");
    let server = url.expect("three hosts").server;
    assert_eq!(server.get_hosts().len(), 3);
    assert_eq!(server.get_ports(), [1, 2, 5432]);
    assert_eq!(
        server.get_target_session_attrs(),
        TargetSessionAttrs::ReadWrite
    );
}

#[test]
fn each_sslmode_verifies_what_libpq_does_and_require_no_less_than_before() {
    for (parameters, mode, verify) in [
        ("", SslMode::Prefer, Verify::Nothing),
        ("sslmode=disable", SslMode::Disable, Verify::Nothing),
        ("sslmode=allow", SslMode::Allow, Verify::Nothing),
        ("sslmode=prefer", SslMode::Prefer, Verify::Nothing),
        (
            "sslmode=prefer&sslrootcert=ca.pem",
            SslMode::Prefer,
            Verify::Chain,
        ),
        ("sslmode=require", SslMode::Require, Verify::ChainAndName),
        (
            "sslmode=require&sslrootcert=ca.pem",
            SslMode::Require,
            Verify::Chain,
        ),
        (
            "sslmode=require&sslrootcert=system",
            SslMode::VerifyFull,
            Verify::ChainAndName,
        ),
        ("sslmode=verify-ca", SslMode::VerifyCa, Verify::Chain),
        (
            "sslmode=verify-full",
            SslMode::VerifyFull,
            Verify::ChainAndName,
        ),
        (
            "sslmode=verify-full&sslrootcert=ca.pem",
            SslMode::VerifyFull,
            Verify::ChainAndName,
        ),
    ] {
        let url = url(parameters).expect(parameters);
        assert_eq!((url.mode, url.tls.verify), (mode, verify), "{parameters}");
        let own = parameters
            .contains("ca.pem")
            .then(|| PathBuf::from("ca.pem"));
        assert_eq!(url.tls.roots, own, "{parameters}");
    }
}

#[test]
fn what_providers_print_is_understood() {
    let neon = url("sslmode=require&channel_binding=require").expect("understood");
    assert_eq!(neon.server.get_channel_binding(), ChannelBinding::Require);
    let direct =
        url("sslmode=verify-full&sslnegotiation=direct&sslrootcert=system").expect("understood");
    assert_eq!(direct.server.get_ssl_negotiation(), SslNegotiation::Direct);
    let own =
        url("sslmode=verify-full&sslcert=c.pem&sslkey=k.pem&gssencmode=disable&sslcompression=0");
    let identity = own.expect("understood").tls.identity;
    assert_eq!(identity, Some(("c.pem".into(), "k.pem".into())));
    let slow =
        url("tcp_user_timeout=2500&keepalives_count=4&connect_timeout=0").expect("understood");
    assert_eq!(
        slow.server.get_tcp_user_timeout().map(|t| t.as_millis()),
        Some(2500)
    );
    assert_eq!(slow.server.get_keepalives_retries(), Some(4));
    assert_eq!(slow.server.get_connect_timeout(), None);
}

#[test]
fn what_cannot_be_done_is_refused_by_its_name_and_without_its_value() {
    for (parameters, says) in [
        (
            "sslmode=verify_full",
            "wrong value for `sslmode`: use disable, allow,",
        ),
        ("target_session_attrs=standby", "the service writes"),
        (
            "pgbouncer=true",
            "`pgbouncer`, which PostgreSQL does not know",
        ),
        ("sslcrl=s3cret.pem", "`sslcrl`, which is not supported"),
        ("sslpassword=s3cret", "use a key without a password"),
        ("sslcert=s3cret.pem", "`sslkey`"),
        ("keepalives_idle=s3cret", "`keepalives_idle`: use a number"),
        ("sslnegotiation=direct", "sslnegotiation=direct"),
        ("gssencmode=require", "`gssencmode`"),
        ("s3cret@x=1", "is no PostgreSQL URL"),
        ("s3cret", "is no PostgreSQL URL"),
    ] {
        let error = url(parameters).expect_err(parameters).to_string();
        assert!(error.contains(says), "{parameters}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    for text in [
        "mysql://u:s3cret@h/d",
        "",
        "s3cret",
        "postgres:///d",
        "postgres://u:s3cret@h:x/d",
    ] {
        let error = DatabaseUrl::parse(text).expect_err(text).to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}

#[test]
fn a_raw_character_in_the_password_is_named_and_the_password_is_not() {
    for (password, code) in [
        ("p@s3cret", "%40"),
        ("p#s3cret", "%23"),
        ("p/s3cret", "%2F"),
        ("p?s3cret", "%3F"),
    ] {
        let error = DatabaseUrl::parse(&format!("postgres://u:{password}@h/d"));
        let error = error.expect_err(password).to_string();
        assert!(error.contains(code) && !error.contains("s3cret"), "{error}");
    }
}

#[test]
fn only_what_stays_on_this_machine_is_local() {
    for (hosts, local) in [
        ("localhost", true),
        ("127.0.0.2:5,[::1]", true),
        ("%2Frun%2Fpostgresql", true),
        ("0.0.0.0", false),
        ("db", false),
        ("localhost,db", false),
    ] {
        let url = DatabaseUrl::parse(&format!("postgres://u@{hosts}/d")).expect(hosts);
        assert_eq!(url.is_local(), local, "{hosts}");
    }
    let named = DatabaseUrl::parse("postgres://u@localhost/d?hostaddr=10.0.0.1").expect("a URL");
    assert!(!named.is_local());
}
