//! What loading gives for files, variables and mistakes.

mod bounds;

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
        ("OSTANKINO__REDIS__URL", "rediss://u:redissecret@c"),
    ]);
    all.retain(|(name, _)| !extra.iter().any(|(k, _)| k == name));
    all.extend(vars(extra));
    let (config, problems) = Config::read_variables(all, Config::check)?;
    problems.result().map(|()| config)
}

/// What the files of a folder give, and variables, without a look at what is missing.
fn files(
    environment: Environment,
    folder: &Path,
    variables: &[(&str, &str)],
) -> Result<Config, ConfigError> {
    let (config, problems) = Config::read_from(environment, folder, vars(variables), |_, _| {})?;
    problems.result().map(|()| config)
}

#[test]
fn variables_alone_are_enough() {
    let config = load(&[
        ("OSTANKINO_CONFIG_DIR", "/"),
        ("OSTANKINO__DELIVERY__PARTITIONS", "8"),
        ("OSTANKINO__TELEMETRY__FORMAT", "json"),
    ])
    .expect("a whole configuration");
    assert_eq!(config.delivery.partitions, 8);
    assert_eq!(config.telegram.bot_id(), 123_456);
    assert_eq!(config.environment, Environment::Development);
}

#[test]
fn every_committed_file_loads_and_the_default_file_says_what_the_code_does() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config"));
    for environment in [Environment::Development, Environment::Production] {
        files(environment, folder, &[]).expect("the file loads");
    }
    let only_default = tempdir("only-default");
    std::fs::copy(
        folder.join("default.toml"),
        only_default.join("default.toml"),
    )
    .expect("copied");
    let written = files(Environment::Development, &only_default, &[]).expect("loads");
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
    let set = [("OSTANKINO__NATS__PREFIX", "c")];
    let config = files(Environment::Production, &folder, &set).expect("loads");
    assert_eq!(
        (config.nats.prefix.as_str(), config.nats.replicas),
        ("c", 3)
    );
    assert_eq!(config.telegram.bot_id(), 5);
}

#[test]
fn unknown_keys_and_bad_values_are_errors_that_name_the_key() {
    for (name, value, says) in [
        ("OSTANKINO__TELEGRAM__TOKNE", "x", "TOKNE"),
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
    let error = files(Environment::Production, &folder, &[]).expect_err("no TOML");
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
    for secret in ["AAabcdef", "dbsecret", "natssecret", "redissecret"] {
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

#[test]
fn everything_that_is_missing_or_wrong_is_told_at_once() {
    let folder = tempdir("all-at-once");
    std::fs::write(
        folder.join("default.toml"),
        "shop = 1\n[nats]\nprefx = \"a\"\nreplicas = 2\n",
    )
    .unwrap();
    let variables = vars(&[
        ("OSTANKINO__DELIVERY__PARTITIONS", "many"),
        ("OSTANKINO__TELEGRAM__POLL_TIMEOUT_S", "51"),
    ]);
    let environment = Environment::Production;
    let (_, problems) =
        Config::read_from(environment, &folder, variables, Config::check).expect("read");
    let error = problems.result().expect_err("wrong").to_string();
    for says in [
        "8 things are wrong",
        "telegram.token is not set",
        "database.url is not set",
        "nats.urls is not set",
        "nats.prefx in",
        "default.toml is unknown: [nats] has urls, ",
        "nats.replicas must be 1, 3 or 5",
        "`shop` in",
        "the sections are telegram, database",
        "delivery.partitions is wrong in the variable OSTANKINO__DELIVERY__PARTITIONS",
        "telegram.poll_timeout_s is 51: it must be 0 to 50",
    ] {
        assert!(error.contains(says), "{says}: {error}");
    }
    assert_eq!(error.matches("delivery.partitions").count(), 1, "{error}");
}

#[test]
fn an_unknown_variable_is_named_with_what_was_meant() {
    for (name, says) in [
        (
            "OSTANKINO__TELEGRAM_TOKEN",
            "write OSTANKINO__TELEGRAM__TOKEN,",
        ),
        (
            "OSTANKINO_TELEGRAM_TOKEN",
            "write OSTANKINO__TELEGRAM__TOKEN,",
        ),
        ("OSTANKINO_DATABASE__URL", "write OSTANKINO__DATABASE__URL,"),
        (
            "OSTANKINO__NATS__STREAM__MAX__MB",
            "write OSTANKINO__NATS__STREAM_MAX_MB,",
        ),
        ("OSTANKINO__NATS__URL", "[nats] has urls"),
        ("OSTANKINO__TELEGRAM", "[telegram] has token"),
        ("OSTANKINO__TELEGRAM__", "[telegram] has token"),
        ("OSTANKINO__TELEGRAM__TOKEN__X", "[telegram] has token"),
    ] {
        let error = load(&[(name, "5:verysecret")]).expect_err(name).to_string();
        assert!(
            error.contains(&format!("the variable {name} is")),
            "{error}"
        );
        assert!(error.contains(says), "{name}: {error}");
        assert!(!error.contains("verysecret"), "{error}");
    }
}

#[test]
fn variables_that_an_orchestrator_sets_for_its_services_are_passed_over() {
    load(&[
        ("OSTANKINO_PORT", "tcp://10.0.0.1:4222"),
        ("OSTANKINO_NATS_SERVICE_HOST", "10.0.0.1"),
        ("OSTANKINO_NATS_PORT_4222_TCP", "tcp://10.0.0.1:4222"),
    ])
    .expect("they are none of ours");
}

#[test]
fn a_key_that_is_in_no_section_is_told_where_it_belongs() {
    let folder = tempdir("no-section");
    let write = |text| std::fs::write(folder.join(".secrets.toml"), text).unwrap();
    write("token = \"5:verysecret\"\n");
    let error = files(Environment::Production, &folder, &[]).expect_err("misplaced");
    let error = error.to_string();
    assert!(
        error.contains(".secrets.toml is unknown: it belongs under [telegram]"),
        "{error}"
    );
    write("telegram = \"5:verysecret\"\n");
    let other = files(Environment::Production, &folder, &[]).expect_err("no section");
    assert!(
        other.to_string().contains("write a section [telegram]"),
        "{other}"
    );
    assert!(!format!("{error}{other}").contains("verysecret"));
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
    let of = |name: OsString| sources::in_unicode([(name, garbled())].into_iter());
    assert_eq!(of("LS_COLORS".into()), Ok(Vec::new()));
    assert_eq!(of(garbled()), Ok(Vec::new()));
    let error = of("OSTANKINO__NATS__URLS".into()).expect_err("ours");
    assert_eq!(
        error.to_string(),
        "the variable OSTANKINO__NATS__URLS is not UTF-8"
    );
}

mod own;

#[test]
fn the_folder_of_a_local_bot_api_server_is_there_or_named() {
    let folder = std::env::temp_dir();
    let folder = folder.to_str().expect("UTF-8");
    let config = load(&[("OSTANKINO__TELEGRAM__FILES_DIR", folder)]).expect("a folder");
    let settings = crate::telegram::Settings::from(&config.telegram);
    assert_eq!(
        settings.files_dir.as_deref(),
        Some(std::path::Path::new(folder))
    );
    let none = load(&[]).expect("the defaults");
    let settings = crate::telegram::Settings::from(&none.telegram);
    assert_eq!(settings.files_dir, None);
    let wrong = load(&[("OSTANKINO__TELEGRAM__FILES_DIR", "/nowhere")]);
    let says = "telegram.files_dir is \"/nowhere\", which is no folder";
    assert!(wrong.expect_err("no folder").to_string().contains(says));
}

mod secrets;
