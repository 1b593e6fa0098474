//! What the environment says to all programs alike: it counts where our own keys are empty.

use secrecy::SecretString;

use super::{Config, is_empty, proxy, traces};

/// Whether a variable is one of these.
pub(super) fn is_variable(name: &str) -> bool {
    proxy::is_variable(name) || name.starts_with("OTEL_")
}

/// Fills in what our own keys leave open.
pub(super) fn fill(read: &mut Config, variables: &[(String, String)]) {
    if is_empty(&read.telegram.proxy)
        && let Some((name, proxy)) = proxy::of_variables(&read.telegram.api_url, variables)
    {
        read.own.keep_variable("telegram", "proxy", &name, "");
        read.telegram.proxy = proxy.into();
    }
    open_telemetry(read, variables, ostankino_traces::CAN_EXPORT);
}

/// The variables of OpenTelemetry. A program that cannot export heeds none: they may be set for others.
fn open_telemetry(read: &mut Config, variables: &[(String, String)], can_export: bool) {
    let value = |name: &str| {
        let found = variables.iter().find(|(key, _)| key == name);
        let value = found.map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    };
    let is_off = value("OTEL_SDK_DISABLED").is_some_and(|is| is.eq_ignore_ascii_case("true"))
        || value("OTEL_TRACES_EXPORTER") == Some("none");
    let (config, own) = (&mut read.traces, &read.own);
    if !can_export || (is_off && config.endpoint.trim().is_empty()) {
        return;
    }
    if config.endpoint.trim().is_empty() {
        const OF_TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
        const OF_ALL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let of_traces = value(OF_TRACES).map(|url| (OF_TRACES, url.to_owned()));
        let of_all = || value(OF_ALL).map(|base| (OF_ALL, traces::of_base(base)));
        if let Some((name, endpoint)) = of_traces.or_else(of_all) {
            own.keep_variable("traces", "endpoint", name, &endpoint);
            config.endpoint = endpoint;
        }
    }
    if config.endpoint.trim().is_empty() {
        return;
    }
    let names = [
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_EXPORTER_OTLP_HEADERS",
    ];
    let found = names.iter().find_map(|name| Some((name, value(name)?)));
    if is_empty(&config.headers)
        && let Some((name, list)) = found
    {
        own.keep_variable("traces", "headers", name, "");
        config.headers = SecretString::from(list.to_owned());
    }
    const NAME: &str = "OTEL_SERVICE_NAME";
    if config.service_name.trim().is_empty()
        && let Some(name) = value(NAME)
    {
        own.keep_variable("traces", "service_name", NAME, name);
        config.service_name = name.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where traces go by these variables.
    fn endpoint(own: &str, variables: &[(&str, &str)], can_export: bool) -> String {
        let mut config = Config::default();
        config.traces.endpoint = own.into();
        let owned = variables.iter();
        let owned = owned.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        open_telemetry(&mut config, &owned.collect::<Vec<_>>(), can_export);
        config.traces.endpoint
    }

    #[test]
    fn the_variables_of_open_telemetry_name_a_collector_where_our_own_key_does_not() {
        let of_all = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318");
        let of_traces = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/x");
        let disabled = ("OTEL_SDK_DISABLED", "true");
        let none = ("OTEL_TRACES_EXPORTER", "none");
        for (own, variables, expected) in [
            ("", &[of_all][..], "http://all:4318/v1/traces"),
            ("", &[of_all, of_traces], "http://traces/x"),
            ("http://own:4318", &[of_all, disabled], "http://own:4318"),
            ("", &[of_all, disabled], ""),
            ("", &[of_traces, none], ""),
        ] {
            assert_eq!(endpoint(own, variables, true), expected, "{variables:?}");
        }
        assert_eq!(endpoint("", &[of_all], false), "", "they may be for others");
    }
}
