//! The keys there are, as serde knows them: sections, and what each of them holds.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, DeserializeSeed, MapAccess, Visitor, value::StrDeserializer},
    forward_to_deserialize_any,
};

use super::Config;

/// Every section with its keys, in the order of the source.
pub(super) fn sections() -> Vec<(&'static str, &'static [&'static str])> {
    let mut sections = Vec::new();
    // A section of which nothing is given has its defaults: it cannot fail.
    let _ = Config::deserialize(Whole(&mut sections));
    sections
}

/// The keys of a section of that type, if it is a struct.
pub(super) fn of<T: DeserializeOwned>() -> Option<&'static [&'static str]> {
    let mut found = Vec::new();
    let _ = T::deserialize(Section("", &mut found));
    found.pop().map(|(_, keys)| keys)
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
        seed.deserialize(Section(self.at, self.found))
    }
}

/// Stands for a section of which nothing is given.
struct Section<'a>(&'static str, &'a mut Sections);

impl<'de> Deserializer<'de> for Section<'_> {
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
