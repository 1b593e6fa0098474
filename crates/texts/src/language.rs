//! Languages: their tags, their plural categories, and which of those there are one gets.

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::LanguageIdentifier;

/// The names of the plural categories, in the order of CLDR.
pub(crate) const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A language that has texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    text: String,
    id: LanguageIdentifier,
}

impl Tag {
    /// The language of that IETF tag, `ru` or `pt-BR`.
    ///
    /// # Errors
    ///
    /// What is wrong with the tag, and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "`{text}` is no language: a folder is named by an IETF tag, such as `ru` or `pt-BR`"
            )
        };
        let id: LanguageIdentifier = text.parse().map_err(|_| refused())?;
        if id.language.is_empty() {
            return Err(refused());
        }
        if id != text {
            return Err(format!(
                "the tag `{text}` is written `{id}`: rename its folder"
            ));
        }
        let tag = Self {
            text: text.to_owned(),
            id,
        };
        match tag.rules(PluralRuleType::CARDINAL) {
            Some(_) => Ok(tag),
            None => Err(format!(
                "nobody knows the plural rules of `{text}`: CLDR has no such language, and Fluent would take those of English"
            )),
        }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The tag, taken apart.
    #[must_use]
    pub fn id(&self) -> &LanguageIdentifier {
        &self.id
    }

    /// The categories that whole numbers of the language have.
    pub(crate) fn categories(&self, is_ordinal: bool) -> Vec<&'static str> {
        let kind = match is_ordinal {
            true => PluralRuleType::ORDINAL,
            false => PluralRuleType::CARDINAL,
        };
        let Some(rules) = self.rules(kind) else {
            return vec!["other"];
        };
        let numbers = (0_u32..=1_000).chain([10_000, 100_000, 1_000_000]);
        let mut found = [false; 6];
        for number in numbers {
            let index = match rules.select(number) {
                Ok(PluralCategory::ZERO) => 0,
                Ok(PluralCategory::ONE) => 1,
                Ok(PluralCategory::TWO) => 2,
                Ok(PluralCategory::FEW) => 3,
                Ok(PluralCategory::MANY) => 4,
                Ok(PluralCategory::OTHER) | Err(_) => 5,
            };
            found[index] = true;
        }
        let named = CATEGORIES.into_iter().zip(found);
        named
            .filter_map(|(name, is_there)| is_there.then_some(name))
            .collect()
    }

    /// Of the language itself, or of the language without its region.
    fn rules(&self, kind: PluralRuleType) -> Option<PluralRules> {
        let bare = LanguageIdentifier::from_parts(self.id.language, None, None, &[]);
        [self.id.clone(), bare]
            .into_iter()
            .find_map(|id| PluralRules::create(id, kind).ok())
    }
}

/// The place of the language in `there` that is best for who asks for `tag`; none if they have nothing in common.
#[must_use]
pub fn negotiate(tag: &str, there: &[LanguageIdentifier]) -> Option<usize> {
    let wanted: LanguageIdentifier = tag.parse().ok()?;
    let best = negotiate_languages(&[wanted], there, None, NegotiationStrategy::Lookup);
    let best = best.first()?;
    there.iter().position(|id| id == *best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_the_categories_of_their_language() {
        for (tag, categories) in [
            ("ru", &["one", "few", "many"][..]),
            ("uk", &["one", "few", "many"]),
            ("en", &["one", "other"]),
            ("pt-BR", &["one", "other"]),
            ("ja", &["other"]),
            ("ar", &["zero", "one", "two", "few", "many", "other"]),
        ] {
            let tag = Tag::parse(tag).expect("a language");
            assert_eq!(tag.categories(false), categories, "{tag:?}");
        }
        let english = Tag::parse("en").expect("a language");
        assert_eq!(english.categories(true), ["one", "two", "few", "other"]);
    }

    #[test]
    fn what_is_no_language_is_refused() {
        for (tag, said) in [
            ("xx", "plural rules"),
            ("russian-federation", "no language"),
            ("pt_br", "is written `pt-BR`"),
            ("RU", "is written `ru`"),
        ] {
            let refused = Tag::parse(tag).expect_err("refused");
            assert!(refused.contains(said), "{refused}");
        }
    }

    #[test]
    fn everybody_gets_the_nearest_language() {
        let there: Vec<_> = ["ru", "en", "pt-BR", "zh-Hant"]
            .map(|tag| tag.parse().expect("a tag"))
            .into();
        for (tag, index) in [
            ("ru", Some(0)),
            ("ru-RU", Some(0)),
            ("en-gb", Some(1)),
            ("pt-br", Some(2)),
            ("pt", Some(2)),
            ("pt-PT", Some(2)),
            ("de", None),
            ("", None),
            ("_", None),
        ] {
            assert_eq!(negotiate(tag, &there), index, "{tag}");
        }
    }
}
