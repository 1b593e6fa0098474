//! The keys there are, as serde knows them: sections, what each of them holds, and what of it is secret.

use std::{any::type_name, cell::Cell, sync::OnceLock};

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, MapAccess, Visitor,
        value::{MapDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use super::Config;

/// A section, and what it holds.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) keys: Keys,
    /// Those that hold a [`SecretString`]: each may be given as the path of a file, too.
    secrets: Vec<&'static str>,
}

impl Section {
    /// All that may be written in it: behind a secret the name by which its file is given.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for key in self.keys {
            names.push((*key).to_owned());
            let file = file_form(key);
            if self.secret_behind(&file).is_some() {
                names.push(file);
            }
        }
        names
    }

    pub(super) fn is_secret(&self, key: &str) -> bool {
        self.secrets.contains(&key)
    }

    /// The secret whose file a key names: `token` of `token_file`.
    pub(super) fn secret_behind(&self, key: &str) -> Option<&'static str> {
        // A key of that very name is what it says.
        if self.keys.contains(&key) {
            return None;
        }
        let found = self.secrets.iter().find(|secret| file_form(secret) == key);
        found.copied()
    }
}

/// The key by which the file of a secret is given.
pub(super) fn file_form(secret: &str) -> String {
    format!("{secret}_file")
}

/// Every section with its keys, in the order of the source.
pub(super) fn sections() -> &'static [Section] {
    static FOUND: OnceLock<Vec<Section>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut sections = Sections::new();
        // A section of which nothing is given has its defaults: it cannot fail.
        let _ = Config::deserialize(given(|names| Each {
            names: names.iter(),
            at: "",
            found: &mut sections,
        }));
        let sections = sections.into_iter().map(|(name, keys)| {
            let is_secret = |key: &&&'static str| is_secret::<Config>(&[name, **key]);
            let secrets = keys.iter().filter(is_secret).copied().collect();
            Section {
                name,
                keys,
                secrets,
            }
        });
        sections.collect()
    })
}

/// The section of that type under that name, if it is a struct.
pub(super) fn of<T: DeserializeOwned>(name: &'static str) -> Option<Section> {
    let mut found = None;
    let _ = T::deserialize(given(|keys| {
        found = Some(keys);
        nothing()
    }));
    let keys = found?;
    let is_secret = |key: &&&'static str| is_secret::<T>(&[**key]);
    let secrets = keys.iter().filter(is_secret).copied().collect();
    Some(Section {
        name,
        keys,
        secrets,
    })
}

/// Whether what stands there is read into a [`SecretString`].
fn is_secret<T: DeserializeOwned>(path: &[&'static str]) -> bool {
    let found = Cell::new(false);
    let only = Only {
        path,
        found: &found,
    };
    // It ends where the value would be read.
    let _ = T::deserialize(given(|_| only));
    found.get()
}

type Error = serde::de::value::Error;

type Keys = &'static [&'static str];

/// Stands for what a struct is read from: it says what is given, once serde told it which keys there are.
struct Given<F>(F);

fn given<M, F: FnOnce(Keys) -> M>(give: F) -> Given<F> {
    Given(give)
}

impl<'de, M, F> Deserializer<'de> for Given<F>
where
    M: MapAccess<'de, Error = Error>,
    F: FnOnce(Keys) -> M,
{
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: Keys,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map((self.0)(keys))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Gives that key alone, and looks at the type it is read into: serde tells a secret from a text by nothing else.
struct Only<'a> {
    path: &'a [&'static str],
    found: &'a Cell<bool>,
}

impl<'de> MapAccess<'de> for Only<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        match self.path {
            [] => Ok(None),
            [name, ..] => seed.deserialize(StrDeserializer::new(name)).map(Some),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let path = self.path.get(1..).unwrap_or_default();
        self.path = &[];
        let found = self.found;
        match path {
            [] => Err(Error::custom("its type is known")),
            path => seed.deserialize(given(|_| Only { path, found })),
        }
    }

    fn next_value<V: Deserialize<'de>>(&mut self) -> Result<V, Error> {
        let secrets = [
            type_name::<SecretString>(),
            type_name::<Option<SecretString>>(),
        ];
        if self.path.len() == 1 && secrets.contains(&type_name::<V>()) {
            self.found.set(true);
        }
        self.next_value_seed(std::marker::PhantomData::<V>)
    }
}

type Sections = Vec<(&'static str, Keys)>;

/// Gives every section, each of them empty, and notes which keys it could hold.
struct Each<'a> {
    names: std::slice::Iter<'static, &'static str>,
    at: &'static str,
    found: &'a mut Sections,
}

impl<'de> MapAccess<'de> for Each<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        self.at = name;
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(given(|keys| {
            self.found.push((self.at, keys));
            nothing()
        }))
    }
}

fn nothing<'de>() -> impl MapAccess<'de, Error = Error> {
    MapDeserializer::new(std::iter::empty::<((), ())>())
}
