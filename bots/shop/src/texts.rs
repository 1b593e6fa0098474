//! What the bot says: in English to who has Telegram in English, else in Russian.

use ostankino::prelude::*;

/// The language of whoever the update is from.
#[derive(Clone, Copy)]
pub(crate) enum Lang {
    Ru,
    En,
}

impl Lang {
    pub(crate) fn of(update: &Update) -> Self {
        let code = update.user().and_then(|user| user.language_code.as_deref());
        if code.is_some_and(|code| code.starts_with("en")) {
            Self::En
        } else {
            Self::Ru
        }
    }

    pub(crate) fn menu(self) -> [(&'static str, &'static str); 2] {
        [("catalogue", self.catalogue()), ("cart", self.cart())]
    }
}

impl FromRequest for Lang {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(Self::of(&request.update))
    }
}

macro_rules! texts {
    ($($name:ident: $ru:literal, $en:literal;)*) => {
        impl Lang {
            $(pub(crate) fn $name(self) -> &'static str {
                match self { Self::Ru => $ru, Self::En => $en }
            })*
        }
    };
}

texts! {
    add: "В корзину", "Add to cart";
    added: "Добавлено", "Added";
    ask_address: "Куда привезти? Напишите адрес или отправьте место.", "Where to? Write the address or send the place.";
    ask_name: "Как вас зовут? Прервать: /cancel", "What is your name? To stop: /cancel";
    ask_phone: "Ваш телефон?", "Your phone number?";
    by_agreement: "по договорённости", "by agreement";
    cancelled: "Заказ не оформлен.", "There is no order.";
    cart: "Корзина", "Cart";
    catalogue: "Каталог", "Catalogue";
    delivery: "Доставка", "Delivery";
    empty_cart: "Корзина пуста. Каталог: /catalogue", "The cart is empty. Catalogue: /catalogue";
    failed: "У нас что-то сломалось. Попробуйте ещё раз через минуту.", "Something broke here. Please try again in a minute.";
    gone: "Этого товара больше нет.", "We do not sell this any more.";
    help: "Каталог: /catalogue, корзина: /cart", "Catalogue: /catalogue, cart: /cart";
    my_phone: "Отправить мой телефон", "Send my phone number";
    my_place: "Отправить место", "Send my place";
    order: "Заказ", "Order";
    closed: "Этот заказ уже закрыт", "This order is closed";
    paid: "Оплачено, спасибо! Мы позвоним.", "Paid, thank you! We will call.";
    pay: "Оплатить", "Pay";
    press: "Нажмите «Оплатить», или прервите: /cancel", "Press “Pay”, or stop: /cancel";
    thanks: "Спасибо, считаю.", "Thank you, counting.";
    to_order: "Оформить заказ", "Order it";
    total: "Итого", "Total";
    write: "Напишите текстом, не длиннее 200 символов.", "Write it as a text of 200 characters or less.";
}
