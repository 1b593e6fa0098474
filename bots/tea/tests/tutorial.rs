//! What the reader of `docs/tutorial.md` and `docs/your-bot.md` copies is this package.

use std::fs;

/// A file of the repository.
fn read(path: &str) -> String {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_files_of_the_tutorial_are_those_of_this_package() {
    let tutorial = read("docs/tutorial.md");
    let migration = "migrations/2026-11-28-120000_shop";
    for (language, file) in [
        ("rust,ignore", "src/main.rs"),
        ("rust,ignore", "src/hello.rs"),
        ("rust,ignore", "src/catalogue.rs"),
        ("sql", &format!("{migration}/up.sql")),
        ("sql", &format!("{migration}/down.sql")),
        ("rust,ignore", "src/table.rs"),
        ("rust,ignore", "src/basket.rs"),
        ("rust,ignore", "src/order.rs"),
        ("rust,ignore", "src/settings.rs"),
        ("rust,ignore", "src/lib.rs"),
        ("rust,ignore", "tests/talks.rs"),
    ] {
        let code = read(&format!("bots/tea/{file}"));
        let is_there = tutorial.contains(&format!("```{language}\n{code}```"));
        assert!(is_there, "copy {file} to docs/tutorial.md");
    }
    let folder = format!("A folder `{migration}/`");
    assert!(tutorial.contains(&folder), "the tutorial has {folder}");
}

/// The lines of a section of a `Cargo.toml`.
fn section<'a>(manifest: &'a str, name: &str) -> Vec<&'a str> {
    let (_, rest) = manifest
        .split_once(&format!("[{name}]\n"))
        .unwrap_or_else(|| panic!("no [{name}]"));
    rest.lines()
        .take_while(|line| line.contains(" = "))
        .collect()
}

#[test]
fn the_versions_of_the_guide_are_those_of_this_workspace() {
    let (guide, ours) = (read("docs/your-bot.md"), read("bots/tea/Cargo.toml"));
    let workspace = read("Cargo.toml");
    for name in ["dependencies", "dev-dependencies"] {
        let (theirs, ours) = (section(&guide, name), section(&ours, name));
        assert_eq!(theirs.len(), ours.len(), "as many [{name}]");
        for (line, ours) in theirs.into_iter().zip(ours) {
            let (package, wanted) = line.split_once(" = ").expect("a dependency");
            if ours.ends_with(".workspace = true") || ours.contains("path = ") {
                let version = version_of(wanted);
                let line = workspace.lines().find(|line| {
                    line.starts_with(&format!("{package} = ")) && line.contains("version = ")
                });
                let here = line.unwrap_or_else(|| panic!("{package} is of the workspace"));
                let fits = version_of(here).starts_with(version);
                assert!(fits, "{package} {version}: {here}");
            } else {
                assert_eq!(line, ours);
            }
        }
    }
}

/// `1` of `"1"` and of `{ version = "1", … }`.
fn version_of(dependency: &str) -> &str {
    let (_, rest) = dependency
        .split_once("version = ")
        .unwrap_or(("", dependency));
    rest.split('"').nth(1).expect("a version in quotes")
}
