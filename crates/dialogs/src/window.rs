//! A window of a dialog: what it shows, and what can be pressed and said there.

use std::{
    any::Any,
    fmt,
    ops::{Deref, DerefMut},
};

use ostankino::{
    Html,
    reply::{File, Media},
    texts::{Bundle, Language, Locale, Speech},
};

use crate::{Counted, DialogData, Input, Keys, View, keys::Scope, stack::Asked};

/// What a window is drawn from.
type Draw<D, R, T, X> = Box<dyn Fn(&View<D, R, T>) -> X + Send + Sync>;

/// A window, as its author describes it: the text and the media, its widgets (it derefs to their [`Keys`]), and its inputs.
pub struct Window<D: DialogData, R = (), T = ()> {
    pub(crate) text: Option<Draw<D, R, T, Html>>,
    pub(crate) media: Option<Draw<D, R, T, Vec<Media>>>,
    pub(crate) inputs: Vec<Box<dyn Input<D, R, T>>>,
    pub(crate) has_preview: bool,
    pub(crate) pager: Option<Pages<R>>,
    pub(crate) samples: Vec<Sample<D, R, T>>,
    keys: Keys<D, R, T>,
}

/// The pages of a window's list.
pub(crate) struct Pages<R> {
    /// The pager, which remembers the number of the page.
    pub(crate) pager: &'static str,
    pub(crate) per_page: u32,
    /// How many items there are in all.
    pub(crate) total: fn(&R) -> u64,
}

/// What a preview shows of a window.
pub(crate) struct Sample<D, R, T> {
    pub(crate) name: &'static str,
    pub(crate) view: Box<dyn Fn() -> View<D, R, T> + Send + Sync>,
}

impl<D: DialogData, R: 'static, T: 'static> Window<D, R, T> {
    pub(crate) fn new(scope: Scope<D::Window>) -> Self {
        Self {
            text: None,
            media: None,
            inputs: Vec::new(),
            has_preview: false,
            pager: None,
            samples: Vec::new(),
            keys: Keys::new(scope),
        }
    }

    /// What it says. Every window says something; below media it is the caption. Telegram takes 4,096 UTF-16 units, markup
    /// not counted, and 1,024 of a caption: a text that is longer is an error that names the window.
    ///
    /// # Panics
    ///
    /// If the window has a text already.
    #[track_caller]
    pub fn text<H: Into<Html>>(
        &mut self,
        text: impl Fn(&View<D, R, T>) -> H + Send + Sync + 'static,
    ) {
        let place = self.scope.place();
        assert!(self.text.is_none(), "the window {place} has two texts");
        self.text = Some(Box::new(move |view| text(view).into()));
    }

    /// What it shows above the text: nothing, one photo, video, animation or document, or an [album](Self::album).
    ///
    /// ```
    /// # use ostankino::reply::Media;
    /// # use ostankino_dialogs::{Dialog, DialogData, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Dish } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "order", windows = Step)]
    /// # struct Order { picture: Option<String> }
    /// let dialog = Dialog::<Order>::new().window(Step::Dish, |w| {
    ///     w.text(|_| "Блюдо дня");
    ///     w.media(|v| v.data.picture.clone().map(Media::photo));
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// If the window has media already. So do the methods below.
    #[track_caller]
    pub fn media<M: IntoIterator<Item = Media>>(
        &mut self,
        media: impl Fn(&View<D, R, T>) -> M + Send + Sync + 'static,
    ) {
        let place = self.scope.place();
        assert!(self.media.is_none(), "the window {place} has media twice");
        self.media = Some(Box::new(move |view| media(view).into_iter().collect()));
    }

    /// A photo above the text: an upload, a `file_id` or a URL.
    #[track_caller]
    pub fn photo<F: Into<File>>(
        &mut self,
        photo: impl Fn(&View<D, R, T>) -> F + Send + Sync + 'static,
    ) {
        self.media(move |view| [Media::photo(photo(view))]);
    }

    /// A video above the text.
    #[track_caller]
    pub fn video<F: Into<File>>(
        &mut self,
        video: impl Fn(&View<D, R, T>) -> F + Send + Sync + 'static,
    ) {
        self.media(move |view| [Media::video(video(view))]);
    }

    /// An animation above the text.
    #[track_caller]
    pub fn animation<F: Into<File>>(
        &mut self,
        animation: impl Fn(&View<D, R, T>) -> F + Send + Sync + 'static,
    ) {
        self.media(move |view| [Media::animation(animation(view))]);
    }

    /// A file above the text.
    #[track_caller]
    pub fn document<F: Into<File>>(
        &mut self,
        document: impl Fn(&View<D, R, T>) -> F + Send + Sync + 'static,
    ) {
        self.media(move |view| [Media::document(document(view))]);
    }

    /// Up to ten photos and videos, or documents, above the text: two or more are an album, and the text with the buttons is a
    /// message below it. While they stay the same only that message is edited; when they change, or the window does, the
    /// album is deleted.
    #[track_caller]
    pub fn album<M: IntoIterator<Item = Media>>(
        &mut self,
        album: impl Fn(&View<D, R, T>) -> M + Send + Sync + 'static,
    ) {
        self.media(album);
    }

    /// Has the text show a preview of its first link.
    pub fn link_preview(&mut self) {
        self.has_preview = true;
    }

    /// What a [preview](crate::DialogSet::preview) shows of the window, under that name: a picture of each sample. A window without
    /// a getter and without texts needs none: its dialog's [data](crate::Dialog::reopen) do.
    ///
    /// ```
    /// # use ostankino::Result;
    /// # use ostankino_dialogs::{Dialog, DialogData, View, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Cart } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "cart", windows = Step)]
    /// # struct Cart {}
    /// # async fn lines() -> Result<Vec<String>> { Ok(vec![]) }
    /// let dialog = Dialog::<Cart>::new().window_of(Step::Cart, lines, |w| {
    ///     w.text(|v| format!("В корзине: {}", v.rows.len()));
    ///     w.sample("empty", || View::sample(Cart {}, vec![], ()));
    ///     w.sample("two", || View::sample(Cart {}, vec!["Борщ".into(), "Щи".into()], ()));
    /// });
    /// ```
    pub fn sample(
        &mut self,
        name: &'static str,
        view: impl Fn() -> View<D, R, T> + Send + Sync + 'static,
    ) {
        let view = Box::new(view);
        self.samples.push(Sample { name, view });
    }

    /// A [sample](Self::sample) in each language of the bot, named by its tag: `w.samples(|t| View::sample(data, rows, t))`.
    pub fn samples(&mut self, view: fn(T) -> View<D, R, T>)
    where
        T: Bundle,
    {
        for language in T::Lang::ALL {
            let tag = language.tag();
            self.sample(tag, move || {
                let texts = language.texts();
                let own = Speech::of(&texts).own(&Locale::default(), Some(tag));
                View { own, ..view(texts) }
            });
        }
    }

    /// Takes what the user writes or sends while the window is open, by an input of your own.
    pub fn input<I: Input<D, R, T>>(&mut self, input: I) -> &mut I {
        self.inputs.push(Box::new(input));
        let added = self
            .inputs
            .last_mut()
            .map(|input| &mut **input as &mut dyn Any);
        added
            .and_then(|input| input.downcast_mut())
            .expect("it was just added")
    }

    /// What the router is to send here.
    pub(crate) fn asked(&self) -> Asked {
        let mut asked = self.inputs.iter().map(|input| input.asks());
        let first = asked.next().unwrap_or_default();
        if self.inputs.iter().any(|input| input.asks() == Asked::Post) {
            return Asked::Post;
        }
        match asked.all(|other| other == first) {
            true => first,
            false => Asked::Any,
        }
    }
}

impl<D: DialogData, R: Counted + 'static, T: 'static> Window<D, R, T> {
    /// The window's list has pages.
    #[track_caller]
    pub(crate) fn has_pages(&mut self, pager: &'static str, per_page: u32) {
        let place = self.scope.place();
        assert!(
            per_page > 0,
            "the pages of {place} have no items: they have 1 or more"
        );
        assert!(self.pager.is_none(), "the window {place} has two pagers");
        self.pager = Some(Pages {
            pager,
            per_page,
            total: R::total,
        });
    }
}

impl<D: DialogData, R, T> Deref for Window<D, R, T> {
    type Target = Keys<D, R, T>;

    fn deref(&self) -> &Keys<D, R, T> {
        &self.keys
    }
}

impl<D: DialogData, R, T> DerefMut for Window<D, R, T> {
    fn deref_mut(&mut self) -> &mut Keys<D, R, T> {
        &mut self.keys
    }
}

impl<D: DialogData, R, T> fmt::Debug for Window<D, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window").finish_non_exhaustive()
    }
}
