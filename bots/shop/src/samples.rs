//! What the previews of the dialogs show: a good, the first of three pages, a cart, an order.

use ostankino_dialogs::Rows;

use crate::order::Order;
use crate::store::{Good, Line};

pub(crate) fn good() -> Good {
    Good {
        id: 1,
        name: "Иван-чай".into(),
        price: 380,
        photo: "fireweed.png".into(),
    }
}

pub(crate) fn goods() -> Rows<Good> {
    let items = vec![good(); 3];
    Rows { items, total: 7 }
}

pub(crate) fn lines() -> Vec<Line> {
    vec![Line {
        good_id: 1,
        name: "Иван-чай".into(),
        price: 380,
        count: 2,
    }]
}

pub(crate) fn order() -> Order {
    Order {
        name: "Анна".into(),
        phone: "+79990000000".into(),
        address: "Москва, Королёва, 15".into(),
        delivery: Some(300),
    }
}
