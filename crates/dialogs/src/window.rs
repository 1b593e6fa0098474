//! A window of a dialog: what it shows, and what can be pressed and said there.

use std::{
    any::Any,
    fmt,
    ops::{Deref, DerefMut},
};

use ostankino::{Html, reply::Media};

use crate::{DialogData, Input, Keys, View, stack::Asked};

/// What a window is drawn from.
type Draw<D, R, T, X> = Box<dyn Fn(&View<D, R, T>) -> X + Send + Sync>;

/// A window, as its author describes it: the text and the media, its widgets (it derefs to their [`Keys`]), and its inputs.
pub struct Window<D: DialogData, R = (), T = ()> {
    pub(crate) text: Option<Draw<D, R, T, Html>>,
    pub(crate) media: Option<Draw<D, R, T, Vec<Media>>>,
    pub(crate) inputs: Vec<Box<dyn Input<D, R, T>>>,
    pub(crate) has_preview: bool,
    /// Its pager, and how many items a page has.
    pub(crate) pager: Option<(&'static str, u32)>,
    keys: Keys<D, R, T>,
}

impl<D: DialogData, R: 'static, T: 'static> Window<D, R, T> {
    pub(crate) fn new() -> Self {
        Self {
            text: None,
            media: None,
            inputs: Vec::new(),
            has_preview: false,
            pager: None,
            keys: Keys::new(),
        }
    }

    /// What it says. Every window says something; below media it is the caption.
    pub fn text<H: Into<Html>>(
        &mut self,
        text: impl Fn(&View<D, R, T>) -> H + Send + Sync + 'static,
    ) {
        self.text = Some(Box::new(move |view| text(view).into()));
    }

    /// What it shows above the text: nothing, one photo, video, animation or document, or an album of two to ten.
    pub fn media<M: IntoIterator<Item = Media>>(
        &mut self,
        media: impl Fn(&View<D, R, T>) -> M + Send + Sync + 'static,
    ) {
        self.media = Some(Box::new(move |view| media(view).into_iter().collect()));
    }

    /// Has the text show a preview of its first link.
    pub fn link_preview(&mut self) {
        self.has_preview = true;
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
        match asked.all(|other| other == first) {
            true => first,
            false => Asked::Any,
        }
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
