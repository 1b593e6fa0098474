//! Secrets in files of their own.

use secrecy::{ExposeSecret, SecretString};

use super::*;

/// A file that holds that; gives its path.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = tempdir("secrets").join(name);
    std::fs::write(&path, content).expect("written");
    path.to_str().expect("UTF-8").to_owned()
}

/// What the variables make of the token, the variable that [`load`] sets left out.
fn token(variables: &[(&str, &str)]) -> Result<String, String> {
    let without = [("OSTANKINO__TELEGRAM__TOKEN", "")];
    let is_given = variables
        .iter()
        .any(|(name, _)| *name == "OSTANKINO__TELEGRAM__TOKEN");
    let all: Vec<_> = match is_given {
        true => variables.to_vec(),
        false => [&without[..], variables].concat(),
    };
    let loaded = load(&all);
    loaded
        .map(|config| config.telegram.token.expose_secret().to_owned())
        .map_err(|error| error.to_string())
}

#[test]
fn every_secret_may_be_the_path_of_a_file() {
    for (key, content) in [
        ("TELEGRAM__TOKEN", TOKEN),
        ("TELEGRAM__PROXY", "socks5://u:filesecret@h:1"),
        ("DATABASE__URL", "postgres://u:filesecret@h/d"),
        ("NATS__URLS", "nats://u:filesecret@a"),
        ("REDIS__URL", "redis://:filesecret@a"),
    ] {
        for end in ["", "\n", "\r\n"] {
            let path = file(key, format!("{content}{end}"));
            let plain = format!("OSTANKINO__{key}");
            let config = load(&[(&plain, ""), (&format!("{plain}_FILE"), &path)]).expect(key);
            let read = match key {
                "TELEGRAM__TOKEN" => &config.telegram.token,
                "TELEGRAM__PROXY" => &config.telegram.proxy,
                "DATABASE__URL" => &config.database.url,
                "NATS__URLS" => &config.nats.urls,
                _ => &config.redis.url,
            };
            assert_eq!(read.expose_secret(), content);
        }
    }
}

#[test]
fn the_higher_source_wins_in_whichever_form() {
    let folder = tempdir("secrets-order");
    let in_files = |default: &str, secrets: &str, variables: &[(&str, &str)]| {
        std::fs::write(folder.join("default.toml"), default).unwrap();
        std::fs::write(folder.join(".secrets.toml"), secrets).unwrap();
        let config = files(Environment::Development, &folder, variables).expect("right");
        config.telegram.token.expose_secret().to_owned()
    };
    let path = file("order", "1:file\n");
    let named = format!("[telegram]\ntoken_file = \"{path}\"\n");
    let gone = "[telegram]\ntoken_file = \"/no/such/file\"\n";
    let plain = "[telegram]\ntoken = \"2:plain\"\n";
    let (variable, form) = (
        "OSTANKINO__TELEGRAM__TOKEN",
        "OSTANKINO__TELEGRAM__TOKEN_FILE",
    );
    assert_eq!(in_files(plain, &named, &[]), "1:file");
    assert_eq!(in_files(&named, plain, &[]), "2:plain");
    assert_eq!(in_files(plain, plain, &[(form, &path)]), "1:file");
    assert_eq!(in_files(gone, gone, &[(variable, "3:v")]), "3:v");
    // Compose sets variables that nobody gave to nothing.
    assert_eq!(
        in_files(plain, "", &[(variable, ""), (form, &path)]),
        "1:file"
    );
    assert_eq!(in_files(plain, "", &[(form, "")]), "2:plain");
}

#[test]
fn both_forms_at_once_are_an_error() {
    let path = file("both", TOKEN);
    let variables = [
        ("OSTANKINO__TELEGRAM__TOKEN", TOKEN),
        ("OSTANKINO__TELEGRAM__TOKEN_FILE", path.as_str()),
    ];
    let error = token(&variables).expect_err("twice");
    assert!(
        error.starts_with(
            "telegram.token is given twice, in the variable OSTANKINO__TELEGRAM__TOKEN and as a file in the \
             variable OSTANKINO__TELEGRAM__TOKEN_FILE: keep one"
        ),
        "{error}"
    );
    let folder = tempdir("secrets-both");
    let text = format!("[telegram]\ntoken = \"{TOKEN}\"\ntoken_file = \"{path}\"\n");
    std::fs::write(folder.join(".secrets.toml"), text).unwrap();
    let error = files(Environment::Development, &folder, &[]).expect_err("twice");
    let error = error.to_string();
    assert!(error.contains("is given twice, in "), "{error}");
    assert!(error.contains(".secrets.toml: keep one"), "{error}");
    assert!(!error.contains(TOKEN), "{error}");
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_its_key_and_never_quoted() {
    let folder = tempdir("secrets-folder");
    let folder = folder.to_str().expect("UTF-8");
    let large = "s3cret".repeat(20_000);
    let mut garbled = b"s3cret".to_vec();
    garbled.push(0xff);
    for (path, says) in [
        ("/no/such/file".to_owned(), "is not there"),
        (folder.to_owned(), "is a folder"),
        (file("empty", ""), "is empty"),
        (file("line", "\n"), "is empty"),
        (file("garbled", garbled), "is not UTF-8"),
        (file("large", large), "is too large"),
    ] {
        let error = token(&[("OSTANKINO__TELEGRAM__TOKEN_FILE", &path)]).expect_err(&path);
        let begins = format!(
            "telegram.token cannot be read: the file {path}, which token_file in the variable \
             OSTANKINO__TELEGRAM__TOKEN_FILE names, {says}"
        );
        assert!(error.starts_with(&begins), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
}

#[test]
fn a_secret_where_its_path_belongs_is_not_told() {
    for (key, secret) in [
        ("TELEGRAM__TOKEN", TOKEN),
        ("DATABASE__URL", "postgres://u:s3cret@h/d"),
    ] {
        let plain = format!("OSTANKINO__{key}");
        let error = load(&[(&plain, ""), (&format!("{plain}_FILE"), secret)]);
        let error = error.expect_err(key).to_string();
        assert!(error.contains("names no file"), "{error}");
        assert!(
            !error.contains("s3cret") && !error.contains("AAabcdef"),
            "{error}"
        );
    }
}

#[test]
fn the_names_are_known_where_something_is_misspelt() {
    for (name, says) in [
        (
            "OSTANKINO_TELEGRAM_TOKEN_FILE",
            "write OSTANKINO__TELEGRAM__TOKEN_FILE,",
        ),
        (
            "OSTANKINO__NATS__URL_FILE",
            "[nats] has urls, urls_file, credentials_file, nkey",
        ),
        (
            "OSTANKINO__NATS__CREDENTIALS_FILE_FILE",
            "[nats] has urls, urls_file",
        ),
    ] {
        let error = load(&[(name, "/run/secrets/x")])
            .expect_err(name)
            .to_string();
        assert!(error.contains(says), "{error}");
    }
    let folder = tempdir("secrets-names");
    let write = |text| std::fs::write(folder.join("default.toml"), text).unwrap();
    write("token_file = \"/run/secrets/token\"\n");
    let error = files(Environment::Development, &folder, &[]).expect_err("misplaced");
    assert!(
        error.to_string().contains("it belongs under [telegram]"),
        "{error}"
    );
    write("[telegram]\ntoken_file = 5\n");
    let error = files(Environment::Development, &folder, &[]).expect_err("no path");
    assert!(
        error.to_string().contains("must be the path of a file"),
        "{error}"
    );
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Shop {
    name: String,
    name_file: String,
    key: SecretString,
    other: Option<SecretString>,
}

#[test]
fn secrets_of_a_section_of_its_own_come_from_files_too() {
    let (key, other) = (file("key", "kettle\n"), file("other", "spoon"));
    let config = load(&[
        ("OSTANKINO__SHOP__KEY_FILE", &key),
        ("OSTANKINO__SHOP__OTHER_FILE", &other),
        ("OSTANKINO__SHOP__NAME_FILE", "plain"),
    ]);
    let config = config.expect("right");
    let shop: Shop = config.section("shop");
    config.check_own().expect("right");
    assert_eq!(shop.key.expose_secret(), "kettle");
    assert_eq!(
        shop.other
            .map(|other| other.expose_secret().to_owned())
            .as_deref(),
        Some("spoon")
    );
    assert_eq!((shop.name.as_str(), shop.name_file.as_str()), ("", "plain"));
    let settings = format!("{:?}", config.effective());
    assert!(
        !settings.contains("kettle") && !settings.contains("spoon"),
        "{settings}"
    );
}
