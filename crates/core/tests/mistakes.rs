//! What the compiler says to those who make a mistake: each program of `mistakes/` beside its answer. They
//! are compiled with the library as it was built for this test, so nothing is built twice.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

#[test]
fn the_compiler_says_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let entries = fs::read_dir(folder)
        .expect("the programs")
        .map(|entry| entry.expect("a file").path());
    let programs: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect();
    assert!(!programs.is_empty());
    write_texts();
    let mut changed = Vec::new();
    for program in programs {
        let (said, file) = (answer_to(&program), program.with_extension("txt"));
        if fs::read_to_string(&file).unwrap_or_default() != said {
            let name = file.file_name().expect("it has one");
            let now = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            fs::write(&now, &said).expect("written");
            changed.push(format!(
                "{} says otherwise, see {}:\n{said}",
                program.display(),
                now.display()
            ));
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// Makes the texts of the programs, as a `build.rs` does.
fn write_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/locales");
    let texts = ostankino_build::texts(folder).complete("ru");
    let generated = texts.generate().expect("they are right");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("texts.rs");
    fs::write(file, generated.code).expect("written");
}

/// The errors of a program: where in it, what, and the notes that are no matter of the compiler alone.
fn answer_to(program: &Path) -> String {
    let built = env::current_exe().expect("this test");
    let built = built.parent().expect("where dependencies are");
    let compiled = Command::new("rustc")
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--error-format=json",
        ])
        .args([
            "--cap-lints=allow",
            "--out-dir",
            env!("CARGO_TARGET_TMPDIR"),
        ])
        .arg("-Ldependency=".to_owned() + &built.display().to_string())
        .arg(format!(
            "--extern=ostankino_core={}",
            library(built).display()
        ))
        .env("OUT_DIR", env!("CARGO_TARGET_TMPDIR"))
        .arg(program)
        .output()
        .expect("a compiler");
    assert!(!compiled.status.success(), "{} compiles", program.display());
    let lines = String::from_utf8(compiled.stderr).expect("JSON is UTF-8");
    let diagnostics = lines
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut errors: Vec<(u64, String)> = diagnostics.filter_map(|it| error(&it)).collect();
    errors.sort();
    errors.into_iter().map(|(_, text)| text).collect()
}

/// The library, as it was built last.
fn library(built: &Path) -> PathBuf {
    let files = fs::read_dir(built)
        .expect("a folder")
        .map(|file| file.expect("a file").path());
    let is_it = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.starts_with("libostankino_core-") && name.ends_with(".rlib")
    };
    let built_at = |path: &PathBuf| {
        path.metadata()
            .and_then(|it| it.modified())
            .expect("a time")
    };
    files
        .filter(is_it)
        .max_by_key(built_at)
        .expect("this test is linked with it")
}

/// Its line, and what is said there.
fn error(diagnostic: &Value) -> Option<(u64, String)> {
    if diagnostic["level"] != "error" {
        return None;
    }
    let spans = diagnostic["spans"].as_array()?;
    let mut span = spans.iter().find(|span| span["is_primary"] == true)?;
    let label = &span["label"];
    // Of a macro the line that calls it.
    while span["expansion"].is_object() {
        span = &span["expansion"]["span"];
    }
    let line = span["line_start"].as_u64()?;
    let mut text = format!(
        "{line}:{}: {}\n",
        span["column_start"],
        diagnostic["message"].as_str()?
    );
    if let Some(label) = label.as_str() {
        text += &format!("    {label}\n");
    }
    for child in diagnostic["children"].as_array()? {
        let message = child["message"].as_str()?;
        let is_ours = !["required", "this error originates", "the full name"]
            .iter()
            .any(|begin| message.starts_with(begin));
        if child["level"] == "note"
            && child["spans"].as_array().is_some_and(Vec::is_empty)
            && is_ours
        {
            text += &format!("    note: {message}\n");
        }
    }
    // The compiler leaves the path out where no other crate has that name.
    Some((line, text.replace("ostankino_core::", "")))
}
