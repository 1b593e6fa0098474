//! The house: its floors, from the ground up, and that each is built only of those below it.

use std::{collections::BTreeSet, fs, path::Path};

/// Each folder below `src/` with all it may use.
const FLOORS: [(&str, &[&str]); 5] = [
    ("protocol", &["protocol"]),
    ("world", &["protocol", "world"]),
    ("methods", &["protocol", "world", "methods"]),
    ("control", &["protocol", "world", "methods", "control"]),
    (
        "server",
        &["protocol", "world", "methods", "control", "server"],
    ),
];

#[test]
fn floors_are_built_only_of_those_below_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (floor, below) in FLOORS {
        let mut files = 0;
        for_each_file(&source.join(floor), &mut |path, text| {
            files += 1;
            for used in used(text) {
                assert!(
                    below.contains(&used.as_str()),
                    "{} uses {used}",
                    path.display()
                );
            }
            let is_web = ["axum", "hyper", "Params", "Refusal"]
                .iter()
                .any(|word| text.contains(word));
            assert!(
                floor != "world" || !is_web,
                "{} knows of HTTP",
                path.display()
            );
        });
        assert!(files > 5, "{floor} is somewhere else");
    }
}

/// The modules that the `crate::` paths of a file begin with.
fn used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for rest in text.split("use crate::").skip(1) {
        let statement = rest.split(';').next().unwrap_or(rest);
        let (mut depth, mut name, mut is_first) = (0, String::new(), true);
        for character in statement.chars().chain([',']) {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            let is_outer = depth == 0 || depth == 1 && statement.starts_with('{');
            if character.is_alphanumeric() || character == '_' {
                name.push(character);
                continue;
            }
            let word = std::mem::take(&mut name);
            if is_first && !word.is_empty() {
                used.insert(word);
                is_first = false;
            }
            // The next name begins a path of its own.
            if is_outer && character == ',' {
                is_first = true;
            }
        }
    }
    used
}

fn for_each_file(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder is read").path();
        if path.is_dir() {
            for_each_file(&path, look);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            look(&path, &fs::read_to_string(&path).expect("a text"));
        }
    }
}
