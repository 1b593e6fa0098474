//! All texts of a bot, ready to be said.

use std::{borrow::Cow, fmt, sync::Arc};

use fluent_bundle::{FluentArgs, FluentMessage, FluentResource, concurrent::FluentBundle};
use fluent_syntax::ast::Pattern;
use ostankino_texts::{File, LanguageIdentifier, negotiate};

use super::{Ask, Bundle, Locale, OwnTexts, Speech};
use crate::{Error, Request, Result, State};

/// All texts of a bot, in all of its languages. What a language lacks is said in the first.
pub struct Catalogue {
    tags: Vec<String>,
    ids: Vec<LanguageIdentifier>,
    bundles: Vec<FluentBundle<FluentResource>>,
    /// The library's own, in the same languages.
    pub(super) own: Option<Arc<Self>>,
    /// Why files that were to override them do not.
    pub(super) refused: Vec<String>,
}

impl Catalogue {
    /// The texts of these languages; the files were checked.
    pub(super) fn new(tags: &[String], files: &[File]) -> Self {
        let ids = tags.iter().map(|tag| tag.parse());
        let ids: Vec<LanguageIdentifier> = ids
            .collect::<Result<_, _>>()
            .expect("tags are checked when the bot is built");
        let bundle = |(tag, id): (&String, &LanguageIdentifier)| {
            let mut bundle = FluentBundle::new_concurrent(vec![id.clone()]);
            // Else U+2068 and U+2069 get into links and into what people copy.
            bundle.set_use_isolating(false);
            bundle.add_builtins().expect("nothing else has its names");
            for file in files.iter().filter(|file| file.language == *tag) {
                // What the parser took when it was checked is all of it.
                let resource = FluentResource::try_new(file.text.clone());
                let resource = resource.unwrap_or_else(|(resource, _)| resource);
                bundle.add_resource_overriding(resource);
            }
            bundle
        };
        let bundles = tags.iter().zip(&ids).map(bundle).collect();
        Self {
            tags: tags.to_vec(),
            ids,
            bundles,
            own: None,
            refused: Vec::new(),
        }
    }

    /// The language that is best for who is known so well; the first if none is.
    #[must_use]
    pub(super) fn language_for(&self, locale: &Locale, client: Option<&str>) -> usize {
        let wishes = [&locale.chat, &locale.user, &locale.client];
        let wishes = wishes
            .into_iter()
            .filter_map(Option::as_deref)
            .chain(client);
        let find = |wish: &str| {
            let exactly = self.tags.iter().position(|tag| tag == wish);
            exactly.or_else(|| negotiate(wish, &self.ids))
        };
        wishes
            .filter(|wish| !wish.is_empty())
            .find_map(find)
            .unwrap_or(0)
    }

    /// The tags of the languages.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// What was wrong with the files that were to override the texts: nothing if they do.
    #[must_use]
    pub fn refused(&self) -> &[String] {
        &self.refused
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue")
            .field("languages", &self.tags)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

/// The texts in one language: what a [`Bundle`] is made of.
#[derive(Clone, Debug)]
pub struct Handle {
    catalogue: Arc<Catalogue>,
    language: usize,
}

impl Handle {
    pub(super) fn new(catalogue: Arc<Catalogue>) -> Self {
        Self {
            catalogue,
            language: 0,
        }
    }

    /// The same texts in another of the languages.
    #[must_use]
    pub fn of(&self, language: usize) -> Self {
        Self {
            catalogue: self.catalogue.clone(),
            language,
        }
    }

    /// Which of the languages it is.
    #[must_use]
    pub fn language(&self) -> usize {
        self.language
    }

    /// Its tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.catalogue.tags[self.language]
    }

    /// All texts.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Begins to ask for a message.
    #[must_use]
    pub fn ask(&self, message: &'static str) -> Ask<'_> {
        Ask::new(self.find(message, None))
    }

    /// Begins to ask for an attribute of a message.
    #[must_use]
    pub fn ask_attribute(&self, message: &'static str, attribute: &'static str) -> Ask<'_> {
        Ask::new(self.find(message, Some(attribute)))
    }

    /// The library's own texts, in the same language.
    pub(super) fn own(&self) -> OwnTexts {
        let own = self.catalogue.own.clone();
        own.map_or_else(OwnTexts::russian, |own| {
            OwnTexts::from_handle(Self {
                catalogue: own,
                language: self.language,
            })
        })
    }

    /// The texts of that type which the app was given, in the language of who caused the update.
    ///
    /// # Errors
    ///
    /// The app was given none; the language cannot be looked up.
    pub async fn asked<T: Bundle>(request: &Request) -> Result<T> {
        let given = request.extensions.get::<State<T>>();
        let State(texts) = given.ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::message(format!(
                "the app has no texts `{name}`: add them by `AppBuilder::texts`"
            ))
        })?;
        let locale = Speech::locale(request).await?;
        let catalogue = texts.handle().catalogue();
        let client = Speech::client(&request.update);
        let language = catalogue.language_for(&locale, client);
        Ok(T::from_handle(texts.handle().of(language)))
    }

    /// The texts of a package that the bot uses, in the language in which the bot speaks to who caused the update; in the first of them if the
    /// bot has no texts.
    ///
    /// # Errors
    ///
    /// The language cannot be looked up.
    pub async fn beside<T: Bundle>(&self, request: &Request) -> Result<T> {
        let Some(speech) = request.extensions.get::<Speech>() else {
            return Ok(T::from_handle(self.of(0)));
        };
        let locale = Speech::locale(request).await?;
        let spoken = speech.catalogue();
        let language = spoken.language_for(&locale, Speech::client(&request.update));
        let tag = spoken.tags.get(language).map(String::as_str);
        let language = self.catalogue.language_for(&Locale::default(), tag);
        Ok(T::from_handle(self.of(language)))
    }

    /// The message in its language; in the first if it is missing there.
    fn find(&self, message: &'static str, attribute: Option<&'static str>) -> Found<'_> {
        let Catalogue { bundles, tags, .. } = &*self.catalogue;
        let found = [self.language, 0].into_iter().find_map(|language| {
            let found = Found {
                tag: &tags[language],
                bundle: &bundles[language],
                message: bundles[language].get_message(message)?,
                attribute,
            };
            found.pattern().is_some().then_some(found)
        });
        found.expect("what is asked for was checked to be in the first language")
    }
}

/// A message, where it was found.
pub(super) struct Found<'a> {
    /// The language in which it is said.
    pub(super) tag: &'a str,
    bundle: &'a FluentBundle<FluentResource>,
    message: FluentMessage<'a>,
    attribute: Option<&'static str>,
}

impl<'a> Found<'a> {
    pub(super) fn format(&'a self, arguments: &'a FluentArgs<'_>) -> Cow<'a, str> {
        let pattern = self.pattern().expect("it was found by it");
        // What could be wrong with it is found when it is checked.
        self.bundle
            .format_pattern(pattern, Some(arguments), &mut Vec::new())
    }

    fn pattern(&self) -> Option<&'a Pattern<&'a str>> {
        match self.attribute {
            Some(attribute) => Some(self.message.get_attribute(attribute)?.value()),
            None => self.message.value(),
        }
    }
}

impl fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag)
    }
}
