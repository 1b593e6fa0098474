//! The tables of the shop: queries, and nothing else.

use diesel::{ExpressionMethods, QueryDsl, QueryResult};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use ostankino::db::{Cached, storable};

diesel::table! {
    baskets (user_id, tea) {
        user_id -> BigInt,
        tea -> SmallInt,
        count -> Integer,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        user_id -> BigInt,
        address -> Text,
        total -> Integer,
    }
}

pub async fn add(connection: &mut AsyncPgConnection, user: i64, tea: i16) -> QueryResult<()> {
    let row = (
        baskets::user_id.eq(user),
        baskets::tea.eq(tea),
        baskets::count.eq(1),
    );
    let upsert = diesel::insert_into(baskets::table)
        .values(row)
        .on_conflict((baskets::user_id, baskets::tea))
        .do_update()
        .set(baskets::count.eq(baskets::count + 1));
    Cached(upsert).execute(connection).await.map(drop)
}

/// Each tea, and how many of it.
pub async fn basket(connection: &mut AsyncPgConnection, user: i64) -> QueryResult<Vec<(i16, i32)>> {
    let theirs = baskets::table.filter(baskets::user_id.eq(user));
    let lines = theirs.order(baskets::tea);
    lines
        .select((baskets::tea, baskets::count))
        .load(connection)
        .await
}

/// Turns the basket into an order; its number.
pub async fn order(
    connection: &mut AsyncPgConnection,
    user: i64,
    address: &str,
    total: i32,
) -> QueryResult<i64> {
    let theirs = baskets::table.filter(baskets::user_id.eq(user));
    diesel::delete(theirs).execute(connection).await?;
    diesel::insert_into(orders::table)
        .values((
            orders::user_id.eq(user),
            orders::address.eq(storable(address)),
            orders::total.eq(total),
        ))
        .returning(orders::id)
        .get_result(connection)
        .await
}
