//! Albums that people send: each part is a message, and all of them come to one handler, as one.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Event, FromRequest, Reply, Request, Result, Update, event::Fired, layers::Next,
    telegram::Part,
};

/// That no part of an album came for a while.
#[derive(Debug, Serialize, Deserialize)]
pub struct Gathered {
    /// Its `media_group_id`.
    pub album: String,
}

impl Event for Gathered {
    const NAME: &'static str = "ostankino.album";
}

/// An album that somebody sent, as an argument of the handler of [`Router::album`](crate::Router::album).
///
/// ```
/// use ostankino_core::{Album, Router, extract::Photo};
///
/// async fn keep(album: Album) -> String {
///     let photos = album.all::<Photo>().count();
///     let caption = album.caption().unwrap_or("без подписи");
///     format!("{photos} фото: {caption}")
/// }
/// # let _ = Router::new().album(keep);
/// ```
#[derive(Clone, Debug)]
pub struct Album {
    id: Arc<str>,
    parts: Arc<[Update]>,
}

impl Album {
    /// Telegram's `media_group_id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The messages, one at least, in the order in which they stand in the chat. Each is an update as it came.
    #[must_use]
    pub fn parts(&self) -> &[Update] {
        &self.parts
    }

    /// What of that kind is in it, in its order: `album.all::<Photo>()`.
    pub fn all<T: Part>(&self) -> impl Iterator<Item = T> {
        self.parts.iter().filter_map(Update::part)
    }

    /// What Telegram shows below the album: the caption, if one of its parts has one.
    #[must_use]
    pub fn caption(&self) -> Option<&str> {
        let mut captions = self.parts.iter().filter_map(Update::text);
        let first = captions.next()?;
        captions.next().is_none().then_some(first)
    }
}

impl FromRequest for Album {
    async fn from_request(request: &Request) -> Result<Self> {
        let album = request.extensions.get::<Self>();
        album.cloned().ok_or(Error::Mismatch("album"))
    }
}

/// Keeps the parts of albums until all of one are there.
pub trait KeepParts: Send + Sync {
    /// Keeps the message that this update is, and has [`Gathered`] happen once no other came for a while.
    fn keep<'a>(&'a self, request: &'a Request, album: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Takes all parts of the album, in their order: the updates, as they came.
    fn take<'a>(
        &'a self,
        request: &'a Request,
        album: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Bytes>>>;
}

/// Who keeps them, in the extensions of a request.
#[derive(Clone)]
pub struct Keeper(pub Arc<dyn KeepParts>);

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

fn keeper(request: &Request) -> Result<Arc<dyn KeepParts>> {
    let missing = || {
        Error::message(
            "nobody keeps the parts of albums: they are gathered in a whole service only",
        )
    };
    let keeper: Option<&Keeper> = request.extensions.get();
    keeper
        .map(|Keeper(keeper)| keeper.clone())
        .ok_or_else(missing)
}

/// Keeps a part; its route has no other handler.
pub(crate) async fn keep(request: Request, _: Next) -> Result<()> {
    let album = request
        .update
        .media_group_id()
        .ok_or(Error::Mismatch("part of an album"))?;
    keeper(&request)?.keep(&request, &album).await
}

/// Lets the handler see all parts. Where they were taken before, there is nothing to handle.
pub(crate) async fn gather(mut request: Request, next: Next) -> Result<Reply> {
    let Fired(Gathered { album }) = Fired::from_request(&request).await?;
    let parts = keeper(&request)?.take(&request, &album).await?;
    let parts: Vec<Update> = parts
        .into_iter()
        .filter_map(|part| Update::decode(part).ok())
        .collect();
    if parts.is_empty() {
        return Ok(Reply::none());
    }
    let (id, parts) = (album.into(), parts.into());
    request.extensions.insert(Album { id, parts });
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;
    use crate::{Router, extract::Photo, testing::says};

    fn part(id: i64, more: &Value) -> Update {
        let mut message = json!({"message_id": id, "date": 1, "media_group_id": "13",
            "from": {"id": 7, "first_name": "A"}, "chat": {"id": 7, "type": "private"}});
        let more = more.as_object().expect("an object").clone();
        message.as_object_mut().expect("an object").extend(more);
        let update = json!({"update_id": id, "message": message}).to_string();
        Update::decode(update).expect("an update")
    }

    fn photo() -> Value {
        json!({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]})
    }

    fn album(parts: impl Into<Arc<[Update]>>) -> Album {
        let (id, parts) = ("13".into(), parts.into());
        Album { id, parts }
    }

    #[test]
    fn it_has_the_caption_of_its_only_part_with_one_as_telegram_shows_it() {
        let captioned = |id, caption| part(id, &json!({"caption": caption}));
        let plain = part(1, &photo());
        assert_eq!(album([plain.clone()]).caption(), None);
        let one = album([plain.clone(), captioned(2, "Море")]);
        assert_eq!(
            (one.caption(), one.all::<Photo>().count()),
            (Some("Море"), 1)
        );
        let two = album([captioned(1, "Море"), captioned(2, "Горы")]);
        assert_eq!(two.caption(), None);
    }

    #[tokio::test]
    async fn its_parts_come_to_no_route_behind_it_and_single_photos_do() {
        let router = Router::new()
            .album(|_: Album| async { "album" })
            .photo(|| async { "photo" });
        let request = |update| Request::new(update, says(1, "x").bot);
        let single = photo();
        let single = part(1, &single).raw().clone();
        let single = String::from_utf8(single.to_vec()).expect("UTF-8");
        let single = Update::decode(single.replace("media_group_id", "x")).expect("an update");
        let reply = router
            .clone()
            .oneshot(request(single))
            .await
            .expect("a reply");
        assert_eq!(reply.calls()[0].params()["text"], "photo");
        let part = router.oneshot(request(part(1, &photo()))).await;
        let error = part.expect_err("there is no table here");
        assert!(
            error.chain().contains("in a whole service only"),
            "{error:?}"
        );
    }
}
