//! Places that people send.

use super::object::objects;

objects! {
    /// A point on the map. A live one comes again, edited, as its sender moves.
    pub struct Location {
        /// Latitude in degrees.
        pub latitude: f64 => required,
        /// Longitude in degrees.
        pub longitude: f64 => required,
        /// How far off it may be, in metres.
        pub horizontal_accuracy: Option<f64>,
        /// For how long a live one is updated, in seconds since it was sent.
        pub live_period: Option<i64>,
        /// Where a live one moves, in degrees from north.
        pub heading: Option<i64>,
        /// How near a chat member must come to a live one for an alert, in metres.
        pub proximity_alert_radius: Option<i64>,
    }

    /// A place with a name.
    pub struct Venue {
        /// Where it is.
        pub location: Location => required,
        /// Its name.
        pub title: String,
        /// Its address.
        pub address: String,
        /// Its id in Foursquare.
        pub foursquare_id: Option<String>,
        /// Its id in Google Places.
        pub google_place_id: Option<String>,
    }
}
