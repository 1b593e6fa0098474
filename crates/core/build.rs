//! The library's own texts become Rust.

fn main() {
    ostankino_build::own_texts().write();
}
