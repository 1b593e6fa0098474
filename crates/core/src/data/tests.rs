//! Whatever is packed is unpacked as it was, and no text is taken for what it is not.

use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;
use crate::Reply;

#[derive(Pack, Clone, Copy, Debug, PartialEq)]
struct Id(i64);

#[derive(Pack, Clone, Copy, Debug, PartialEq)]
struct Nothing;

#[derive(Pack, Clone, Debug, PartialEq)]
enum Order {
    ByPrice { is_rising: bool },
    ByName,
}

/// Something of everything.
#[derive(CallbackData, DeepLink, Clone, Debug, PartialEq)]
#[callback(prefix = "all")]
#[deep_link(prefix = "all")]
enum All {
    Signed(i8, i16, i32),
    Unsigned(u8, u16, u32, u64),
    Ids([Id; 4]),
    Rest {
        letter: char,
        order: Order,
        maybe: Option<(bool, Nothing)>,
    },
    Text(#[max(20)] String, #[max(4)] Option<String>),
    Empty,
}

#[derive(CallbackData, Debug, PartialEq)]
#[callback(prefix = "page")]
struct Page {
    of: Id,
    number: u16,
}

#[derive(CallbackData, Debug, PartialEq)]
#[callback(prefix = "close")]
struct Close;

/// Of up to `bytes` bytes.
fn text(bytes: usize) -> impl Strategy<Value = String> {
    any::<String>().prop_map(move |mut text| {
        let fits = |at: &usize| *at <= bytes;
        let end = text.char_indices().map(|(at, c)| at + c.len_utf8());
        let end = end.take_while(fits).last().unwrap_or(0);
        text.truncate(end);
        text
    })
}

fn id() -> impl Strategy<Value = Id> {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), -40_i64..40].prop_map(Id)
}

fn all() -> impl Strategy<Value = All> {
    let order = prop_oneof![
        any::<bool>().prop_map(|is_rising| Order::ByPrice { is_rising }),
        Just(Order::ByName),
    ];
    let maybe = proptest::option::of(any::<bool>().prop_map(|it| (it, Nothing)));
    prop_oneof![
        any::<(i8, i16, i32)>().prop_map(|(a, b, c)| All::Signed(a, b, c)),
        any::<(u8, u16, u32, u64)>().prop_map(|(a, b, c, d)| All::Unsigned(a, b, c, d)),
        [id(), id(), id(), id()].prop_map(All::Ids),
        (any::<char>(), order, maybe).prop_map(|(letter, order, maybe)| All::Rest {
            letter,
            order,
            maybe
        }),
        (text(20), proptest::option::of(text(4))).prop_map(|(a, b)| All::Text(a, b)),
        Just(All::Empty),
    ]
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

proptest! {
    #[test]
    fn what_is_packed_is_unpacked_as_it_was(data in all()) {
        let button = CallbackData::encode(&data);
        prop_assert!(button.len() <= <All as CallbackData>::MAX, "{button}");
        prop_assert_eq!(<All as CallbackData>::decode(&button), Ok(data.clone()));
        let link = DeepLink::encode(&data);
        prop_assert!(link.len() <= <All as DeepLink>::MAX && link.bytes().all(is_letter), "{link}");
        prop_assert_eq!(<All as DeepLink>::decode(&link), Ok(data));
    }

    #[test]
    fn what_is_cut_or_goes_on_is_stale(data in all(), more in "[A-Za-z0-9_-]{1,4}") {
        let button = CallbackData::encode(&data);
        let decode = |text: &str| <All as CallbackData>::decode(text);
        prop_assert_eq!(decode(&format!("{button}{more}")), Err(Stale));
        for end in 0..button.len() {
            prop_assert_eq!(decode(&button[..end]), Err(Stale), "{}", &button[..end]);
        }
    }

    #[test]
    fn no_two_texts_mean_the_same(data in all(), at in 4_usize..64, letter in "[A-Za-z0-9_-]") {
        let mut button = CallbackData::encode(&data);
        let at = at.min(button.len() - 1);
        button.replace_range(at..=at, &letter);
        if let Ok(other) = <All as CallbackData>::decode(&button) {
            prop_assert_eq!(CallbackData::encode(&other), button);
        }
    }

    #[test]
    fn nothing_that_a_button_may_hold_is_a_panic(text in any::<String>(), letters in "[A-Za-z0-9_-]{0,60}") {
        for text in [&text, &format!("all:{text}"), &format!("all:{letters}")] {
            if let Ok(data) = <All as CallbackData>::decode(text) {
                prop_assert_eq!(&CallbackData::encode(&data), text);
            }
        }
    }
}

#[test]
fn the_longest_data_are_as_long_as_is_said() {
    let ids = All::Ids([Id(i64::MIN); 4]);
    assert_eq!(CallbackData::encode(&ids).len(), "all:".len() + 2 + 4 * 13);
    assert_eq!(<All as CallbackData>::MAX, CallbackData::encode(&ids).len());
    let text = All::Text("я".repeat(10), Some("😀".into()));
    assert_eq!(
        CallbackData::encode(&text).len(),
        "all:".len() + 2 + (1 + 27) + (1 + 1 + 6)
    );
    assert_eq!(
        (Page::MAX, Close::MAX),
        ("page:".len() + 13 + 4, "close:".len())
    );
}

#[test]
fn what_buttons_in_chats_hold_stays() {
    let page = Page {
        of: Id(1_234_567),
        number: 3,
    };
    assert_eq!(page.encode(), "page:uorrCD");
    let ordered = All::Rest {
        letter: 'я',
        order: Order::ByPrice { is_rising: true },
        maybe: None,
    };
    assert_eq!(CallbackData::encode(&ordered), "all:dFviBUsBA");
    assert_eq!(
        DeepLink::encode(&All::Text("чай".into(), None)),
        "all-wiG0YfQsNC5A"
    );
    assert_eq!(Close.encode(), "close:");
}

#[test]
fn data_of_others_are_stale() {
    for text in [
        "", "page", "pages:CD", "page:", "page:C", "page:CD.", "page:CDD", "page:CgA", "page: D",
        "PAGE:CD",
    ] {
        assert_eq!(Page::decode(text), Err(Stale), "{text}");
    }
    assert_eq!(
        Page::decode("page:CD"),
        Ok(Page {
            of: Id(1),
            number: 3
        })
    );
    // A number that is too great for its type, and one for any.
    assert_eq!(Page::decode("page:C_____________"), Err(Stale));
    assert_eq!(Page::decode("page:Cgggg"), Err(Stale));
    assert_eq!(<All as CallbackData>::decode("all:??"), Err(Stale));
    assert_eq!(Close::decode("close:A"), Err(Stale));
}

#[test]
fn a_text_beyond_its_bound_is_a_mistake_of_the_reply_and_names_its_line() {
    let mut runner = TestRunner::deterministic();
    let long = vec(any::<char>(), 21..30)
        .new_tree(&mut runner)
        .expect("a text")
        .current();
    let data = All::Text(long.into_iter().collect(), None);
    let (reply, line) = (Reply::text("x").press("y", &data), line!());
    let error = crate::IntoReply::into_reply(reply)
        .expect_err("a mistake")
        .to_string();
    assert!(
        error.contains(&format!("src/data/tests.rs:{line} ")),
        "{error}"
    );
    assert!(error.contains("longer than its `#[max(…)]`"), "{error}");
    let fits = Reply::text("x").press("y", &All::Empty);
    assert!(crate::IntoReply::into_reply(fits).is_ok());
}

#[tokio::test]
async fn a_link_names_the_bot_once_the_bot_knows_its_name() {
    let tg = telegram_emulator::Emulator::start().await;
    let bot = crate::testing::bot_of(&tg);
    let nameless = All::Empty.url(&bot).expect_err("nobody asked yet");
    assert_eq!(nameless.to_string(), "the bot's name is not known yet");
    let name = bot.identify().await.expect("known").username;
    let url = format!(
        "https://t.me/{name}?start={}",
        DeepLink::encode(&All::Empty)
    );
    assert_eq!(All::Empty.url(&bot).expect("a link"), url);
    let long = All::Text("я".repeat(11), None).url(&bot);
    assert!(
        long.expect_err("22 bytes")
            .to_string()
            .contains("longer than its `#[max(…)]`")
    );
}
