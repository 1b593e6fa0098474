//! Init data of both signatures: that of a published example, and some made here.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::{
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use telegram_emulator::Emulator;

use super::{InitData, InitDataError, InitDataVerifier, web_app_key};
use crate::{Bot, Settings};

pub(super) const TOKEN: &str = "42:AA";
const DAY: Duration = Duration::from_secs(24 * 3600);
/// When the data that are made here are signed.
const SIGNED_AT: u64 = 1_790_000_000;

/// Data that Telegram signed, published with the bot's token as the example of a library.
/// Source: <https://github.com/Telegram-Mini-Apps/init-data-golang>, `validate_test.go`.
const PUBLISHED: &str = "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733509682&signature=TYJxVcisqbWjtodPepiJ6ghziUL94-KNpG8Pau-X7oNNLNBM72APCpi_RKiUlBvcqo5L-LAxIc3dnTzcZX_PDg&hash=a433d8f9847bd6addcc563bff7cc82c89e97ea0d90c11fe5729cae6796a36d73";
const PUBLISHED_TOKEN: &str = "7342037359:AAHI25ES9xCOMPokpYoz-p8XVrZUdygo2J4";
const PUBLISHED_BOT: i64 = 7_342_037_359;
const PUBLISHED_AT: u64 = 1_733_509_682;

pub(super) fn by_token(token: &str) -> InitDataVerifier {
    InitDataVerifier::of_bot(web_app_key(token), DAY)
}

fn after(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(SIGNED_AT + seconds)
}

fn key_pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed")
}

fn by_key() -> InitDataVerifier {
    let public_key = key_pair().public_key().as_ref().try_into();
    InitDataVerifier::third_party(42, public_key.expect("32 bytes"), DAY)
}

/// Signs fields as Telegram does, in both ways, and encodes them.
fn signed(fields: &[(&str, &str)]) -> String {
    let lines = |fields: &[(String, String)]| {
        let mut lines: Vec<_> = fields.iter().map(|(n, v)| format!("{n}={v}")).collect();
        lines.sort();
        lines.join("\n")
    };
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut fields: Vec<_> = fields.iter().map(owned).collect();
    let signature = key_pair().sign(format!("42:WebAppData\n{}", lines(&fields)).as_bytes());
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
    fields.push(("signature".into(), signature));
    let hash = hmac::sign(&web_app_key(TOKEN), lines(&fields).as_bytes());
    let hash: String = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fields.push(("hash".into(), hash));
    let encoded = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    encoded.collect::<Vec<_>>().join("&")
}

fn of_alice() -> String {
    of_alice_at(SIGNED_AT)
}

pub(super) fn of_alice_at(date: u64) -> String {
    let user = r#"{"id":5128400001,"first_name":"Алиса & Ко=","last_name":"Л.","username":"liddell","language_code":"ru","allows_write_to_pm":true}"#;
    let chat = r#"{"id":-100123,"type":"supergroup","title":"Клуб"}"#;
    let date = date.to_string();
    signed(&[
        ("query_id", "AAHdF6IQAAAAAN0XohDhrOrc"),
        ("user", user),
        ("chat", chat),
        ("start_param", "ref_7"),
        ("brand_new", "да"),
        ("auth_date", &date),
    ])
}

/// What both verifiers make of it, a minute after it was signed.
fn verdicts(init_data: &str) -> [Result<InitData, InitDataError>; 2] {
    [by_token(TOKEN), by_key()].map(|verifier| verifier.verify_at(init_data, after(60)))
}

#[test]
fn a_published_example_is_verified_by_the_token_and_by_telegrams_key() {
    let at = UNIX_EPOCH + Duration::from_secs(PUBLISHED_AT);
    let third = InitDataVerifier::third_party(PUBLISHED_BOT, InitDataVerifier::TELEGRAM, DAY);
    for verifier in [by_token(PUBLISHED_TOKEN), third] {
        let data = verifier.verify_at(PUBLISHED, at).expect("it is signed");
        let user = data.user.expect("a user");
        assert_eq!(
            (user.id, &*user.first_name),
            (279_058_397, "Vladislav + - ? /")
        );
        assert!(user.is_premium && user.allows_write_to_pm);
        assert!(
            user.photo_url
                .expect("a picture")
                .starts_with("https://t.me/i/")
        );
        assert_eq!(data.chat_type.as_deref(), Some("private"));
        assert_eq!(data.chat_instance.as_deref(), Some("8134722200314281151"));
    }
    let test = InitDataVerifier::third_party(PUBLISHED_BOT, InitDataVerifier::TELEGRAM_TEST, DAY);
    assert_eq!(test.verify_at(PUBLISHED, at), Err(InitDataError::Forged));
}

#[test]
fn everything_is_typed_names_in_cyrillic_too() {
    for data in verdicts(&of_alice()) {
        let data = data.expect("it is signed");
        let user = data.user.expect("a user");
        assert_eq!(
            (user.id, &*user.fullname()),
            (5_128_400_001, "Алиса & Ко= Л.")
        );
        assert_eq!(data.chat.expect("a chat").title.as_deref(), Some("Клуб"));
        assert_eq!(data.query_id.as_deref(), Some("AAHdF6IQAAAAAN0XohDhrOrc"));
        assert_eq!(data.start_param.as_deref(), Some("ref_7"));
        assert_eq!(u64::try_from(data.auth_date), Ok(SIGNED_AT));
    }
}

#[test]
fn a_plus_is_a_space() {
    let spaced = of_alice().replace("%20", "+");
    assert!(spaced.contains('+'));
    for data in verdicts(&spaced) {
        assert!(data.is_ok(), "{data:?}");
    }
}

#[test]
fn what_is_too_old_is_refused_and_what_is_just_not_is_taken() {
    let init_data = of_alice();
    for verifier in [by_token(TOKEN), by_key()] {
        let last = verifier.verify_at(&init_data, after(DAY.as_secs()));
        assert!(last.is_ok(), "{last:?}");
        let late = verifier.verify_at(&init_data, after(DAY.as_secs() + 1));
        assert_eq!(late, Err(InitDataError::Stale));
        assert_eq!(verifier.verify(PUBLISHED), Err(InitDataError::Forged));
    }
}

#[test]
fn a_change_anywhere_is_a_forgery() {
    let init_data = of_alice();
    for (old, new) in [
        ("ref%5F7", "ref%5F8"),
        ("5128400001", "5128400002"),
        ("&brand_new=", "&other="),
        ("&start_param=ref%5F7", ""),
        ("auth_date=179", "auth_date=279"),
    ] {
        let changed = init_data.replace(old, new);
        assert_ne!(changed, init_data, "{old}");
        assert_eq!(
            verdicts(&changed),
            [Err(InitDataError::Forged), Err(InitDataError::Forged)],
            "{old}"
        );
    }
    let added = format!("{init_data}&is_admin=true");
    assert_eq!(verdicts(&added)[0], Err(InitDataError::Forged));
    let other_bot = by_token("43:AA").verify_at(&init_data, after(0));
    assert_eq!(other_bot, Err(InitDataError::Forged));
    let key = key_pair()
        .public_key()
        .as_ref()
        .try_into()
        .expect("32 bytes");
    let other_bot = InitDataVerifier::third_party(43, key, DAY).verify_at(&init_data, after(0));
    assert_eq!(other_bot, Err(InitDataError::Forged));
}

#[test]
fn a_signature_of_another_length_is_a_forgery_and_what_is_none_is_told_apart() {
    let init_data = of_alice();
    let (unsigned, hash) = init_data.split_once("&hash=").expect("a hash");
    let with = |hash: &str| verdicts(&format!("{unsigned}&hash={hash}"))[0].clone();
    assert_eq!(with(&hash[..62]), Err(InitDataError::Forged));
    for odd in ["", "zz", "+f", &hash[1..]] {
        let expected = match odd {
            "" => InitDataError::Forged,
            _ => InitDataError::Lacks("hash"),
        };
        assert_eq!(with(odd), Err(expected), "{odd}");
    }
    assert_eq!(verdicts(unsigned)[0], Err(InitDataError::Lacks("hash")));
    let lacks = ["hash", "signature"].map(|what| Err(InitDataError::Lacks(what)));
    assert_eq!(verdicts("auth_date=1"), lacks);
    assert_eq!(verdicts(""), [(); 2].map(|()| Err(InitDataError::Absent)));
    assert_eq!(
        verdicts("signature=!")[1],
        Err(InitDataError::Lacks("signature"))
    );
    let undated = verdicts(&signed(&[("query_id", "AA")]));
    assert_eq!(
        undated,
        [(); 2].map(|()| Err(InitDataError::Lacks("auth_date")))
    );
}

#[test]
fn two_fields_of_one_name_are_refused_signed_or_not() {
    let init_data = of_alice();
    for again in [
        "&start_param=ref%5F7",
        "&start_param=x",
        "&start%5Fparam=x",
        "&hash=00",
    ] {
        let twice = verdicts(&format!("{init_data}{again}"));
        assert_eq!(
            twice,
            [(); 2].map(|()| Err(InitDataError::Repeated)),
            "{again}"
        );
    }
}

#[test]
fn what_is_no_query_string_is_refused() {
    for odd in ["user", "user=%ff", "a=b&c", "%ff=1"] {
        let refused = verdicts(odd);
        assert_eq!(
            refused,
            [(); 2].map(|()| Err(InitDataError::Malformed)),
            "{odd}"
        );
    }
}

#[test]
fn neither_a_verifier_nor_an_error_tells_the_token_or_the_data() {
    let told = format!("{:?} {:?}", by_token(TOKEN), by_key());
    assert!(!told.contains(TOKEN), "{told}");
    let forged = of_alice().replace("5128400001", "5128400002");
    for verdict in verdicts(&forged) {
        let error = verdict.expect_err("forged");
        let told = format!("{error} {error:?}");
        assert!(
            !told.contains("5128400002") && !told.contains("hash="),
            "{told}"
        );
    }
}

#[tokio::test]
async fn what_the_emulators_people_open_web_apps_with_is_verified() {
    let tg = Emulator::start().await;
    let alice = tg.person("Алиса Селезнёва").with_username("alice");
    let init_data = alice.init_data(Some("ref_7"));
    let mut settings = Settings::new(tg.token());
    settings.api_url = tg.url();
    let bot = Bot::new(settings);
    let data = bot.verify_init_data(&init_data, DAY).expect("it is signed");
    assert_eq!(data.start_param.as_deref(), Some("ref_7"));
    let user = data.user.expect("a user");
    assert_eq!(
        (user.id, &*user.first_name),
        (alice.id(), "Алиса Селезнёва")
    );
    let forged = init_data.replace("ref_7", "ref_8");
    assert_eq!(
        bot.verify_init_data(&forged, DAY),
        Err(InitDataError::Forged)
    );
}
