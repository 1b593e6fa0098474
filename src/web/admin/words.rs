//! The languages of the page: each text stands in both where it is shown.

use super::role::Role;

/// The language of an admin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lang {
    #[default]
    Ru,
    En,
}

impl Lang {
    /// By the tag of the language that somebody chose, or that his app has: Russian unless it is another one.
    pub(super) fn of(tag: Option<&str>) -> Self {
        let first = tag.map(|tag| tag.split(['-', '_']).next().unwrap_or_default());
        match first {
            // Who speaks one of these reads Russian more likely than English.
            None | Some("" | "ru" | "be" | "kk" | "ky" | "tg" | "uk" | "uz") => Self::Ru,
            Some(_) => Self::En,
        }
    }

    /// The text in this language.
    pub(super) fn of_two<'a>(self, ru: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ru => ru,
            Self::En => en,
        }
    }

    /// The tag, for the document.
    pub(super) fn tag(self) -> &'static str {
        self.of_two("ru", "en")
    }

    /// A number with one decimal, as it is written in this language.
    pub(super) fn decimal(self, number: f64) -> String {
        let text = format!("{number:.1}");
        match self {
            Self::Ru => text.replace('.', ","),
            Self::En => text,
        }
    }

    pub(super) fn role(self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.of_two("наблюдатель", "viewer"),
            Role::Operator => self.of_two("оператор", "operator"),
            Role::Owner => self.of_two("владелец", "owner"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_is_spoken_unless_another_language_is_known() {
        let of = |tag| Lang::of(tag);
        assert_eq!([of(None), of(Some("ru-RU")), of(Some(""))], [Lang::Ru; 3]);
        assert_eq!([of(Some("en")), of(Some("de_DE"))], [Lang::En; 2]);
    }
}
