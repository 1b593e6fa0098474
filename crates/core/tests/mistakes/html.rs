use ostankino_core::html;

struct Opaque;

fn main() {
    let name = "Анна";
    html!("Привет, <bold>{name}</bold>");
    html!("Привет, <b>{name}");
    html!("{name} & Ко");
    html!("<a href={name}>{name}</a>");
    html!("{unknown}");
    html!("{}");
    html!("{name}", name.len());
    html!("{name.len()}");
    html!(name);
    html!("{}", Opaque);
}
