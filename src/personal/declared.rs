//! What a bot itself keeps of a person: how it is handed out and erased is told by its author.

use std::{fmt, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use serde_json::Value;

use crate::{DbSession, Result};

type Export = dyn Fn(i64, DbSession) -> BoxFuture<'static, Result<Value>> + Send + Sync;
type Erase = dyn Fn(i64, DbSession) -> BoxFuture<'static, Result<()>> + Send + Sync;

/// All that a bot keeps of a person in tables of its own. A clone shares it.
#[derive(Clone, Default)]
pub(crate) struct Declared(Vec<Part>);

#[derive(Clone)]
pub(super) struct Part {
    pub(super) name: &'static str,
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "a command asks for it")
    )]
    pub(super) export: Arc<Export>,
    pub(super) erase: Arc<Erase>,
}

impl Declared {
    /// One more.
    ///
    /// # Panics
    ///
    /// If there is one of that name.
    #[track_caller]
    pub(crate) fn add<X, E>(
        &mut self,
        name: &'static str,
        export: impl Fn(i64, DbSession) -> X + Send + Sync + 'static,
        erase: impl Fn(i64, DbSession) -> E + Send + Sync + 'static,
    ) where
        X: Future<Output = Result<Value>> + Send + 'static,
        E: Future<Output = Result<()>> + Send + 'static,
    {
        let is_new = self.0.iter().all(|part| part.name != name);
        assert!(is_new, "there are personal data `{name}` already");
        self.0.push(Part {
            name,
            export: Arc::new(move |user, session| export(user, session).boxed()),
            erase: Arc::new(move |user, session| erase(user, session).boxed()),
        });
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.0
    }
}

impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|part| part.name);
        f.debug_list().entries(names).finish()
    }
}
