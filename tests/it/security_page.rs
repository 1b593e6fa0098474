//! Each threat of the page on security names a test, which is there.

use std::{fs, path::Path};

#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path));
    let page = read("docs/security.md").expect("the page");
    // `tests/it/flood.rs`: `a_flood_is_cut_off`
    let named = page.split("`: `").collect::<Vec<_>>();
    let pairs = named.windows(2).map(|it| {
        let (_, file) = it[0].rsplit_once('`').expect("a file");
        let (test, _) = it[1].split_once('`').expect("a test");
        (file, test)
    });
    let mut found = 0;
    for (file, test) in pairs {
        let source = read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(&format!("fn {test}(")), "{test} of {file}");
        found += 1;
    }
    assert!(found > 20, "{found}");
    for row in page
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches('|').count() == 4)
    {
        let is_head =
            row.starts_with("| Threat") || row.starts_with("| Key") || row.starts_with("| `web");
        assert!(is_head || row.contains("`: `"), "no test: {row}");
    }
}
