//! The two signatures of `initData`, and its age.
//! Source: <https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app>.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    hmac,
    signature::{ED25519, UnparsedPublicKey},
};
use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Fields, InitData};

/// As the signature is written; with padding or without.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why `initData` is not believed. It quotes nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InitDataError {
    /// There are none. A web app that was opened by a button of a reply keyboard, or from inline mode,
    /// has none.
    #[error("there are no init data")]
    Absent,
    /// It is no query string in UTF-8.
    #[error("the init data are no query string")]
    Malformed,
    /// Two fields have the same name.
    #[error("the init data have a field twice")]
    Repeated,
    /// What every one has is absent or odd: `hash`, `signature`, `auth_date`.
    #[error("the init data have no {0}")]
    Lacks(&'static str),
    /// It was not signed by Telegram for this bot, or was changed since.
    #[error("the init data are not signed for this bot")]
    Forged,
    /// It was signed too long ago.
    #[error("the init data are too old")]
    Stale,
}

/// Verifies `initData` of the web apps of one bot: that Telegram signed it, and not too long ago. A
/// clone is cheap.
///
/// Whoever has the token uses [`Bot::init_data_verifier`](crate::Bot::init_data_verifier).
/// A third party, which has not, verifies another signature by a public key of Telegram's.
#[derive(Clone, Debug)]
pub struct InitDataVerifier {
    key: Key,
    max_age: Duration,
}

#[derive(Clone, Debug)]
enum Key {
    /// Made of the bot's token.
    Token(Arc<hmac::Key>),
    /// Of Telegram, and the bot's id.
    Telegram(UnparsedPublicKey<[u8; 32]>, i64),
}

impl InitDataVerifier {
    /// Telegram's public key.
    pub const TELEGRAM: [u8; 32] = [
        0xe7, 0xbf, 0x03, 0xa2, 0xfa, 0x46, 0x02, 0xaf, 0x45, 0x80, 0x70, 0x3d, 0x88, 0xdd, 0xa5,
        0xbb, 0x59, 0xf3, 0x2e, 0xd8, 0xb0, 0x2a, 0x56, 0xc1, 0x87, 0xfe, 0x7d, 0x34, 0xca, 0xed,
        0x24, 0x2d,
    ];
    /// The public key of Telegram's test environment.
    pub const TELEGRAM_TEST: [u8; 32] = [
        0x40, 0x05, 0x50, 0x58, 0xa4, 0xee, 0x38, 0x15, 0x6a, 0x06, 0x56, 0x2e, 0x52, 0xee, 0xce,
        0x92, 0xa7, 0x71, 0xbc, 0xd8, 0x34, 0x6a, 0x8c, 0x46, 0x15, 0xcb, 0x73, 0x76, 0xed, 0xdf,
        0x72, 0xec,
    ];

    pub(super) fn of_bot(key: hmac::Key, max_age: Duration) -> Self {
        let key = Key::Token(Arc::new(key));
        Self { key, max_age }
    }

    /// Verifies without the bot's token, by its id: `public_key` is [`TELEGRAM`](Self::TELEGRAM), or
    /// [`TELEGRAM_TEST`](Self::TELEGRAM_TEST).
    #[must_use]
    pub fn third_party(bot_id: i64, public_key: [u8; 32], max_age: Duration) -> Self {
        let key = Key::Telegram(UnparsedPublicKey::new(&ED25519, public_key), bot_id);
        Self { key, max_age }
    }

    /// Verifies `initData`, and that it is not too old now.
    ///
    /// # Errors
    ///
    /// [`InitDataError`] says which check failed.
    pub fn verify(&self, init_data: &str) -> Result<InitData, InitDataError> {
        self.verify_at(init_data, SystemTime::now())
    }

    /// As [`verify`](Self::verify), at another time than now.
    ///
    /// # Errors
    ///
    /// As of [`verify`](Self::verify).
    pub fn verify_at(&self, init_data: &str, now: SystemTime) -> Result<InitData, InitDataError> {
        if init_data.is_empty() {
            return Err(InitDataError::Absent);
        }
        let fields = Fields::read(init_data)?;
        self.key.verify(&fields)?;
        let date = fields.object("auth_date").filter(|date: &i64| *date > 0);
        let date = date.ok_or(InitDataError::Lacks("auth_date"))?;
        let signed_at = UNIX_EPOCH + Duration::from_secs(date.unsigned_abs());
        // What is signed later than now tells of a clock that is slow, and is no older than allowed.
        let age = now.duration_since(signed_at).unwrap_or_default();
        if age > self.max_age {
            return Err(InitDataError::Stale);
        }
        Ok(fields.typed(date))
    }
}

impl Key {
    fn verify(&self, fields: &Fields<'_>) -> Result<(), InitDataError> {
        match self {
            Self::Token(key) => {
                let hash = fields.get("hash").and_then(bytes_of_hex);
                let hash = hash.ok_or(InitDataError::Lacks("hash"))?;
                let signed = fields.signed(&["hash"]);
                // It takes as long whichever byte differs.
                hmac::verify(key, signed.as_bytes(), &hash).map_err(|_| InitDataError::Forged)
            }
            Self::Telegram(key, bot_id) => {
                let signature = fields.get("signature");
                let signature = signature.and_then(|text| BASE64URL.decode(text).ok());
                let signature = signature.ok_or(InitDataError::Lacks("signature"))?;
                let signed = fields.signed(&["hash", "signature"]);
                let signed = format!("{bot_id}:WebAppData\n{signed}");
                let verified = key.verify(signed.as_bytes(), &signature);
                verified.map_err(|_| InitDataError::Forged)
            }
        }
    }
}

/// The key that is made of a bot's token.
pub(in super::super) fn web_app_key(token: &str) -> hmac::Key {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"WebAppData");
    let secret = hmac::sign(&key, token.as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref())
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| {
        let byte = digit(*high)? * 16 + digit(*low)?;
        u8::try_from(byte).ok()
    });
    rest.is_empty().then(|| bytes.collect())?
}
