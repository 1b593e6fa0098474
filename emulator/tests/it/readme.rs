//! The README's examples are the files that `make conformance` runs against bots of other libraries.

#[test]
fn its_examples_are_those_that_are_run() {
    let readme = include_str!("../../README.md");
    for example in [
        include_str!("../../../conformance/examples/example.py"),
        include_str!("../../../conformance/examples/example.mjs"),
    ] {
        assert!(readme.contains(example), "{example}");
    }
}
