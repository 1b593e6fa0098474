//! What is said of which message, in which language.

use super::*;
use crate::{Html, apology::APOLOGY, data::STALE_BUTTON};

const SHOP: Embedded = Embedded {
    tags: &["ru", "en", "pt-BR"],
    files: &[
        (
            "ru",
            "ru/shop.ftl",
            "cart = <b>{ $count ->\n [one] { $count } товар\n [few] { $count } товара\n *[many] { $count } товаров\n }</b> на { $sum }\n\
             link = <a href=\"https://x?a&amp;q={ $query }\">{ $name }</a>\n\
             long-toast = Нет { $what }\n\
             order = Заказ\n    .pay-button = Платить { $sum }\n",
        ),
        (
            "en",
            "en/shop.ftl",
            "order = Order\n    .pay-button = Pay { $sum }\n",
        ),
        (
            "pt-BR",
            "pt-BR/shop.ftl",
            "order = Pedido\n    .pay-button = Pagar { $sum }\n",
        ),
    ],
};

#[test]
fn what_bots_without_texts_say_is_what_it_was() {
    let own = OwnTexts::russian();
    assert_eq!(own.apology(), APOLOGY);
    assert_eq!(own.stale_button_toast(), STALE_BUTTON);
}

#[test]
fn arguments_are_escaped_by_where_they_stand_and_markup_is_not() {
    let texts = SHOP.load();
    let link = |name: &dyn Fn(Ask<'_>) -> Html| name(texts.ask("link").escaped("query", "\"<&"));
    let said = link(&|ask| ask.inserted("name", "<b>").html());
    assert_eq!(
        said,
        "<a href=\"https://x?a&amp;q=&quot;&lt;&amp;\">&lt;b&gt;</a>"
    );
    let said = link(&|ask| ask.inserted("name", crate::html!("<b>x</b>")).html());
    assert_eq!(
        said,
        "<a href=\"https://x?a&amp;q=&quot;&lt;&amp;\"><b>x</b></a>"
    );
    let button = texts.ask_attribute("order", "pay-button");
    assert_eq!(button.shown("sum", "<&>").plain(), "Платить <&>");
}

#[test]
fn a_message_that_a_language_lacks_is_said_as_the_first_says_it() {
    let english = SHOP.load().of(1);
    let cart = |count: i64| {
        let cart = english.ask("cart").number("count", count);
        cart.inserted("sum", Money(90_000, "RUB")).html()
    };
    assert_eq!(
        cart(22),
        "<b>22 товара</b> на 900\u{a0}₽",
        "with its plurals"
    );
}

#[test]
fn a_note_that_arguments_make_too_long_is_cut() {
    let texts = SHOP.load();
    let note = texts.ask("long-toast").shown("what", "я".repeat(300));
    let note = note.toast().0;
    assert_eq!(note.chars().count(), 200);
    assert!(note.ends_with('…'));
}

#[test]
fn the_strongest_wish_that_can_be_met_counts() {
    let handle = SHOP.load();
    let catalogue = handle.catalogue();
    let locale = |chat: Option<&str>, user: Option<&str>| Locale {
        chat: chat.map(str::to_owned),
        user: user.map(str::to_owned),
        client: None,
    };
    for (chat, user, client, language) in [
        (None, None, None, 0),
        (None, None, Some("en-US"), 1),
        (None, Some("ru"), Some("en"), 0),
        (Some("pt"), Some("ru"), Some("en"), 2),
        (Some("xx"), Some("de"), Some("en"), 1),
        (None, Some(""), Some("pt-PT"), 2),
        (None, None, Some("?"), 0),
    ] {
        assert_eq!(
            catalogue.language_for(&locale(chat, user), client),
            language
        );
    }
}

#[test]
fn sums_are_written_as_in_the_language() {
    for (sum, language, written) in [
        (Money(100, "USD"), "en", "$1"),
        (Money(-1_99, "EUR"), "en-GB", "−€1.99"),
        (
            Money(123_456_789, "RUB"),
            "ru",
            "1\u{a0}234\u{a0}567,89\u{a0}₽",
        ),
        (Money(123_400, "RUB"), "ru", "1234\u{a0}₽"),
        (Money(50, "XTR"), "ru", "50\u{a0}⭐"),
        (Money(500, "JPY"), "ja", "¥500"),
        (Money(500, "CHF"), "en", "5\u{a0}CHF"),
        (
            Money(i64::MIN, "XXX"),
            "de",
            "−92\u{a0}233\u{a0}720\u{a0}368\u{a0}547\u{a0}758,08\u{a0}XXX",
        ),
    ] {
        assert_eq!(sum.show(language), written);
    }
}
