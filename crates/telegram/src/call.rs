//! One call of a Bot API method, as data.

use std::{borrow::Cow, panic::Location};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Method, Upload,
    attributes::Attributes,
    files::{ATTACHED, take_paths},
};

/// A Bot API method and its parameters. It is data until a [`Bot`](super::Bot) sends it.
///
/// ```
/// use ostankino_telegram::Call;
///
/// let call = Call::new("sendDice").param("chat_id", 42).param("emoji", "🎲");
/// assert_eq!(call.params()["chat_id"], 42);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[must_use = "a call is data: send it with a Bot or return it in a Reply"]
pub struct Call {
    #[serde(rename = "m")]
    method: Cow<'static, str>,
    #[serde(rename = "p")]
    params: Map<String, Value>,
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<Upload>,
    /// On the heap: few calls have any.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    attributes: Option<Box<Attributes>>,
    #[serde(skip)]
    made_at: MadeAt,
}

/// The line that made a call, for the log. It is no part of what the call is.
#[derive(Clone, Copy, Debug, Default)]
struct MadeAt(Option<&'static Location<'static>>);

impl PartialEq for MadeAt {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Call {
    /// A call of `method` without parameters.
    #[track_caller]
    pub fn new(method: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method: method.into(),
            params: Map::new(),
            files: Vec::new(),
            attributes: None,
            made_at: MadeAt(Some(Location::caller())),
        }
    }

    /// A call with the typed parameters of its method: those in [`methods`](super::methods).
    ///
    /// ```
    /// use ostankino_telegram::{Call, methods::SendDiceParams};
    ///
    /// let call = Call::of(&SendDiceParams::builder().chat_id(42).build());
    /// assert_eq!(call, Call::new("sendDice").param("chat_id", 42));
    /// ```
    ///
    /// # Panics
    ///
    /// If `params` does not become a JSON object: it is no parameter struct then.
    #[track_caller]
    pub fn of<M: Method>(params: &M) -> Self {
        match serde_json::to_value(params) {
            Ok(Value::Object(mut params)) => {
                let mut files = Vec::new();
                take_paths(&mut params, &mut files);
                Self {
                    params,
                    files,
                    ..Self::new(M::NAME)
                }
            }
            _ => panic!("the parameters of a method must be a struct or a map with string keys"),
        }
    }

    /// Adds or replaces one parameter.
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// Adds or replaces one parameter that is a file to send.
    ///
    /// ```
    /// use ostankino_telegram::{Call, Upload};
    ///
    /// let call = Call::new("sendDocument").file("document", Upload::path("shop/prices.pdf"));
    /// assert_eq!(call.files()[0].name(), "prices.pdf");
    /// ```
    pub fn file(mut self, name: &str, upload: Upload) -> Self {
        let named = self.attach(upload);
        self.param(name, named)
    }

    /// Takes a file along; gives the text that names it anywhere inside of the parameters.
    ///
    /// ```
    /// use ostankino_telegram::{Call, Upload};
    /// use serde_json::json;
    ///
    /// let mut album = Call::new("sendMediaGroup");
    /// let media: Vec<_> = ["a.jpg", "b.jpg"]
    ///     .map(|path| json!({"type": "photo", "media": album.attach(Upload::path(path))}))
    ///     .into();
    /// let album = album.param("media", media);
    /// assert_eq!(album.params()["media"][1]["media"], "attach://file1");
    /// ```
    pub fn attach(&mut self, upload: Upload) -> String {
        self.files.push(upload);
        format!("{ATTACHED}{}", self.files.len() - 1)
    }

    /// The files that it takes along, by their numbers.
    #[must_use]
    pub fn files(&self) -> &[Upload] {
        &self.files
    }

    /// The same, to be read.
    #[doc(hidden)]
    pub fn files_mut(&mut self) -> &mut [Upload] {
        &mut self.files
    }

    /// The same, and those of the calls that are made instead if it is refused.
    #[doc(hidden)]
    pub fn all_files_mut(&mut self) -> Vec<&mut Upload> {
        let or = self.attributes.as_mut().and_then(|it| it.or.as_mut());
        let others = or.into_iter().flatten().flat_map(Self::all_files_mut);
        self.files.iter_mut().chain(others).collect()
    }

    /// The method's name.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Map<String, Value> {
        &self.params
    }

    /// Whether it calls that method; Telegram ignores the case of their names.
    #[must_use]
    pub fn is(&self, method: &str) -> bool {
        self.method.eq_ignore_ascii_case(method)
    }

    /// The method, and the parameters to change.
    #[doc(hidden)]
    pub fn parts_mut(&mut self) -> (&Cow<'static, str>, &mut Map<String, Value>) {
        (&self.method, &mut self.params)
    }

    /// Calls another method with the same parameters.
    #[doc(hidden)]
    pub fn set_method(&mut self, method: &'static str) {
        self.method = Cow::Borrowed(method);
    }

    /// What a reply wants of it beyond that it is made.
    #[doc(hidden)]
    #[must_use]
    pub fn attributes(&self) -> Option<&Attributes> {
        self.attributes.as_deref()
    }

    /// The same, to be set.
    #[doc(hidden)]
    pub fn attributes_mut(&mut self) -> &mut Attributes {
        self.attributes.get_or_insert_default()
    }

    /// The line that made the call, unless it was stored since.
    #[doc(hidden)]
    #[must_use]
    pub fn made_at(&self) -> Option<&'static Location<'static>> {
        self.made_at.0
    }

    /// Names no line: the library made it.
    #[doc(hidden)]
    pub fn without_line(mut self) -> Self {
        self.made_at = MadeAt(None);
        self
    }
}
