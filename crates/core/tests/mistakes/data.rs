use ostankino_core::{CallbackData, DeepLink, data::Pack};

#[derive(CallbackData)]
#[callback(prefix = "long", crate = "ostankino_core")]
struct TooLong {
    ids: [i64; 4],
    #[max(20)]
    name: String,
}

#[derive(DeepLink)]
#[deep_link(prefix = "long", crate = "ostankino_core")]
enum TooLongLink {
    Short,
    Long([u64; 5]),
}

#[derive(CallbackData)]
#[callback(prefix = "text", crate = "ostankino_core")]
struct Unbounded {
    text: String,
}

type Alias = String;

#[derive(CallbackData)]
#[callback(prefix = "text", crate = "ostankino_core")]
struct Hidden(Option<Alias>);

#[derive(CallbackData)]
#[callback(prefix = "text", crate = "ostankino_core")]
struct NoText(#[max(4)] u8);

#[derive(CallbackData)]
struct Nameless;

#[derive(CallbackData)]
#[callback(prefix = "a:b", crate = "ostankino_core")]
struct Colon;

#[derive(Pack)]
#[pack(crate = "ostankino_core")]
enum Same {
    #[code("ab")]
    A,
    #[code("ab")]
    B,
}

#[derive(Pack)]
#[pack(crate = "ostankino_core")]
struct Generic<T>(T);

fn main() {}
