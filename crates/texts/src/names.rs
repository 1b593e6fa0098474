//! What messages, arguments and languages are called in Rust.

/// Words of Rust, which nothing else can be called.
const WORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// What the methods of all texts are called.
const METHODS: &[&str] = &[
    "of",
    "lang",
    "new",
    "from_dir",
    "clone",
    "needs",
    "from_request",
];

/// The method of a message: `pay-button` is `pay_button`.
#[must_use]
pub fn method(key: &str) -> String {
    key.replace(['-', '.'], "_")
}

/// The variant of a language: `pt-BR` is `PtBr`.
#[must_use]
pub fn variant(tag: &str) -> String {
    let parts = tag.split('-').map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    });
    parts.collect()
}

/// What is wrong with the name of a message, an attribute or an argument.
pub(crate) fn problem_of(name: &str, is_argument: bool) -> Option<String> {
    if name.contains(|c: char| c.is_ascii_uppercase()) {
        let better = name.to_ascii_lowercase();
        return Some(format!("`{name}` has capital letters: write `{better}`"));
    }
    let rust = method(name);
    let is_taken =
        WORDS.contains(&rust.as_str()) || (!is_argument && METHODS.contains(&rust.as_str()));
    is_taken.then(|| format!("nothing in Rust can be called `{rust}`: choose another name"))
}
