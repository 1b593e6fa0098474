//! The dialog that these tests are about: one books an excursion to the tower.

use std::collections::BTreeSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use ostankino::{
    DbSession, Result, Upload, User, html,
    jiff::civil::{Date, Time, date, time},
    reply::{Button, Media},
};
use ostankino_dialogs::{
    Data, Dialog, DialogData, Done, Page, Rows, Turn, View, field, texts::list, windows,
};
use serde::{Deserialize, Serialize};

use super::NOON;
use crate::pictures::{DAY, NIGHT};

windows! { pub(crate) Step { Tours, About, Photo, Album, Extras, Tickets, Day, Hour, Name, Sure, Booked } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "excursion", windows = Step)]
pub(crate) struct Excursion {
    tour: Option<i64>,
    extras: BTreeSet<u8>,
    tickets: u8,
    day: Option<Date>,
    hour: Option<Time>,
    name: String,
}

#[derive(QueryableByName)]
pub(crate) struct Tour {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The tables of the bot, and seven tours in them.
pub(super) const TABLES: &str = "CREATE TABLE tours AS SELECT id, name FROM unnest(ARRAY['Смотровая площадка', 'Студии \
    телецентра', 'Башня ночью', 'Лифты и машины', 'Антенны', 'Ресторан', 'Лестница: 1706 ступеней']) WITH ORDINALITY AS all_of_them (name, id);
    CREATE TABLE bookings (user_id bigint NOT NULL, tour bigint NOT NULL, extras text NOT NULL, tickets bigint NOT NULL,
    day text NOT NULL, hour text NOT NULL, name text NOT NULL)";

const EXTRAS: [(u8, &str); 4] = [
    (1, "Аудиогид"),
    (2, "Бинокль"),
    (3, "Обед"),
    (4, "Фотограф"),
];

async fn tours(page: Page, db: DbSession) -> Result<Rows<Tour>> {
    let mut connection = db.conn().await?;
    let items = sql_query("SELECT id, name FROM tours ORDER BY id LIMIT $1 OFFSET $2")
        .bind::<BigInt, _>(page.limit())
        .bind::<BigInt, _>(page.offset())
        .get_results(&mut *connection)
        .await?;
    let Total { n } = sql_query("SELECT count(*) AS n FROM tours")
        .get_result(&mut *connection)
        .await?;
    Ok(Rows {
        items,
        total: n.unsigned_abs(),
    })
}

async fn book(Data(it): Data<Excursion>, user: User, db: DbSession) -> Result<Turn<Excursion>> {
    let extras: Vec<_> = it.extras().collect();
    let row = sql_query("INSERT INTO bookings VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind::<BigInt, _>(user.id)
        .bind::<BigInt, _>(it.tour.unwrap_or(0))
        .bind::<Text, _>(extras.join(", "))
        .bind::<BigInt, _>(i64::from(it.tickets))
        .bind::<Text, _>(it.day())
        .bind::<Text, _>(it.hour())
        .bind::<Text, _>(&it.name);
    row.execute(&mut *db.conn().await?).await?;
    Ok(Turn::to(Step::Booked).toast("Записали"))
}

impl Excursion {
    pub(super) fn new() -> Self {
        Self {
            tickets: 1,
            ..Self::default()
        }
    }

    fn extras(&self) -> impl Iterator<Item = &'static str> {
        let chosen = EXTRAS.iter().filter(|(id, _)| self.extras.contains(id));
        chosen.map(|(_, name)| *name)
    }

    fn day(&self) -> String {
        self.day
            .map_or(String::new(), |day| day.strftime("%d.%m.%Y").to_string())
    }

    fn hour(&self) -> String {
        self.hour
            .map_or(String::new(), |hour| hour.strftime("%H:%M").to_string())
    }
}

fn picture((name, png): (&'static str, &'static [u8])) -> Upload {
    Upload::bytes(png, "image/png").named(name)
}

const PICTURES: [(&str, &[u8]); 2] = [("day.png", DAY), ("night.png", NIGHT)];

/// The data of somebody who booked, for previews.
fn booked() -> View<Excursion, (), ()> {
    let data = Excursion {
        tour: Some(1),
        extras: BTreeSet::from([1, 4]),
        tickets: 2,
        day: Some(date(2027, 4, 15)),
        hour: Some(time(12, 30, 0, 0)),
        name: "Анна".into(),
    };
    let mut view = View::sample(data, (), ());
    view.now = NOON.parse().expect("a time");
    view
}

/// A page of the tours, without a database.
fn sample() -> View<Excursion, Rows<Tour>, ()> {
    let names = ["Смотровая площадка", "Студии телецентра", "Башня ночью"];
    let tour = |(id, name): (i64, &str)| Tour {
        id,
        name: name.into(),
    };
    let items = (1..).zip(names).map(tour).collect();
    View::sample(Excursion::new(), Rows { items, total: 7 }, ())
}

pub(super) fn dialog() -> Dialog<Excursion> {
    Dialog::<Excursion>::new()
        .window_of(Step::Tours, tours, |w| {
            w.text(|v| html!("<b>Экскурсии</b>\nИх {}. Какая вам по душе?", v.rows.total));
            w.select(
                "tour",
                |v| &v.rows.items,
                |it| it.id,
                |_, it| it.name.clone(),
            )
            .bind(field!(tour))
            .then(Step::About);
            w.pager("page", 3);
            w.sample("", sample);
        })
        .window(Step::About, |w| {
            w.text(|_| {
                html!(
                    "<b>О башне</b>\nЕй больше полувека, и она {} м высотой.",
                    540
                )
            });
            w.row(|w| {
                w.to(Step::Photo, |_| "Фото");
                w.to(Step::Album, |_| "Альбом");
            });
            w.row(|w| {
                w.back(|_| "‹ Экскурсии");
                w.to(Step::Extras, |_| "Записаться");
            });
        })
        .window(Step::Photo, |w| {
            w.text(|_| "Днём");
            w.photo(|_| picture(PICTURES[0]));
            w.to(Step::About, |_| "‹ О башне");
        })
        .window(Step::Album, |w| {
            w.text(|_| "Днём и ночью");
            w.album(|_| PICTURES.map(|it| Media::photo(picture(it))));
            w.to(Step::About, |_| "‹ О башне");
        })
        .window(Step::Extras, |w| {
            w.text(|v| {
                html!(
                    "<b>Что добавить?</b>\n{}",
                    list(v.data.extras(), |name| name)
                )
            });
            w.multiselect(
                "extras",
                |_| EXTRAS.as_slice(),
                |(id, _)| *id,
                |_, (_, name)| *name,
                field!(extras),
            )
            .columns(2)
            .max(2);
            w.next(|_| "Дальше");
            w.sample("", booked);
        })
        .window(Step::Tickets, |w| {
            w.text(|v| {
                html!(
                    "Сколько билетов?\nК оплате: <b>{} ₽</b>",
                    1_500 * u32::from(v.data.tickets)
                )
            });
            w.counter("tickets", field!(tickets), 1..=4)
                .label(|v| format!("{} шт.", v.data.tickets));
            w.next(|_| "Дальше");
        })
        .window(Step::Day, |w| {
            w.text(|_| "В какой день придёте? По понедельникам закрыто");
            w.calendar("day", field!(day))
                .from_today("Europe/Moscow")
                .days_ahead(60)
                .free(|_, day| day.weekday().to_monday_zero_offset() > 0)
                .then(Step::Hour);
            w.back(|_| "‹ Билеты");
            w.sample("", booked);
        })
        .window(Step::Hour, |w| {
            w.text(|v| html!("<b>{}</b>, во сколько?", v.data.day()));
            w.time_picker("hour", field!(hour))
                .within((10, 0)..=(19, 30))
                .free(|_, hour| hour != time(13, 0, 0, 0))
                .then(Step::Name);
            w.back(|_| "‹ День");
            w.sample("", booked);
        })
        .window(Step::Name, |w| {
            w.text(|_| "Как вас записать? Напишите имя");
            w.ask_text(2..=50, field!(name)).then(Step::Sure);
            w.back(|_| "‹ Время");
        })
        .window(Step::Sure, |w| {
            w.text(|v| {
                html!(
                    "{}: {} шт., {} в {}",
                    v.data.name,
                    v.data.tickets,
                    v.data.day(),
                    v.data.hour()
                )
            });
            w.button("book", |_| "Записаться", book)
                .once()
                .leads(&[Step::Booked])
                .look(Button::success);
            w.row(|w| {
                w.back(|_| "‹ Имя");
                w.start("leave", |_| "Передумал", |_| Leave {});
            });
            w.sample("", booked);
        })
        .window(Step::Booked, |w| {
            w.text(|v| html!("Ждём вас, {}!", v.data.name));
            w.sample("", booked);
        })
        .on_result::<Leave, _>(left)
        .reopen(Excursion::new)
}

windows! { pub(crate) Ask { Really } }

/// Asks once more, upon the excursion.
#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "leave", windows = Ask, result = bool)]
pub(crate) struct Leave {}

async fn left(Done(is_sure): Done<Leave>) -> Turn<Excursion> {
    match is_sure {
        true => Turn::cancel().say("До встречи!"),
        false => Turn::stay(),
    }
}

pub(super) fn leave() -> Dialog<Leave> {
    Dialog::<Leave>::new()
        .window(Ask::Really, |w| {
            w.text(|_| "Точно не придёте?");
            w.row(|w| {
                w.button("yes", |_| "Не приду", || async { Turn::done(true) })
                    .ends();
                w.button("no", |_| "Приду", || async { Turn::done(false) })
                    .ends();
            });
        })
        .reopen(|| Leave {})
}
