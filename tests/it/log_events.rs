//! What the log may say is in the page that operators read.

use std::{collections::BTreeSet, fs, path::Path};

/// The events of all sources in a folder.
fn events(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            events(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("a text");
            let names = text.split("event = \"").skip(1);
            found.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
}

#[test]
fn every_event_of_the_log_is_told_in_the_page_on_operations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    events(&root.join("src"), &mut found);
    events(&root.join("crates"), &mut found);
    assert!(found.len() > 100, "they are found: {found:?}");
    let page = fs::read_to_string(root.join("docs/operations.md")).expect("the page");
    let untold = found
        .iter()
        .filter(|name| !page.contains(&format!("`{name}`")));
    let untold: Vec<_> = untold.collect();
    assert!(untold.is_empty(), "not in docs/operations.md: {untold:?}");
}
