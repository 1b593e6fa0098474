//! The SQL of the shop: its tables and queries.

use diesel::{dsl::exists, prelude::*};
use diesel_async::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::db::{Cached, storable};
use ostankino::prelude::*;
use ostankino_dialogs::{Page, Rows};
use serde_json::{Value, json};

use crate::{cart, order::Order};

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

diesel::table! {
    goods (id) {
        id -> BigInt,
        name -> Text,
        price -> Integer,
        photo -> Text,
    }
}

diesel::table! {
    carts (user_id, good_id) {
        user_id -> BigInt,
        good_id -> BigInt,
        count -> Integer,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        phone -> Text,
        address -> Text,
        delivery -> Nullable<Integer>,
        total -> Integer,
        charge_id -> Nullable<Text>,
    }
}

diesel::table! {
    order_lines (order_id, good_id) {
        order_id -> BigInt,
        good_id -> BigInt,
        price -> Integer,
        count -> Integer,
    }
}

diesel::joinable!(carts -> goods (good_id));
diesel::allow_tables_to_appear_in_same_query!(carts, goods);

#[derive(Clone, Queryable)]
pub(crate) struct Good {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) price: i32,
    pub(crate) photo: String,
}

/// A good in a cart, and how many.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = order_lines)]
pub(crate) struct Line {
    pub(crate) good_id: i64,
    #[diesel(skip_insertion)]
    pub(crate) name: String,
    pub(crate) price: i32,
    pub(crate) count: i32,
}

/// Number, name, phone, address, total, whether it is paid.
pub(crate) type Placed = (i64, String, String, String, i32, bool);

/// Those of a page.
pub(crate) async fn goods(page: Page, db: DbSession) -> Result<Rows<Good>> {
    let db = &mut *db.conn().await?;
    let goods = goods::table.order(goods::id);
    let items = goods.limit(page.limit()).offset(page.offset());
    let items = items.load(db).await?;
    let total: i64 = goods::table.count().get_result(db).await?;
    let total = total.unsigned_abs();
    Ok(Rows { items, total })
}

pub(crate) async fn good(id: i64, db: &DbSession) -> Result<Option<Good>> {
    let good = goods::table.find(id).first(&mut *db.conn().await?).await;
    Ok(good.optional()?)
}

pub(crate) async fn goods_like(text: &str, db: &DbSession) -> Result<Vec<Good>> {
    let alike = goods::name.ilike(format!("%{}%", storable(text)));
    let found = goods::table.filter(alike).order(goods::id).limit(20);
    Ok(found.load(&mut *db.conn().await?).await?)
}

/// Whether there is such a good.
pub(crate) async fn set_price(good: i64, price: i32, db: &DbSession) -> Result<bool> {
    let change = diesel::update(goods::table.find(good)).set(goods::price.eq(price));
    Ok(change.execute(&mut *db.conn().await?).await? > 0)
}

/// Puts so many more of a good into the cart.
pub(crate) async fn add(more: i32, good: i64, user: &User, db: &DbSession) -> Result<()> {
    let db = &mut *db.conn().await?;
    let cart = carts::user_id.eq(user.id);
    let upsert = diesel::insert_into(carts::table)
        .values((cart, carts::good_id.eq(good), carts::count.eq(more)))
        .on_conflict((carts::user_id, carts::good_id))
        .do_update()
        .set(carts::count.eq(carts::count + more));
    Cached(upsert).execute(db).await?;
    let none = carts::table.filter(cart).filter(carts::count.le(0));
    diesel::delete(none).execute(db).await?;
    Ok(())
}

pub(crate) async fn cart(user: User, db: DbSession) -> Result<Vec<Line>> {
    let lines = carts::table
        .inner_join(goods::table)
        .filter(carts::user_id.eq(user.id))
        .order(goods::id)
        .select((goods::id, goods::name, goods::price, carts::count));
    Ok(lines.load(&mut *db.conn().await?).await?)
}

/// Makes an order of the cart.
pub(crate) async fn place(order: Order, lines: &[Line], by: &User, db: &DbSession) -> Result<i64> {
    let db = &mut *db.conn().await?;
    let total = cart::total(lines) + order.delivery.unwrap_or(0);
    let order = (order, orders::user_id.eq(by.id), orders::total.eq(total));
    let order = diesel::insert_into(orders::table).values(order);
    let id: i64 = order.returning(orders::id).get_result(db).await?;
    let row = |line| (order_lines::order_id.eq(id), line);
    let rows: Vec<_> = lines.iter().map(row).collect();
    let rows = diesel::insert_into(order_lines::table).values(rows);
    rows.execute(db).await?;
    let cart = carts::table.filter(carts::user_id.eq(by.id));
    diesel::delete(cart).execute(db).await?;
    Ok(id)
}

pub(crate) async fn is_open(order: i64, db: &DbSession) -> Result<bool> {
    let open = orders::table
        .find(order)
        .filter(orders::charge_id.is_null());
    Ok(diesel::select(exists(open))
        .get_result(&mut *db.conn().await?)
        .await?)
}

/// Whether it was not paid before.
pub(crate) async fn pay(order: i64, charge: &str, db: &DbSession) -> Result<bool> {
    let open = orders::table
        .find(order)
        .filter(orders::charge_id.is_null());
    let paid = diesel::update(open).set(orders::charge_id.eq(charge));
    Ok(paid.execute(&mut *db.conn().await?).await? > 0)
}

pub(crate) async fn last_orders(db: &DbSession) -> Result<Vec<Placed>> {
    use orders::{address, charge_id, id, name, phone, total};
    let last = orders::table.order(id.desc()).limit(10);
    let last = last.select((id, name, phone, address, total, charge_id.is_not_null()));
    Ok(last.load(&mut *db.conn().await?).await?)
}

/// What somebody ordered, for whoever asks for it.
pub(crate) async fn export(user: i64, db: DbSession) -> Result<Value> {
    let found = orders::table.filter(orders::user_id.eq(user)).select((
        orders::name,
        orders::phone,
        orders::address,
        orders::total,
    ));
    let found: Vec<(String, String, String, i32)> =
        Cached(found).load(&mut *db.conn().await?).await?;
    let told = found.iter().map(|(name, phone, address, total)| {
        json!({ "name": name, "phone": phone, "address": address, "total": total })
    });
    Ok(told.collect())
}

/// Forgets a customer. A cart goes with the row of the user, the lines of an order with that.
pub(crate) async fn erase(user: i64, db: DbSession) -> Result<()> {
    let delete = diesel::delete(orders::table.filter(orders::user_id.eq(user)));
    delete.execute(&mut *db.conn().await?).await?;
    Ok(())
}
