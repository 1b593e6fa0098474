//! What becomes of a build: each mistake is an error of cargo's, with its place; what is right is Rust.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use ostankino_build::Missing;

/// A folder of one test, gone with it.
struct Package(PathBuf);

impl Package {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let package = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        let _ = fs::remove_dir_all(&package.0);
        for (file, text) in files {
            let path = package.0.join("locales").join(file);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, text).expect("written");
        }
        package
    }

    /// Runs the `build.rs` below in it, as cargo does.
    fn build(&self, missing: &str) -> Output {
        let build = env::current_exe().expect("this program");
        let build = Command::new(build)
            .args(["--ignored", "--exact", "build_script", "--nocapture"])
            .current_dir(&self.0)
            .env("OUT_DIR", &self.0)
            .env("MISSING", missing)
            .output();
        build.expect("it runs")
    }

    /// The errors of a build that fails.
    fn errors(&self) -> Vec<String> {
        let output = self.build("deny");
        assert!(!output.status.success(), "the build fails");
        assert!(!self.0.join("texts.rs").exists(), "nothing is written");
        directives(&output, "cargo::error=")
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn directives(output: &Output, name: &str) -> Vec<String> {
    let said = String::from_utf8_lossy(&output.stdout);
    let lines = said.lines().filter_map(|line| line.strip_prefix(name));
    lines.map(str::to_owned).collect()
}

#[test]
#[ignore = "what the tests of this file run"]
fn build_script() {
    #[expect(clippy::disallowed_methods, reason = "the test says it so")]
    let missing = match env::var("MISSING").as_deref() {
        Ok("warn") => Missing::Warn,
        _ => Missing::Deny,
    };
    // What the harness printed before stands on a line of its own.
    println!();
    ostankino_build::texts("locales")
        .complete("ru")
        .others(missing)
        .write();
}

const RUSSIAN: &str = "language-name = Русский\nhello = Привет, { $name }!\nbye = Пока\n";

#[test]
fn a_language_without_a_message_fails_the_build_by_its_name() {
    let english = "language-name = English\nhello = Hello, { $name }!\n";
    let files = [("ru/bot.ftl", RUSSIAN), ("en/bot.ftl", english)];
    let package = Package::new("lacks", &files);
    assert_eq!(
        package.errors(),
        ["locales/ru/bot.ftl:3: en: message `bye`: it is missing in `en`: translate it there"]
    );
    let output = package.build("warn");
    assert!(output.status.success(), "it may be missing");
    assert_eq!(
        directives(&output, "cargo::warning="),
        [
            "locales/ru/bot.ftl:3: en: message `bye`: it is missing in `en`: translate it there, until then it is said in the \
             language that has all"
        ]
    );
    assert_eq!(directives(&output, "cargo::rerun-if-changed="), ["locales"]);
    assert!(package.0.join("texts.rs").exists());
}

#[test]
fn markup_that_is_not_closed_fails_the_build() {
    let english = "language-name = English\nhello = Hello, <b>{ $name }!\nbye = Bye\n";
    let files = [("ru/bot.ftl", RUSSIAN), ("en/bot.ftl", english)];
    assert_eq!(
        Package::new("broken", &files).errors(),
        ["locales/en/bot.ftl:2: en: message `hello`: `<b>` is never closed: add `</b>`"]
    );
}

#[test]
fn a_package_without_texts_is_told_where_they_are() {
    assert_eq!(
        Package::new("empty", &[("ru/readme.txt", "")]).errors(),
        [
            "locales: texts: it has no texts: they are in `<language>/<name>.ftl`, such as `ru/bot.ftl`"
        ]
    );
    let errors = Package::new("nameless", &[("ru/bot.ftl", "a = x\n")]).errors();
    assert_eq!(
        errors,
        [
            "locales/ru/bot.ftl: ru: message `language-name`: it is missing: each language says what it is called, such as \
             `language-name = English`"
        ]
    );
}

#[test]
fn what_the_library_says_is_there_in_each_language_and_keeps_its_arguments() {
    let german = "language-name = Deutsch\nhello = Hallo, { $name }!\nbye = Tschüss\n";
    let files = [("ru/bot.ftl", RUSSIAN), ("de/bot.ftl", german)];
    let errors = Package::new("german", &files).errors();
    let [error] = errors.as_slice() else {
        panic!("one error, not {errors:?}");
    };
    assert!(
        error.starts_with("de/ostankino.ftl: de: the library's own texts are not there in `de`"),
        "{error}"
    );
    assert!(error.contains("`apology`"), "{error}");

    let own = ("de/ostankino.ftl", "apology = Etwas ging schief\n");
    let errors = Package::new("part", &[files[0], files[1], own]).errors();
    assert!(
        errors
            .iter()
            .any(|error| error.contains("message `flood-toast`: it is missing in `de`")),
        "{errors:?}"
    );

    let own = ("ru/ostankino.ftl", "apology = Ой, { $what }\n");
    let errors = Package::new("argument", &[("ru/bot.ftl", RUSSIAN), own]).errors();
    assert_eq!(
        errors,
        [
            "locales/ru/ostankino.ftl:1: ru: message `apology`: it has `$what`, which it is not given: see ostankino/ru/ostankino.ftl:4"
        ]
    );
}
