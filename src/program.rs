//! How the program of this process is called: for advice that names its commands.

use std::sync::OnceLock;

static NAME: OnceLock<String> = OnceLock::new();

/// Is told once; a process is one program, so who comes second serves under the first one's name.
#[cfg(feature = "cli")]
pub(crate) fn is_called(name: &str) {
    let _ = NAME.set(name.to_owned());
}

/// The name of the program that serves in this process. One that does not has the commands of an
/// operator nowhere but in the bundled one.
pub(crate) fn name() -> &'static str {
    NAME.get().map_or("ostankino", String::as_str)
}
