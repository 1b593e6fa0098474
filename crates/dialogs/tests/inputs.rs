//! What users write and send, and what is said of what does not fit: without servers.

use ostankino::Router;
use ostankino_dialogs::{
    Data, Dialog, DialogData, DialogSet, Dialogs, Item, RouterExt, Turn, field,
    widgets::{SentContact, SentFile, SentLocation},
    windows,
};
use ostankino_test::{
    Chat,
    content::{contact, document, location, photo},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

windows! { Form { Name, Age, Weight, Phone, Place, Photo, Letter, Code, Done } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "form", windows = Form)]
struct Profile {
    name: Option<String>,
    age: u8,
    weight: Option<f64>,
    phone: Option<SentContact>,
    place: Option<SentLocation>,
    photo: Option<SentFile>,
    letter: Option<SentFile>,
    code: String,
}

async fn checked(Data(form): Data<Profile>, Item(code): Item<String>) -> Turn<Profile> {
    let is_kept = form.code == code;
    Turn::to(Form::Done).say(format!("Код {code}, сохранён: {is_kept}"))
}

fn form() -> Dialog<Profile> {
    Dialog::<Profile>::new()
        .window(Form::Name, |w| {
            w.text(|_| "Имя?");
            w.ask_text(2..=10, field!(name)).then(Form::Age);
        })
        .window(Form::Age, |w| {
            w.text(|v| format!("{:?}, сколько лет?", v.data.name));
            w.ask_number(1..=120, field!(age)).then(Form::Weight);
        })
        .window(Form::Weight, |w| {
            w.text(|v| format!("{}, вес?", v.data.age));
            w.ask_number(0.5..=300.0, field!(weight)).then(Form::Phone);
        })
        .window(Form::Phone, |w| {
            w.text(|v| format!("{:?}, номер?", v.data.weight));
            w.ask_contact(field!(phone)).own().then(Form::Place);
        })
        .window(Form::Place, |w| {
            w.text(|v| {
                format!(
                    "{}, место?",
                    v.data.phone.as_ref().map_or("", |it| &it.phone)
                )
            });
            w.ask_location(field!(place)).then(Form::Photo);
        })
        .window(Form::Photo, |w| {
            w.text(|v| format!("{:?}, фото?", v.data.place.map(|it| it.latitude)));
            w.ask_photo(field!(photo)).then(Form::Letter);
        })
        .window(Form::Letter, |w| {
            w.text(|v| format!("{:?}, письмо?", v.data.photo.as_ref().map(|it| &it.id)));
            w.ask_document(field!(letter))
                .types(&["application/pdf", "image/*"])
                .most_bytes(2_500_000)
                .then(Form::Code);
        })
        .window(Form::Code, |w| {
            w.text(|v| format!("{:?}, код?", v.data.letter.as_ref().map(|it| &it.name)));
            w.ask_text(1..=9, field!(code))
                .check(|code| match code.starts_with('A') {
                    true => Ok(()),
                    false => Err("Не с той буквы"),
                })
                .refusal(|v| format!("Нужен код, {}", v.data.age))
                .on(checked);
        })
        .window(Form::Done, |w| w.text(|_| "Спасибо!"))
}

#[tokio::test]
async fn a_form_of_all_inputs_refuses_what_does_not_fit() {
    let start = |dialogs: Dialogs| async move { dialogs.start(Profile::default()).await };
    let router = Router::new()
        .command("form", start)
        .fallback(|| async { "Не понял" })
        .dialogs(DialogSet::new().with(form()));
    let mut chat = Chat::new(router);
    chat.says("/form").await.expect_text("Имя?");
    for (said, answer) in [
        ("А", "Слишком коротко: нужно не меньше 2 символов"),
        (
            "Длинное-длинное имя",
            "Слишком длинно: 19 символов, можно не больше 10",
        ),
        ("Анна <3", "Some(\"Анна <3\"), сколько лет?"),
        ("сорок", "Нужно число"),
        ("4,5", "Нужно целое число"),
        ("0", "Нужно число от 1 до 120"),
        ("1000", "Нужно число от 1 до 120"),
        (" 40 ", "40, вес?"),
        ("много", "Нужно число"),
        ("−1", "Нужно число от 0.5 до 300"),
        ("71,5", "Some(71.5), номер?"),
    ] {
        chat.says(said).await.expect_text(answer).expect_silence();
    }
    // It is no contact, so it goes to other routes.
    chat.says("+79161234567").await.expect_text("Не понял");
    let of_another = json!({"contact": {"phone_number": "7", "first_name": "Борис", "user_id": 5}});
    chat.sends(of_another)
        .await
        .expect_text("Нужен ваш собственный номер, а не чужой контакт");
    chat.sends(contact("7 (916) 123-45-67"))
        .await
        .expect_text("+79161234567, место?");
    chat.sends(location(55.75, 37.6))
        .await
        .expect_text("Some(55.75), фото?");
    chat.sends(photo())
        .await
        .expect_text("Some(\"photo\"), письмо?");
    chat.sends(document("a.bin"))
        .await
        .expect_text("Файл такого типа не подойдёт");
    let pdf = |size: u64| {
        json!({"document": {
            "file_id": "pdf", "file_unique_id": "u", "file_name": "cv.pdf",
            "mime_type": "application/pdf", "file_size": size,
        }})
    };
    chat.sends(pdf(2_500_001))
        .await
        .expect_text("Файл слишком большой: можно не больше 2.5 МБ");
    chat.sends(pdf(2_500_000))
        .await
        .expect_text("Some(Some(\"cv.pdf\")), код?");
    chat.says("B1").await.expect_text("Нужен код, 40");
    chat.says("слишком длинно")
        .await
        .expect_text("Нужен код, 40");
    chat.says("A1")
        .await
        .expect_text("Код A1, сохранён: true")
        .expect_text("Спасибо!");
}

windows! { Way { Either, Done } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "way", windows = Way)]
struct Reach {
    phone: Option<SentContact>,
    email: Option<String>,
}

#[tokio::test]
async fn a_window_takes_one_thing_or_another_and_no_command() {
    let way = Dialog::<Reach>::new()
        .window(Way::Either, |w| {
            w.text(|_| "Номер или почта?");
            w.ask_contact(field!(phone)).then(Way::Done);
            w.ask_text(3..=100, field!(email))
                .check_with(|v, email| match (email.contains('@'), &v.data.phone) {
                    (true, _) => Ok(()),
                    (false, None) => Err("Нужен адрес"),
                    (false, Some(_)) => Err("Нужен адрес, а номер уже есть"),
                })
                .then(Way::Done);
        })
        .window(Way::Done, |w| {
            w.text(|v| format!("{:?} {:?}", v.data.phone.is_some(), v.data.email));
        });
    let start = |dialogs: Dialogs| async move { dialogs.start(Reach::default()).await };
    let form = |dialogs: Dialogs| async move { dialogs.start(Profile::default()).await };
    let router = Router::new()
        .command("way", start)
        .command("form", form)
        .fallback(|| async { "Не понял" })
        .dialogs(DialogSet::new().with(way).with(self::form()));
    let mut chat = Chat::new(router);
    chat.says("/way").await.expect_text("Номер или почта?");
    // It is neither.
    chat.sends(photo())
        .await
        .expect_text("Сюда подходит: контакт, текст")
        .expect_silence();
    chat.says("почта").await.expect_text("Нужен адрес");
    chat.sends(contact("1")).await.expect_text("true None");
    chat.says("/way").await.expect_text("Номер или почта?");
    chat.says("a@b.c")
        .await
        .expect_text("false Some(\"a@b.c\")");
    chat.says("/way").await.expect_text("Номер или почта?");
    chat.says("/form").await.expect_text("Имя?");
    chat.says("/way").await.expect_text("Номер или почта?");
}

windows! { Where { Phone, Address, Done } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "where", windows = Where)]
struct Delivery {
    phone: String,
    address: String,
}

fn delivery() -> Dialog<Delivery> {
    Dialog::<Delivery>::new()
        .window(Where::Phone, |w| {
            w.text(|_| "Номер?");
            w.ask_contact(field!(phone)).then(Where::Address);
            w.ask_text(1..=20, field!(phone)).then(Where::Address);
        })
        .window(Where::Address, |w| {
            w.text(|_| "Адрес?");
            w.ask_location(field!(address)).then(Where::Done);
            w.ask_text(1..=20, field!(address)).then(Where::Done);
        })
        .window(Where::Done, |w| {
            w.text(|v| format!("{:?} {:?}", v.data.phone, v.data.address));
        })
}

#[tokio::test]
async fn what_is_sent_and_what_is_written_are_kept_in_one_text() {
    let start = |dialogs: Dialogs| async move { dialogs.start_anew(Delivery::default()).await };
    let router = Router::new()
        .command("start", start)
        .dialogs(DialogSet::new().with(delivery()));
    let mut chat = Chat::new(router);
    chat.says("/start").await.expect_text("Номер?");
    chat.sends(contact("7 916")).await.expect_text("Адрес?");
    let sent = "\"+7916\" \"55.75222, 37.61556\"";
    chat.sends(location(55.752_22, 37.615_556))
        .await
        .expect_text(sent);
    chat.says("/start").await.expect_text("Номер?");
    chat.says("916").await.expect_text("Адрес?");
    // PostgreSQL takes no zero character.
    chat.says("Королёва,\0 15")
        .await
        .expect_text("\"916\" \"Королёва, 15\"");
}
