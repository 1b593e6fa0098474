//! The library's own texts.

use super::*;
use crate::{apology::APOLOGY, data::STALE_BUTTON};

#[test]
fn what_bots_without_texts_say_is_what_it_was() {
    let own = OwnTexts::russian();
    assert_eq!(own.apology(), APOLOGY);
    assert_eq!(own.stale_button_toast(), STALE_BUTTON);
}
