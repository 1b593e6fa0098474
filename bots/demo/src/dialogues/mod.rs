//! Dialogues, a file each.

mod form;

use crate::Router;

pub(super) fn router() -> Router {
    form::router()
}
