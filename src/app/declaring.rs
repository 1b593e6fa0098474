//! What a bot declares beside its routes: its mailings, and what it keeps of people.

use serde_json::Value;

use super::AppBuilder;
use crate::{DbSession, Result, mailings::Mailings};

impl AppBuilder {
    /// What the [mailings](crate::mailings) of the bot are made of. Handlers look after them by [`Mail`](crate::mailings::Mail), and users refuse a
    /// category by an [`OptOut`](crate::mailings::OptOut).
    pub fn mailings(mut self, mailings: Mailings) -> Self {
        self.mailings = Some(mailings);
        self
    }

    /// What its mailings are made of.
    #[cfg(feature = "cli")]
    pub(crate) fn declared_mailings(self) -> Mailings {
        self.mailings.unwrap_or_default()
    }

    /// What tables of the bot's own hold of a person: how it is handed out by the command `users export`, and how it is erased by
    /// `users erase`. Both get the id of the user, and a session: erasing is one transaction with that of the library's own tables,
    /// is tried again if it fails, and may find nothing any more.
    ///
    /// ```
    /// use ostankino::{App, Config, DbSession, Result};
    /// use serde_json::{Value, json};
    ///
    /// async fn export(user: i64, db: DbSession) -> Result<Value> {
    ///     let mut connection = db.conn().await?;
    ///     // SELECT … FROM orders WHERE user_id = …
    /// #   drop((user, &mut connection));
    ///     Ok(json!([{ "id": 7, "sum": 300 }]))
    /// }
    ///
    /// async fn erase(user: i64, db: DbSession) -> Result<()> {
    ///     let mut connection = db.conn().await?;
    ///     // DELETE FROM orders WHERE user_id = …
    /// #   drop((user, &mut connection));
    ///     Ok(())
    /// }
    /// # let config = Config::default();
    /// let app = App::builder(config).personal_data("orders", export, erase);
    /// # drop(app);
    /// ```
    ///
    /// # Panics
    ///
    /// If there are personal data of that name already.
    #[track_caller]
    pub fn personal_data<X, E>(
        mut self,
        name: &'static str,
        export: impl Fn(i64, DbSession) -> X + Send + Sync + 'static,
        erase: impl Fn(i64, DbSession) -> E + Send + Sync + 'static,
    ) -> Self
    where
        X: Future<Output = Result<Value>> + Send + 'static,
        E: Future<Output = Result<()>> + Send + 'static,
    {
        self.personal.add(name, export, erase);
        self
    }

    /// What it keeps of a person.
    #[cfg(feature = "cli")]
    pub(crate) fn declared_personal_data(self) -> crate::personal::Declared {
        self.personal
    }
}
