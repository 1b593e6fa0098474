//! What loading gives for files, variables and mistakes.

use super::*;

const TOKEN: &str = "123456:AAabcdefghijklmnopqrstuvwxyz_-01234";

fn vars(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

fn load(extra: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut all = vars(&[
        ("OSTANKINO__TELEGRAM__TOKEN", TOKEN),
        ("OSTANKINO__DATABASE__URL", "postgres://u:dbsecret@h/d"),
        (
            "OSTANKINO__NATS__URLS",
            "nats://u:natssecret@a:4222,nats://b:4222",
        ),
    ]);
    all.retain(|(name, _)| !extra.iter().any(|(k, _)| k == name));
    all.extend(vars(extra));
    let config = Config::read_variables(all)?;
    config.validate()?;
    Ok(config)
}

#[test]
fn variables_alone_are_enough() {
    let config = load(&[
        ("OSTANKINO_CONFIG_DIR", "/"),
        ("OSTANKINO__DELIVERY__PARTITIONS", "8"),
        ("OSTANKINO__BOT__ADMIN_IDS", "7, 8"),
        ("OSTANKINO__TELEMETRY__FORMAT", "json"),
    ])
    .expect("a whole configuration");
    assert_eq!(config.delivery.partitions, 8);
    assert_eq!(config.bot.admin_ids, [7, 8]);
    assert_eq!(config.telegram.bot_id(), 123_456);
    assert_eq!(config.environment, Environment::Development);
}

#[test]
fn every_committed_file_loads_and_the_default_file_says_what_the_code_does() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config"));
    for environment in [Environment::Development, Environment::Production] {
        Config::read_from(environment, folder, Vec::new()).expect("the file loads");
    }
    let only_default = tempdir("only-default");
    std::fs::copy(
        folder.join("default.toml"),
        only_default.join("default.toml"),
    )
    .expect("copied");
    let written =
        Config::read_from(Environment::Development, &only_default, Vec::new()).expect("loads");
    assert_eq!(format!("{written:?}"), format!("{:?}", Config::default()));
}

#[test]
fn later_sources_win() {
    let folder = tempdir("later-wins");
    std::fs::write(
        folder.join("default.toml"),
        "[nats]\nprefix = \"a\"\nreplicas = 3\n",
    )
    .unwrap();
    std::fs::write(folder.join("production.toml"), "[nats]\nprefix = \"b\"\n").unwrap();
    std::fs::write(
        folder.join(".secrets.toml"),
        "[telegram]\ntoken = \"5:x\"\n",
    )
    .unwrap();
    let set = vars(&[("OSTANKINO__NATS__PREFIX", "c")]);
    let config = Config::read_from(Environment::Production, &folder, set).expect("loads");
    assert_eq!(
        (config.nats.prefix.as_str(), config.nats.replicas),
        ("c", 3)
    );
    assert_eq!(config.telegram.bot_id(), 5);
}

#[test]
fn unknown_keys_and_bad_values_are_errors_that_name_the_key() {
    for (name, value, says) in [
        ("OSTANKINO__TELEGRAM__TOKNE", "x", "tokne"),
        (
            "OSTANKINO__DELIVERY__PARTITIONS",
            "0",
            "delivery.partitions",
        ),
        ("OSTANKINO__DELIVERY__PARTITIONS", "many", "partitions"),
        (
            "OSTANKINO__TELEGRAM__TOKEN",
            "",
            "OSTANKINO__TELEGRAM__TOKEN",
        ),
        ("OSTANKINO__TELEGRAM__TOKEN", "no-colon", "telegram.token"),
        (
            "OSTANKINO__TELEGRAM__POLL_TIMEOUT_S",
            "51",
            "poll_timeout_s",
        ),
        ("OSTANKINO__DATABASE__URL", "", "OSTANKINO__DATABASE__URL"),
        ("OSTANKINO__DATABASE__URL", "mysql://x", "database.url"),
        ("OSTANKINO__NATS__URLS", "", "OSTANKINO__NATS__URLS"),
        ("OSTANKINO__NATS__PREFIX", "a.b", "nats.prefix"),
        ("OSTANKINO__TELEMETRY__FORMAT", "xml", "json"),
        ("OSTANKINO__BOT__ADMIN_IDS", "me", "me"),
        ("OSTANKINO_ENV", "staging", "OSTANKINO_ENV"),
        (
            "OSTANKINO_CONFIG_DIR",
            "/no/such/folder",
            "OSTANKINO_CONFIG_DIR",
        ),
    ] {
        let error = load(&[(name, value)]).expect_err(name).to_string();
        assert!(error.contains(says), "{name}={value}: {error}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_named_but_not_quoted() {
    let folder = tempdir("no-toml");
    std::fs::write(
        folder.join(".secrets.toml"),
        "[telegram]\ntoken = \"5:secret\n",
    )
    .unwrap();
    let error =
        Config::read_from(Environment::Production, &folder, Vec::new()).expect_err("no TOML");
    let error = error.to_string();
    assert!(
        error.contains(".secrets.toml") && error.contains("line 2"),
        "{error}"
    );
    assert!(!error.contains("5:secret"), "{error}");
}

#[test]
fn secrets_are_in_no_debug_output() {
    let printed = format!("{:?}", load(&[]).expect("loads"));
    for secret in ["AAabcdef", "dbsecret", "natssecret"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn the_readme_lists_every_key_with_its_variable_and_default() {
    let read = |name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::read_to_string(path).expect("it is there")
    };
    let (mut section, mut expected) = (String::new(), Vec::new());
    for line in read("config/default.toml").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let required = line.strip_prefix("# ").filter(|_| !section.is_empty());
        let Some((key, rest)) = required.unwrap_or(line).split_once(" = ") else {
            continue;
        };
        let default = match required {
            Some(_) => "required".to_owned(),
            None => format!("`{}`", rest.split("  ").next().unwrap_or_default()),
        };
        let variable = format!("OSTANKINO__{section}__{key}").to_uppercase();
        expected.push(format!("`{section}.{key}` | `{variable}` | {default}"));
    }
    let readme = read("README.md");
    let rows = readme
        .lines()
        .filter(|line| line.contains("` | `OSTANKINO__"));
    let listed: Vec<_> = rows
        .map(|row| row.split(" | ").take(3).collect::<Vec<_>>().join(" | "))
        .collect();
    let listed: Vec<_> = listed
        .iter()
        .map(|row| row.trim_start_matches("| "))
        .collect();
    assert_eq!(listed, expected);
}

fn tempdir(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("ostankino-config-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a temporary folder");
    path
}

#[test]
fn a_variable_that_is_no_text_is_refused_only_if_it_is_ours() {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt};
    let garbled = || OsString::from_vec(vec![0xff]);
    let of = |name: OsString| in_unicode([(name, garbled())].into_iter());
    assert_eq!(of("LS_COLORS".into()), Ok(Vec::new()));
    assert_eq!(of(garbled()), Ok(Vec::new()));
    let error = of("OSTANKINO__NATS__URLS".into()).expect_err("ours");
    assert_eq!(
        error.to_string(),
        "the variable OSTANKINO__NATS__URLS is not UTF-8"
    );
}
