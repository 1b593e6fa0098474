//! The texts of `locales/` become Rust.

use ostankino_build::Missing;

fn main() {
    ostankino_build::texts("locales")
        .complete("ru")
        .others(Missing::Deny)
        .of_library()
        .write();
}
