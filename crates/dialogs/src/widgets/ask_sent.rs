//! Takes contacts, places, files and whole posts that the user sends.

use ostankino::{
    Album, Request,
    extract::{Contact, Document, Location, Photo},
    mailings::Post,
};
use serde::{Deserialize, Serialize};

use super::{Ask, own};
use crate::{Action, Asked, DialogData, Field, Window};

/// A contact that a user sent: see [`Window::ask_contact`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentContact {
    /// The number, digits with `+` before them.
    pub phone: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Telegram's id of that person, if it is one that Telegram knows.
    #[serde(default)]
    pub user_id: Option<i64>,
}

/// A place on the map: see [`Window::ask_location`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentLocation {
    /// In degrees, to the north.
    pub latitude: f64,
    /// In degrees, to the east.
    pub longitude: f64,
}

/// A file that a user sent: see [`Window::ask_document`] and [`Window::ask_photo`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentFile {
    /// The `file_id`, by which it is downloaded or sent again.
    pub id: String,
    /// The name that its sender gave it; of a photo none.
    #[serde(default)]
    pub name: Option<String>,
    /// The type that its sender gave it, such as `application/pdf`; of a photo none.
    #[serde(default)]
    pub mime: Option<String>,
    /// How large it is, in bytes, if Telegram says so.
    #[serde(default)]
    pub size: Option<u64>,
}

/// The number.
impl From<SentContact> for String {
    fn from(contact: SentContact) -> Self {
        contact.phone
    }
}

/// `55.75222, 37.61556`: to about a metre.
impl From<SentLocation> for String {
    fn from(place: SentLocation) -> Self {
        format!("{:.5}, {:.5}", place.latitude, place.longitude)
    }
}

impl<D: DialogData, R: Send + Sync + 'static, T: Send + Sync + 'static> Window<D, R, T> {
    /// Takes a contact. [`own`](Ask::own) has it be the sender's. The field is a [`SentContact`], a `String` for the number alone,
    /// so that it may be written as well, or an `Option<SentContact>`.
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// use ostankino_dialogs::widgets::{SentContact, SentLocation};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Form { Phone, Place } }
    ///
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "taxi", windows = Form)]
    /// struct Taxi {
    ///     phone: Option<SentContact>,
    ///     place: Option<SentLocation>,
    /// }
    ///
    /// let dialog = Dialog::<Taxi>::new()
    ///     .window(Form::Phone, |w| {
    ///         w.text(|_| "Пришлите свой номер: 📎 → Контакт");
    ///         w.ask_contact(field!(phone)).own().then(Form::Place);
    ///     })
    ///     .window(Form::Place, |w| {
    ///         w.text(|_| "Откуда вас забрать? 📎 → Геопозиция");
    ///         w.ask_location(field!(place));
    ///     });
    /// ```
    pub fn ask_contact<F: From<SentContact> + 'static>(
        &mut self,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, SentContact> {
        let read = |request: &Request| {
            let contact: Contact = request.update.part()?;
            let digits = contact.phone_number.chars().filter(char::is_ascii_digit);
            let phone = std::iter::once('+').chain(digits).collect();
            Some(Ok(SentContact {
                phone,
                first_name: contact.first_name,
                last_name: contact.last_name,
                user_id: contact.user_id,
            }))
        };
        self.asks(Asked::Contact, read).keeps(field)
    }

    /// Takes a place on the map: where somebody is, or any other. The field is a [`SentLocation`], a `String` as searches
    /// on maps take it, or an `Option<SentLocation>`.
    pub fn ask_location<F: From<SentLocation> + 'static>(
        &mut self,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, SentLocation> {
        let read = |request: &Request| {
            let location: Location = request.update.part()?;
            Some(Ok(SentLocation {
                latitude: location.latitude,
                longitude: location.longitude,
            }))
        };
        self.asks(Asked::Location, read).keeps(field)
    }

    /// Takes a photo, in the size with the most pixels.
    pub fn ask_photo<F: From<SentFile> + 'static>(
        &mut self,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, SentFile> {
        let read = |request: &Request| {
            let photo: Photo = request.update.part()?;
            let largest = photo.largest();
            Some(Ok(SentFile {
                id: largest.file_id.clone(),
                name: None,
                mime: None,
                size: largest.file_size.and_then(|size| size.try_into().ok()),
            }))
        };
        self.asks(Asked::Photo, read).keeps(field)
    }

    /// Takes a file.
    ///
    /// ```
    /// # use ostankino_dialogs::{Dialog, DialogData, field, widgets::SentFile, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Form { Letter } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "application", windows = Form)]
    /// # struct Application { letter: Option<SentFile> }
    /// let dialog = Dialog::<Application>::new().window(Form::Letter, |w| {
    ///     w.text(|_| "Пришлите резюме в PDF");
    ///     w.ask_document(field!(letter)).types(&["application/pdf"]).most_bytes(20_000_000);
    /// });
    /// ```
    pub fn ask_document<F: From<SentFile> + 'static>(
        &mut self,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, SentFile> {
        let read = |request: &Request| {
            let document: Document = request.update.part()?;
            Some(Ok(SentFile {
                id: document.file_id,
                name: document.file_name,
                mime: document.mime_type,
                size: document.file_size.and_then(|size| size.try_into().ok()),
            }))
        };
        self.asks(Asked::Document, read).keeps(field)
    }

    /// Takes a message of any kind that can be said to others, written or forwarded, and an album as one: what
    /// [`Post`] makes of it. A text that another input of the window reads goes to whichever input stands first. Albums are gathered where
    /// there is a database.
    ///
    /// ```
    /// use ostankino::mailings::Post;
    /// # use ostankino_dialogs::{Dialog, DialogData, field, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub News { Post, Sure } }
    ///
    /// #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// #[dialog(name = "news", windows = News)]
    /// struct Draft {
    ///     post: Option<Post>,
    /// }
    ///
    /// let dialog = Dialog::<Draft>::new()
    ///     .window(News::Post, |w| {
    ///         w.text(|_| "Пришлите или перешлите сообщение");
    ///         w.ask_post(field!(post)).then(News::Sure);
    ///     })
    ///     .window(News::Sure, |w| w.text(|_| "Отправить его всем?"));
    /// ```
    pub fn ask_post<F: From<Post> + 'static>(
        &mut self,
        field: Field<D, F>,
    ) -> &mut Ask<D, R, T, Post> {
        self.posts().keeps(field)
    }

    /// Takes a message as [`ask_post`](Self::ask_post) does, and leaves it to `action`, which takes it as [`Item<Post>`](crate::Item).
    pub fn on_post<Args: 'static, A: Action<D, Args>>(
        &mut self,
        action: A,
    ) -> &mut Ask<D, R, T, Post> {
        self.posts().on(action)
    }

    fn posts(&mut self) -> &mut Ask<D, R, T, Post> {
        self.asks(Asked::Post, |request| {
            let post = match request.extensions.get::<Album>() {
                Some(album) => Post::of_album(album),
                None => Post::of(&request.update),
            };
            post.map(Ok)
        })
    }
}

impl<D: DialogData, R, T> Ask<D, R, T, SentContact> {
    /// It has to be the sender's own number, as Telegram vouches for it. Anybody can send any other.
    pub fn own(&mut self) -> &mut Self {
        self.must(|contact, request| {
            let sender = request.update.user_id();
            match contact.user_id.is_some() && contact.user_id == sender {
                true => Ok(()),
                false => Err(own::texts(request).dialog_not_your_contact()),
            }
        })
    }
}

impl<D: DialogData, R, T> Ask<D, R, T, SentFile> {
    /// How large it may be, in bytes. One of which Telegram does not say how large it is passes. A bot downloads up to 20 MB.
    pub fn most_bytes(&mut self, most: u64) -> &mut Self {
        self.must(move |file, request| match file.size {
            Some(size) if size > most => Err(own::texts(request).dialog_too_large(megabytes(most))),
            _ => Ok(()),
        })
    }

    /// Of which types it may be, as its sender's app names them: `&["application/pdf", "image/*"]`.
    pub fn types(&mut self, types: &'static [&'static str]) -> &mut Self {
        self.must(move |file, request| {
            let mime = file.mime.as_deref().unwrap_or_default();
            let fits = |allowed: &&str| match allowed.strip_suffix('*') {
                Some(kind) => mime.starts_with(kind),
                None => mime.eq_ignore_ascii_case(allowed),
            };
            match types.iter().any(fits) {
                true => Ok(()),
                false => Err(own::texts(request).dialog_wrong_file()),
            }
        })
    }
}

/// Whole ones, or with what is after the point.
fn megabytes(bytes: u64) -> String {
    let (whole, tenths) = (bytes / 1_000_000, bytes / 100_000 % 10);
    match tenths {
        0 => whole.to_string(),
        _ => format!("{whole}.{tenths}"),
    }
}
