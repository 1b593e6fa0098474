//! The keys there are, as serde knows them: sections, what each of them holds, and what of it is secret.

use std::{any::type_name, cell::Cell, sync::OnceLock};

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, MapAccess, Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::Config;

/// A section, and what it holds.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) keys: &'static [&'static str],
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
        let mut sections = Vec::new();
        // A section of which nothing is given has its defaults: it cannot fail.
        let _ = Config::deserialize(Whole(&mut sections));
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
    let mut found = Vec::new();
    let _ = T::deserialize(Empty("", &mut found));
    let (_, keys) = found.pop()?;
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
    // It ends where the value would be read.
    let _ = T::deserialize(Only {
        path,
        found: &found,
    });
    found.get()
}

/// Stands for a configuration in which that key alone is given, and looks at the type it is read into:
/// serde tells a secret from a text by nothing else.
struct Only<'a> {
    path: &'a [&'static str],
    found: &'a Cell<bool>,
}

impl<'de> Deserializer<'de> for Only<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
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
        match path {
            [] => Err(Error::custom("its type is known")),
            path => seed.deserialize(Only {
                path,
                found: self.found,
            }),
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

type Error = serde::de::value::Error;

type Sections = Vec<(&'static str, &'static [&'static str])>;

/// Stands for a configuration that has every section, and is told by serde which there are.
struct Whole<'a>(&'a mut Sections);

impl<'de> Deserializer<'de> for Whole<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let names = names.iter();
        visitor.visit_map(Each {
            names,
            at: "",
            found: self.0,
        })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

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
        seed.deserialize(Empty(self.at, self.found))
    }
}

/// Stands for a section of which nothing is given.
struct Empty<'a>(&'static str, &'a mut Sections);

impl<'de> Deserializer<'de> for Empty<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.1.push((self.0, keys));
        visitor.visit_map(Nothing)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Nothing;

impl<'de> MapAccess<'de> for Nothing {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, Error> {
        unreachable!("there is no key")
    }
}
