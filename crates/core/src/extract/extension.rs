//! What layers insert.

use super::FromRequest;
use crate::{Request, Result};

/// A value that a layer inserted into the extensions of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<T>(pub T);

impl<T: Clone + Send + Sync + 'static> FromRequest for Extension<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        request.extension().map(Extension)
    }
}
