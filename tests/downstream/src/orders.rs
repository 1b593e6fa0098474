//! The table `orders`.

use diesel::{
    ExpressionMethods, Insertable, QueryDsl, QueryResult, Queryable, Selectable, SelectableHelper,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

diesel::table! {
    /// What was ordered.
    orders (id) {
        /// Counted.
        id -> BigInt,
        /// By whom.
        user_id -> BigInt,
        /// By its name.
        tea -> Text,
        /// How much of it.
        grams -> Integer,
    }
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable, Selectable)]
pub struct Order {
    /// The tea, by its name.
    pub tea: String,
    /// How much of it.
    pub grams: i32,
}

/// Stores an order. The user's row must exist.
pub(crate) async fn add(
    connection: &mut AsyncPgConnection,
    user_id: i64,
    order: &Order,
) -> QueryResult<()> {
    let row = (orders::user_id.eq(user_id), order);
    let insert = diesel::insert_into(orders::table).values(row);
    insert.execute(connection).await.map(drop)
}

/// All orders of a user, the first one first.
///
/// # Errors
///
/// The query failed.
pub async fn of(connection: &mut AsyncPgConnection, user_id: i64) -> QueryResult<Vec<Order>> {
    let all = orders::table.filter(orders::user_id.eq(user_id));
    all.order(orders::id)
        .select(Order::as_select())
        .load(connection)
        .await
}
