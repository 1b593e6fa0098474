//! What a type asks for when it is decoded, field by field: read out of its `Deserialize` without
//! any value, by a decoder that notes what it is asked for and stops.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor,
        value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

/// What a type is decoded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::method) enum Shape {
    Bool,
    Number,
    Text,
    /// A name out of some, or an object whose key is one.
    Choice(&'static str),
    List(Box<Self>),
    /// The name of the type and its fields.
    Object(&'static str, BTreeMap<&'static str, Field>),
    /// It looks at what it gets: unions of any kind.
    Any,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::method) struct Field {
    pub(super) is_required: bool,
    /// Of an object its name only: objects nest for ever.
    pub(super) shape: Shape,
}

/// The shape of `T`, with the fields of a struct.
pub(in crate::method) fn shape_of<T: DeserializeOwned>() -> Shape {
    let Seen { shape, .. } = see::<T>(None);
    match shape {
        Some(Shape::Object(name, fields)) => {
            let field = |name| (name, field_of::<T>(name));
            Shape::Object(name, fields.into_keys().map(field).collect())
        }
        shape => shape.expect("a type asks for something"),
    }
}

fn field_of<T: DeserializeOwned>(name: &'static str) -> Field {
    let Seen { shape, is_optional } = see::<T>(Some(name));
    Field {
        is_required: !is_optional,
        shape: shape.unwrap_or_else(|| panic!("nothing is asked for `{name}`")),
    }
}

/// What was asked for.
#[derive(Default)]
struct Seen {
    shape: Option<Shape>,
    is_optional: bool,
}

/// What `T` asks for: itself, or one field of it.
fn see<T: DeserializeOwned>(inside: Option<&'static str>) -> Seen {
    let mut seen = Seen::default();
    let probe = Probe {
        seen: &mut seen,
        inside,
    };
    assert!(T::deserialize(probe).is_err(), "nothing was given");
    seen
}

struct Probe<'a> {
    seen: &'a mut Seen,
    /// The field to step into.
    inside: Option<&'static str>,
}

impl Probe<'_> {
    fn note<T>(self, shape: Shape) -> Result<T, Stop> {
        self.seen.shape = Some(shape);
        Err(Stop)
    }
}

/// It stops as soon as it knows.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("enough is known")
    }
}

impl std::error::Error for Stop {}

impl serde::de::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! note {
    ($($method:ident)* => $shape:expr) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
            self.note($shape)
        }
    )*};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    note!(deserialize_bool => Shape::Bool);
    note!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 => Shape::Number);
    note!(deserialize_str deserialize_string => Shape::Text);
    note!(deserialize_any => Shape::Any);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.seen.is_optional = true;
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let mut element = Seen::default();
        let one = One {
            key: None,
            seen: &mut element,
        };
        let stopped = visitor.visit_seq(one);
        debug_assert!(stopped.is_err());
        let element = element.shape.unwrap_or(Shape::Any);
        self.note(Shape::List(Box::new(element)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stop> {
        self.note(Shape::Choice(name))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        match self.inside {
            Some(field) => visitor.visit_map(One {
                key: Some(field),
                seen: self.seen,
            }),
            None => {
                let unseen = |name: &&'static str| {
                    let field = Field {
                        is_required: false,
                        shape: Shape::Any,
                    };
                    (*name, field)
                };
                self.note(Shape::Object(name, fields.iter().map(unseen).collect()))
            }
        }
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct map identifier ignored_any
    }
}

/// An object of one field, or a list of one element.
struct One<'a> {
    key: Option<&'static str>,
    seen: &'a mut Seen,
}

impl<'de> MapAccess<'de> for One<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        let key = self.key.take().ok_or(Stop)?;
        seed.deserialize(StrDeserializer::<Stop>::new(key))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(Probe {
            seen: self.seen,
            inside: None,
        })
    }
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        let element = Probe {
            seen: self.seen,
            inside: None,
        };
        seed.deserialize(element).map(Some)
    }
}

#[test]
fn a_shape_tells_fields_and_which_are_required() {
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "its fields are looked at, not its values")]
    struct Sample {
        id: i64,
        #[serde(rename = "type")]
        kind: Option<String>,
        list: Vec<bool>,
        nested: Option<Box<Self>>,
    }
    let Shape::Object(name, fields) = shape_of::<Sample>() else {
        panic!("a struct")
    };
    let of = |name| &fields[name];
    assert_eq!((name, fields.len()), ("Sample", 4));
    assert_eq!(
        (of("id").is_required, &of("id").shape),
        (true, &Shape::Number)
    );
    assert_eq!(
        (of("type").is_required, &of("type").shape),
        (false, &Shape::Text)
    );
    assert_eq!(of("list").shape, Shape::List(Box::new(Shape::Bool)));
    assert!(matches!(
        of("nested"),
        Field {
            is_required: false,
            shape: Shape::Object("Sample", _)
        }
    ));
    assert_eq!(shape_of::<Vec<u8>>(), Shape::List(Box::new(Shape::Number)));
    assert!(Stop::custom("x").to_string().contains("known"));
}
