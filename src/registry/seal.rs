//! Tokens as they lie in the table: encrypted, and bound to the row they stand in, so that no two rows can be exchanged.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use secrecy::SecretString;

use crate::config::FleetConfig;

/// The first byte of what is encrypted so: AES-256-GCM, the nonce, the text and the tag.
const FIRST_FORM: u8 = 1;

/// Encrypts tokens, and reads them.
pub(crate) struct Seal {
    key: RandomizedNonceKey,
    previous: Option<RandomizedNonceKey>,
}

/// Whose token it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose<'a> {
    pub(crate) id: i64,
    pub(crate) name: &'a str,
}

/// A token that was read.
pub(crate) struct Opened {
    pub(crate) token: SecretString,
    /// It was encrypted by the key before.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "a command asks"))]
    pub(crate) is_by_previous: bool,
}

impl Seal {
    /// That of the configuration; `None` if it has no key.
    pub(crate) fn of(config: &FleetConfig) -> Option<Self> {
        let (key, previous) = config.keys()?;
        let of = |key: [u8; 32]| RandomizedNonceKey::new(&AES_256_GCM, &key).ok();
        Some(Self {
            key: of(key)?,
            previous: previous.and_then(of),
        })
    }

    /// Encrypts a token.
    #[cfg(any(feature = "cli", test))]
    pub(crate) fn close(&self, token: &SecretString, whose: Whose<'_>) -> crate::Result<Vec<u8>> {
        use secrecy::ExposeSecret;

        let mut text = token.expose_secret().as_bytes().to_vec();
        let sealing = self
            .key
            .seal_in_place_append_tag(Aad::from(bound_to(whose)), &mut text);
        let nonce = sealing.map_err(|_| crate::Error::message("a token cannot be encrypted"))?;
        Ok([&[FIRST_FORM][..], nonce.as_ref(), &text].concat())
    }

    /// Reads a token; `None` if it was encrypted by another key, for another row, or changed since.
    pub(crate) fn open(&self, sealed: &[u8], whose: Whose<'_>) -> Option<Opened> {
        let rest = sealed.strip_prefix(&[FIRST_FORM])?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        let open = |key: &RandomizedNonceKey| {
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut text = text.to_vec();
            let opened = key.open_in_place(nonce, Aad::from(bound_to(whose)), &mut text);
            let token = str::from_utf8(opened.ok()?).ok()?;
            Some(SecretString::from(token))
        };
        let (token, is_by_previous) = match open(&self.key) {
            Some(token) => (token, false),
            None => (open(self.previous.as_ref()?)?, true),
        };
        Some(Opened {
            token,
            is_by_previous,
        })
    }
}

/// What must be the same when it is read.
fn bound_to(Whose { id, name }: Whose<'_>) -> Vec<u8> {
    format!("ostankino bot {id} {name}").into_bytes()
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use secrecy::ExposeSecret;

    use super::*;

    const SHOP: Whose<'_> = Whose {
        id: 5,
        name: "shop",
    };

    fn seal(key: u8, previous: Option<u8>) -> Seal {
        let text = |byte: u8| SecretString::from(STANDARD.encode([byte; 32]));
        let config = FleetConfig {
            key: text(key),
            previous_key: previous.map_or_else(|| "".into(), text),
            ..FleetConfig::default()
        };
        Seal::of(&config).expect("a key")
    }

    #[test]
    fn a_token_is_read_by_its_key_in_its_own_row_and_unchanged_only() {
        let token = SecretString::from("5:secret");
        let sealed = seal(1, None).close(&token, SHOP).expect("encrypted");
        let again = seal(1, None).close(&token, SHOP).expect("encrypted");
        assert_ne!(sealed, again, "nobody sees that two are the same");
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        let opened = seal(1, None).open(&sealed, SHOP).expect("it is read");
        assert_eq!(opened.token.expose_secret(), "5:secret");
        assert!(!opened.is_by_previous);
        assert!(!format!("{opened:?} {:?}", seal(1, None)).contains("secret"));
        assert!(seal(2, None).open(&sealed, SHOP).is_none());
        let rotated = seal(2, Some(1)).open(&sealed, SHOP).expect("it is read");
        assert!(rotated.is_by_previous);
        for other in [
            Whose { id: 6, ..SHOP },
            Whose {
                name: "help",
                ..SHOP
            },
        ] {
            assert!(seal(1, None).open(&sealed, other).is_none());
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal(1, None).open(&changed, SHOP).is_none(), "{at}");
            assert!(seal(1, None).open(&sealed[..at], SHOP).is_none(), "{at}");
        }
    }

    /// What the first version stored, as another library encrypts it.
    #[test]
    fn what_was_stored_before_is_read() {
        let stored = "AQABAgMEBQYHCAkKCy27mhV+e7w9j6oJKu2a+dSY3VmCRAQztQ==";
        let stored = STANDARD.decode(stored).expect("base64");
        let opened = seal(7, None).open(&stored, SHOP).expect("it is read");
        assert_eq!(opened.token.expose_secret(), "5:secret");
    }
}
