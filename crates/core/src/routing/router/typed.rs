//! Routes for typed data: what a button or a link carries decides which handler gets it.

use super::Router;
use crate::{
    CallbackData, DeepLink, Handler, Reply, Request, Result,
    data::Pressed,
    layers::{Next, from_fn},
    routing::filter,
    texts::OwnTexts,
};

/// # Typed data
///
/// Each is [`on`](Router::on) with one filter, and panics as that does.
impl Router {
    /// A pressed button with data of the type `T`: `.press::<Cart, _>(cart)`. The handler gets them as
    /// [`Pressed<T>`](Pressed).
    ///
    /// Data of an earlier version of the bot, which are no `T` any more, do not come to the handler: they are
    /// answered with a note, [`STALE_BUTTON`](crate::data::STALE_BUTTON).
    #[track_caller]
    pub fn press<T: CallbackData + 'static, Args: 'static>(
        self,
        handler: impl Handler<Args>,
    ) -> Self {
        self.on(filter::press::<T>(), handler.layer(from_fn(fresh::<T>)))
    }

    /// `/start` with a payload of the type `T`, as who comes by a link says it: `.link::<Referral, _>(referred)`.
    /// The handler gets it as [`Link<T>`](crate::Link). Register it before the plain `/start`, which gets
    /// every other payload, that of an earlier version of the bot included.
    #[track_caller]
    pub fn link<T: DeepLink + 'static, Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        self.on(filter::link::<T>(), handler)
    }
}

/// Lets nothing stale through.
async fn fresh<T: CallbackData>(request: Request, next: Next) -> Result<Reply> {
    if Pressed::<T>::of(&request).is_ok() {
        return next.run(request).await;
    }
    let own = OwnTexts::known(&request);
    Ok(Reply::toast(own.stale_button_toast()))
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;
    use crate::{
        Link,
        testing::{presses, says},
    };

    #[derive(CallbackData)]
    #[callback(prefix = "cart")]
    enum Cart {
        Add { item: i64, count: u8 },
        Pay,
    }

    #[derive(DeepLink)]
    #[deep_link(prefix = "r")]
    struct Referral {
        by: i64,
    }

    fn router() -> Router {
        Router::new()
            .press::<Cart, _>(|Pressed(cart): Pressed<Cart>| async move {
                Reply::toast(match cart {
                    Cart::Add { item, count } => format!("{count} of {item}"),
                    Cart::Pay => "paid".into(),
                })
            })
            .callback("car", || async { Reply::toast("another") })
            .link::<Referral, _>(|Link(Referral { by }): Link<Referral>| async move {
                Reply::text(format!("from {by}"))
            })
            .command("start", || async { "hello" })
    }

    async fn answer(request: Request) -> String {
        let reply = router().oneshot(request).await.expect("a reply");
        let text = reply.calls()[0].params()["text"].as_str();
        text.expect("a text").to_owned()
    }

    #[tokio::test]
    async fn a_press_comes_with_its_data_and_a_stale_one_is_answered_with_a_note() {
        let add = Cart::Add { item: -7, count: 2 };
        assert_eq!(answer(presses(1, &add.encode())).await, "2 of -7");
        assert_eq!(answer(presses(1, &Cart::Pay.encode())).await, "paid");
        for stale in ["cart:", "cart:zzzz", &(Cart::Pay.encode() + "A")] {
            let reply = router().oneshot(presses(1, stale)).await.expect("a reply");
            assert_eq!(reply, Reply::toast("Кнопка устарела"), "{stale}");
        }
        assert_eq!(answer(presses(1, "carts:")).await, "another");
    }

    #[tokio::test]
    async fn a_link_comes_with_its_payload_and_a_stale_one_is_a_plain_start() {
        let link = Referral { by: 1 << 40 }.encode();
        let said = answer(says(1, &format!("/start {link}"))).await;
        assert_eq!(said, format!("from {}", 1_i64 << 40));
        for payload in ["", " r-", " r-zzz-", " q-A", " promo"] {
            let said = answer(says(1, &format!("/start{payload}"))).await;
            assert_eq!(said, "hello", "{payload}");
        }
    }

    #[test]
    #[should_panic(expected = "the route for `/start r-…` is never reached: `/start` before it")]
    fn a_link_behind_the_plain_start_is_never_reached() {
        let _ = Router::new()
            .command("start", || async {})
            .link::<Referral, _>(|| async {});
    }

    #[test]
    #[should_panic(expected = "the route for `callback cart:` is never reached")]
    fn one_type_of_data_has_one_route() {
        let _ = router().press::<Cart, _>(|| async {});
    }
}
