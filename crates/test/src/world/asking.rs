//! The connection by which a world asks its database: a test asks again and again until something is so, and a new connection each
//! time would cost more than all the bot does meanwhile.

use tokio::sync::Mutex;
use tokio_postgres::Client;

use super::servers::connect;

/// A connection, made for the first question, and the URL that it leads to.
#[derive(Default)]
pub(super) struct Asking(Mutex<Option<(String, Client)>>);

impl Asking {
    /// The one number that a query gives.
    pub(super) async fn number(&self, url: &str, query: &str) -> i64 {
        let mut kept = self.0.lock().await;
        if let Some((_, client)) = kept.as_ref().filter(|(of, _)| of == url)
            && let Ok(row) = client.query_one(query, &[]).await
        {
            return row.get(0);
        }
        // The server may have been restarted since.
        let client = connect(url).await;
        let row = client.query_one(query, &[]).await;
        let row = row.unwrap_or_else(|error| panic!("{query}: {error:?}"));
        *kept = Some((url.to_owned(), client));
        row.get(0)
    }
}
