use ostankino_core::{Error, Reply};

fn main() {
    Reply::text(7);
    Error::user(Some("нет"));
}
