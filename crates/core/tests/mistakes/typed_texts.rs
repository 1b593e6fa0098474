extern crate ostankino_core as ostankino;

ostankino::texts!(pub Texts, Lang);

use ostankino::{Html, Reply, Router, html, html::Plain, texts::Money};

struct Opaque;

fn main() {
    let t = Lang::Ru.texts();
    t.helo("Анна");
    t.hello();
    t.hello(Opaque);
    t.cart("x", Money(900, "RUB"));
    t.cart(2);
    t.pay_button(html!("<b>900</b>"));
    t.search("чай", html!("<b>чай</b>"));
    Reply::text(t.pay_button("900"));
    Reply::toast(t.hello("Анна"));
    Reply::text("?").button(t.hello("Анна"), "x");
    let _: Html = t.paid_toast();
    let _: Plain = t.hello("Анна");
    Router::new().command("start", || async {}).in_menu(Texts::hello);
    Lang::De.texts();
}
