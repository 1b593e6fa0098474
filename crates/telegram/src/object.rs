//! Declares objects of the Bot API of which each field is read by itself: what is absent or odd is
//! its type's default, unless nothing can be done without it.

/// Declares structs and how they are read. A field that is marked `=> required` makes the whole
/// object unreadable if it is absent or odd; `as "name"` is its name in the Bot API.
macro_rules! objects {
    ($(
        $(#[$meta:meta])*
        pub struct $Name:ident {
            $(
                $(#[$doc:meta])*
                pub $field:ident: $Type:ty $(as $json:literal)? $(=> $required:ident)?,
            )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $Name {
            $($(#[$doc])* pub $field: $Type,)*
        }

        impl $crate::lenient::Lenient for $Name {
            fn read(json: &[u8]) -> Option<Self> {
                if json.first() != Some(&b'{') {
                    return None;
                }
                $(let mut $field: Option<&[u8]> = None;)*
                for (key, value) in $crate::lenient::fields(json) {
                    $(if *key == *objects!(@name $field $($json)?).as_bytes() {
                        $field = Some(value);
                        continue;
                    })*
                }
                Some(Self { $($field: objects!(@value $field: $Type $(=> $required)?),)* })
            }
        }
    )*};
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $json:literal) => { $json };
    (@value $field:ident: $Type:ty) => {
        $field
            .and_then(<$Type as $crate::lenient::Lenient>::read)
            .unwrap_or_default()
    };
    (@value $field:ident: $Type:ty => required) => {
        <$Type as $crate::lenient::Lenient>::read($field?)?
    };
}

pub(super) use objects;
