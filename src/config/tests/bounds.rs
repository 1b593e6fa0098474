//! The bounds of each number, and which fit together.

use super::load;

#[test]
fn numbers_out_of_bounds_are_errors_that_name_the_key_and_the_bounds() {
    let max = u64::MAX >> 1;
    let (max32, max16) = (u32::MAX.to_string(), u16::MAX.to_string());
    let max = max.to_string();
    for (name, most, wrong, says) in [
        ("TELEGRAM__POLL_TIMEOUT_S", "50", [&max, "51"], "0 to 50"),
        (
            "TELEGRAM__REQUEST_TIMEOUT_MS",
            "600000",
            [&max, "0"],
            "1 to 600000",
        ),
        (
            "TELEGRAM__MAX_CONNECTIONS",
            "1000",
            [&max32, "0"],
            "1 to 1000",
        ),
        ("TELEGRAM__MAX_RETRIES", "100", [&max32, "101"], "0 to 100"),
        (
            "TELEGRAM__MAX_RETRY_AFTER_S",
            "3600",
            [&max, "3601"],
            "0 to 3600",
        ),
        ("DATABASE__POOL_SIZE", "10000", [&max32, "0"], "1 to 10000"),
        (
            "DATABASE__CONNECT_TIMEOUT_MS",
            "1",
            [&max, "0"],
            "1 to 600000",
        ),
        (
            "DATABASE__STATEMENT_TIMEOUT_MS",
            "3600000",
            [&max, "0"],
            "1 to 3600000",
        ),
        (
            "DATABASE__LOCK_TIMEOUT_MS",
            "3600000",
            [&max, "0"],
            "1 to 3600000",
        ),
        (
            "DATABASE__IDLE_IN_TRANSACTION_TIMEOUT_MS",
            "3600000",
            [&max, "0"],
            "1 to 3600000",
        ),
        ("NATS__REQUEST_TIMEOUT_MS", "1", [&max, "0"], "1 to 600000"),
        (
            "NATS__STREAM_MAX_MB",
            "1048576",
            [&max, "0"],
            "1 to 1048576",
        ),
        ("NATS__FILES_MAX_MB", "1048576", [&max, "0"], "1 to 1048576"),
        (
            "REDIS__REQUEST_TIMEOUT_MS",
            "600000",
            [&max, "0"],
            "1 to 600000",
        ),
        ("DELIVERY__PARTITIONS", "1024", [&max16, "0"], "1 to 1024"),
        (
            "DELIVERY__HANDLER_TIMEOUT_MS",
            "14999",
            [&max, "0"],
            "1 to 3600000",
        ),
        (
            "DELIVERY__MAX_IN_FLIGHT",
            "100000",
            [&max32, "0"],
            "1 to 100000",
        ),
        (
            "DELIVERY__SHUTDOWN_GRACE_MS",
            "3600000",
            [&max, "3600001"],
            "0 to 3600000",
        ),
        (
            "DELIVERY__MAX_DELIVERIES",
            "1000",
            [&max32, "0"],
            "1 to 1000",
        ),
        (
            "DELIVERY__LEASE_MS",
            "300000",
            [&max, "999"],
            "1000 to 300000",
        ),
        ("DELIVERY__INBOX_DAYS", "3650", [&max32, "1"], "2 to 3650"),
        ("LIMITS__CALLS_PER_S", "10000", [&max32, "0"], "1 to 10000"),
        (
            "LIMITS__CHAT_CALLS_PER_S",
            "1000",
            [&max32, "0"],
            "1 to 1000",
        ),
        (
            "LIMITS__GROUP_CALLS_PER_MIN",
            "10000",
            [&max32, "0"],
            "1 to 10000",
        ),
        ("FSM__TTL_DAYS", "3650", [&max, "0"], "1 to 3650"),
    ] {
        let variable = format!("OSTANKINO__{name}");
        load(&[(&variable, most)]).expect(name);
        let key = name.to_lowercase().replace("__", ".");
        for wrong in wrong {
            let error = load(&[(&variable, wrong)]).expect_err(name).to_string();
            let is_told = error.contains(&key) && error.contains(says);
            assert!(is_told, "{name}={wrong}: {error}");
        }
    }
}

#[test]
fn numbers_that_do_not_fit_together_are_errors_that_name_both_keys() {
    let handler = "delivery.handler_timeout_ms";
    for (name, value, key) in [
        (
            "DELIVERY__HANDLER_TIMEOUT_MS",
            "15000",
            "database.idle_in_transaction_timeout_ms",
        ),
        (
            "DATABASE__IDLE_IN_TRANSACTION_TIMEOUT_MS",
            "10000",
            "database.idle_in_transaction_timeout_ms",
        ),
        (
            "DATABASE__CONNECT_TIMEOUT_MS",
            "10000",
            "database.connect_timeout_ms",
        ),
        (
            "NATS__REQUEST_TIMEOUT_MS",
            "10000",
            "nats.request_timeout_ms",
        ),
    ] {
        let error = load(&[(&format!("OSTANKINO__{name}"), value)]).expect_err(name);
        let error = error.to_string();
        assert!(error.contains(key) && error.contains(handler), "{error}");
    }
    let shorter = [("OSTANKINO__DELIVERY__HANDLER_TIMEOUT_MS", "1500")];
    let error = load(&shorter).expect_err("two do not fit").to_string();
    assert!(error.contains("database.connect_timeout_ms"), "{error}");
    assert!(error.contains("nats.request_timeout_ms"), "{error}");
}

#[test]
fn what_is_written_to_the_log_is_checked_at_the_start() {
    for (name, wrong, says) in [
        (
            "FILTER",
            "info,ostankino=debgu",
            "telemetry.filter is no filter",
        ),
        (
            "FILTER",
            "debgu",
            "telemetry.filter is no filter: \"debgu\" is no level",
        ),
        (
            "DEBUG_FILTER",
            "verbose",
            "telemetry.debug_filter is no filter",
        ),
        (
            "SAMPLE_SUCCESS",
            "0",
            "telemetry.sample_success is 0: it must be above 0",
        ),
        ("SAMPLE_SUCCESS", "1.5", "telemetry.sample_success is 1.5"),
        ("SAMPLE_SUCCESS", "NaN", "telemetry.sample_success is NaN"),
        (
            "SAMPLE_SUCCESS",
            "few",
            "telemetry.sample_success is wrong in",
        ),
    ] {
        let error = load(&[(&format!("OSTANKINO__TELEMETRY__{name}"), wrong)]);
        let error = error.expect_err(wrong).to_string();
        assert!(error.contains(says), "{wrong}: {error}");
    }
    for share in ["1", "0.01"] {
        load(&[("OSTANKINO__TELEMETRY__SAMPLE_SUCCESS", share)]).expect(share);
    }
}
